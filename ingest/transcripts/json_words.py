"""Words with a time each, as speech services give them, put together to sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earmark.types import Segment

__all__ = ["are_words", "sentences"]

_WORDY = 1.5
"""Words an entry up to which on average entries are words and not sentences."""
_PAUSE_S = 1.5
"""A silence that ends a sentence."""
_LONGEST = 60
"""Words after which a sentence without a full stop ends."""
_ENDS = re.compile(r"[.?!…。？！।॥؟۔][\"”’')\]]*\s*$")


def are_words(texts: Sequence[str]) -> bool:
    """Whether texts are single words; a handful may be a short talk."""
    return len(texts) >= 4 and sum(len(text.split()) for text in texts) <= _WORDY * len(texts)


def sentences(words: Sequence[Segment]) -> list[Segment]:
    """One segment a sentence: until a full stop, a pause, or somebody else."""
    result: list[Segment] = []
    run: list[Segment] = []
    for word in words:
        if run and any(map(str.isalnum, word.text)) and _over(run, word):
            result.append(_joined(run))
            run = []
        run.append(word)
    return [*result, _joined(run)] if run else result


def _over(run: Sequence[Segment], word: Segment) -> bool:
    last = next((before for before in reversed(run) if any(map(str.isalnum, before.text))), run[-1])
    silent = last.end_s is not None and word.start_s is not None and word.start_s - last.end_s > _PAUSE_S
    return silent or word.speaker != last.speaker or len(run) >= _LONGEST or bool(_ENDS.search(run[-1].text))


def _joined(run: Sequence[Segment]) -> Segment:
    text = ""
    for word in run:
        marks = not any(map(str.isalnum, word.text))
        text += word.text if marks or not text or text[-1].isspace() else f" {word.text.lstrip()}"
    ends = [word.end_s for word in run if word.end_s is not None]
    start = next((word.start_s for word in run if word.start_s is not None), None)
    return Segment(text=text, start_s=start, end_s=max(ends, default=None), speaker=run[0].speaker)
