"""What channels have in common that send messages for the reader of this machine, to one address of the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.catalog.readers import accounts
from earmark.errors import SettingsError
from earmark.ids import make_id
from earmark.ports import Receipt

if TYPE_CHECKING:
    from earmark.types import Brief, Reader

__all__ = ["message_receipt", "require_own_reader"]


def require_own_reader(reader: Reader, *, setting: str) -> None:
    """Raises ``SettingsError``, naming the setting of the address, for others than the reader of this machine."""
    if reader.id != accounts.LOCAL:
        raise SettingsError("is for the reader of this machine alone", subject=setting)


def message_receipt(channel: str, brief: Brief, reader: Reader, recipient: str, message_id: str = "") -> Receipt:
    """The receipt of a message.

    Its id is the one given, else the same for a reader's brief or digest of a day, whose title tells them apart.
    """
    named = (channel, reader.id, brief.date.isoformat(), *([brief.title] if brief.title else []))
    receipt = Receipt(recipient=recipient, message_id=f"msg_{make_id(*named)}")
    return replace(receipt, message_id=message_id) if message_id else receipt
