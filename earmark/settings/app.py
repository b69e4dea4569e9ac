"""The app, who may open it, and what strangers may read."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from earmark.settings.group import Group, web_address

__all__ = ["AppGroups", "AppSettings", "PublishSettings", "SignInSettings"]


_SHORTEST_TOKEN = 16
"""Characters; 16 random letters and digits cannot be tried out over a network."""


class AppSettings(Group):
    """The app."""

    host: str = Field("127.0.0.1", description="the address it listens on; anything but loopback is at your own risk")
    port: int = Field(8501, ge=0, le=65_535, description="its port; 0 takes a free one")
    allowed_hosts: tuple[str, ...] = Field((), description="further host names it answers to")
    token: SecretStr = Field(
        SecretStr(""),
        description="what programs say (`Authorization: Bearer …`) to use REST and MCP; from this machine alone they need "
        "none. Empty: beyond this machine nobody may",
    )
    requests_per_minute: int = Field(
        600,
        ge=0,
        le=1_000_000,
        description="most requests of a program in a minute, over REST and MCP, and of a stranger for pages; 0 is no limit",
    )

    metrics: Literal["owner", "loopback", "off"] = Field(
        "owner",
        description="who may read /metrics: an owner, as over REST; loopback: any program of this machine too; off: nobody",
    )

    @field_validator("token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"is easy to guess: give at least {_SHORTEST_TOKEN} characters (openssl rand -hex 24)")
        return value


class SignInSettings(Group):
    """Who may open the app (docs/readers.md)."""

    require: Literal["auto", "always", "never"] = Field(
        "auto",
        description="whether readers sign in; auto asks for it where app.host or app.allowed_hosts serve more than this "
        "machine; with never, whoever opens the app is the reader of this machine",
    )
    url: str = Field(
        "", max_length=500, description="the address that readers open, e.g. https://earmark.example.org; for links"
    )
    proxies: tuple[str, ...] = Field(
        (), description="addresses or networks of proxies that sign readers in, e.g. 127.0.0.1; nobody else is believed"
    )
    proxy_header: str = Field(
        "", description="the header in which they name the reader, by id or mail address, e.g. Remote-Email"
    )
    oidc_url: str = Field(
        "", description="of an OpenID provider: its address that ends in /.well-known/openid-configuration"
    )
    oidc_name: str = Field("your account", max_length=60, description='what the button says after "Sign in with"')
    oidc_client: str = Field("", description="the client id that the provider gave")
    oidc_secret: SecretStr = Field(SecretStr(""), description="the client secret that the provider gave")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ip_network(text, strict=False)
        return value


class PublishSettings(Group):
    """What strangers may read (docs/pages.md)."""

    what: Literal["nothing", "shared", "all"] = Field(
        "nothing",
        description="what anybody may read on pages of their own, served or written: nothing, the insights that you share "
        "(`earmark share`), or all but those of private feeds and of folders on this machine",
    )
    index: bool = Field(False, description="whether search engines may list these pages; else each says noindex")
    url: str = Field(
        "",
        max_length=500,
        description="where the site that `earmark publish` writes will be, e.g. https://ideas.example.org; for its cards "
        "and feeds, which name whole addresses",
    )

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value)


class AppGroups(Group):
    """The groups of this file, as ``Settings`` has them."""

    app: AppSettings = AppSettings()
    sign_in: SignInSettings = SignInSettings()
    publish: PublishSettings = PublishSettings()
