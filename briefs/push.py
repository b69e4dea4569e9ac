"""The brief as a short message through Apprise, which knows a hundred services by the form of their addresses."""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from briefs.messages import message_receipt, require_own_reader
from briefs.render import subject
from briefs.view import LIMITS, ItemView, view
from earmark import __version__
from earmark.errors import DeliveryRefused, FetchError, FetchRefused, SettingsError
from earmark.ports import Receipt
from ingest.fetching.http_guard import AddressGuard

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings
    from earmark.types import Brief, Reader

__all__ = ["PushChannel", "message_text"]

_PASSING = frozenset({408, 425, 429})
"""Statuses below 500 after which another try may help."""
_STATUS = re.compile(r"error=(\d{3})\b")
"""How Apprise's log names what a service answered; nothing else says it."""
_LOOKUP_S = 15.0
_LONGEST = 4_000
"""Characters of a message, however much its service takes: it is read on a phone."""


class _SilencingFilter(threading.local):
    """A filter that lets nothing Apprise logs into any log, for it can hold keys of addresses and what services answer."""

    warnings: Sequence[str] = ()
    """Those of this thread's last sending, which alone tell the status that a service answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        """``False``."""
        if record.levelno >= logging.WARNING:
            self.warnings = [*self.warnings, record.getMessage()]
        return False


_APPRISE_FILTER = _SilencingFilter()


class PushChannel:
    """Briefs of the reader of this machine, as messages to the address of ``[push]``; a `Channel`.

    Args:
        url: where they go, as Apprise has it.
        guard: what refuses private addresses.
        offline: whether no connection may be opened at all.

    Raises:
        SettingsError: Apprise is not installed, or does not know such an address.
    """

    def __init__(self, url: str, *, guard: AddressGuard, offline: bool) -> None:
        self._service = _service(url)
        self._url, self._guard, self._offline = url, guard, offline

    @classmethod
    def open(cls, settings: Settings, _clock: Clock, _catalog: Catalog) -> Self | None:
        """The channel to the address of ``[push]``; ``None`` if there is none. Raises ``SettingsError`` as above."""
        url = settings.push.url.get_secret_value()
        if not url:
            return None
        guard = AddressGuard(allow_private=settings.fetch.allow_private, user_agent=f"Earmark/{__version__}")
        return cls(url, guard=guard, offline=settings.offline)

    @property
    def where(self) -> str:
        """The name of the service; all of its address may be a key."""
        return str(self._service.service_name or "a service")

    def address(self, reader: Reader) -> str:
        """The service that gets the reader's brief; raises ``SettingsError`` for others than the reader of this machine."""
        require_own_reader(reader, setting="push.url")
        return self.where

    def receipt(self, brief: Brief, reader: Reader) -> Receipt:
        """Service and id: the same for a reader's brief or digest of a day."""
        return message_receipt("push", brief, reader, self.address(reader))

    def deliver(self, brief: Brief, reader: Reader, *, message_id: str = "") -> Receipt:
        """Sends the message; see `earmark.ports.Channel.deliver`. Services that take headers get its id as ``webhook-id``.

        Raises:
            SettingsError: Earmark is offline, or the reader is another.
            FetchError: the service cannot be reached or asks to try later.
            DeliveryRefused: the address is private, or the service will not take it.
        """
        if self._offline:
            raise SettingsError("Earmark is offline; turn that off to send", subject="offline")
        sent = message_receipt("push", brief, reader, self.address(reader), message_id)
        service = _service(self._url)  # a new one each time: what it keeps of a sending is of no use to the next
        self._check_hosts(service)
        if isinstance(getattr(service, "headers", None), dict):
            service.headers["webhook-id"] = sent.message_id
        self._check(
            *_sent(service, subject(brief), message_text(brief, min(int(service.body_maxlen or _LONGEST), _LONGEST)))
        )
        return sent

    def _check_hosts(self, service: Any) -> None:
        """Refuses private hosts: Apprise dials by itself, so they are looked up before each sending."""
        for host in _hosts(service):
            try:
                self._guard.check_host(host, lookup_s=_LOOKUP_S)
            except FetchRefused as error:
                raise DeliveryRefused(error.message, subject=self.where) from None
            except FetchError as error:
                raise FetchError(error.message, subject=self.where) from None

    def _check(self, taken: bool, status: int | None) -> None:
        if taken:
            return
        if status is None or status in _PASSING or not 300 <= status < 500:
            said = f"answered {status}" if status else "could not be reached"
            raise FetchError(f"the service {said}; it is tried again next time", subject=self.where)
        raise DeliveryRefused(f"the service does not take it ({status})", subject=self.where)


def _service(url: str) -> Any:
    """The service that an address is of, which follows no redirects: they could lead anywhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its plugins import a module of the standard library that goes in Python 3.13
        try:
            import apprise
        except ImportError as error:
            raise SettingsError("needs pip install 'earmark[push]'", subject="push.url") from error
        logging.getLogger("apprise").addFilter(_APPRISE_FILTER)  # adding it again changes nothing
        asset = apprise.AppriseAsset(app_id="Earmark", app_desc="Earmark", http_redirects=False, async_mode=False)
        service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        words = "is no address that Apprise knows, or its service needs something that is not installed"
        raise SettingsError(words, subject="push.url")
    service.redirects = False
    return service


def _hosts(service: Any) -> list[str]:
    """The hosts that an address names; a service at an address of its own has none, whatever stands in that place."""
    named = any("{host}" in template for template in service.templates)
    hosts = [service.host if named else "", getattr(service, "smtp_host", "")]
    return [host.strip("[]") for host in hosts if host]


def _sent(service: Any, title: str, body: str) -> tuple[bool, int | None]:
    """Whether the service took it, and the status that it answered, as far as that is known."""
    _APPRISE_FILTER.warnings = ()
    taken = bool(service.notify(title=title, body=body))
    statuses = _STATUS.findall("\n".join(_APPRISE_FILTER.warnings))
    return taken, int(statuses[-1]) if statuses else None


def message_text(brief: Brief, limit: int) -> str:
    """As many ideas as fit, each with who says it and where to hear it, and how many more there are."""
    shown = view(brief, limits=LIMITS[-1])
    blocks: list[str] = []
    for number, item in enumerate(shown.items):
        left = len(brief.items) - number - 1
        more = [f"And {left} more."] if left else []
        if len("\n\n".join((*blocks, _block(item), *more))) > limit:
            break
        blocks.append(_block(item))
    left = len(brief.items) - len(blocks)
    note = [f"And {left} more."] if left and blocks else [shown.note] if shown.note else []
    text = "\n\n".join((*blocks, *note))
    return text if len(text) <= limit or not blocks else "\n\n".join(blocks)


def _block(item: ItemView) -> str:
    source = ", ".join(part for part in (item.speaker, item.show, item.time) if part)
    head = f"{item.section}\n" if item.section else ""
    link = item.page or item.time_url or item.url
    return "\n".join(part for part in (f"{head}{item.number}. {item.claim}", source, link) if part)
