"""Mail by SMTP: one message at a time, text and HTML, over a connection that is checked."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from earmark.clean import plain
from earmark.errors import MailError, MailRefused, SettingsError
from earmark.net import is_loopback
from earmark.ports import Clock
from earmark.settings import MailSettings

__all__ = ["SmtpMailer", "address"]


class SmtpMailer:
    """A ``Mailer`` over SMTP.

    Raises:
        SettingsError: an address that is none, mail while offline, or an unencrypted connection beyond loopback.
    """

    def __init__(self, settings: MailSettings, clock: Clock, *, offline: bool = False) -> None:
        local = is_loopback(f"smtp://{settings.host}")
        if offline and not local:
            raise SettingsError("no mail is sent while offline is set", subject="mail.host")
        if settings.security == "none" and not local:
            raise SettingsError(
                "may be none only for a server on this machine; use starttls or tls", subject="mail.security"
            )
        self._settings = settings
        self._clock = clock
        self._sender = address(settings.sender, setting="mail.sender")

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str) -> None:
        """Hands the message to the mail server.

        Raises:
            MailError: the server cannot be reached or did not take it for now.
            MailRefused: the server will not take it: wrong login, sender or recipient.
        """
        message = self._message(to=to, subject=subject, text=text, html=html, message_id=message_id)
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            raise MailRefused(
                f"refused the login ({error.smtp_code}); see mail.username and mail.password", subject=where
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()), (550, b""))
            raise _refusal(code, f"refused the recipient ({code} {_said(reason)})", where) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, f"answered {error.smtp_code} {_said(error.smtp_error)}", where) from None
        except smtplib.SMTPNotSupportedError:
            raise MailRefused("offers no STARTTLS or login; set mail.security to tls", subject=where) from None
        except ssl.SSLError as error:
            raise MailRefused("the encrypted connection failed; is its certificate valid?", subject=where) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailError("cannot be reached; the brief is sent the next time", subject=where) from error

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.username:
                server.login(settings.username, settings.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, *, to: str, subject: str, text: str, html: str, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = address(to, setting="mail.to")
        message["Subject"] = " ".join(plain(subject).split())[:200]
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = message_id
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        return message


def address(text: str, *, setting: str) -> Address:
    """The one address that ``text`` holds, as ``name@host`` or ``Name <name@host>``; raises ``SettingsError``."""
    name, found = parseaddr(text)
    user, at, domain = found.rpartition("@")
    wrong = any(not c.isprintable() for c in text) or any(c.isspace() for c in found)
    if wrong or not (user and at and domain) or "@" in user or "," in found:
        raise SettingsError("has to be an address such as ada@example.org", subject=setting)
    try:
        return Address(display_name=name, username=user, domain=domain)
    except ValueError as error:
        raise SettingsError("has to be an address such as ada@example.org", subject=setting) from error


def _refusal(code: int, message: str, where: str) -> MailError | MailRefused:
    """Codes of the 400s pass by themselves, those of the 500s do not (RFC 5321, 4.2.1)."""
    return MailError(message, subject=where) if 400 <= code < 500 else MailRefused(message, subject=where)


def _said(reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return " ".join(plain(text).split())[:120]
