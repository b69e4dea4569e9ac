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
from earmark.language.segments import Label
from earmark.types import Insight
from ingest.insights.amount import most_insights
from ingest.insights.facts import Source
from ingest.insights.locate import Locator, normalise
from ingest.insights.material import story
from ingest.insights.numbered import BESIDE, MOST_WORDS, NumberedTranscript, Span
from ingest.insights.standalone import dangling
from ingest.insights.words import content_words, tokens
from ingest.insights.written_text import (
    attributed_to,
    pointing,
    strange_address,
    strange_name,
    stray_number,
    without_glosses,
)
from ingest.passages.segments import mark
from ingest.text.sentences import joined_text, split_sentences
from ingest.voices.labels import public_name

if TYPE_CHECKING:
    from earmark.settings import InsightSettings
    from earmark.types import Episode, InsightDraft, Transcript

__all__ = ["Drop", "DropReason", "Gate", "VerifiedDraft", "select"]

CLAIM_WORDS = (6, 50)
BODY_WORDS = (4, 130)
"""Words of a body, where there is one: a claim that says all needs none."""
QUOTE_WORDS = (8, MOST_WORDS)
SAME = 0.6
"""Jaccard overlap of content words from which two claims of one episode say the same."""


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
    BODY_LENGTH = "the body is too short or too long"
    INVENTED_NUMBER = "a number is not in what was said"
    INVENTED_NAME = "a name is not in the episode"
    INVENTED_ADDRESS = "an address is not in the episode"
    OTHER_SPEAKER = "the view is given to somebody who does not say it"
    NOT_CARRIED = "the quote does not carry what was written"
    DANGLING = "the claim does not stand alone"
    UNRELATED_QUOTE = "the quote does not carry the claim"
    DUPLICATE = "another insight of the episode says the same"
    LOW_QUALITY = "its quality is below the floor"
    OVER_LIMIT = "the episode has given enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDraft:
    """A draft that may be published: ``quote`` is the transcript's own text, times and speaker are looked up."""

    claim: str
    body: str
    quote: str
    quality: float
    speaker: str | None
    start_s: float | None
    end_s: float | None
    extractor: str = ""
    headline: str = ""
    kind: str = ""


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
        self._numbered = NumberedTranscript(self._sentences, self._labels)
        data = episode.data
        speakers = {segment.speaker or "" for segment in transcript.segments}
        texts = [text, episode.show, data.title, data.description, *(p.name for p in data.persons), *sorted(speakers)]
        self._source = Source(texts)
        self._text = "\n".join(texts)
        names = [*(p.name for p in data.persons), *(public_name(speaker) or "" for speaker in sorted(speakers))]
        self._people = tuple(dict.fromkeys(name for name in names if name))
        self._about = f"{data.title} {data.published:%Y}" if data.published else data.title
        self._words = frozenset(part for token in tokens(" ".join(texts)) for part in token.casefold().split("-"))

    @property
    def locator(self) -> Locator:
        """Finds quotes in the transcript."""
        return self._locator

    def numbered(self) -> NumberedTranscript:
        """The transcript as a model is shown it."""
        return self._numbered

    def verify(self, draft: InsightDraft) -> VerifiedDraft | Drop:
        """The draft as it may be published, or the first reason why it may not."""
        verified, drops = self._examine(draft)
        return drops[0] if drops or verified is None else verified

    def objections(self, draft: InsightDraft) -> list[Drop]:
        """Everything that speaks against a draft, gravest first; empty where it may be published."""
        return self._examine(draft)[1]

    def _examine(self, draft: InsightDraft) -> tuple[VerifiedDraft | None, list[Drop]]:
        claim, body = " ".join(draft.claim.split()), " ".join(draft.body.split())
        quote = " ".join(draft.quote.split())
        if len(quote) > 20 * QUOTE_WORDS[1]:
            return None, [Drop(reason=DropReason.QUOTE_LENGTH)]
        span = self._locator.find_loosely(quote) if draft.written else self._locator.find(quote)
        if span is None:
            return None, [Drop(reason=DropReason.QUOTE_NOT_FOUND)]
        touched = self._locator.sentences(*span)
        verbatim = self._locator.verbatim(*span)
        drops = [drop] if (drop := self._check_quote(verbatim, touched)) else []
        if draft.objection:
            drops.append(Drop(reason=DropReason.NOT_CARRIED, detail=draft.objection))
        drops += (
            self._check_written(draft, claim, body, touched) if draft.written else self._check_text(claim, body, quote)
        )
        first, last = self._sentences[touched[0]], self._sentences[touched[-1]]
        verified = VerifiedDraft(
            claim=claim,
            body=body,
            quote=verbatim,
            quality=min(1.0, max(0.0, draft.quality)) if math.isfinite(draft.quality) else 0.0,
            speaker=public_name(first.speaker),
            start_s=first.start_s,
            end_s=last.end_s,
            extractor=draft.extractor,
            headline=" ".join(draft.headline.split()),
            kind=draft.kind,
        )
        return verified, drops

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

    def _check_written(self, draft: InsightDraft, claim: str, body: str, touched: range) -> list[Drop]:
        """What code is sure of in a model's text; whether the quote carries it is asked of the checking model."""
        drops = [Drop(reason=reason) for wrong, reason in _wrong_shape(claim, body, least_body=0) if wrong]
        low, high = max(0, touched[0] - BESIDE[0]), touched[-1] + 1 + BESIDE[1]
        further = story(self._numbered, Span(first=touched[0], last=touched[-1]))
        beside = " ".join(sentence.text for sentence in self._sentences[low:high])
        told = f"{beside} {' '.join(self._sentences[index].text for index in further)}"
        quote = " ".join(sentence.text for sentence in self._sentences[touched[0] : touched[-1] + 1])
        written = f"{draft.headline}. {claim} {body}"
        speaker = public_name(self._sentences[touched[0]].speaker) or ""
        strangers = [
            person
            for person in attributed_to(claim, self._people)
            if person != speaker and not set(map(str.casefold, tokens(person))) & set(map(str.casefold, tokens(beside)))
        ]
        for detail, reason in (
            (stray_number(written, f"{told} {self._about}"), DropReason.INVENTED_NUMBER),
            (strange_name(without_glosses(written), self._words), DropReason.INVENTED_NAME),
            (strange_address(written, self._text), DropReason.INVENTED_ADDRESS),
            (strangers[0] if strangers else "", DropReason.OTHER_SPEAKER),
            (pointing(claim), DropReason.DANGLING),
        ):
            if detail:
                drops.append(Drop(reason=reason, detail=detail))
        if not set(content_words(f"{claim} {body}")) & set(content_words(quote)):
            drops.append(Drop(reason=DropReason.UNRELATED_QUOTE))
        return drops

    def _check_text(self, claim: str, body: str, quote: str) -> list[Drop]:
        drops = [Drop(reason=reason) for wrong, reason in _wrong_shape(claim, body, least_body=BODY_WORDS[0]) if wrong]
        for detail, reason in (
            (self._source.missing_number(f"{claim} {body}"), DropReason.INVENTED_NUMBER),
            (self._source.missing_name(f"{claim} {body}"), DropReason.INVENTED_NAME),
            (dangling(claim), DropReason.DANGLING),
        ):
            if detail:
                drops.append(Drop(reason=reason, detail=detail))
        # A true quote beside an unrelated claim is the cheapest way to smuggle a claim past a check for quotes.
        if not set(content_words(f"{claim} {body}")) & set(content_words(quote)):
            drops.append(Drop(reason=DropReason.UNRELATED_QUOTE))
        return drops


