"""Feeds in two encodings at once."""

from __future__ import annotations

import pytest

from earmark.language.mixed_encodings import once_encoded
from earmark.language.plaintext import decode

GOOD = "Ärger über Öl – „Grüße“ <i/>"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", ""])
@pytest.mark.parametrize("text", ["Käse und Bücher", "Café <b>", "It’s “new” – now", "Ärzte", "naïve señor"])
def test_entries_of_cp1252_in_utf8_are_read(declared: str, text: str) -> None:
    body = f"<x>{GOOD}</x><x>".encode() + text.encode("cp1252") + f"</x><x>{GOOD}</x>".encode()
    read = decode(body, content_type=f"text/xml; charset={declared}" if declared else "")
    assert read == f"<x>{GOOD}</x><x>{text}</x><x>{GOOD}</x>"


@pytest.mark.parametrize("cut", ["Größe"[:3].encode()[:-1], "Ruhe…".encode()[:-1], b"\xff", "Grüße".encode()[:3]])
def test_a_character_cut_off_is_no_letter(cut: bytes) -> None:
    read = decode(f"<x>{GOOD}</x><x>".encode() + cut + b"</x>")
    assert "\ufffd" in read
    assert "Ã" not in read and "â" not in read


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Grüße aus Köln, schöne Öfen für alle und naïve Señores"),
        ("windows-1251", "Подкаст о книгах и людях"),
        ("iso-8859-2", "żółw i gęś nad wodą"),
        ("shift_jis", "番組のエピソード"),
        ("gbk", "播客节目和书"),
    ],
)
def test_other_encodings_stay_what_they_declare(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), content_type=f"text/xml; charset={encoding}") == text


@pytest.mark.parametrize("text", ["Größe", "Ärger über Öl", "It’s “new” – and café…", "Señor à Ôô ÀÉ", "½ «x»"])
def test_what_was_encoded_twice_is_undone(text: str) -> None:
    twice = "".join(
        bytes([byte]).decode("latin-1" if byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "cp1252")
        for byte in text.encode()
    )
    assert twice != text
    assert decode(twice.encode()) == text


@pytest.mark.parametrize(
    "text", [GOOD, "NÃO, SÃO e Âncora", "„MENÜ“ «BEAUTÉ»", "Ã la", "5 € – Â", "Привет", "ÃO Â. â€"]
)
def test_what_people_write_stays(text: str) -> None:
    assert once_encoded(text) == text
