"""Mail by SMTP: one message at a time, text and HTML, over a connection that is checked."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from earmark.clean import cut, plain
from earmark.errors import MailError, MailRefused, SettingsError
from earmark.net import is_loopback
from earmark.ports import Clock
from earmark.settings import MailSettings

__all__ = ["SmtpMailer", "address"]

_ADDRESS = re.compile(r"""(?:(?P<name>[^<>]*)<(?=.*>$))?(?P<user>[^\s<>()\[\]\\,;:"@]+)@(?P<domain>[^\s<>@]+?)>?""")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)

_WHO = "[127.0.0.1]"
"""What we greet the server with. Otherwise `smtplib` looks up this machine's full name, which opens a connection to a
name server and tells the mail server what this machine is called."""


class SmtpMailer:
    """A ``Mailer`` over SMTP.

    Raises:
        SettingsError: an address or login that cannot be, mail while offline, or an unencrypted connection beyond
            loopback.
    """

    def __init__(self, settings: MailSettings, clock: Clock, *, offline: bool = False) -> None:
        host = f"[{settings.host}]" if settings.host.count(":") > 1 else settings.host
        local = is_loopback(f"smtp://{host}")
        if not settings.host:
            raise SettingsError("set the SMTP server that takes your mail", subject="mail.host")
        if offline and not local:
            raise SettingsError("no mail is sent while offline is set", subject="mail.host")
        if settings.security == "none" and not local:
            raise SettingsError(
                "may be none only for a server on this machine; use starttls or tls", subject="mail.security"
            )
        if not (settings.username + settings.password.get_secret_value()).isascii():
            raise SettingsError("login and password may hold ASCII characters only", subject="mail.password")
        self._settings = settings
        self._clock = clock
        self._sender = address(settings.sender, setting="mail.sender")

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str) -> None:
        """Hands the message to the mail server.

        Raises:
            MailError: the server cannot be reached or did not take it for now.
            MailRefused: the server will not take it: wrong login, sender or recipient.
        """
        recipient = address(to, setting="mail.to")
        message = self._message(to=recipient, subject=subject, text=text, html=html, message_id=message_id)
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            with contextlib.closing(self._connected()) as server:
                server.send_message(message, self._sender.addr_spec, [recipient.addr_spec])
                # It has been taken. How the server says goodbye must not make us send it again.
                with contextlib.suppress(OSError):
                    server.quit()
        except (
            OSError,
            UnicodeError,
        ) as error:  # `smtplib.SMTPException` is the first, a host that cannot be the second
            raise _explained(error, where) from None

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, local_hostname=_WHO, timeout=settings.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, local_hostname=_WHO, timeout=settings.timeout_s)
        try:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.username:
                server.login(settings.username, settings.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, *, to: Address, subject: str, text: str, html: str, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = cut(plain(subject), 200)
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = message_id
        # Bytes beyond ASCII would need a server that says it takes them (8BITMIME).
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message


def address(text: str, *, setting: str) -> Address:
    """The one address that ``text`` holds, as ``name@host`` or ``Name <name@host>``; raises ``SettingsError``."""
    found = _ADDRESS.fullmatch(text.strip()) if text.isprintable() else None
    try:
        if found is not None:
            domain = found["domain"].encode("idna").decode("ascii")
            if _DOMAIN.fullmatch(domain):
                name = (found["name"] or "").strip(' "')
                return Address(display_name=name, username=found["user"], domain=domain)
    except ValueError:  # UnicodeError, of a host name that cannot be, is one
        pass
    raise SettingsError("has to be one address such as ada@example.org", subject=setting)


def _explained(error: OSError | UnicodeError, where: str) -> MailError | MailRefused:
    """What went wrong, in a line that says nothing of the login: its texts come from the server or from the system."""
    match error:
        case smtplib.SMTPRecipientsRefused() | smtplib.SMTPResponseException():
            return _refusal(error, where)
        case ssl.SSLError():
            text = (
                f"the encrypted connection failed ({_said(str(error))}); see mail.security, and whether the server's "
                "certificate is valid"
            )
        case smtplib.SMTPNotSupportedError():
            text = f"cannot do what is asked: {_said(str(error))} See mail.security"
        case _ if type(error) is smtplib.SMTPException:
            text = "offers no way to log in that is known here"
        case _:
            return MailError(f"cannot be reached ({_said(str(error))}); the brief is sent the next time", subject=where)
    return MailRefused(text, subject=where)


def _refusal(
    error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException, where: str
) -> MailError | MailRefused:
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, reason = next(iter(error.recipients.values()), (550, b""))
            text = f"refused the recipient ({code} {_said(reason)})"
        case smtplib.SMTPAuthenticationError():
            # The server's words are left out: some repeat what they were sent.
            code, text = error.smtp_code, f"refused the login ({error.smtp_code}); see mail.username and mail.password"
        case _:
            code, text = error.smtp_code, f"answered {error.smtp_code} {_said(error.smtp_error)}"
    # Codes of the 400s pass by themselves, those of the 500s do not (RFC 5321, 4.2.1).
    return MailError(text, subject=where) if 400 <= code < 500 else MailRefused(text, subject=where)


def _said(reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return cut(plain(text), 120)
