"""Words with times to sentences with times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from earmark.types import Segment

__all__ = ["sentences"]

_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
_LEAST_WORDS = 4


def sentences(words: Sequence[tuple[str, Any, Any]], *, offset_s: float = 0.0) -> list[Segment]:
    """One segment a sentence of at least four words, in order.

    Args:
        words: text (with the space before it, where there is one), start and end in seconds.
        offset_s: added to the times.
    """
    segments: list[Segment] = []
    begin = 0
    for position, (word, _, end) in enumerate(words):
        last = position == len(words) - 1
        if last or (position - begin + 1 >= _LEAST_WORDS and _SENTENCE_END.search(word.strip())):
            text = " ".join("".join(w for w, _, _ in words[begin : position + 1]).split())
            if text:
                segments.append(
                    Segment(text=text, start_s=_time(words[begin][1], offset_s), end_s=_time(end, offset_s))
                )
            begin = position + 1
    return segments


def _time(value: Any, offset_s: float) -> float:
    # The library's times are numpy's.
    return round(float(value) + offset_s, 2)
