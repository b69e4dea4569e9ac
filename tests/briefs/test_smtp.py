"""Handing a message to a mail server: what arrives, what is refused before it is sent, and what the errors say."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from briefs.smtp import SmtpMailer, parse_address
from earmark.clock import FixedClock
from earmark.errors import EarmarkError, MailError, MailRefused, SettingsError
from earmark.settings import MailSettings
from tests.briefs.mailbox import PASSWORD, Mailbox, certificate, serve
from tests.briefs.samples import NOW

TEXT = "Grüße: a line\n.\nFrom here on\n" + "long " * 400 + "\n"
HTML = "<!DOCTYPE html><html><body><p>Grüße &amp; more</p></body></html>\n"


def mail_settings(port: int, **changes: Any) -> MailSettings:
    values = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "Earmark <brief@example.org>"}
    return MailSettings.model_validate(values | {"timeout_s": 5} | changes)


def send(settings: MailSettings, *, tls: ssl.SSLContext | None = None, offline: bool = False, **changes: str) -> None:
    mailer = SmtpMailer(settings, FixedClock(NOW), offline=offline, tls=tls)
    message = {"to": "ada@example.org", "subject": "Five ideas", "text": TEXT, "html": HTML}
    mailer.send(**(message | {"message_id": "<earmark.1@example.org>"} | changes))


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_message_arrives_whole() -> None:
    with serve() as box:
        send(mail_settings(box.port), subject="Über Warteschlangen: 漢字")
    (message,) = box.messages
    assert box.senders == ["brief@example.org"]
    assert box.recipients == [["ada@example.org"]]
    assert message["From"] == "Earmark <brief@example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Über Warteschlangen: 漢字"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<earmark.1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain").replace("\r\n", "\n") == TEXT
    assert part(message, "html").replace("\r\n", "\n") == HTML


def test_neither_the_name_of_this_machine_nor_of_its_user_is_sent() -> None:
    with serve() as box:
        send(mail_settings(box.port))
    assert box.greetings == ["example.org"]
    assert socket.gethostname() not in box.messages[0].as_string()


@pytest.mark.parametrize(
    ("sender", "hello", "said"),
    [
        ("you@example.org", "", "example.org"),
        ("you@büro.example", "", "xn--bro-hoa.example"),
        ("you@localhost", "", "[127.0.0.1]"),
        ("you@example.org", "mail.example.net", "mail.example.net"),
        ("you@example.org", "[192.0.2.7]", "[192.0.2.7]"),
    ],
)
def test_the_server_is_greeted_by_the_senders_domain_or_as_the_setting_says(sender: str, hello: str, said: str) -> None:
    with serve() as box:
        send(mail_settings(box.port, sender=sender, hello=hello))
    assert box.greetings == [said]


@pytest.mark.parametrize("hello", ["two words", "a\r\nQUIT", "[]", "a..b", "x" * 64, "[127.0.0.1"])
def test_a_greeting_that_is_no_name_is_refused(hello: str) -> None:
    with pytest.raises(SettingsError, match=r"mail\.hello"):
        SmtpMailer(mail_settings(25, hello=hello), FixedClock(NOW), offline=False)


@pytest.mark.parametrize("implicit", [False, True])
def test_an_encrypted_connection_with_a_login(tmp_path: Path, implicit: bool) -> None:
    server, client = certificate(tmp_path)
    # aiosmtpd takes a connection that is encrypted from its start for an open one, so there it must not ask for more.
    options: dict[str, Any] = (
        {"auth_require_tls": False} if implicit else {"require_starttls": True, "auth_required": True}
    )
    with serve(tls_context=server, implicit_tls=implicit, **options) as box:
        security = "tls" if implicit else "starttls"
        send(mail_settings(box.port, security=security, username="ada", password=PASSWORD), tls=client)
    assert box.logins == [("ada", PASSWORD)]
    assert box.encrypted == [not implicit]
    assert len(box.messages) == 1


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("case", ["unknown", "another name"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_certificate_that_cannot_be_trusted_is_refused_before_the_login(
    tmp_path: Path, implicit: bool, case: str
) -> None:
    server, client = certificate(tmp_path, name="127.0.0.2" if case == "another name" else "127.0.0.1")
    with serve(tls_context=server, implicit_tls=implicit) as box:
        settings = mail_settings(
            box.port, security="tls" if implicit else "starttls", username="ada", password=PASSWORD
        )
        with pytest.raises(MailRefused, match="certificate"):
            send(settings, tls=client if case == "another name" else None)
    assert box.logins == []
    assert box.messages == []


def test_a_server_without_encryption_gets_neither_login_nor_message() -> None:
    with serve() as box, pytest.raises(MailRefused, match="STARTTLS"):
        send(mail_settings(box.port, security="starttls", username="ada", password=PASSWORD))
    assert box.logins == []
    assert box.messages == []


def test_a_wrong_password_is_refused_and_never_repeated(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    with serve(tls_context=server, require_starttls=True) as box:
        settings = mail_settings(box.port, security="starttls", username="ada", password="open sesame 1234")
        with pytest.raises(MailRefused, match=r"mail\.password") as caught:
            send(settings, tls=client)
    assert box.logins[0] == ("ada", "open sesame 1234")
    _says_nothing_of("open sesame 1234", caught.value)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"to_rcpt": "550 no such user open sesame\x1b[31m"}, MailRefused),
        ({"to_rcpt": "450 mailbox busy"}, MailError),
        ({"to_data": "554 looks like spam: open sesame"}, MailRefused),
        ({"to_data": "451 try later"}, MailError),
    ],
)
def test_the_code_of_a_refusal_says_whether_to_try_again(changes: dict[str, str], error: type[EarmarkError]) -> None:
    with serve(Mailbox(**changes)) as box:  # type: ignore[arg-type]
        settings = mail_settings(box.port, password=SecretStr("open sesame"))
        with pytest.raises(error) as caught:
            send(settings)
    said = str(caught.value)
    assert said.isprintable()
    assert next(iter(changes.values()))[:3] in said
    _says_nothing_of("open sesame", caught.value)


def _says_nothing_of(secret: str, error: BaseException) -> None:
    assert secret not in f"{error} {error!r} {error.__cause__!r}"
    assert isinstance(error, EarmarkError)
    assert secret not in error.note()


@contextmanager
def scripted(*replies: bytes, hold: bool = False) -> Iterator[int]:
    """A server that says these lines one after another, whatever it hears; with ``hold`` it then says nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def run() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            for reply in replies:
                connection.sendall(reply)
                heard = b"x"
                while heard and not heard.endswith(b"\r\n"):
                    heard = connection.recv(65536)
            if hold:
                done.wait(5)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        thread.join()
        listener.close()


