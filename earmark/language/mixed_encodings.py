"""Texts in two encodings at once: bytes of cp1252 in UTF-8, and UTF-8 that was encoded a second time.

Only what is sure is repaired: a publisher's texts are pasted together from several programs, but a wrong letter is worse
than a missing one.
"""

from __future__ import annotations

import re

__all__ = ["mixed_utf8", "once_encoded"]

_LONE = re.compile("(?<![\udc80-\udcff])[\udc80-\udcff](?![\udc80-\udcff])")
_LEFT = re.compile("[\udc80-\udcff]")
_BEYOND = re.compile("[^\x00-\x7f\udc80-\udcff]")
_LETTER = re.compile("[A-Za-z]")
_SIGNS = frozenset(b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xab\xbb")
"""Bytes of cp1252 that stand for quotation marks, dashes and the like; in UTF-8 none of them begins a character."""
_FIRST_LETTER = 0xC0
_ENOUGH = 3
"""Characters beyond ASCII that are whole UTF-8; text of another encoding has none by chance."""
_TWICE = re.compile("Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\xa0-\xbf]|â€[˜™šœž\x9d“”¦¢¡]")


def mixed_utf8(body: bytes) -> str | None:
    """UTF-8 with single bytes of cp1252 in it, each read as what it is; ``None`` if that is not sure.

    A byte is read so if it is alone among ASCII: a letter beside letters that cannot be the beginning of a
    character cut off, or a quotation mark or dash. What else is broken becomes U+FFFD.
    """
    text = body.decode("utf-8", errors="surrogateescape")
    whole = _BEYOND.findall(text)
    if len(whole) < _ENOUGH:
        return None
    begins = {character.encode("utf-8")[0] for character in set(whole)}

    def read(match: re.Match[str]) -> str:
        byte = ord(match[0]) - 0xDC00
        before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
        if byte in _SIGNS and before.isascii() and after.isascii():
            return bytes([byte]).decode("cp1252")
        followed = bool(_LETTER.match(after))
        beside = followed or (bool(_LETTER.match(before)) and byte not in begins)
        return bytes([byte]).decode("cp1252") if byte >= _FIRST_LETTER and beside else match[0]

    mended = _LONE.sub(read, text)
    left = len(_LEFT.findall(mended))
    return _LEFT.sub("\ufffd", mended) if left <= len(whole) / 4 else None


def once_encoded(text: str) -> str:
    """Text without what comes of encoding UTF-8 twice (``GrÃ¶ÃŸe``, ``itâ€™s``), where no language writes such signs."""
    return _TWICE.sub(_undone, text) if "Ã" in text or "Â" in text or "â€" in text else text


def _undone(match: re.Match[str]) -> str:
    raw = b"".join(character.encode("latin-1" if ord(character) < 0x100 else "cp1252") for character in match[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
