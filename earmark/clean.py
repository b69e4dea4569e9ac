"""Text from outside, made safe to show: in a terminal, a mail header, a page.

Escaping for HTML or Markdown is the renderer's; this takes away what no renderer shows but a terminal, a mail client
or an eye would act on: escape sequences, control characters, direction overrides, invisible characters.
"""

from __future__ import annotations

import re

__all__ = ["cut", "plain"]

_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

_JOINED = (
    "\u0600-\u06ff\u0700-\u074f\u0750-\u077f\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufefc"  # Arabic, Syriac
    "\u07c0-\u07ff\u0840-\u085f\u1807\u1820-\u18aa"  # N'Ko, Mandaic, Mongolian
    "\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17d3\u1a20-\u1aad\u1b00-\u1cff\ua800-\ua82c\ua840-\ua87f"
    "\ua880-\ua8ff\ua930-\ua95f\ua980-\ua9df\uaa00-\uaaff\uabc0-\uabff\U00011000-\U00011fff"  # of India and around
)
"""Scripts whose letters take another form, or none of it, beside a joiner: it is spelling there."""
_SILENCERS = (
    "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0d3b\u0d3c\u0dca\u0f84\u1039\u103a\u17d2\u1b44\u1baa\u1bab"
)
"""Signs that take a letter's vowel away. A joiner after one counts at a word's end too (Malayalam's chillus)."""

_SEQUENCES = re.compile(
    # ECMA-48: CSI … final byte; OSC, DCS, SOS, PM, APC … terminator; then two-byte escapes.
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 (but tab and line feed) and C1 controls
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, fillers, Mongolian separators
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero-width, direction marks, embeddings, isolates
    "\ud800-\udfff\ufe00-\ufe0d\ufeff\ufff0-\ufffb\ufffe\uffff"  # surrogates, selectors, byte order mark, annotations
    "\U000e0000-\U000e0fff"  # tags and selectors: a known way to smuggle text past the eye
    "]"
    # A joiner stays inside an emoji and where it is spelling: one at a time, between letters of scripts that join, after
    # a sign that silences, or, to show a letter's joined form by itself, after an Arabic letter. A selector is an emoji's.
    f"|(?<![{_EMOJI}\ufe0f{_JOINED}])\u200d|(?<=[{_EMOJI}\ufe0f])\u200d(?![{_EMOJI}])"
    f"|(?<=[{_JOINED}])(?<![{_SILENCERS}\u0620-\u06d3])\u200d(?![{_JOINED}])"
    f"|(?<![{_JOINED}])\u200c|(?<![{_SILENCERS}])\u200c(?![{_JOINED}])"
    f"|(?<![0-9#*{_EMOJI}])[\ufe0e\ufe0f]"
)


def plain(text: str, *, newlines: bool = False) -> str:
    r"""The text without anything invisible that acts: controls, terminal sequences, bidi overrides, zero-width marks.

    Joiners that are spelling stay (Persian, Sinhala, Malayalam …).

    Without ``newlines`` it is one line with single spaces. With them lines are kept, separated by ``\n``, without
    spaces at their ends, and with at most one empty line in a row.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if not newlines else text.rstrip()
    text = _JOINERS.sub(r"\1", _BREAKS.sub("\n", _SEQUENCES.sub("", text)))
    text = _HIDDEN.sub("", text)
    if not newlines:
        return " ".join(text.split())
    lines = [line.replace("\t", "    ").rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def cut(text: str, limit: int) -> str:
    """The text if it has at most ``limit`` characters, else its beginning up to a word's end, closed by ``…``."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 0)]
    space = head.rfind(" ")
    # A text without spaces near the end (Chinese, one long word) is cut where the limit falls.
    if space > limit * 0.7:
        head = head[:space]
    return head.rstrip(" ,;:.–—-\u200d") + "…"