def test_a_bad_farewell_does_not_make_a_sent_message_unsent() -> None:
    ok = b"250 ok\r\n"
    lines = (b"220 hello\r\n", ok, ok, ok, b"354 go\r\n", b"250 taken\r\n", b"554 how rude\r\n")
    with scripted(*lines) as port:
        send(mail_settings(port), text="short\n", html="<p>short</p>\n")


@pytest.mark.parametrize(
    "lines",
    [(), (b"220 hello\r\n",), (b"554 go away\r\n",), (b"220 hi\r\n", b"\xff\xfe\x00nonsense\r\n"), (b"421 busy\r\n",)],
)
def test_a_server_that_breaks_off_or_talks_nonsense_is_a_mail_error(lines: tuple[bytes, ...]) -> None:
    with scripted(*lines) as port, pytest.raises((MailError, MailRefused)) as caught:
        send(mail_settings(port))
    assert str(caught.value).startswith(f"127.0.0.1:{port}: ")


@pytest.mark.heavy
def test_a_silent_server_costs_the_timeout_only() -> None:
    with scripted(hold=True) as port, pytest.raises(MailError):
        send(mail_settings(port, timeout_s=0.2))


def test_a_server_that_is_not_there_is_a_mail_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailError, match="cannot be reached"):
        send(mail_settings(port))


def test_offline_nothing_is_opened() -> None:
    with serve() as box:
        with pytest.raises(SettingsError, match="offline"):
            send(mail_settings(box.port), offline=True)
        assert box.messages == []


@pytest.mark.parametrize("host", ["mail.example.org", "10.0.0.1", "0.0.0.0", "127.0.0.1.example.org", "localhost.evil"])
def test_an_open_connection_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(SettingsError, match="this machine"):
        SmtpMailer(mail_settings(25, host=host), FixedClock(NOW), offline=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_an_open_connection_to_this_machine_is_fine(host: str) -> None:
    SmtpMailer(mail_settings(25, host=host), FixedClock(NOW), offline=False)


@pytest.mark.parametrize("changes", [{"host": ""}, {"host": "a b"}, {"host": "a\nb"}, {"sender": ""}, {"sender": "me"}])
def test_settings_that_cannot_work_are_refused_at_once(changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        SmtpMailer(mail_settings(25, **changes), FixedClock(NOW), offline=False)


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "nobody",
        "@example.org",
        "a@",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\x00",
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "<a@example.org> b@example.org",
        "A <a@example.org> <b@example.org>",
        "a@exa mple.org",
        "a@@example.org",
        "a..b@example.org",
        "ä@example.org",
        "a@example..org",
        "a@" + "x" * 600,
        "undisclosed: a@example.org;",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_address(address, setting="mail.to")
    assert caught.value.subject == "mail.to"
    with serve() as box, pytest.raises(SettingsError):
        send(mail_settings(box.port), to=address)
    assert box.messages == []


@pytest.mark.parametrize(
    ("address", "name", "bare"),
    [
        (" ada@example.org ", "", "ada@example.org"),
        ("Ada Obi <ada+brief@example.org>", "Ada Obi", "ada+brief@example.org"),
        ('"Obi, Ada" <ada@example.org>', "Obi, Ada", "ada@example.org"),
        ("ada@münchen.example", "", "ada@xn--mnchen-3ya.example"),
        ("<ada@localhost>", "", "ada@localhost"),
    ],
)
def test_an_address_with_or_without_a_name(address: str, name: str, bare: str) -> None:
    parsed = parse_address(address, setting="mail.to")
    assert (parsed.display_name, parsed.addr_spec) == (name, bare)


@pytest.mark.parametrize("text", ["Ideas\r\nBcc: evil@example.org", "a\x00b\x1b[31m\u202ec", "x" * 5000, "\ud800", ""])
def test_a_subject_stays_one_header(text: str) -> None:
    with serve() as box:
        send(mail_settings(box.port), subject=text)
    (message,) = box.messages
    assert message["Bcc"] is None
    assert len(message.get_all("Subject", [])) == 1
    assert len(message["Subject"]) <= 200
    assert message["Subject"].isprintable()
    assert box.recipients == [["ada@example.org"]]


@pytest.mark.parametrize("wrong", ["", "x", "<a@b>\r\nBcc: c@d", "<a b@c>", "<a@b> <c@d>"])
def test_a_message_id_that_is_none_is_refused(wrong: str) -> None:
    with serve() as box, pytest.raises(SettingsError, match="Message-ID"):
        send(mail_settings(box.port), message_id=wrong)
    assert box.messages == []
