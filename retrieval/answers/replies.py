"""Questions that were put on air, and the replies to them.

A reply seldom repeats what was asked, so its words alone do not show what it is about; the question before it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from earmark.types import Hit
from retrieval.answers.evidence import Neighbours, PassageSentence, sentences_of

__all__ = ["QUESTION_END", "put_before", "replies_to", "turns_of"]

QUESTION_END = re.compile(r"\?[\"'”’)\]]*$")
_LED_UP = 3
"""Sentences at the end of a turn that are its question: the subject is often named just before it is asked about."""
_REPLYING = 5
"""Sentences of a turn that reply to what was asked before it."""
_ASKED_LATE = 2
"""Sentences at the end of a turn among which a question is one to the next speaker ("Why? I'd love to know.")."""
_MOST_REPLIES = 4
"""Passages that are read for a question on air that was found."""


def turns_of(hit: Hit) -> list[list[PassageSentence]]:
    """The sentences of a passage by turn, in order; a line of a passage is a turn."""
    return [
        [sentence for _, sentence in turn]
        for _, turn in groupby(
            ((hit.text.count("\n", 0, sentence.offset), sentence) for sentence in sentences_of(hit)),
            key=lambda pair: pair[0],
        )
    ]


def put_before(hit: Hit, near: Neighbours) -> dict[int, str]:
    """For where each replying sentence of a passage begins, the question that somebody else put before it."""
    asked: dict[int, str] = {}
    before = turns_of(near.before)[-1:] if near.before is not None else []
    for turn in turns_of(hit):
        question = _question(before[-1]) if before and before[-1][0].speaker != turn[0].speaker else ""
        if question:
            asked |= {sentence.offset: question for sentence in turn[:_REPLYING]}
        before = [turn]
    return asked


def replies_to(hits: Sequence[Hit], near: Sequence[Neighbours], persons: Sequence[str] = ()) -> list[Hit]:
    """The passages that begin with the reply to a question with which one of some passages ends.

    Args:
        hits: best first.
        near: their neighbours.
        persons: who has to reply; anybody by default.
    """
    held = {hit.chunk_id for hit in hits}
    replies: dict[str, Hit] = {}
    for hit, around in zip(hits, near, strict=True):
        after = around.after
        if after is None or after.chunk_id in held:
            continue
        for asking, replying in zip(turns_of(hit)[-1:], turns_of(after)[:1], strict=False):
            speaker = replying[0].speaker
            if _question(asking) and speaker != asking[0].speaker and (not persons or speaker in persons):
                replies.setdefault(after.chunk_id, after)
    return list(replies.values())[:_MOST_REPLIES]


def _question(turn: Sequence[PassageSentence]) -> str:
    """What a turn asks at its end, with what leads up to it; empty where it asks nothing."""
    if not any(QUESTION_END.search(sentence.text) for sentence in turn[-_ASKED_LATE:]):
        return ""
    return " ".join(sentence.text for sentence in turn[-_LED_UP:])
