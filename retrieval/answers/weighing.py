"""Finding the evidence for a question and weighing it: which sentences answer, and how sure it is that any does."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from earmark.language.folding import fold, holds
from earmark.language.words import content_terms, stem
from earmark.ports import TokenEncoder
from earmark.types import Filters, Hit
from retrieval.answers.asides import Asides, asides, spoken_turns
from retrieval.answers.attributes import attributes
from retrieval.answers.confidence import THRESHOLD, THRESHOLD_PLAIN, in_one_place, probability
from retrieval.answers.evidence import AnswerEvidence, Neighbours, PassageSentence, sentences_of
from retrieval.answers.nameless import is_nameless, may_be_quoted, may_be_theirs
from retrieval.answers.nearness import told_in_one_place, unheld, window_signals
from retrieval.answers.neighbours import neighbours
from retrieval.answers.packing import repeats
from retrieval.answers.reading import read_together
from retrieval.answers.replies import Prompt, asks, asks_at_end, put_before, replies_to, turns_of
from retrieval.answers.scoring import sentence_scores
from retrieval.answers.signals import EvidenceProfile, QuestionProfile, aligned, asked_words, covers, measure
from retrieval.rarity import Rarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import Encoder, TokenVectors
    from retrieval.encoders.cross_encoder import CrossEncoder
    from retrieval.search.searcher import Searcher

__all__ = ["Weigher"]

PASSAGES = 10
_SPARE = 6
"""Passages looked at beyond those kept, for repeats."""
_SHORTEST = 6
"""Words from which on a sentence can be quoted alone."""
_SHORTEST_REPLY = 3
"""The same where it is all that is replied to a question: "I went with yes."."""
_MOST_SENTENCES = 96
_SPOKEN_OF = 0.7
"""The least confidence that a passage on what was asked about gives, where no more is asked than what was said on it, and
that a sentence gives which has all that was asked with the number that is wanted.

The fitted probability is about questions that want one fact; by it, ten passages on the subject are ten that do not
stand out from each other.
"""
_SIDE = 0.65
"""Share of the threshold from which a side answers.

