"""The gate: what is invented, unsupported or out of place is dropped, with the reason; what passes is looked up."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.embedding import insight_text
from earmark.ids import content_hash
from earmark.settings import InsightSettings
from earmark.types import InsightDraft, Segment, Transcript
from ingest.insights import Drop, DropReason, ExtractiveExtractor, Gate, select
from tests.ingest.talk import GUEST, episode, transcript

QUOTE = "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."
VALID = InsightDraft(
    claim="Sourdough keeps for 7 days because acetic acid stops mould spores.",
    body="The bacteria in the starter make the acid. White bread has none.",
    quote=QUOTE,
    quality=0.9,
)


def verdict(**changes: Any) -> Any:
    checked = Gate(episode(), transcript()).verify(replace(VALID, **changes))
    return checked.reason if isinstance(checked, Drop) else checked


def test_a_true_draft_passes_and_gets_speaker_time_and_the_exact_words() -> None:
    insight = verdict(quote=QUOTE.upper().replace(" ", "\n "))
    assert (insight.quote, insight.speaker) == (QUOTE, GUEST)
    assert 0 < insight.start_s < insight.end_s


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"quote": "Acetic acid keeps all mould spores from germinating, and white bread has none."},
            DropReason.QUOTE_NOT_FOUND,
        ),
        ({"quote": ""}, DropReason.QUOTE_NOT_FOUND),
        ({"quote": "Acetic acid keeps mould"}, DropReason.QUOTE_LENGTH),
        (
            {"quote": "That is why a sourdough loaf lasts 7 days where a yeasted one lasts 3. Right."},
            DropReason.QUOTE_SPEAKERS,
        ),
        ({"quote": "Their subscription makes sure you never run out of rye."}, DropReason.SPONSOR),
        ({"quote": "I'm your host, Nora Feld, and my guest today is Tomas Okoye."}, DropReason.GREETING),
        ({"quote": "Subscribe wherever you get your podcasts, and see you next week."}, DropReason.HOUSEKEEPING),
        ({"claim": "Acid keeps bread."}, DropReason.CLAIM_LENGTH),
        ({"claim": "Why does acid keep sourdough bread so long?"}, DropReason.CLAIM_ASKS),
        ({"body": "White bread none."}, DropReason.BODY_LENGTH),
        ({"claim": "Sourdough keeps for 12 days because acetic acid stops mould."}, DropReason.INVENTED_NUMBER),
        ({"body": "It cuts waste by ninety percent in most of the bakeries."}, DropReason.INVENTED_NUMBER),
        ({"claim": "Sourdough keeps, says Louis Pasteur, because acetic acid stops mould."}, DropReason.INVENTED_NAME),
        ({"claim": "Sourdough keeps, says Nora Okoye, because acetic acid stops mould."}, DropReason.INVENTED_NAME),
        ({"claim": "This keeps bread fresh because acetic acid stops mould."}, DropReason.DANGLING),
        (
            {"claim": "Cheap ovens swing by 30 degrees on most days.", "body": "The thermostats of ovens are bad."},
            DropReason.UNRELATED_QUOTE,
        ),
    ],
)
def test_what_is_dropped_and_why(changes: dict[str, Any], reason: DropReason) -> None:
    assert verdict(**changes) == reason


def test_generic_labels_are_not_published() -> None:
    said = Transcript(segments=tuple(replace(s, speaker="Speaker 1") for s in transcript().segments), source="vtt")
    checked = Gate(episode(), said).verify(VALID)
    assert not isinstance(checked, Drop) and checked.speaker is None


def test_a_claim_that_says_all_needs_no_body() -> None:
    assert verdict(body="").body == ""


@pytest.mark.parametrize("quality", [float("nan"), float("inf"), -3.0, 7.0])
def test_a_quality_is_a_share_whatever_it_was(quality: float) -> None:
    assert 0 <= verdict(quality=quality).quality <= 1


def test_insights_are_made_and_the_rest_is_counted() -> None:
    drafts = [
        VALID,
        replace(VALID, quality=0.5),
        replace(VALID, claim="He bakes bread with acetic acid and salt."),
        replace(VALID, quote="No."),
    ]
    made, dropped = select(drafts, episode(), transcript(), InsightSettings(), extractor="llm x")
    assert [(i.seq, i.claim, i.speaker, i.url, i.extractor) for i in made] == [
        (0, VALID.claim, GUEST, "https://grain.example/12", "llm x")
    ]
    assert made[0].content_hash == content_hash(insight_text(made[0]))
    assert dropped == {DropReason.DUPLICATE: 1, DropReason.DANGLING: 1, DropReason.QUOTE_NOT_FOUND: 1}


def test_the_link_falls_back_to_the_second_in_the_audio() -> None:
    (made,), _ = select([VALID], episode(link=""), transcript(), InsightSettings())
    assert made.start_s is not None
    assert made.url == f"https://grain.example/12.mp3#t={int(made.start_s)}"


def test_settings_bound_how_many_and_how_good() -> None:
    drafts = ExtractiveExtractor().extract(episode(), transcript())
    made, dropped = select(drafts, episode(), transcript(), InsightSettings(per_episode=1, min_quality=0.0))
    assert len(made) == 1 and dropped[DropReason.OVER_LIMIT] == len(drafts) - 1 - sum(
        n for r, n in dropped.items() if r is not DropReason.OVER_LIMIT
    )
    none, dropped = select(drafts, episode(), transcript(), InsightSettings(min_quality=1.0))
    assert none == () and dropped[DropReason.LOW_QUALITY] == len(drafts)
    assert len(select(drafts, episode(), transcript(), InsightSettings(per_hour=0.1, short=1, min_quality=0))[0]) == 1


words = st.sampled_from(
    [
        "rye",
        "bread",
        "acid",
        "keeps",
        "because",
        "ovens",
        "the",
        "a",
        "Nora",
        "Feld",
        "30",
        "and.",
        "but,",
        "This",
        "it?",
        "[laughs]",
        "code",
        "Oslo...",
        '"no"',
        "İ",
        "’",
        "more",
        "than",
        "most",
        "bakers",
    ]
)
turns = st.lists(
    st.builds(
        Segment,
        text=st.lists(words, max_size=40).map(" ".join),
        start_s=st.none() | st.floats(0, 9e3),
        speaker=st.sampled_from([None, "Nora Feld", "Speaker 2"]),
    ),
    max_size=8,
)


@pytest.mark.heavy
@settings(max_examples=80, deadline=None)
@given(turns)
def test_whatever_is_published_is_in_the_transcript(segments: list[Segment]) -> None:
    said = Transcript(segments=tuple(segments), source="text")
    drafts = ExtractiveExtractor().extract(episode(), said)
    made, _ = select(drafts, episode(), said, InsightSettings(min_quality=0.0))
    text = " ".join(" ".join(s.text for s in segments).split())
    assert all(i.quote in text and 0 <= i.quality <= 1 for i in made)
    assert len({i.id for i in made}) == len(made)
    assert (
        select(ExtractiveExtractor().extract(episode(), said), episode(), said, InsightSettings(min_quality=0.0))[0]
        == made
    )


@pytest.mark.heavy
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_draft_breaks_the_gate(claim: str, body: str, quote: str) -> None:
    verdict(claim=claim, body=body, quote=quote)
