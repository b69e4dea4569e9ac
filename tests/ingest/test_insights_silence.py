"""An episode that gives no insight says why, by the stage that let nothing through."""

from collections import Counter

import pytest

from earmark.settings import InsightSettings
from earmark.types import InsightDraft, Segment, Transcript
from ingest.insights import DropReason, ExtractiveExtractor, select
from ingest.insights.silence import why_none
from tests.ingest.talk import episode, transcript

SPOKEN = (
    "the dough was cold so we waited for it and then my sister came by with the dog and we all laughed about it for a "
    "while because nobody knew what to do next and that was when the oven went out again as it always did in winter "
)
AD = "This episode is brought to you by Millwright. Go to millwright.example and use code GRAIN to get 20% off. "


def said(text: str) -> Transcript:
    words = text.split()
    cues = [" ".join(words[at : at + 9]) for at in range(0, len(words), 9)]
    segments = tuple(Segment(text=cue, start_s=3.0 * n, end_s=3.0 * n + 3) for n, cue in enumerate(cues))
    return Transcript(segments=segments, source="vtt")


def reason(heard: Transcript, *, model: bool = False, limits: InsightSettings | None = None) -> str:
    """Why the extractor without a model, or a model that points at nothing, gets nothing out of it."""
    limits = limits or InsightSettings()
    drafts = [] if model else ExtractiveExtractor().extract(episode(), heard)
    made, dropped = select(drafts, episode(), heard, limits)
    assert made == ()
    return why_none(heard, drafts, dropped, limits, model=model)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello and goodbye.", "too short (3 words)"),
        (AD * 12, "little else than advertisements and introductions"),
        ("Das Brot war kalt und der Ofen blieb aus. " * 30, "without a language model only English is read"),
        ("It was cold. She came by. We laughed. They left. " * 30, "nothing that was said can be read by itself"),
    ],
)
def test_the_first_stage_that_let_nothing_through_says_it(text: str, words: str) -> None:
    assert reason(said(text)).startswith(words)


def test_a_model_that_points_at_nothing_is_named() -> None:
    assert reason(said(SPOKEN * 9), model=True).startswith("the language model found no idea worth printing")


def test_ideas_below_the_floor_are_counted_with_the_setting() -> None:
    told = reason(transcript(), limits=InsightSettings(min_quality=1.0))
    assert told.startswith("every idea fell below insights.min_quality (") and told.endswith("the floor is 1)")


def test_refusals_are_told_by_their_reasons_the_commonest_first() -> None:
    refused = Counter({DropReason.NOT_CARRIED: 3, DropReason.DANGLING: 1})
    told = why_none(transcript(), [InsightDraft(claim="c", body="", quote="q")], refused, InsightSettings(), model=True)
    assert told == f"every idea was refused (3 × {DropReason.NOT_CARRIED}, 1 × {DropReason.DANGLING})"
