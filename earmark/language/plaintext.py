"""Bytes and markup from outside, as plain text."""

from __future__ import annotations

import codecs
import re
from html import unescape
from html.parser import HTMLParser

from earmark.clean import plain
from earmark.language.mixed_encodings import mixed_utf8, once_encoded

__all__ = ["decode", "html_to_text", "inline_text"]

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 32_768
"""As much as charset detection looks at: more takes seconds and changes no answer."""
_EVIDENCE = 48
"""With fewer bytes beyond ASCII, a guess at the charset is noise, and Western European the best bet."""
_MOSTLY = 0.2
"""Up to this share of broken among all non-ASCII characters, a text is damaged UTF-8; other charsets break nearly all."""


def decode(body: bytes, *, content_type: str = "") -> str:
    """``body`` as text: byte order mark, valid UTF-8, UTF-8 with bytes of cp1252, the charset declared, a guess, Latin-1.

    Valid UTF-8 with characters beyond ASCII is never anything else in practice, so it goes before what is declared.
    """
    wide = _wide(body)
    if wide:
        return body.decode(wide, errors="replace").removeprefix("\ufeff")
    escapes = b"\x1b$" in body[:_SAMPLE_BYTES] or b"~{" in body[:_SAMPLE_BYTES]  # ISO-2022, HZ: seven bits, not ASCII
    if not escapes:
        try:
            return once_encoded(body.decode("utf-8"))
        except UnicodeDecodeError:
            pass
        if (mixed := mixed_utf8(body)) is not None:
            return once_encoded(mixed)
    for name in _declared(body, content_type):
        text = _strictly(body, name)
        if text is not None:
            return text
    text = body.decode("utf-8", errors="replace")
    beyond = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    if text.count("\ufffd") <= beyond * _MOSTLY:
        return text
    return _guess(body)


def _wide(body: bytes) -> str:
    """The encoding that a byte order mark names, or that shows without one: every format we read starts in ASCII."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    if body[:4] in {b"\0\0\0<", b"<\0\0\0"}:
        return "utf-32-le" if body[0] else "utf-32-be"
    if b"\0" in body[:4]:
        return "utf-16-le" if body[1] == 0 else "utf-16-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    names = _DECLARED.findall(content_type.encode("ascii", "ignore")) + _DECLARED.findall(body[:1024])
    return [name.decode("ascii") for name in names]


def _strictly(body: bytes, name: str) -> str | None:
    try:
        if not codecs.lookup(name)._is_text_encoding:
            return None  # rot13, zlib: codecs, but no charsets
        return body.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _guess(body: bytes) -> str:
    best = ""
    if len(re.findall(rb"[\x80-\xff]", body[:_SAMPLE_BYTES])) >= _EVIDENCE:
        from charset_normalizer import from_bytes  # slow to load, seldom needed

        match = from_bytes(body[:_SAMPLE_BYTES]).best()
        best = match.encoding if match else ""
    for name in (best, "cp1252"):
        text = _strictly(body, name) if name else None
        if text is not None:
            return text
    return body.decode("latin-1")


_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"head", "noscript", "script", "style", "template", "title"})
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&[#\w]+;")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|br|c|code|em|font|i|lang|p|ruby|rt|s|small|span|strong|sub|sup|u|v)\b[^<>]*>", re.IGNORECASE
)


def inline_text(text: str) -> str:
    """One line: formatting tags out (other angle brackets stay, they may be meant), entities resolved, cleaned."""
    if "<" in text:
        text = _INLINE.sub(" " if "<br" in text.lower() or "<p" in text.lower() else "", text)
    return plain(unescape(text)) if "&" in text else plain(text)


def html_to_text(markup: str, *, limit: int = 200_000) -> str:
    """The text of an HTML fragment in lines, one a block; text without markup keeps its lines.

    Args:
        markup: HTML or plain text, of any quality.
        limit: what lies beyond this many characters is not looked at.
    """
    markup = markup[:limit]
    if not _MARKUP.search(markup):
        return plain(markup, newlines=True).strip()
    reader = _PlainTextParser()
    reader.feed(markup.replace("<![", "&lt;!["))  # html.parser answers some of these with an AssertionError
    reader.close()
    text = "".join(reader.pieces)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in plain(text, newlines=True).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _PlainTextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data if "<" in data else data.replace("\n", " "))