Whoever compares persons or shows mostly knows that they speak of the subject. Of 26 sides of questions to a library of 150
episodes, the two that say nothing have .11 at most; of those that say something, two lie between here and the threshold.
"""
_PART = 3
"""Letters above which a part of a name says who is meant."""
_CARRIED = 0.4
"""The weight of a word carried over from the question before, against a word that was asked."""
_RECENT_WEIGHT = 0.2
_RECENT_DAYS = 120.0
_RECENT = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|currently|nowadays|these days|lately|right now|up to date)\b",
    re.IGNORECASE,
)


class Weigher:
    """Safe to share between threads."""

    def __init__(self, searcher: Searcher, encoder: Encoder, reader: CrossEncoder | None = None) -> None:
        self._searcher = searcher
        self._encoder = encoder
        self._reader = reader

    def answers(self, evidence: AnswerEvidence) -> bool:
        """Whether it is likely enough that the evidence answers; that of sides does where that of one does."""
        if evidence.sides:
            return any(side.evidence is not None for side in evidence.sides)
        return bool(evidence.sentences) and evidence.confidence >= self._threshold()

    def answers_for_side(self, evidence: AnswerEvidence) -> bool:
        """Whether it is likely enough that the evidence is what one side says of the subject."""
        return bool(evidence.sentences) and evidence.confidence >= _SIDE * self._threshold()

    def weigh(
        self,
        text: str,
        filters: Filters,
        *,
        now: datetime,
        topical: bool = False,
        carried: Sequence[str] = (),
        about: Sequence[str] = (),
    ) -> AnswerEvidence:
        """The evidence for a question in a part of the library; raises ``UsageError`` if nothing is asked.

        Args:
            text: the question.
            filters: the part of the library.
            now: what "recent" is counted from.
            topical: whether it asks for what was said about something, which any passage on it answers.
            carried: words of it that come from the question before: they say what it is about, not what it asks.
            about: persons it is about: only what they say, or what is said in a passage that names them, answers it.
        """
        ranked, replying = self._passages(text, filters, about)
        aside = asides(self._searcher.catalog, (*ranked, *replying), text, about=about, voices=filters.speakers)
        passages = tuple(hit for hit in ranked if spoken_turns(turns_of(hit), aside))[:PASSAGES]
        held = {hit.chunk_id for hit in passages}
        replies = tuple(hit for hit in replying if hit.chunk_id not in held)
        hits = (*passages, *replies)

        def sentences_in(some: Sequence[Hit]) -> list[PassageSentence]:
            quotable = (sentence for hit in some for sentence in _quotable(hit, filters.speakers, aside))
            return [sentence for sentence in quotable if not about or _concerns(sentence, about)]

        sentences = sentences_in(passages)[:_MOST_SENTENCES]
        if not sentences:
            return AnswerEvidence(question=text, hits=passages, sentences=(), scores=(), confidence=0.0)
        sentences += sentences_in(replies)
        near = tuple(_beside(around, filters) for around in neighbours(self._searcher.catalog, hits))
        rarity = self._searcher.rarities.rarity()
        asked, heard = self._encoded(text, hits, near, sentences, rarity, {stem(word) for word in carried}, aside)
        scores = sentence_scores(asked, heard) + attributes(text, heard)
        if self._reader is not None and content_terms(text):
            beside = {id(hit): around for hit, around in zip(hits, near, strict=True)}
            scores = read_together(
                self._reader, text, sentences, [beside[id(sentence.hit)] for sentence in sentences], scores
            )
        if _RECENT.search(text):
            scores = scores + np.array([_RECENT_WEIGHT * _recency(sentence.hit, now) for sentence in sentences])
        return AnswerEvidence(
            question=text,
            sought=text,
            filters=filters,
            hits=hits,
            sentences=tuple(sentences),
            scores=tuple(float(score) for score in scores),
            confidence=_confidence(asked, heard.first(len(hits if filters.speakers else passages)), topical=topical),
            vectors=heard.vectors,
            neighbours=near,
            asides=aside,
        )

    def _threshold(self) -> float:
        return THRESHOLD if isinstance(self._encoder, TokenEncoder) else THRESHOLD_PLAIN

    def _passages(self, text: str, filters: Filters, about: Sequence[str]) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """The best passages that differ, with some to spare, and those that begin with a reply to a question on air that was found.

        Where persons are meant, also passages that others begin and they go on in: a passage of two voices is filed under
        the one that has most of it. And those of voices without a name in what has theirs in its title.
        """
        catalog = self._searcher.catalog

        def best(narrowed: Filters) -> list[Hit]:
            return self._searcher.passages(text, filters=narrowed, limit=PASSAGES + _SPARE, operators=False)

        persons = filters.speakers or tuple(about)
        if not persons:
            passages = _distinct(best(filters))
            first = passages[:PASSAGES]
            return passages, tuple(_admitted(replies_to(first, neighbours(catalog, first)), filters))
        by_them = best(replace(filters, speakers=persons))
        everybody = best(replace(filters, speakers=()))
        if filters.speakers:
            wide = [
                hit
                for hit in everybody
                if may_be_theirs(hit, persons) or any(sentence.speaker in persons for sentence in sentences_of(hit))
            ]
        else:
            wide = [hit for hit in everybody if any(_concerns(sentence, about) for sentence in sentences_of(hit))]
        known = {hit.chunk_id: hit for pair in zip_longest(by_them, wide) for hit in pair if hit is not None}
        passages = _distinct(list(known.values()))[: PASSAGES + _SPARE]
        return passages, tuple(_admitted(replies_to(everybody, neighbours(catalog, everybody), persons), filters))

    def _encoded(
        self,
        text: str,
        hits: Sequence[Hit],
        near: Sequence[Neighbours],
        sentences: Sequence[PassageSentence],
        rarity: Rarity,
        carried: set[str],
        aside: Asides,
    ) -> tuple[QuestionProfile, EvidenceProfile]:
        """Question, sentences and what they reply to as vectors, all from one pass of the model."""
        wanted = asked_words(text)
        before = {id(hit): put_before(hit, around) for hit, around in zip(hits, near, strict=True)}
        put = [before[id(sentence.hit)].get(sentence.offset) for sentence in sentences]
        prompts = list(dict.fromkeys(prompt for prompt in put if prompt is not None))
        heard_to = 1 + len(sentences)
        texts = [text, *(sentence.text for sentence in sentences), *(prompt.text for prompt in prompts)]
        tokens: tuple[NDArray[np.float32], ...] = ()
        heard_tokens: list[NDArray[np.float32]] = []
        put_tokens: list[NDArray[np.float32]] = []
        if isinstance(self._encoder, TokenEncoder):
            encoded: list[TokenVectors] = self._encoder.encode_tokens([*texts, *wanted])
            vectors = np.stack([text_vectors.pooled for text_vectors in encoded[: len(texts)]])
            heard_tokens = [text_vectors.tokens for text_vectors in encoded[1:heard_to]]
            put_tokens = [text_vectors.tokens for text_vectors in encoded[heard_to : len(texts)]]
            tokens = aligned(encoded[0], [text_vectors.token_ids for text_vectors in encoded[len(texts) :]])
        else:
            vectors = self._encoder.encode(texts)
        place = {id(hit): n for n, hit in enumerate(hits)}
        asked = QuestionProfile(
            text=text,
            terms=tuple(stem(word) for word in wanted),
            rarities=np.array(
                [rarity.idf(stem(word)) * (_CARRIED if stem(word) in carried else 1.0) for word in wanted],
                dtype=np.float32,
            ),
            vector=vectors[0],
            tokens=tokens,
            unknown=frozenset(stem(word) for word in wanted if not rarity.counts[stem(word)]),
        )
        heard = EvidenceProfile(
            sentences=[sentence.text for sentence in sentences],
            owners=np.array([place[id(sentence.hit)] for sentence in sentences]),
            vectors=vectors[1:heard_to],
            passages=[
                f"{hit.show} {hit.speaker or ''} {_year(hit)} {_asked_before(hit, before[id(hit)])} {_said(hit, aside)}"
                for hit in hits
            ],
            cosines=np.array([hit.cosine or 0.0 for hit in hits], dtype=np.float32),
            tokens=heard_tokens,
            put=np.array([-1 if prompt is None else prompts.index(prompt) for prompt in put]),
            put_asks=np.array([prompt.asks for prompt in prompts], dtype=bool),
            put_vectors=vectors[heard_to:],
            put_tokens=put_tokens,
        )
        return asked, heard


def _confidence(asked: QuestionProfile, heard: EvidenceProfile, *, topical: bool) -> float:
    if not content_terms(asked.text):
        return 1.0  # nothing is asked but what somebody said
    signals = measure(asked, heard)
    confidence = in_one_place(probability(signals), window_signals(asked, heard))
    spoken_of = topical and covers(signals) and not unheld(asked.text, heard.passages)
    spoken_of = spoken_of or told_in_one_place(asked, heard)
    return max(confidence, _SPOKEN_OF) if spoken_of else confidence


def _concerns(sentence: PassageSentence, persons: Sequence[str]) -> bool:
    """Whether one of some persons says a sentence, as far as is known, or is named in its passage by a part of the name."""
    if sentence.speaker in persons or (is_nameless(sentence.speaker) and may_be_theirs(sentence.hit, persons)):
        return True
    held = set(fold(sentence.hit.text).split())
    return any(len(part) > _PART and part in held for person in persons for part in fold(person).split())


def _admitted(hits: Iterable[Hit], filters: Filters) -> Iterator[Hit]:
    """Those of some passages beside what was found that fit what filters ask of a passage by itself."""
    wanted = [phrase for written in filters.phrases if (phrase := fold(written))]
    unwanted = [fold(word) for word in filters.without]
    for hit in hits:
        listed = filters.keys is None or hit.chunk_id in filters.keys
        text = fold(hit.text) if wanted or unwanted else ""
        if listed and all(holds(text, phrase) for phrase in wanted) and not any(holds(text, word) for word in unwanted):
            yield hit


def _beside(near: Neighbours, filters: Filters) -> Neighbours:
    """The neighbours of a passage without one that says what is not wanted."""
    without = Filters(without=filters.without)
    kept = [hit if hit is not None and list(_admitted([hit], without)) else None for hit in (near.before, near.after)]
    return Neighbours(before=kept[0], after=kept[1]) if filters.without else near


def _distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The passages, best first, without those that repeat a better one (a repeated episode, a trailer)."""
    kept: list[Hit] = []
    for hit in hits:
        if not any(repeats(hit.text, other.text) for other in kept):
            kept.append(hit)
    return tuple(kept)


