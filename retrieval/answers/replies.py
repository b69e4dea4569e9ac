"""Questions that were put on air, and the replies to them.

A reply seldom repeats what was asked, so its words alone do not show what it is about; the question before it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from earmark.language.words import content_terms
from earmark.types import Hit
from retrieval.answers.evidence import Neighbours, PassageSentence, sentences_of

__all__ = ["HEARD", "Prompt", "asks", "asks_at_end", "put_before", "replies_to", "reply_to", "turns_of"]

_QUESTION_END = re.compile(r"\?[\"'”’)\]]*$")
_ASKS_UNMARKED = re.compile(
    r"\b(?:(?:I['’]m|I am|I was|we['’]re|we were) (?:\w+ )?(?:curious|wondering)|I (?:just )?wonder"
    r"|I(?:['’]d| would) (?:\w+ )?(?:love|like) (?:for you )?to (?:know|hear|ask|understand))\b(?:(?!\bbecause\b|\bof you\b).)*\byou"
    r"|^\W*(?:(?:so|and|but|okay|well|yeah|please|maybe|then|can you|could you)\b\W*)*"
    r"(?:(?:tell|walk) (?:me|us)\b(?! about (?:it|that)\s*[,.!])|let me ask\b"
    r"|(?:my|the) (?:(?:next|first|last|other) )?question (?:for you\b|is\W+(?:for you|about|what|how|why|who|when|where|which|do|does|did|is|are"
    r"|can|could|would|will|have|has|if)\b))",
    re.IGNORECASE | re.DOTALL,
)
"""A question that ends as a statement does: "I'm curious if you went with yes."."""
HEARD = 5
"""Words up to which a turn only shows that its speaker listens, and the voice before it goes on."""
_SAYS_LITTLE = 3
"""Content words below which a question has its subject from what the same person asked before it: "Why is that?"."""
_ASKED_BEFORE = 4
"""Turns before a question among which that is looked for."""
_LED_UP = 3
"""Sentences at the end of a turn that are its question: the subject is often named just before it is asked about."""
_REPLYING = 5
"""Sentences of a turn that reply to what was asked before it."""
_ASKED_LATE = 2
"""Sentences at the end of a turn among which a question is one to the next speaker ("Why? I'd love to know.")."""
_SPOKEN_TO = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_ANSWERED = 25
"""Words of a reply that say whether what was said of "you" is so."""
_REPLY = 6
"""Words from which a turn is a reply, and not only a sign of having heard."""
_MOST_REPLIES = 4
"""Passages that are read for a question on air that was found."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What somebody else said just before a turn: a question to it, or a statement that it goes on from."""

    text: str
    asks: bool


def turns_of(hit: Hit) -> list[list[PassageSentence]]:
    """The sentences of a passage by turn, in order; a line of a passage is a turn."""
    return [
        [sentence for _, sentence in turn]
        for _, turn in groupby(
            ((hit.text.count("\n", 0, sentence.offset), sentence) for sentence in sentences_of(hit)),
            key=lambda pair: pair[0],
        )
    ]


def asks(text: str) -> bool:
    """Whether a sentence is a question, with a question mark or without one."""
    return bool(_QUESTION_END.search(text) or _ASKS_UNMARKED.search(text))


def asks_at_end(turn: Sequence[PassageSentence]) -> bool:
    """Whether a turn asks something at its end."""
    return any(asks(sentence.text) for sentence in turn[-_ASKED_LATE:])


def put_before(hit: Hit, near: Neighbours) -> dict[int, Prompt]:
    """For where each of the first sentences of a reply begins, what somebody else said to it.

    A reply goes on behind a word of whoever listens, and in the next passage.
    """
    prompts: dict[int, Prompt] = {}
    turns = [*([] if near.before is None else turns_of(near.before)), *turns_of(hit)]
    replying: dict[str | None, tuple[int, Prompt, int]] = {}
    for n, turn in enumerate(turns[1:], 1):
        before, speaker = turns[n - 1], turn[0].speaker
        last, prompt, left = replying.get(speaker, (-1, None, 0))
        goes_on = last == n - 1 or (last == n - 2 and _only_heard(before))
        if prompt is None or not goes_on:
            if before[-1].speaker == speaker:
                continue
            prompt, left = _prompt(turns[:n]), _REPLYING
        prompts |= {sentence.offset: prompt for sentence in turn[:left] if sentence.hit is hit}
        replying[speaker] = (n, prompt, max(0, left - len(turn)))
    return prompts


def replies_to(hits: Sequence[Hit], near: Sequence[Neighbours], persons: Sequence[str] = ()) -> list[Hit]:
    """The passages that begin with the reply to a question with which one of some passages ends.

    Args:
        hits: best first.
        near: their neighbours.
        persons: whose replies alone are meant, and to whatever was said; by default anybody's, to questions.
    """
    held = {hit.chunk_id for hit in hits}
    replies: dict[str, Hit] = {}
    for hit, around in zip(hits, near, strict=True):
        after = around.after
        if after is None or after.chunk_id in held:
            continue
        for asking, replying in zip(turns_of(hit)[-1:], turns_of(after)[:1], strict=False):
            speaker = replying[0].speaker
            if speaker != asking[0].speaker and (speaker in persons if persons else asks_at_end(asking)):
                replies.setdefault(after.chunk_id, after)
    return list(replies.values())[:_MOST_REPLIES]


def reply_to(said: PassageSentence, near: Neighbours) -> PassageSentence | None:
    """How somebody replies who is spoken to at the end of a turn ("So what you want is …"); ``None`` for other sentences.

    What is said to somebody about them is theirs: whoever asks for it wants to know who that is.
    """
    turns = [*turns_of(said.hit), *([] if near.after is None else turns_of(near.after))]
    for turn, after in pairwise(turns):
        late = any(sentence.hit is said.hit and sentence.text in said.text for sentence in turn[-_ASKED_LATE:])
        replied = _words(after) >= _REPLY and after[0].speaker not in (None, said.speaker)
        if late and replied and _SPOKEN_TO.search(said.text):
            last = next((n for n in range(1, len(after)) if _words(after[:n]) >= _ANSWERED), len(after))
            text = after[0].hit.text[after[0].offset : after[last - 1].offset + len(after[last - 1].text)]
            return replace(after[0], text=text)
    return None


def _prompt(turns: Sequence[Sequence[PassageSentence]]) -> Prompt:
    """What the last of some turns puts to the next, with what it is about."""
    *earlier, last = turns
    text, asking = " ".join(sentence.text for sentence in last[-_LED_UP:]), asks_at_end(last)
    if asking and len(content_terms(text)) < _SAYS_LITTLE:
        own = (turn for turn in reversed(earlier[-_ASKED_BEFORE:]) if turn[0].speaker == last[0].speaker)
        asked = next((turn for turn in own if asks_at_end(turn)), [])
        text = " ".join([*(sentence.text for sentence in asked[-_ASKED_LATE:]), text])
    return Prompt(text, asking)


def _only_heard(turn: Sequence[PassageSentence]) -> bool:
    """Whether a turn only shows that its speaker listens."""
    return _words(turn) <= HEARD and not asks_at_end(turn)


def _words(sentences: Sequence[PassageSentence]) -> int:
    return sum(len(sentence.text.split()) for sentence in sentences)
