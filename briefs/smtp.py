"""Handing a message to the mail server that the settings name."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from briefs.headers import POLICY
from earmark.clean import cut, plain
from earmark.errors import AddressRefused, MailError, MailRefused, SettingsError
from earmark.ports import Clock
from earmark.settings import MailSettings

__all__ = ["SmtpMailer", "parse_address"]

_HOST = re.compile(r"[A-Za-z0-9._:\-]{1,253}")
_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_ADDRESS = re.compile(r"""\s*(?:(?:"([^"\\]*)"|([^"<>@,;:\\]*?))\s*<([^<>\s]+)>|([^<>\s]+))\s*""")
"""``you@example.org``, ``Your Name <you@example.org>`` or ``"Name, Your" <you@example.org>``. One pattern instead of the
library's lenient reader, which takes the first of several addresses."""
_HELLO = re.compile(_DOMAIN.pattern + r"|\[[0-9A-Fa-f.:]{2,45}\]|\[IPv6:[0-9A-Fa-f.:]{2,45}\]")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")

_NAMELESS = "[127.0.0.1]"
"""The EHLO name if the sender's domain is not a domain of the internet (RFC 5321, 4.1.3)."""


def parse_address(text: str, *, setting: str) -> Address:
    """The one mail address in ``text``, with its display name if there is one.

    Raises:
        SettingsError: it is not one address, or holds what does not belong in a header (``setting`` is the subject).
    """
    match = _ADDRESS.fullmatch(text) if text.isprintable() and len(text) <= 500 else None
    if match is None:
        raise SettingsError("give one mail address such as you@example.org", subject=setting)
    local, _, domain = (match[3] or match[4]).rpartition("@")
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise SettingsError("is not a mail address such as you@example.org", subject=setting)
    try:
        return Address(display_name=plain(match[1] or match[2] or ""), username=local, domain=domain)
    except (ValueError, MessageError) as error:
        raise SettingsError("is not a mail address such as you@example.org", subject=setting) from error


class SmtpMailer:
    """Sends through one SMTP server; a `Mailer`. Each message has a connection of its own.

    Args:
        settings: server, login, sender.
        clock: the time that goes into ``Date``.
        offline: whether no connection may be opened at all.
        tls: what certificates are checked against; the system's authorities if not given.

    Raises:
        SettingsError: there is no server, no sender, or the connection would be readable on its way.
    """

    def __init__(
        self,
        settings: MailSettings,
        clock: Clock,
        *,
        offline: bool,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not settings.host:
            raise SettingsError("name your mail server to have the brief sent", subject="mail.host")
        if not _HOST.fullmatch(settings.host):
            raise SettingsError("is not the name of a server such as smtp.example.org", subject="mail.host")
        if settings.security == "none" and not _is_loopback(settings.host):
            raise SettingsError("may be none on this machine only; use starttls or tls", subject="mail.security")
        self._settings, self._clock, self._offline, self._tls = settings, clock, offline, tls
        if settings.hello and not _HELLO.fullmatch(settings.hello):
            raise SettingsError("is not the name of a machine such as mail.example.org", subject="mail.hello")
        self._sender = parse_address(settings.sender, setting="mail.sender")

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
        """Hands the message to the server; returning means that the server has taken it.

        ``leave`` is the address at which one click of a mail program ends such mails (RFC 8058), if there is one.

        Raises:
            SettingsError: ``to`` is not an address, or Earmark is offline.
            MailError: the server did not answer or asks to try again later.
            MailRefused: it will not take the message as it is: the login, the address, no encryption.
        """
        recipient = parse_address(to, setting="mail.to")
        if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 200:
            raise SettingsError("is not a Message-ID", subject=plain(message_id))
        if self._offline:
            raise SettingsError("Earmark is offline; turn that off to send mail", subject="offline")
        message = self._message(recipient, subject, text, html, message_id)
        if leave:
            message["List-Unsubscribe"] = f"<{leave}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        with self._translated(recipient.addr_spec):
            server = self._connect()
            try:
                self._prepare(server)
                # Not send_message, which puts a ">" before every line that begins with "From ".
                server.sendmail(self._sender.addr_spec, [recipient.addr_spec], message.as_bytes())
            except BaseException:
                server.close()
                raise
        # The server has the message: what goes wrong in the farewell must not make anybody send it again.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()

    def _message(self, recipient: Address, subject: str, text: str, html: str, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = recipient
        message["Subject"] = cut(plain(subject), 200)
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in reply
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.security == "tls":
            return smtplib.SMTP_SSL(
                s.host, s.port, local_hostname=self._hello(), timeout=s.timeout_s, context=self._tls_context()
            )
        return smtplib.SMTP(s.host, s.port, local_hostname=self._hello(), timeout=s.timeout_s)

    def _hello(self) -> str:
        """The EHLO name: the setting, or the sender's domain.

        Relays refuse invalid names, and this machine's own name stays private.
        """
        domain = self._sender.domain
        return self._settings.hello or (domain if "." in domain else _NAMELESS)

    def _prepare(self, server: smtplib.SMTP) -> None:
        """Encrypts and logs in, as the settings say."""
        s = self._settings
        server.ehlo_or_helo_if_needed()
        if s.security == "starttls":
            server.starttls(context=self._tls_context())
            server.ehlo()
        if s.username:
            server.login(s.username, s.password.get_secret_value())

    def _tls_context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    @contextmanager
    def _translated(self, recipient: str) -> Iterator[None]:
        """Errors of smtplib as ours, in words, without the password."""
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()), (550, b""))
            raise self._refusal(code, reply, "does not take mail for this address", recipient, AddressRefused) from None
        except smtplib.SMTPAuthenticationError as error:
            # The reply is left out: it is the one place where a server might repeat what it was given.
            words = f"refused the login (code {error.smtp_code}); check mail.username and mail.password"
            raise (MailRefused if error.smtp_code >= 500 else MailError)(words, subject=where) from None
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, "did not take the message", where) from None
        except smtplib.SMTPNotSupportedError:
            words = (
                "offers no encryption (STARTTLS) or no login of a kind known here; check mail.security and mail.port"
            )
            raise MailRefused(words, subject=where) from None
        except ssl.SSLCertVerificationError as error:
            words = "shows a certificate that cannot be trusted; check mail.host"
            raise MailRefused(f"{words} ({plain(error.verify_message)})", subject=where) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            words = "cannot be reached or broke off; it is tried again next time"
            raise MailError(f"{words} ({self._safe(str(error))})", subject=where) from None

    def _refusal(
        self, code: int, reply: bytes | str, words: str, subject: str, for_good: type[MailRefused] = MailRefused
    ) -> MailError | MailRefused:
        """By its code: 5xx will not change (RFC 5321, 4.2.1), 4xx may."""
        said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        kind = for_good if code >= 500 else MailError
        return kind(f"the server {words} ({code} {self._safe(said)})", subject=subject)

    def _safe(self, text: str) -> str:
        password = self._settings.password.get_secret_value()
        return cut(plain(text.replace(password, "…") if password else text), 200)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
