"""Why an episode gave no insight, in words for whoever waits for one: the first stage that let nothing through says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from earmark.language.english import is_english
from earmark.language.segments import Label
from earmark.language.spans import counted
from ingest.insights.verify import DropReason
from ingest.passages.segments import mark
from ingest.text.sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from earmark.settings import InsightSettings
    from earmark.types import InsightDraft, Transcript

__all__ = ["why_none"]

FEWEST_WORDS = 150
"""Words of an episode below which no idea with its reason is to be expected: a minute of speech."""
LEAST_CONTENT = 0.25
"""Share of an episode's words outside of sponsor reads, greetings and housekeeping below which it is made of those."""
LEAST_WHOLE = 0.5
"""Share of words in sentences with a sure beginning and end below which a transcript counts as unpunctuated."""
MOST_REASONS = 3
"""Reasons that are told where ideas were refused for several."""


def why_none(
    transcript: Transcript,
    drafts: Sequence[InsightDraft],
    dropped: Mapping[DropReason, int],
    settings: InsightSettings,
    *,
    model: bool,
) -> str:
    """The reason in a line without a full stop; what differs between episodes is in brackets at its end.

    Args:
        transcript: of the episode that has none.
        drafts: what the extractor proposed.
        dropped: what the gate refused, by reason.
        settings: what the floors are.
        model: whether a language model has read it.
    """
    sentences = split_sentences(transcript)
    lengths = [len(sentence.text.split()) for sentence in sentences]
    words = sum(lengths)
    if words < FEWEST_WORDS:
        return f"too short ({counted(words, 'word')})"
    labels = mark(sentences, transcript.chapters)
    content = sum(length for length, label in zip(lengths, labels, strict=True) if label is Label.CONTENT)
    if content < LEAST_CONTENT * words:
        return (
            f"little else than advertisements and introductions ({content:,} of {words:,} words are about its subject)"
        )
    if drafts:
        return _refused(dropped, settings, model=model)
    if model:
        return f"the language model found no idea worth printing ({words:,} words)"
    return _unsaid(sentences, words)


def _unsaid(sentences: Sequence[Sentence], words: int) -> str:
    """Why nothing was proposed without a model."""
    if not is_english(sentence.text for sentence in sentences):
        return "without a language model only English is read"
    whole = sum(len(sentence.text.split()) for sentence in sentences if sentence.whole)
    if whole < LEAST_WHOLE * words:
        return f"without a language model hardly a sentence could be told from the next ({words:,} words without punctuation)"
    return (
        f"nothing that was said can be read by itself ({words:,} words; a language model would write it so that it can)"
    )


def _refused(dropped: Mapping[DropReason, int], settings: InsightSettings, *, model: bool) -> str:
    count = sum(dropped.values())
    if set(dropped) == {DropReason.LOW_QUALITY}:
        name, floor = ("min_written", settings.min_written) if model else ("min_quality", settings.min_quality)
        return f"every idea fell below insights.{name} ({counted(count, 'idea')}, the floor is {floor:g})"
    told = ", ".join(f"{n} × {reason}" for reason, n in Counter(dropped).most_common(MOST_REASONS))
    return f"every idea was refused ({told})"
