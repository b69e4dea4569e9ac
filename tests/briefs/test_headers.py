"""Subjects and names in the head of a mail: every space comes back, in lines that any server takes."""

from __future__ import annotations

import random
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest

from briefs.headers import POLICY

WORDS = (
    "naïve don’t “So – 12,5 € über plain words Łódź l’été 漢字を書く人 שלום مرحبا 👩‍👩‍👧 (and more) =?utf-8?q?x?= "
    f"a,b; semi; q: {'long' * 20} {'länge' * 20}"
).split(" ")


def wire(text: str, *, name: str = "") -> bytes:
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(name, "brief", "example.org")
    message["To"] = Address(name, "ada", "example.org")
    message["Subject"] = text
    message.set_content("x")
    return message.as_bytes()


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def texts() -> list[str]:
    chance = random.Random(5)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, 25)))[:200].strip() for _ in range(600)]


@pytest.mark.heavy
def test_every_space_of_a_subject_comes_back() -> None:
    for text in texts():
        raw = wire(text)
        assert decoded(message_from_bytes(raw)["Subject"]) == text
        assert message_from_bytes(raw, policy=default)["Subject"] == text


@pytest.mark.slow
@pytest.mark.heavy
def test_every_space_of_a_name_comes_back_and_the_address_with_it() -> None:
    for text in texts():
        message = message_from_bytes(wire("x", name=text))
        for header, address in (("From", "brief@example.org"), ("To", "ada@example.org")):
            name, parsed = parseaddr(message[header])
            assert (decoded(name), parsed) == (text, address)


@pytest.mark.slow
@pytest.mark.heavy
def test_lines_are_short_ascii_and_hold_whole_encoded_words() -> None:
    for text in texts():
        lines = wire(text, name=text).split(b"\r\n")
        assert max(map(len, lines)) <= 100
        assert not any(b"?==?" in line or b"\n" in line for line in lines)
        assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Five ideas", b"Subject: Five ideas\r\n"),
        ("=?utf-8?q?x?=", b"Subject: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?=\r\n"),
        ("", b"Subject: \r\n"),
    ],
)
def test_what_is_plain_stays_readable(text: str, line: bytes) -> None:
    assert line in wire(text)


def test_a_short_name_is_quoted_where_it_must_be() -> None:
    assert b'From: "Reader, A." <brief@example.org>\r\n' in wire("x", name="Reader, A.")


def test_an_address_at_which_mails_end_stays_on_one_line() -> None:
    address = f"<https://{'long.' * 30}example.org/mail/leave?key={'k' * 32}>"
    message = EmailMessage(policy=POLICY)
    message["List-Unsubscribe"] = address
    assert f"List-Unsubscribe: {address}\r\n".encode() in message.as_bytes()


def test_a_library_that_changes_the_default_of_the_process_changes_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    import email.charset

    # What Apprise does when it is imported.
    monkeypatch.setitem(email.charset.CHARSETS, "utf-8", (email.charset.QP, email.charset.QP, "utf-8"))
    assert b"Subject: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?=\r\n" in wire("=?utf-8?q?x?=")
