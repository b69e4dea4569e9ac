"""What of a speech model's output is kept: pure functions of text, for the loops and inventions that such models make."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earmark.types import Segment

__all__ = ["hotword_line", "is_silence", "is_uncertain", "whisper_language", "without_repeats"]

NO_SPEECH = 0.6
LOG_PROBABILITY = -1.0
"""Two thresholds of Whisper's own decoder (openai/whisper, transcribe.py); batched decoding does not apply them."""

_SAME_SEGMENT = 3
_HOTWORD_CHARACTERS = 300
_OLD_CODES = {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "cmn": "zh"}


def is_silence(*, no_speech: float, log_probability: float) -> bool:
    """Whether a segment was invented over silence or music: Whisper's own rule."""
    return no_speech > NO_SPEECH and log_probability < LOG_PROBABILITY


def is_uncertain(log_probability: float) -> bool:
    """Whether the model doubts its words so much that Whisper's own decoder would decode them again."""
    return log_probability < LOG_PROBABILITY


def without_repeats(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments, of three or more alike in a row only the first (``Thank you.`` over closing music)."""
    kept: list[Segment] = []
    run: list[Segment] = []
    for segment in segments:
        if run and _plain(segment.text) != _plain(run[0].text):
            kept += run[:1] if len(run) >= _SAME_SEGMENT else run
            run = []
        run.append(segment)
    kept += run[:1] if len(run) >= _SAME_SEGMENT else run
    return tuple(kept)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def hotword_line(names: Sequence[str]) -> str:
    """The names as one line of at most 300 characters, each once, in order, for the model's prompt.

    Whisper keeps 223 tokens of prompt; a longer one takes room from the text and starts loops.
    """
    line = ""
    seen: set[str] = set()
    for name in names:
        plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
        if not plain or plain.casefold() in seen:
            continue
        longer = f"{line}, {plain}" if line else plain
        if len(longer) > _HOTWORD_CHARACTERS:
            continue
        seen.add(plain.casefold())
        line = longer
    return line


def whisper_language(tag: str) -> str:
    """The language part of a tag (``en-US``, ``pt_BR``) as Whisper writes it; empty for a tag without one."""
    code = re.split(r"[-_]", tag.strip().casefold(), maxsplit=1)[0]
    return _OLD_CODES.get(code, code)
