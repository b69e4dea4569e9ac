"""Who gets mail: only who asked for it and did not end it, and who is no longer there is dropped by a rule."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefs.mail_links import MailLinks
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, mailings
from earmark.errors import SettingsError
from earmark.ports import Clock
from earmark.settings import Settings
from earmark.types import Mailing, MailState, Reader, Rhythm

if TYPE_CHECKING:
    from datetime import datetime

    from earmark.catalog import Connection

__all__ = ["REFUSALS", "Consent"]

REFUSALS = 3
"""Days in a row on which an address is refused before mail to it ends: a full mailbox is emptied in a day or two."""
_UNDOUBTED = {Rhythm.DAILY: timedelta(days=2), Rhythm.WEEKLY: timedelta(days=14)}
"""Age of a refusal from which a mail that is taken shows that the address works again.

One's own server takes every mail and reports a day later that it could not be delivered: two mails have to have gone by.
"""


class Consent:
    """The wishes of all readers.

    The reader of this machine who is named by ``mail.to`` wants mail by that setting; every other address is confirmed
    by whoever reads it.
    """

    def __init__(self, catalog: Catalog, settings: Settings, clock: Clock) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock

    def state(self, reader: Reader) -> Mailing | None:
        """The wish about the reader's present address; ``None`` where there is none."""
        with self._catalog.read() as tx:
            return self.state_in(tx, reader)

    def state_in(self, tx: Connection, reader: Reader) -> Mailing | None:
        """The same, in a transaction."""
        known = mailings.get(tx, reader.id)
        if known is not None and known.address.lower() == reader.email.lower():
            return known
        if self._is_set(reader):
            return Mailing(reader_id=reader.id, address=reader.email, state=MailState.CONFIRMED)
        return None

    def links(self, reader: Reader) -> MailLinks:
        """The addresses that a mail to the reader names.

        Raises:
            SettingsError: the reader has not confirmed the address, or has ended the mails.
        """
        if not reader.email:
            raise SettingsError("set mail.to, the address that your brief goes to", subject="mail")
        state = self.state(reader)
        if state is None or state.state is MailState.ASKED:
            raise SettingsError("has not confirmed the address yet; `earmark mail confirm` asks", subject=reader.email)
        if state.state is MailState.ENDED:
            raise SettingsError(f"gets no mail any more: {state.why}", subject=reader.email)
        home = self._settings.sign_in.url
        if not home:
            return MailLinks()
        key = state.leave_key or self.key(reader)
        return MailLinks(leave=f"{home}/mail/leave?key={key}", change=f"{home}/account/mail", home=home)

    def key(self, reader: Reader) -> str:
        """A secret of the reader's mails: what ends them, and what their ids are sealed with.

        It is kept as it is, since every mail repeats it; it opens nothing else.

        Raises:
            SettingsError: the reader has not confirmed the address.
        """
        with self._catalog.write() as tx:
            known = self.state_in(tx, reader)
            if known is None:
                raise SettingsError("has not confirmed the address yet", subject=reader.email)
            if not known.leave_key:
                known = replace(known, leave_key=secrets.token_urlsafe(24))
                mailings.put(tx, known)
            return known.leave_key

    def taken(self, reader: Reader) -> None:
        """Notes that the address took a mail: refusals of two mails ago no longer count."""
        with self._catalog.write() as tx:
            known = mailings.get(tx, reader.id)
            if known is None or known.refused_on is None:
                return
            if self._clock.now().date() - known.refused_on >= _UNDOUBTED[reader.rhythm]:
                mailings.put(tx, replace(known, refusals=0, refused_on=None))

    def refused(self, reader: Reader, why: str) -> None:
        """Notes that the address was refused; the third day of that in a row ends the mails."""
        with self._catalog.write() as tx:
            known = self.state_in(tx, reader)
            today = self._clock.now().date()
            if known is None or known.state is MailState.ENDED or known.refused_on == today:
                return
            refused = replace(known, refusals=known.refusals + 1, refused_on=today)
            if refused.refusals >= REFUSALS:
                words = f"the address was refused on {REFUSALS} days ({why})"[:300]
                refused = self.ended(refused, words, now=self._clock.now())
            mailings.put(tx, refused)

    @staticmethod
    def ended(known: Mailing, why: str, *, now: datetime) -> Mailing:
        """The mailing after its end."""
        return replace(known, state=MailState.ENDED, ended_at=now, why=why, confirm_key="", confirm_until=None)

    def _is_set(self, reader: Reader) -> bool:
        wanted = self._settings.mail.to
        return reader.id == accounts.LOCAL and bool(wanted) and reader.email == wanted
