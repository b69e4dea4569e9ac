"""Signing in through an OpenID provider: Streamlit and Authlib speak with it, and what comes back becomes our session."""

from __future__ import annotations

import json
import secrets
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse

from earmark.errors import Forbidden, SettingsError
from ui.access.signed_in import ENTRANCE, set_session

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

    from earmark.settings import SignInSettings
    from library.ports import LibraryPort

__all__ = ["OpenId", "open_id"]

_PROVIDER = "default"
"""What Streamlit calls a provider that stands in ``[auth]`` itself."""


class OpenId:
    """The provider of the settings."""

    def __init__(self, settings: SignInSettings) -> None:
        self._settings = settings
        self.name = settings.oidc_name

    def streamlit_secrets(self) -> dict[str, Any]:
        """What Streamlit has to know of it. The secret signs cookies between two steps, so each process has its own."""
        settings = self._settings
        return {
            "auth": {
                "redirect_uri": f"{settings.url}/oauth2callback",
                "cookie_secret": secrets.token_urlsafe(32),
                "client_id": settings.oidc_client,
                "client_secret": settings.oidc_secret.get_secret_value(),
                "server_metadata_url": settings.oidc_url,
            }
        }

    def start(self) -> str:
        """The address that sends a browser to the provider; good for two minutes."""
        from streamlit.auth_util import encode_provider_token

        return f"/auth/login?provider={encode_provider_token(_PROVIDER)}"

    def came_back(self, connection: HTTPConnection) -> bool:
        """Whether a browser brings what the provider said."""
        return _user_cookie() in connection.cookies

    def welcomed(self, connection: HTTPConnection, library: LibraryPort) -> Response:
        """The way in for a reader whose address the provider vouches for; else back to the entrance."""
        response: Response
        try:
            secret = library.sign_in.as_email(self._email(connection))
        except Forbidden:
            response = RedirectResponse(f"{ENTRANCE}?why=address", 303, {"Cache-Control": "no-store"})
        else:
            response = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
            set_session(response, secret, connection, self._settings)
        # The provider's word is used once: signing out here is then signing out.
        for name in connection.cookies:
            if name.startswith(_user_cookie()):
                response.delete_cookie(name, path="/")
        return response

    def _email(self, connection: HTTPConnection) -> str:
        """The address that the provider vouches for; raises ``Forbidden`` where it does not."""
        said = _said(connection)
        email = said.get("email")
        if not isinstance(email, str) or said.get("email_verified") is not True:
            raise Forbidden("the provider does not vouch for a mail address")
        return email


def open_id(settings: SignInSettings) -> OpenId | None:
    """The provider, if the settings name one.

    Raises:
        SettingsError: the settings name half of one, or what speaks with it is not installed.
    """
    given = (settings.oidc_url, settings.oidc_client, settings.oidc_secret.get_secret_value())
    if not any(given):
        return None
    if not all(given):
        raise SettingsError("set oidc_url, oidc_client and oidc_secret together", subject="sign_in")
    if not settings.url:
        raise SettingsError("set it too: the provider sends readers back to it", subject="sign_in.url")
    if find_spec("authlib") is None:
        raise SettingsError("needs more than is installed: pip install 'earmark[sign-in]'", subject="sign_in.oidc_url")
    return OpenId(settings)


def _user_cookie() -> str:
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    return str(USER_COOKIE_NAME)


def _said(connection: HTTPConnection) -> dict[str, Any]:
    """What the provider said of the user, by Streamlit's signed cookie; empty if it is not one of ours."""
    from streamlit.auth_util import get_cookie_with_chunks
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

    def single(name: str) -> bytes | None:
        value = connection.cookies.get(name)
        if value is None:
            return None
        decoded: bytes | None = decode_signed_value(get_cookie_secret(), name, value, max_age_days=_MINUTES / 1440)
        return decoded

    whole = get_cookie_with_chunks(single, _user_cookie())
    try:
        said = json.loads(whole or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


_MINUTES = 5
"""How long the provider's word is good: it is used in the next request."""
