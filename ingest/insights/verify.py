"""The gate: what may be published of what an extractor or a model proposes. Nothing passes on trust.

A draft passes where its quote stands in the transcript, in one speaker's mouth, outside of sponsor reads and greetings;
its numbers and names are the episode's; its claim stands alone; and no better draft of the episode says the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from earmark.ids import content_hash, make_id
from earmark.language.links import at_second
from earmark.types import Insight
from ingest.insights.facts import Source
from ingest.insights.locate import Locator, normalise
from ingest.insights.standalone import dangling
from ingest.insights.words import content_words
from ingest.passages.segments import Label, mark
from ingest.text.sentences import joined_text, split_sentences
from ingest.voices.labels import public_name

if TYPE_CHECKING:
    from earmark.settings import InsightSettings
    from earmark.types import Episode, InsightDraft, Transcript

__all__ = ["Drop", "DropReason", "Gate", "Verified", "select"]

CLAIM_WORDS = (6, 50)
BODY_WORDS = (4, 130)
QUOTE_WORDS = (8, 80)
SAME = 0.6
"""Jaccard overlap of content words from which two claims of one episode say the same."""
WORDS_PER_HOUR = 9_000
"""Words of an hour of conversation (150 a minute)."""


class DropReason(StrEnum):
    """Why a draft is not published; the value says it in words."""

    QUOTE_NOT_FOUND = "the quote is not in the transcript"
    QUOTE_LENGTH = "the quote is too short or too long"
    QUOTE_SPEAKERS = "the quote runs across speakers"
    SPONSOR = "it is from a sponsor read"
    GREETING = "it is from a greeting"
    HOUSEKEEPING = "it is about the show itself"
    CLAIM_LENGTH = "the claim is too short or too long"
    CLAIM_ASKS = "the claim is a question"
    BODY_LENGTH = "the body is missing or too long"
    INVENTED_NUMBER = "a number is not in the episode"
    INVENTED_NAME = "a name is not in the episode"
    DANGLING = "the claim does not stand alone"
    UNRELATED_QUOTE = "the quote does not carry the claim"
    DUPLICATE = "another insight of the episode says the same"
    LOW_QUALITY = "it says too little"
    OVER_LIMIT = "the episode has given enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A draft that may be published: ``quote`` is the transcript's own text, times and speaker are looked up."""

    claim: str
    body: str
    quote: str
    quality: float
    speaker: str | None
    start_s: float | None
    end_s: float | None
    extractor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A draft that may not; ``detail`` is the word or name at fault, where there is one."""

    reason: DropReason
    detail: str = ""


class Gate:
    """Checks drafts against one episode and its transcript (with speakers resolved)."""

    def __init__(self, episode: Episode, transcript: Transcript) -> None:
        self._sentences = split_sentences(transcript)
        self._labels = mark(self._sentences, transcript.chapters)
        text = joined_text(transcript)
        self._locator = Locator(text, self._sentences)
        data = episode.data
        speakers = {segment.speaker or "" for segment in transcript.segments}
        self._source = Source(
            [text, episode.show, data.title, data.description, *(p.name for p in data.persons), *sorted(speakers)]
        )

    def verify(self, draft: InsightDraft) -> Verified | Drop:
        """The draft as it may be published, or why it may not."""
        claim, body = " ".join(draft.claim.split()), " ".join(draft.body.split())
        quote = " ".join(draft.quote.split())
        if len(quote) > 20 * QUOTE_WORDS[1]:
            return Drop(reason=DropReason.QUOTE_LENGTH)
        span = self._locator.find(quote)
        if span is None:
            return Drop(reason=DropReason.QUOTE_NOT_FOUND)
        touched = self._locator.sentences(*span)
        drop = self._check_quote(self._locator.verbatim(*span), touched) or self._check_text(claim, body, quote)
        if drop:
            return drop
        first, last = self._sentences[touched[0]], self._sentences[touched[-1]]
        return Verified(
            claim=claim,
            body=body,
            quote=self._locator.verbatim(*span),
            quality=min(1.0, max(0.0, draft.quality)) if math.isfinite(draft.quality) else 0.0,
            speaker=public_name(first.speaker),
            start_s=first.start_s,
            end_s=last.end_s,
            extractor=draft.extractor,
        )

    def _check_quote(self, quote: str, touched: range) -> Drop | None:
        if not _fits(quote, QUOTE_WORDS):
            return Drop(reason=DropReason.QUOTE_LENGTH)
        if len({self._sentences[index].speaker for index in touched}) > 1:
            return Drop(reason=DropReason.QUOTE_SPEAKERS)
        labels = {self._labels[index] for index in touched}
        for label in (Label.SPONSOR, Label.GREETING, Label.HOUSEKEEPING):
            if label in labels:
                return Drop(reason=DropReason[label.name])
        return None

    def _check_text(self, claim: str, body: str, quote: str) -> Drop | None:
        for wrong, reason in (
            (not _fits(claim, CLAIM_WORDS), DropReason.CLAIM_LENGTH),
            (claim.rstrip("\"'”’)").endswith("?"), DropReason.CLAIM_ASKS),
            (not _fits(body, BODY_WORDS), DropReason.BODY_LENGTH),
        ):
            if wrong:
                return Drop(reason=reason)
        for detail, reason in (
            (self._source.missing_number(f"{claim} {body}"), DropReason.INVENTED_NUMBER),
            (self._source.missing_name(f"{claim} {body}"), DropReason.INVENTED_NAME),
            (dangling(claim), DropReason.DANGLING),
        ):
            if detail:
                return Drop(reason=reason, detail=detail)
        # A true quote beside an unrelated claim is the cheapest way to smuggle a claim past a check for quotes.
        if not set(content_words(f"{claim} {body}")) & set(content_words(quote)):
            return Drop(reason=DropReason.UNRELATED_QUOTE)
        return None


def select(
    drafts: Iterable[InsightDraft],
    episode: Episode,
    transcript: Transcript,
    settings: InsightSettings,
    *,
    extractor: str = "extractive",
    gate: Gate | None = None,
) -> tuple[tuple[Insight, ...], Counter[DropReason]]:
    """The insights of an episode, best first as the extractor gave them, and what was dropped, counted by reason.

    Args:
        drafts: best first.
        episode: whose insights they are.
        transcript: with resolved speakers, the one the drafts were made from.
        settings: how many, and how good.
        extractor: stored with each insight whose draft does not name its own.
        gate: that of the episode and transcript, where the caller has one already.
    """
    gate = gate or Gate(episode, transcript)
    words = sum(len(segment.text.split()) for segment in transcript.segments)
    limit = min(settings.per_episode, max(settings.short, math.ceil(settings.per_hour * words / WORDS_PER_HOUR)))
    kept: list[Verified] = []
    dropped: Counter[DropReason] = Counter()
    for draft in drafts:
        found = gate.verify(draft)
        if isinstance(found, Drop):
            dropped[found.reason] += 1
        elif found.quality < settings.min_quality:
            dropped[DropReason.LOW_QUALITY] += 1
        elif _repeats(found, kept):
            dropped[DropReason.DUPLICATE] += 1
        elif len(kept) >= limit:
            dropped[DropReason.OVER_LIMIT] += 1
        else:
            kept.append(found)
    return tuple(_insight(v, seq, episode, extractor) for seq, v in enumerate(kept)), dropped


def _fits(text: str, words: tuple[int, int]) -> bool:
    """Whether a text has so many words, and words of a usual length (20 letters at most on average)."""
    return words[0] <= len(text.split()) <= words[1] and len(text) <= 20 * words[1]


def _repeats(found: Verified, kept: Sequence[Verified]) -> bool:
    quote, words = normalise(found.quote), set(content_words(found.claim))
    for other in kept:
        known = normalise(other.quote)
        if quote in known or known in quote:
            return True
        others = set(content_words(other.claim))
        if len(words & others) >= SAME * max(1, len(words | others)):
            return True
    return False


def _insight(found: Verified, seq: int, episode: Episode, extractor: str) -> Insight:
    data = episode.data
    return Insight(
        id=make_id("insight", episode.id, normalise(found.quote)),
        episode_id=episode.id,
        show_id=episode.show_id,
        show=episode.show,
        episode=data.title,
        published=data.published,
        url=data.link or at_second(data.audio_url, found.start_s),
        audio_url=data.audio_url,
        seq=seq,
        claim=found.claim,
        body=found.body,
        quote=found.quote,
        speaker=found.speaker,
        start_s=found.start_s,
        end_s=found.end_s,
        quality=round(found.quality, 4),
        extractor=found.extractor or extractor,
        content_hash=content_hash(f"{found.claim}\n{found.body}"),  # what ``earmark.embedding.insight_text`` gives
    )
