"""Moments: passages found side by side become one hit, and the sentence that matters in it is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.language.folding import find, fold_with_offsets, terms
from earmark.language.links import at_second
from earmark.language.sentences import sentence_spans
from earmark.language.stopwords import STOPWORDS
from earmark.timeline import moved
from earmark.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog.content.chunks import LocatedPassage
    from retrieval.rarity import Rarity

__all__ = ["Moment", "PassageHit", "gathered", "marked", "moment", "passage_hit", "statement_hit"]

MOST_MERGED = 3
"""Passages that become one moment at most: two or three minutes of talk, what a reader takes in at once."""
_TRIED = 2
"""Sentences of a hit that are compared with the query by meaning: the two that hold most of its rare words."""
_UNSURE = 0.25
"""How much less the second may hold of them for that: where words decide, meaning seldom says otherwise."""
_ENCODED_HITS = 5
"""Hits in which they are: those that everybody reads. Encoding two dozen sentences would take longer than the search."""
_ENCODED_CHARACTERS = 140
_COVERAGE = 0.5
"""Weight of covered words beside the cosine: what answers give them."""
_FEWEST_TERMS = 3
_COMMON = 1.0
"""Weight of a word that every talk is full of (*world*, *good*), in the units of inverse document frequency."""
_SHORT = 0.2
"""Taken from the score of a sentence that is too short to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """A passage that was found, with its score and its cosine to the query."""

    located: LocatedPassage
    score: float
    cosine: float | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Its episode and its number there."""
        return self.located.chunk.episode_id, self.located.chunk.seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Passages of one episode that follow each other: ``ranked`` best first, ``parts`` in order with where each begins."""

    ranked: tuple[PassageHit, ...]
    parts: tuple[tuple[int, PassageHit], ...]
    text: str


Places = dict[tuple[str, int], PassageHit]


def gathered(units: Sequence[tuple[PassageHit, ...]], limit: int, *, near: int | None = None) -> list[Moment]:
    """The best moments of what was found, best first.

    Args:
        units: what was found, best first; a unit of several passages stays together.
        limit: how many moments are wanted at most.
        near: how many of the units are good enough to lengthen a better one's moment; of those further down what lies
            beside a moment is left out. All by default.
    """
    groups: list[Places] = []
    for number, unit in enumerate(units):
        made = {hit.place: hit for hit in unit}
        if near is not None and number >= near and any(_touches(group, made) for group in groups):
            continue
        home: Places | None = None
        for group in list(groups):
            if home is None and _join(group, made):
                home = group
                _take(home, made)
            elif home is not None and _join(home, group):
                # What came with the unit closed the gap to this one: the better of the two takes all.
                _take(home, group)
                groups = [known for known in groups if known is not group]
        if home is None:
            groups.append(made)
    return [moment(list(group.values())) for group in groups[:limit]]


def _join(places: Places, other: Places) -> bool:
    """Whether they overlap, or lie side by side and are not too much for one moment."""
    if places.keys() & other.keys():
        return True
    return len(places) + len(other) <= MOST_MERGED and _touches(places, other)


def _take(home: Places, other: Places) -> None:
    home.update({place: hit for place, hit in other.items() if place not in home})


def _touches(places: Places, other: Places) -> bool:
    return any((episode, number + step) in places for episode, number in other for step in (-1, 0, 1))


def moment(ranked: Sequence[PassageHit]) -> Moment:
    """The moment that passages make, best first given; its text has theirs verbatim, in their order.

    Where speakers differ each passage begins on a line of its own with its speaker's name, as turns inside a passage do.
    """
    ordered = sorted(ranked, key=lambda hit: hit.place)
    differ = len({hit.located.chunk.speaker for hit in ordered}) > 1
    lined = differ or any("\n" in hit.located.chunk.text for hit in ordered)
    text, parts = "", []
    for hit in ordered:
        chunk = hit.located.chunk
        text += ("\n" if lined else " ") if text else ""
        if differ and chunk.speaker and "\n" not in chunk.text:
            text += f"{chunk.speaker}: "
        parts.append((len(text), hit))
        text += chunk.text
    return Moment(ranked=tuple(ranked), parts=tuple(parts), text=text)


@dataclass(frozen=True, slots=True)
class _ScoredSentence:
    start: int
    end: int
    covered: float


