"""The brief as a mail: its recipient, its Message-ID and its text."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace
from typing import Self, TypedDict

from briefs.consent import Consent
from briefs.mail_links import MailLinks
from briefs.ports import Consents, Mailer
from briefs.render import subject, to_html, to_text
from briefs.smtp import SmtpMailer, parse_address
from earmark.catalog import Catalog
from earmark.errors import AddressRefused, EarmarkError, SettingsError
from earmark.ports import Clock, Receipt
from earmark.settings import Settings
from earmark.types import Brief, Reader

__all__ = ["MailChannel", "message_id"]

_SEALED = 20
"""Hex characters that nobody else can work out: 80 bits, each guess of which is a mail; more would break the header's line."""


def message_id(key: str, subscriber_id: str, brief: Brief, *, sender: str) -> str:
    """The Message-ID of a reader's brief or digest of a day: always the same, so that a second copy is recognised.

    ``key`` is a secret of the reader's mails. Without it anybody could work the id out, and send in a report that the mail came back.
    """
    domain = parse_address(sender, setting="mail.sender").domain.lower()
    named = "\x1f".join((subscriber_id, brief.date.isoformat(), brief.title))
    sealed = hmac.new(key.encode(), named.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_SEALED]
    return f"<earmark.{brief.date:%Y%m%d}.{sealed}@{domain}>"


class _MessageParts(TypedDict):
    subject: str
    text: str
    html: str


class MailChannel:
    """Briefs through one mailer; a `Channel`.

    Args:
        mailer: what hands messages over.
        consent: who wants mail.
        sender: the From address, whose domain is in every Message-ID.
        where: the mailer's server, for the reader's eyes.
    """

    def __init__(self, mailer: Mailer, consent: Consents, *, sender: str, where: str = "") -> None:
        self._mailer, self._consent, self._sender, self._where = mailer, consent, sender, where

    @classmethod
    def open(cls, settings: Settings, clock: Clock, catalog: Catalog) -> Self | None:
        """The channel through the server of ``[mail]``; ``None`` if no server is named.

        Raises:
            SettingsError: there is no sender, or the connection would be readable on its way.
        """
        mail = settings.mail
        if not mail.host:
            return None
        if not mail.sender:
            raise SettingsError("set mail.sender, the From address", subject="mail")
        mailer = SmtpMailer(mail, clock, offline=settings.offline)
        return cls(
            mailer,
            Consent(catalog, settings, clock),
            sender=mail.sender,
            where=f"{mail.host}:{mail.port} ({mail.security})",
        )

    @property
    def where(self) -> str:
        """The server, its port and how the connection is made safe."""
        return self._where

    def address(self, reader: Reader) -> str:
        """The reader's mail address, without a name.

        Raises:
            SettingsError: it is not an address, its owner has not confirmed it, or wants no mail any more.
        """
        if not reader.email:
            raise SettingsError("set mail.to, the address that your brief goes to", subject="mail")
        address = parse_address(reader.email, setting="mail.to").addr_spec
        self._consent.links(reader)
        return address

    def receipt(self, brief: Brief, reader: Reader) -> Receipt:
        """Address and Message-ID; the message is composed once, so that problems with it show up here.

        Raises:
            SettingsError: the sender's or the reader's address is not valid.
        """
        self._written(brief, reader, self._consent.links(reader))
        return self._receipt(brief, reader)

    def deliver(self, brief: Brief, reader: Reader, *, message_id: str = "") -> Receipt:
        """Hands the brief to the mail server; see `earmark.ports.Channel.deliver`.

        Raises:
            SettingsError: an address is not valid, or Earmark is offline.
            MailError: the mail server cannot be reached or asks to try later.
            MailRefused: the mail server will not take it; an address that it refuses for the third day gets no more.
        """
        receipt = self._receipt(brief, reader)
        sent = replace(receipt, message_id=message_id or receipt.message_id)
        links = self._consent.links(reader)
        written = self._written(brief, reader, links)
        try:
            self._mailer.send(to=sent.recipient, message_id=sent.message_id, leave=links.leave, **written)
        except AddressRefused as error:
            self._consent.refused(reader, error.message)
            raise
        # The mail is out: what goes wrong in noting it must not make anybody send it again.
        with suppress(EarmarkError):
            self._consent.taken(reader)
        return sent

    def _receipt(self, brief: Brief, reader: Reader) -> Receipt:
        recipient = self.address(reader)
        named = message_id(self._consent.key(reader), reader.id, brief, sender=self._sender)
        return Receipt(recipient=recipient, message_id=named)

    @staticmethod
    def _written(brief: Brief, reader: Reader, links: MailLinks) -> _MessageParts:
        return _MessageParts(
            subject=subject(brief),
            text=to_text(brief, reader=reader.name, links=links),
            html=to_html(brief, mail=True, reader=reader.name, links=links),
        )
