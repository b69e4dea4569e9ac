"""The ways to a reader, by name. Adding one: a class with a method ``open``, a row here, its group of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from briefs.mail import MailChannel
from briefs.push import PushChannel
from briefs.webhook import WebhookChannel
from earmark.catalog import Catalog
from earmark.errors import SettingsError, UsageError
from earmark.ports import Channel, Clock
from earmark.settings import Settings
from earmark.types import Reader

__all__ = ["CHANNELS", "Opener", "channels_to", "open_channels"]

Opener = Callable[[Settings, Clock, Catalog], Channel | None]
"""Makes a channel from the settings: ``None`` if it is off; raises ``SettingsError`` if it is set up incompletely."""

CHANNELS: Mapping[str, Opener] = {
    "mail": MailChannel.open,
    "webhook": WebhookChannel.open,
    "push": PushChannel.open,
}
"""In the order in which a brief goes out."""


def open_channels(settings: Settings, clock: Clock, catalog: Catalog) -> dict[str, Channel]:
    """The channels that are on, by name.

    Raises:
        SettingsError: a channel is set up incompletely.
        UsageError: no channel is on.
    """
    on = _on(settings, clock, catalog)
    if not on:
        raise UsageError("set mail.host, mail.sender and mail.to first (see docs/settings.md)", subject="mail")
    return on


def channels_to(reader: Reader, settings: Settings, clock: Clock, catalog: Catalog) -> dict[str, Channel]:
    """The channels that are on and have an address of this reader, by name; there may be none.

    Raises:
        SettingsError: a channel is set up incompletely.
    """
    return {name: channel for name, channel in _on(settings, clock, catalog).items() if _reaches(channel, reader)}


def _on(settings: Settings, clock: Clock, catalog: Catalog) -> dict[str, Channel]:
    opened = {name: opener(settings, clock, catalog) for name, opener in CHANNELS.items()}
    return {name: channel for name, channel in opened.items() if channel is not None}


def _reaches(channel: Channel, reader: Reader) -> bool:
    try:
        channel.address(reader)
    except SettingsError:
        return False
    return True