def _quotable(hit: Hit, speakers: Sequence[str], aside: Asides) -> list[PassageSentence]:
    """The parts of a passage that fit in an answer: its sentences but for questions, short ones with the next one.

    A short one is alone where it is all that somebody replies to a question. Where only some speakers are asked for, only
    what they say themselves; nothing of what stands aside.
    """
    kept: list[PassageSentence] = []
    asked = False
    for turn in turns_of(hit):
        if may_be_quoted(turn[0], speakers):
            for spoken in spoken_turns([turn], aside):
                parts, short = _parts(spoken)
                replies = asked and not parts and short is not None and len(short.text.split()) >= _SHORTEST_REPLY
                kept += [short] if replies and short is not None else parts
        asked = asks_at_end(turn)
    return kept


def _parts(turn: Sequence[PassageSentence]) -> tuple[list[PassageSentence], PassageSentence | None]:
    """The quotable parts of a turn, and what is left at its end that is too short to be quoted alone."""
    kept: list[PassageSentence] = []
    before: PassageSentence | None = None
    for sentence in turn:
        if asks(sentence.text):
            before = None
            continue
        start = before.offset if before else sentence.offset
        text = sentence.hit.text[start : sentence.offset + len(sentence.text)]
        whole = replace(sentence, text=text, offset=start)
        before = whole if len(text.split()) < _SHORTEST else None
        if before is None:
            kept.append(whole)
    return kept, before


def _said(hit: Hit, aside: Asides) -> str:
    """What a passage says without what stands aside in it."""
    if not any(chunk_id == hit.chunk_id for chunk_id, _ in aside):
        return hit.text
    return " ".join(sentence.text for turn in spoken_turns(turns_of(hit), aside) for sentence in turn)


def _asked_before(hit: Hit, prompts: Mapping[int, Prompt]) -> str:
    """What was asked in the passage before, where this one begins with the reply."""
    first = next(iter(sentences_of(hit)), None)
    prompt = prompts.get(first.offset) if first is not None else None
    return prompt.text if prompt is not None and prompt.asks else ""


def _year(hit: Hit) -> str:
    return f"{hit.published:%Y}" if hit.published else ""


def _recency(hit: Hit, now: datetime) -> float:
    """1 for what was said today, falling by half in 83 days; 0 if the day is not known."""
    if hit.published is None:
        return 0.0
    return math.exp(-max(0, (now - hit.published).days) / _RECENT_DAYS)
