"""The picture of an insight, 1200 × 630: what a messenger or a network shows of a link to it.

The claim is set in the typeface of the pages. A text in a script for which that has no letters (it has Latin, Greek and
Cyrillic) is not set at all, for boxes in place of letters say nothing: the picture is then the mark alone, and the words beside
it are those of the page's title, which every reader of links sets in fonts of its own.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from earmark.clean import cut, plain
from ui.pages.assets import typeface

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

__all__ = ["SIZE", "draw_card"]

SIZE = (1200, 630)
"""Pixels: the ratio of 1.91 that Open Graph's readers cut to."""
_PAPER, _INK, _QUIET, _ACCENT, _FOLD = "#fcfbf8", "#211d19", "#675f55", "#8c2f1f", "#e9dfd3"
_MARGIN, _WIDTH = 84, 1032
_TEXT_TOP, _TEXT_HEIGHT = 152, 330
_LARGEST, _SMALLEST = 74, 38
_LEADING = 1.18
_CLAIM = 260
"""Characters of a claim: what fits at the smallest size."""
_NO_LETTER = "\U0010fffe"
"""A code point that no font has a letter for."""


@lru_cache(maxsize=64)
def draw_card(claim: str, speaker: str, show: str) -> bytes:
    """A picture for a claim, as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    _draw_mark(pen)
    path = typeface()
    if path is not None:
        body = path.read_bytes()
        _draw_words(pen, body, cut(plain(claim), _CLAIM), plain(speaker), plain(show))
    written = io.BytesIO()
    image.quantize(48).save(written, "PNG")  # flat colours: a third of the bytes
    return written.getvalue()


def _draw_mark(pen: ImageDraw) -> None:
    """The folded corner that is the mark, and a rule at the foot."""
    right = SIZE[0]
    pen.polygon([(right - 150, 0), (right, 0), (right, 150)], fill=_ACCENT)
    pen.polygon([(right - 150, 0), (right - 150, 150), (right, 150)], fill=_FOLD)
    pen.line([(_MARGIN, 538), (_MARGIN + _WIDTH, 538)], fill="#ddd7cc", width=2)


def _draw_words(pen: ImageDraw, face: bytes, claim: str, speaker: str, show: str) -> None:
    small = _font(face, 30, "Subhead Semibold")
    pen.text((_MARGIN + _WIDTH, 582), "Earmark", font=small, fill=_INK, anchor="rm")
    if not _has_letters(small, claim):
        return
    lines, size = _set(face, claim)
    large = _font(face, size, "Display Semibold")
    top = _TEXT_TOP + max(_TEXT_HEIGHT - len(lines) * size * _LEADING, 0) * 0.35
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * size * _LEADING), line, font=large, fill=_INK, anchor="la")
    if _has_letters(small, show):
        pen.text((_MARGIN, 84), _within(small, show, _WIDTH - 180), font=small, fill=_ACCENT, anchor="lm")
    if _has_letters(small, speaker):
        pen.text((_MARGIN, 582), _within(small, speaker, _WIDTH - 240), font=small, fill=_QUIET, anchor="lm")


def _set(face: bytes, claim: str) -> tuple[list[str], int]:
    """The lines of a claim at the largest size at which they fit, and that size in pixels."""
    # Widths grow with the size, so one font measures for all sizes.
    measure = _font(face, 100, "Display Semibold")
    for size in range(_LARGEST, _SMALLEST, -4):
        lines = _lines(measure, claim, _WIDTH * 100 / size)
        if len(lines) * size * _LEADING <= _TEXT_HEIGHT:
            return lines, size
    most = int(_TEXT_HEIGHT / (_SMALLEST * _LEADING))
    lines = _lines(measure, claim, _WIDTH * 100 / _SMALLEST)
    return [*lines[: most - 1], f"{lines[most - 1]}…"] if len(lines) > most else lines, _SMALLEST


def _lines(font: FreeTypeFont, text: str, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [_within(font, whole, width) for whole in [*lines, line]]


def _within(font: FreeTypeFont, text: str, width: float) -> str:
    """The text, cut where it is wider than that."""
    while len(text) > 1 and font.getlength(text) > width:
        text = cut(text, max(int(len(text) * 0.94), 1))
    return text


def _font(face: bytes, size: int, variation: str) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(io.BytesIO(face), size)
    font.set_variation_by_name(variation)
    return font


def _has_letters(font: FreeTypeFont, text: str) -> bool:
    """Whether the font has a letter for every character of a text."""
    missing = bytes(font.getmask(_NO_LETTER))
    return bool(text) and all(bytes(font.getmask(letter)) != missing for letter in set(text) if not letter.isspace())
