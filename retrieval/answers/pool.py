"""The passages that a model with room for many reads: what several searches found, taken in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from earmark.language.folding import fold
from earmark.types import Filters, Hit
from retrieval.answers.evidence import AnswerEvidence
from retrieval.answers.mentions import LibraryNames, speakers_in, spellings
from retrieval.answers.neighbours import neighbours

if TYPE_CHECKING:
    from retrieval.answers.searches import NamedSearch
    from retrieval.search.searcher import Searcher

__all__ = ["FLOOR", "pooled"]

FLOOR = 0.3
"""Cosine of the nearest passage from which a model is asked at all.

Of 60 questions to 146 episodes none has less; of ten on what no show speaks of, two have more.
"""
_DEPTH = 30
"""Passages of each search that are looked at."""
_READ_ON = 6
"""The first passages, which are read with those just before and after them."""


def pooled(
    searcher: Searcher, evidence: AnswerEvidence, named: Sequence[NamedSearch], known: LibraryNames
) -> tuple[Hit, ...]:
    """The passages, best first; none where even the nearest is about something else.

    They come in turn from the evidence (each side's, where it has sides), from the question searched for as it stands in
    all that the reader asked in, and from each named search, among the words of whoever it names and among all.

    Args:
        searcher: finds them.
        evidence: what was found for the question, as it was understood.
        named: the searches of a model.
        known: the names of the library.
    """
    question, given = evidence.asked or evidence.question, evidence.given

    def best(text: str, filters: Filters) -> list[Hit]:
        return searcher.passages(text, filters=filters, limit=_DEPTH, operators=False)

    rankings = [*_weighed(evidence), best(question, given)]
    for search in named:
        rankings += [best(search.text, filters) for filters in _narrowed(search.whose, given, known)]
        rankings.append(best(f"{search.whose} {search.text}".strip(), given))
    in_turn = [
        hit for turn in zip_longest(*rankings) for hit in turn if hit is not None and hit.chunk_id not in evidence.told
    ]
    # A passage that several searches find has a cosine to each, of which the nearest counts.
    if max((hit.cosine for hit in in_turn if hit.cosine is not None), default=FLOOR if in_turn else 0.0) < FLOOR:
        return ()
    taken: dict[str, Hit] = {}
    for hit in in_turn:
        taken.setdefault(hit.chunk_id, hit)
    hits = list(taken.values())
    alone = given.speakers or given.phrases or given.without or given.keys is not None
    return tuple(hits if alone else _read_on(searcher, hits, evidence.told))


def _weighed(evidence: AnswerEvidence) -> Iterator[list[Hit]]:
    """The passages of each side, or of a question without sides, best first."""
    if not evidence.sides:
        yield _best_first(evidence)
    for side in evidence.sides:
        held = side.evidence or side.near
        yield _best_first(held) if held is not None else []


def _best_first(evidence: AnswerEvidence) -> list[Hit]:
    scores = evidence.passage_scores()
    return [evidence.hits[n] for n in sorted(range(len(scores)), key=lambda n: -scores[n])]


def _narrowed(whose: str, given: Filters, known: LibraryNames) -> Iterator[Filters]:
    """The part of the library that holds somebody's words, or a show's; none where the name is not known."""
    speakers = spellings([mention.name for mention in speakers_in(whose, known.speakers)], known.speakers)
    shows = tuple(show_id for show_id, title in known.shows if whose and fold(title) == fold(whose))
    if speakers and not given.speakers:
        yield replace(given, speakers=speakers)
    elif shows and not given.shows:
        yield replace(given, shows=shows)


def _read_on(searcher: Searcher, hits: Sequence[Hit], told: frozenset[str]) -> Iterator[Hit]:
    """The passages, the first ones followed by their neighbours, each once; none that was told before."""
    near = neighbours(searcher.catalog, hits[:_READ_ON])
    seen = set(told)
    rows: list[tuple[Hit | None, ...]] = [
        (hit, around.after, around.before) for hit, around in zip(hits[:_READ_ON], near, strict=True)
    ]
    for row in [*rows, *((hit,) for hit in hits[_READ_ON:])]:
        for hit in row:
            if hit is not None and hit.chunk_id not in seen:
                seen.add(hit.chunk_id)
                yield hit
