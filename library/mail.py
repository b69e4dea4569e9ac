"""A reader's mail: asking whether it is wanted (double opt-in), its end, a test, and what came back undelivered."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from earmark.catalog.readers import accounts, briefs, deliveries, mailings
from earmark.errors import NotFound, SettingsError, UsageError
from earmark.types import Mailing, MailState, Reader
from library.address import public_url
from library.bearer_secrets import key_of, new_secret

if TYPE_CHECKING:
    from briefs.consent import Consent
    from briefs.smtp import SmtpMailer
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.sight import Sight

__all__ = ["CONFIRMATION_LASTS", "Mail"]

CONFIRMATION_LASTS = timedelta(days=7)
"""How long the link of a confirmation works."""
_ASKED_EVERY = timedelta(minutes=10)
"""How soon a reader may be asked again: a form of ours must not fill a stranger's mailbox."""
_BY_READER = "you ended it"


class Mail:
    """The mail of one reader."""

    def __init__(self, catalog: Catalog, settings: Settings, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight

    @property
    def _reader(self) -> Reader:
        return self._sight.reader

    def state(self) -> Mailing | None:
        """The reader's wish about the present address; ``None`` where the reader was never asked."""
        return self._consent().state(self._reader)

    def ask(self) -> Mailing:
        """Sends the reader's address a mail with a link that confirms it, void after a week or once another is sent.

        Raises:
            UsageError: there is no address, it is confirmed, or it was asked a moment ago.
            SettingsError: no server, no sender or no address of the app (``sign_in.url``) is set.
            MailError, MailRefused: the mail server did not take it.
        """
        from briefs.letters import confirmation

        reader, now = self._reader, self._clock.now()
        if not reader.email:
            raise UsageError("has no mail address; `earmark reader set ID --email` gives one", subject=reader.id)
        if not self._settings.sign_in.url and reader.id != accounts.LOCAL:
            raise SettingsError(
                "give the address under which readers reach the app, for the links", subject="sign_in.url"
            )
        mailer, secret = self._mailer(), new_secret()
        with self._catalog.write() as tx:
            known = self._consent().state_in(tx, reader)
            if known is not None and known.state is MailState.CONFIRMED:
                raise UsageError("is confirmed already", subject=reader.email)
            if known is not None and known.asked_at is not None and now - known.asked_at < _ASKED_EVERY:
                raise UsageError(
                    "was asked a moment ago; look into the mailbox, or wait ten minutes", subject=reader.email
                )
            asked = Mailing(
                reader_id=reader.id,
                address=reader.email,
                state=MailState.ASKED,
                confirm_key=key_of(secret),
                confirm_until=now + CONFIRMATION_LASTS,
                asked_at=now,
                # What ends the mails stays good in those that came before.
                leave_key="" if known is None else known.leave_key,
            )
            mailings.put(tx, asked)
        letter = confirmation(reader, f"{public_url(self._settings)}/mail/confirm?code={secret}")
        mailer.send(
            to=reader.email, subject=letter.subject, text=letter.text, html=letter.html, message_id=self._message_id()
        )
        return asked

    def asked(self, secret: str) -> Reader:
        """The reader, of whoever's library, whose address a confirmation is about; raises ``NotFound`` if it is void."""
        with self._catalog.read() as tx:
            known = mailings.asked_by(tx, key_of(secret))
            if known is None or known.confirm_until is None or known.confirm_until <= self._clock.now():
                raise NotFound("this confirmation has been used or is too old; ask for another", subject="confirmation")
            reader = accounts.get(tx, known.reader_id)
        if known.address.lower() != reader.email.lower():  # whoever holds that mail is not told the new address
            raise NotFound("this confirmation is of another address; ask for another", subject="confirmation")
        return reader

    def confirm(self, secret: str) -> Reader:
        """Uses a confirmation up: mail goes to its address from now on. Raises ``NotFound`` as `asked`."""
        reader = self.asked(secret)
        with self._catalog.write() as tx:
            known = mailings.asked_by(tx, key_of(secret))
            if known is None or known.address.lower() != reader.email.lower():
                raise NotFound("this confirmation is of another address; ask for another", subject="confirmation")
            now = self._clock.now()
            confirmed = replace(known, state=MailState.CONFIRMED, confirmed_at=now, confirm_key="", confirm_until=None)
            mailings.put(tx, confirmed)
        return reader

    def leaving(self, key: str) -> Mailing:
        """The mailing, of whichever reader, that the link of a mail is about; raises ``NotFound``."""
        with self._catalog.read() as tx:
            known = mailings.left_by(tx, key)
        if known is None:
            raise NotFound("this link ends no mail here", subject="mail")
        return known

    def leave(self, key: str) -> Mailing:
        """Ends the mails that the link is about, however often it is asked; raises ``NotFound``."""
        known = self.leaving(key)
        return known if known.state is MailState.ENDED else self._end(known)

    def stop(self) -> Mailing:
        """Ends the reader's mails; raises ``UsageError`` where there are none."""
        known = self.state()
        if known is None or known.state is MailState.ENDED:
            raise UsageError("no mail is sent", subject=self._reader.email or self._reader.id)
        return self._end(known)

    def test(self) -> str:
        """Sends the reader's latest brief, or a line where there is none, marked as a test; returns the address.

        Raises:
            SettingsError: no server is set, or the reader gets no mail.
            MailError, MailRefused: the mail server did not take it.
        """
        from briefs.letters import trial

        reader, links = self._reader, self._consent().links(self._reader)
        with self._catalog.read() as tx:
            days = briefs.dates(tx, reader.id)
            brief = briefs.get(tx, reader.id, days[0]) if days else None
        letter = trial(reader, brief, links)
        self._mailer().send(
            to=reader.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=self._message_id(),
            leave=links.leave,
        )
        return reader.email

    def bounced(self, report: bytes) -> Reader | None:
        """Counts a report that a mail of ours could not be delivered (RFC 3464); returns its reader.

        ``None`` for anything else, and for a report about a mail that is none of ours: it must name the ``Message-ID`` of a
        brief that was sent to that reader.

        Raises:
            Forbidden: the asking reader is no owner.
        """
        from briefs.bounces import read_bounce

        self._sight.require_owner("what the mail server sends back")
        bounce = read_bounce(report)
        if bounce is None:
            return None
        with self._catalog.read() as tx:
            delivery = deliveries.of_message(tx, bounce.message_id)
            reader = None if delivery is None else accounts.get(tx, delivery.subscriber_id)
        if delivery is None or reader is None or delivery.recipient.lower() != reader.email.lower():
            return None
        self._consent().refused(reader, bounce.status)
        return reader

    def _end(self, known: Mailing) -> Mailing:
        ended = self._consent().ended(known, _BY_READER, now=self._clock.now())
        with self._catalog.write() as tx:
            mailings.put(tx, ended)
        return ended

    def _consent(self) -> Consent:
        from briefs.consent import Consent

        return Consent(self._catalog, self._settings, self._clock)

    def _mailer(self) -> SmtpMailer:
        from briefs.smtp import SmtpMailer

        return SmtpMailer(self._settings.mail, self._clock, offline=self._settings.offline)

    def _message_id(self) -> str:
        domain = self._settings.mail.sender.rpartition("@")[2].strip(" >") or "localhost"
        return f"<earmark.{secrets.token_hex(12)}@{domain}>"
