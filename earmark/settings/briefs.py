"""Briefs, when they are sent, and by which ways."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from earmark.net import is_loopback
from earmark.settings.group import Group

__all__ = [
    "BriefGroups",
    "BriefSettings",
    "MailSettings",
    "PushSettings",
    "ReadwiseSettings",
    "ScheduleSettings",
    "WebhookSettings",
]


class BriefSettings(Group):
    """The daily brief."""

    size: int = Field(5, ge=1, le=50, description="ideas in a brief")
    per_show: int = Field(1, ge=1, le=50, description="most ideas from one show, while others have something to say")
    related: int = Field(3, ge=0, le=20, description="related insights shown under each idea")
    reader_name: str = Field("", description="how the brief greets you")
    timezone: str = Field("", description="IANA name, e.g. Europe/Berlin; empty takes this machine's")


class ScheduleSettings(Group):
    """What happens by itself while the app or `earmark run` runs."""

    fetch_every_h: float = Field(
        1.0,
        ge=0,
        le=168,
        description="hours between two looks for new episodes, at the feeds that are due; 0 never looks by itself",
    )
    send: bool = Field(True, description="whether each reader's brief is made, and sent, at the reader's hour")


class MailSettings(Group):
    """Sending the brief; off while host is empty."""

    host: str = Field("", description="the SMTP server")
    port: int = Field(587, ge=1, le=65_535, description="its port")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="none is refused beyond loopback")
    username: str = Field("", description="login, if the server wants one")
    password: SecretStr = Field(SecretStr(""), description="its password")
    sender: str = Field("", description="the From address")
    to: str = Field("", description="where your brief goes")
    hello: str = Field("", description="the name given to the server (EHLO); empty is the sender's domain")
    timeout_s: float = Field(30.0, gt=0, le=60, description="longest silence of the server, in seconds")


class WebhookSettings(Group):
    """Posting the brief to an address of your own, signed; off while url is empty."""

    url: SecretStr = Field(SecretStr(""), description="where the brief is posted; the address may hold a key")
    secret: SecretStr = Field(
        SecretStr(""), description="what it is signed with (Standard Webhooks, HMAC-SHA256); whsec_… is Base64"
    )


class PushSettings(Group):
    """The brief as a message of one of a hundred services, through Apprise (the extra `push`); off while url is empty."""

    url: SecretStr = Field(
        SecretStr(""),
        description="the service, as Apprise writes it: ntfy://topic, tgram://token/chat, json://host/path",
    )


class ReadwiseSettings(Group):
    """Highlights sent to Readwise (`earmark takeout readwise`)."""

    token: SecretStr = Field(SecretStr(""), description="your access token, from readwise.io/access_token")
    url: str = Field("https://readwise.io/api/v2/highlights/", description="where highlights are sent")

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        if not value.startswith("https://") and not (value.startswith("http://") and is_loopback(value)):
            raise ValueError("carries a token: it begins with https:// (http:// on this machine)")
        return value


class BriefGroups(Group):
    """The groups of this file, as ``Settings`` has them."""

    brief: BriefSettings = BriefSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    mail: MailSettings = MailSettings()
    webhook: WebhookSettings = WebhookSettings()
    push: PushSettings = PushSettings()
    readwise: ReadwiseSettings = ReadwiseSettings()
