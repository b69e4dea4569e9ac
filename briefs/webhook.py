"""The brief as a signed message to an address of the reader's own, as Standard Webhooks describes it.

webhook-id: the id of the delivery, the same in a second copy
webhook-timestamp: seconds since 1970
webhook-signature: v1,BASE64 of HMAC-SHA256(secret, "ID.TIMESTAMP.BODY")
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from briefs.messages import message_receipt, require_own_reader
from earmark import __version__
from earmark.documents import document
from earmark.errors import DeliveryRefused, FetchError, FetchRefused, SettingsError
from earmark.ports import Receipt
from ingest.fetching.http_guard import AddressGuard

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings
    from earmark.types import Brief, Reader

__all__ = ["WebhookChannel", "message_body", "sign"]

_PASSING = frozenset({408, 425, 429})
"""Statuses below 500 after which another try may help."""
_SILENCE_S, _TOTAL_S = 15.0, 30.0
"""How long a receiver may take: Standard Webhooks asks for 15 to 30 seconds."""


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message, as its header says it; ``secret`` is used as it is, or decoded after ``whsec_``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()}"


def message_body(brief: Brief, message_id: str) -> bytes:
    """The brief as the JSON of a message, in UTF-8."""
    return json.dumps(document(type="brief", id=message_id, data=brief), ensure_ascii=False).encode()


def _key(secret: str) -> bytes:
    encoded = secret.startswith("whsec_")
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True) if encoded else secret.encode()


class WebhookChannel:
    """Briefs of the reader of this machine, posted to the address of ``[webhook]``; a `Channel`.

    Args:
        url: where they go.
        secret: what they are signed with.
        guard: what refuses private addresses.
        clock: the time that is signed.
        offline: whether no connection may be opened at all.
    """

    def __init__(self, url: str, secret: str, *, guard: AddressGuard, clock: Clock, offline: bool) -> None:
        self._url, self._secret = url, secret
        self._guard, self._clock, self._offline = guard, clock, offline

    @classmethod
    def open(cls, settings: Settings, clock: Clock, _catalog: Catalog) -> Self | None:
        """The channel to the address of ``[webhook]``; ``None`` if there is none.

        Raises:
            SettingsError: there is no secret, or one that cannot be used.
        """
        url, secret = settings.webhook.url.get_secret_value(), settings.webhook.secret.get_secret_value()
        if not url:
            return None
        if not secret:
            raise SettingsError(
                "set it too, so that the receiver knows who sends (openssl rand -hex 24)", subject="webhook.secret"
            )
        try:
            usable = bool(_key(secret))
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError("is no Base64 after whsec_", subject="webhook.secret")
        guard = AddressGuard(allow_private=settings.fetch.allow_private, user_agent=f"Earmark/{__version__}")
        return cls(url, secret, guard=guard, clock=clock, offline=settings.offline)

    @property
    def where(self) -> str:
        """The host; the rest of the address may be a key."""
        return urlsplit(self._url).hostname or "an address"

    def address(self, reader: Reader) -> str:
        """The host that gets the reader's brief; raises ``SettingsError`` for other readers than that of this machine."""
        require_own_reader(reader, setting="webhook.url")
        return self.where

    def receipt(self, brief: Brief, reader: Reader) -> Receipt:
        """Host and id: the same for a reader's brief or digest of a day, whose title tells them apart."""
        return message_receipt("webhook", brief, reader, self.address(reader))

    def deliver(self, brief: Brief, reader: Reader, *, message_id: str = "") -> Receipt:
        """Posts the brief; see `earmark.ports.Channel.deliver`.

        Raises:
            SettingsError: Earmark is offline, or the reader is another.
            FetchError: the receiver cannot be reached or asks to try later.
            DeliveryRefused: the address is private, or the receiver will not take it.
        """
        if self._offline:
            raise SettingsError("Earmark is offline; turn that off to send", subject="offline")
        sent = message_receipt("webhook", brief, reader, self.address(reader), message_id)
        body = message_body(brief, sent.message_id)
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": sent.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._secret, sent.message_id, timestamp, body),
        }
        self._check(self._post(body, headers))
        return sent

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            with self._guard.open(self._url, headers, silence_s=_SILENCE_S, total_s=_TOTAL_S, body=body) as answer:
                return answer.status
        except FetchRefused as error:
            raise DeliveryRefused(
                f"{error.message} (fetch.allow_private lets an address through)", subject=self.where
            ) from None
        except FetchError as error:
            raise FetchError(error.message, subject=self.where) from None

    def _check(self, status: int) -> None:
        if 200 <= status < 300:
            return
        if status in _PASSING or status >= 500:
            raise FetchError(f"the receiver answered {status}; it is tried again next time", subject=self.where)
        raise DeliveryRefused(f"the receiver does not take it ({status})", subject=self.where)
