"""Insights without a language model: whole spoken spans, cleaned for display, attributed, and ranked by what was learned.

Every run of one to three sentences by one speaker is compared (`ingest.insights.spoken`); the best that nothing speaks
against (`ingest.insights.vetoes`) are taken one after another, so that none shares a sentence with another and all of an
episode's subjects have a chance.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from earmark.language.english import is_english
from earmark.types import InsightDraft
from ingest.insights.amount import WORDS_PER_HOUR
from ingest.insights.evidence import Evidence
from ingest.insights.numbered import NumberedTranscript
from ingest.insights.spoken import LEAST_ALONE, SpokenSpan, SpokenSpans, with_rating
from ingest.insights.words import tokens
from ingest.passages.segments import mark
from ingest.text.sentences import split_sentences

if TYPE_CHECKING:
    from earmark.ports import SpanRater
    from earmark.types import Episode, Transcript

__all__ = ["ExtractiveExtractor"]

REPEATS, CROWDS = 1.5, 0.6
"""Log odds that a span loses for words shared with a chosen one (times their Jaccard overlap) and for lying near one."""
NEAR, NEAR_SHARE = 6, 1 / 30
"""Sentences within which two spans crowd each other: this many, or this share of an episode."""
POOL = 400
"""Spans of an episode that are looked at closely; what ranks lower is never printed."""
RATED = 64
"""Spans of an episode that are rated by the fine-tuned encoder: the best of those that nothing speaks against."""
FEWEST, MANY, WORDS_EACH, WORDS_MORE = 3, 6, 250, 2500
"""Drafts of an episode: one for so many words, from the fewest to many; one more for so many words of a long one."""
LONG = WORDS_PER_HOUR
"""Words from which on an episode is a long one."""


class ExtractiveExtractor:
    """Spans of a transcript that are worth reading by themselves. Knows English only."""

    def __init__(self, *, most: int = 40, rater: Callable[[], SpanRater | None] = lambda: None) -> None:
        """An extractor.

        Args:
            most: drafts of an episode, however long it is; the gate and the settings take from their top.
            rater: gives what rates the best spans beside counted words, where there is such a thing.
        """
        self._most = most
        self._rater = rater

    @property
    def name(self) -> str:
        """``extractive``."""
        return "extractive"

    def extract(self, episode: Episode, transcript: Transcript) -> list[InsightDraft]:
        """Drafts, best first, the later ones chosen to differ from those before; none where the text is not English.

        Speakers are taken as they are: resolve them first.
        """
        sentences = split_sentences(transcript)
        if not is_english(sentence.text for sentence in sentences):
            return []
        words = sum(len(tokens(sentence.text)) for sentence in sentences)
        numbered = NumberedTranscript(sentences, mark(sentences, transcript.chapters))
        spans = SpokenSpans(numbered, Evidence.given(episode.data, transcript.chapters))
        chosen = list(self._choose(spans, min(self._most, _wanted(words)), max(NEAR, NEAR_SHARE * len(sentences))))
        return [
            InsightDraft(
                claim=spoken.claim,
                body=spoken.body,
                quote=numbered.quote(spoken.span),
                quality=round(spoken.worth.value, 4),
                extractor=self.name,
            )
            for spoken in sorted(chosen, key=lambda spoken: -spoken.worth.value)
        ]

    def _choose(self, spans: SpokenSpans, most: int, near: float) -> Iterator[SpokenSpan]:
        """The best spans that may be printed, by maximal marginal relevance (Carbonell and Goldstein 1998)."""
        pool = self._rated(spans, spans.best_first()[:POOL])
        words = {spoken.span: spoken.words for spoken in pool}
        penalty = dict.fromkeys(words, 0.0)
        given = 0
        while pool and given < most:
            best = max(pool, key=lambda spoken: spoken.score - penalty[spoken.span])
            pool.remove(best)
            if spans.objection(best):
                continue
            given += 1
            yield best
            pool = [spoken for spoken in pool if not spoken.span.overlaps(best.span)]
            for other in pool:
                shared = words[best.span] & words[other.span]
                overlap = len(shared) / max(1, len(words[best.span] | words[other.span]))
                crowds = CROWDS if abs(best.span.first - other.span.first) <= near else 0.0
                penalty[other.span] = max(penalty[other.span], REPEATS * overlap + crowds)

    def _rated(self, spans: SpokenSpans, pool: list[SpokenSpan]) -> list[SpokenSpan]:
        """The spans to choose from; where they can be rated, those that may be printed and likely stand alone."""
        rater = self._rater()
        if rater is None:
            return pool
        printable = list(itertools.islice((spoken for spoken in pool if not spans.objection(spoken)), RATED))
        ratings = rater.rate([spans.said(spoken) for spoken in printable])
        rated = [
            with_rating(spoken, float(glad), float(alone))
            for spoken, (glad, alone) in zip(printable, ratings, strict=True)
        ]
        return [spoken for spoken in rated if spoken.worth.stands >= LEAST_ALONE]


def _wanted(words: int) -> int:
    """How many drafts an episode of so many words gives."""
    usual = max(FEWEST, min(MANY, words // WORDS_EACH))
    return usual + max(0, words - LONG) // WORDS_MORE