def marked(
    moments: Sequence[Moment],
    *,
    wanted: str,
    phrases: Sequence[str],
    speakers: Sequence[str],
    rarity: Rarity,
    vector: NDArray[np.float32] | None,
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> list[Hit]:
    """The moments as hits, each with the sentence that matters.

    With phrases, that sentence contains a phrase; else it is the sentence nearest to the query in meaning, among those
    that hold most of its rare words.

    Args:
        moments: best first.
        wanted: the words searched for; without words no sentence is marked.
        phrases: folded.
        speakers: whose sentences are wanted; empty for everybody's.
        rarity: how rare words are.
        vector: that of ``wanted``, of shape ``(dimension,)``.
        encode: makes vectors of sentences.
    """
    if not wanted:
        return [_hit(moment, None) for moment in moments]
    rare = set(terms(wanted))
    tried = [_candidates(moment, rare, phrases, speakers, rarity) for moment in moments]
    texts = [
        moment.text[sentence.start : min(sentence.end, sentence.start + _ENCODED_CHARACTERS)]
        for moment, sentences in zip(moments[:_ENCODED_HITS], tried[:_ENCODED_HITS], strict=True)
        for sentence in sentences
        if len(sentences) > 1
    ]
    cosines = iter((encode(texts) @ vector).tolist()) if texts and vector is not None else iter(())
    hits = []
    for number, (moment, sentences) in enumerate(zip(moments, tried, strict=True)):
        compared = vector is not None and number < _ENCODED_HITS and len(sentences) > 1
        scores = [next(cosines) if compared else 0.0 for _ in sentences]
        best = max(
            range(len(sentences)), key=lambda n: (scores[n] + _COVERAGE * sentences[n].covered, -n), default=None
        )
        hits.append(_hit(moment, None if best is None else (sentences[best].start, sentences[best].end)))
    return hits


def _candidates(
    moment: Moment, rare: set[str], phrases: Sequence[str], speakers: Sequence[str], rarity: Rarity
) -> list[_ScoredSentence]:
    """The sentences of a moment that may be what matters, the sentence with most of the rare words first."""
    spans = sentence_spans(moment.text)
    spans = [span for span in spans if _speaker(moment, span[0]) in speakers] or spans
    if phrases:
        spans = _around_phrases(moment.text, spans, phrases) or spans
    best = moment.ranked[0]
    best_from, best_to = next((at, at + len(hit.located.chunk.text)) for at, hit in moment.parts if hit is best)
    weights = {term: _COMMON if term in STOPWORDS else rarity.idf(term) for term in rare}
    total = sum(weights.values()) or 1.0
    sentences = []
    for start, end in spans:
        held = terms(moment.text[start:end])
        covered = sum(weights[term] for term in weights.keys() & set(held)) / total
        covered -= _SHORT if len(held) < _FEWEST_TERMS else 0.0
        # Of equals the one in the best passage.
        sentences.append(_ScoredSentence(start, end, covered + (0.01 if best_from <= start < best_to else 0.0)))
    chosen = sorted(sentences, key=lambda sentence: (-sentence.covered, sentence.start))[:_TRIED]
    return [sentence for sentence in chosen if sentence.covered >= chosen[0].covered - _UNSURE]


def _around_phrases(text: str, spans: Sequence[tuple[int, int]], phrases: Sequence[str]) -> list[tuple[int, int]]:
    """The sentences that contain phrases; a phrase across several sentences gives them all as one."""
    folded, offsets = fold_with_offsets(text)
    places = []
    for phrase in phrases:
        at = find(folded, phrase)
        if at >= 0:
            first, last = offsets[at], offsets[at + len(phrase) - 1]
            held = [span for span in spans if span[0] <= last and span[1] > first]
            if held:
                places.append((held[0][0], held[-1][1]))
    return places


def passage_hit(passage: PassageHit) -> Hit:
    """A passage on its own as a hit, with no sentence marked."""
    return _hit(moment([passage]), None)


def statement_hit(passage: PassageHit, span: tuple[int, int]) -> Hit:
    """A passage as a hit in which one stretch of its text is what matters."""
    return _hit(moment([passage]), span)


def _hit(moment: Moment, highlight: tuple[int, int] | None) -> Hit:
    best = moment.ranked[0]
    place = best.located
    chunks = [part.located.chunk for _, part in moment.parts]
    starts = [chunk.start_s for chunk in chunks if chunk.start_s is not None]
    ends = [chunk.end_s for chunk in chunks if chunk.end_s is not None]
    second = _second(moment, highlight[0]) if highlight else None
    speaker = _speaker(moment, highlight[0]) if highlight else place.chunk.speaker
    start_s = min(starts, default=None)
    said_s = start_s if second is None else second
    shift = place.timeline.at(said_s)
    return Hit(
        chunk_id=place.chunk.id,
        episode_id=place.chunk.episode_id,
        show_id=place.show_id,
        show=place.show,
        episode=place.episode,
        published=place.published,
        url=at_second(place.audio_url or place.url, moved(said_s, shift.shift_s)),
        speaker=speaker,
        start_s=start_s,
        end_s=max(ends, default=None),
        text=moment.text,
        score=best.score,
        cosine=best.cosine,
        chunk_ids=tuple(passage.located.chunk.id for passage in moment.ranked),
        highlight=highlight,
        highlight_s=second,
        shift_s=shift.shift_s,
        about=shift.about,
    )


def _part_at(moment: Moment, offset: int) -> tuple[int, PassageHit]:
    return next((part for part in reversed(moment.parts) if part[0] <= offset), moment.parts[0])


def _second(moment: Moment, offset: int) -> float | None:
    """When the character is said: between its passage's start and end by its share of the characters before it."""
    begin, passage = _part_at(moment, offset)
    chunk = passage.located.chunk
    if chunk.start_s is None or chunk.end_s is None or not chunk.text:
        return chunk.start_s
    share = min(max(offset - begin, 0) / len(chunk.text), 1.0)
    return round(chunk.start_s + (chunk.end_s - chunk.start_s) * share, 2)


def _speaker(moment: Moment, offset: int) -> str | None:
    """Who says it: the name before the turn, where the text has turns, else the passage's speaker."""
    speaker = _part_at(moment, offset)[1].located.chunk.speaker
    line = moment.text[moment.text.rfind("\n", 0, offset) + 1 : offset]
    name, colon, _ = line.partition(": ")
    return name if "\n" in moment.text and colon and 0 < len(name) <= 80 else speaker