def select(
    drafts: Iterable[InsightDraft],
    episode: Episode,
    transcript: Transcript,
    settings: InsightSettings,
    *,
    extractor: str = "extractive",
) -> tuple[tuple[Insight, ...], Counter[DropReason]]:
    """The insights of an episode, best first as the extractor gave them, and what was dropped, counted by reason.

    Args:
        drafts: best first.
        episode: whose insights they are.
        transcript: with resolved speakers, the one the drafts were made from.
        settings: how many, and how good.
        extractor: stored with each insight whose draft does not name its own.
    """
    gate = Gate(episode, transcript)
    limit = most_insights(transcript, settings)
    kept: list[VerifiedDraft] = []
    dropped: Counter[DropReason] = Counter()
    for draft in drafts:
        outcome = gate.verify(draft)
        if isinstance(outcome, Drop):
            dropped[outcome.reason] += 1
        elif outcome.quality < (settings.min_written if draft.written else settings.min_quality):
            dropped[DropReason.LOW_QUALITY] += 1
        elif _repeats(outcome, kept):
            dropped[DropReason.DUPLICATE] += 1
        elif len(kept) >= limit:
            dropped[DropReason.OVER_LIMIT] += 1
        else:
            kept.append(outcome)
    return tuple(_insight(v, seq, episode, extractor) for seq, v in enumerate(kept)), dropped


def _wrong_shape(claim: str, body: str, *, least_body: int) -> Iterable[tuple[bool, DropReason]]:
    yield not _fits(claim, CLAIM_WORDS), DropReason.CLAIM_LENGTH
    yield claim.rstrip("\"'”’)").endswith("?"), DropReason.CLAIM_ASKS
    yield bool(body) and not _fits(body, (least_body, BODY_WORDS[1])), DropReason.BODY_LENGTH


def _fits(text: str, words: tuple[int, int]) -> bool:
    """Whether a text has so many words, and words of a usual length (20 letters at most on average)."""
    return words[0] <= len(text.split()) <= words[1] and len(text) <= 20 * words[1]


def _repeats(draft: VerifiedDraft, kept: Sequence[VerifiedDraft]) -> bool:
    quote, words = normalise(draft.quote), set(content_words(draft.claim))
    for other in kept:
        known = normalise(other.quote)
        if quote in known or known in quote:
            return True
        others = set(content_words(other.claim))
        if len(words & others) >= SAME * max(1, len(words | others)):
            return True
    return False


def _insight(draft: VerifiedDraft, seq: int, episode: Episode, extractor: str) -> Insight:
    data = episode.data
    return Insight(
        id=make_id("insight", episode.id, normalise(draft.quote)),
        episode_id=episode.id,
        show_id=episode.show_id,
        show=episode.show,
        episode=data.title,
        published=data.published,
        url=data.link or at_second(data.audio_url, draft.start_s),
        audio_url=data.audio_url,
        seq=seq,
        claim=draft.claim,
        body=draft.body,
        quote=draft.quote,
        speaker=draft.speaker,
        start_s=draft.start_s,
        end_s=draft.end_s,
        quality=round(draft.quality, 4),
        extractor=draft.extractor or extractor,
        headline=draft.headline,
        kind=draft.kind,
        content_hash=content_hash(f"{draft.claim}\n{draft.body}"),  # what ``earmark.embedding.insight_text`` gives
    )
