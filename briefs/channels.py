"""The ways to a reader, by name. Adding one: a class with a method ``open``, a row here, its group of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from briefs.mail import MailChannel
from earmark.errors import UsageError
from earmark.ports import Channel, Clock
from earmark.settings import Settings

__all__ = ["CHANNELS", "Opener", "open_channels"]

Opener = Callable[[Settings, Clock], Channel | None]
"""Makes a channel from the settings: ``None`` if it is off; raises ``SettingsError`` if it is set up incompletely."""

CHANNELS: Mapping[str, Opener] = {
    "mail": MailChannel.open,
}
"""In the order in which a brief goes out."""


def open_channels(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """The channels that are on, by name.

    Raises:
        SettingsError: a channel is set up incompletely.
        UsageError: no channel is on.
    """
    opened = {name: opener(settings, clock) for name, opener in CHANNELS.items()}
    on = {name: channel for name, channel in opened.items() if channel is not None}
    if not on:
        raise UsageError("set mail.host, mail.sender and mail.to first (see docs/settings.md)", subject="mail")
    return on
