"""Extraction without a model: the claims of a conversation, attributed; little or nothing from text that has none."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.settings import InsightSettings
from earmark.types import Segment, Transcript
from ingest.insights import ExtractiveExtractor, Gate, VerifiedDraft, select
from tests.counting import calls
from tests.ingest.talk import GUEST, TURNS, episode, transcript


def test_the_claims_of_a_conversation_come_first() -> None:
    made, _ = select(
        ExtractiveExtractor().extract(episode(), transcript()), episode(), transcript(), InsightSettings(per_hour=200)
    )
    assert {i.speaker for i in made} == {GUEST}
    claims = " ".join(i.claim for i in made)
    assert "acetic acid" in claims.lower()
    assert "thermostats" in claims
    for unwanted in ("Millwright", "podcasts", "amazing", "He told me", "Thanks"):
        assert unwanted not in " ".join(f"{i.claim} {i.body}" for i in made)
    assert all(i.claim not in i.body for i in made)


def test_claims_are_cleaned_and_quotes_are_not() -> None:
    drafts = {d.claim: d for d in ExtractiveExtractor().extract(episode(), transcript())}
    draft = next(d for claim, d in drafts.items() if claim.startswith("Sourdough bread resists mould"))
    assert draft.quote.startswith("Well, you know, sourdough bread resists mould")


def said(*turns: str | tuple[str, str]) -> Transcript:
    """A transcript of turns: a text, or a speaker with a text."""
    pairs = [turn if isinstance(turn, tuple) else (GUEST, turn) for turn in turns]
    return Transcript(
        segments=tuple(
            Segment(text=text, start_s=20.0 * n, end_s=20.0 * n + 19, speaker=who)
            for n, (who, text) in enumerate(pairs)
        ),
        source="vtt",
    )


REASON = (
    "Most ovens bake badly because their thermostats swing by 30 degrees, not because they are too small. "
    "A thick steel plate stores enough heat to smooth out the swing, which costs far less than a new oven."
)
TALK = "It was a cold day and my sister came by. She had the dog with her. We laughed a lot, and then we left again."


def test_the_first_sentence_is_the_claim_and_what_follows_its_body() -> None:
    (draft,) = ExtractiveExtractor().extract(episode(), said(TALK, REASON, TALK))
    first, second = REASON.split(". ")
    assert (draft.claim, draft.body, draft.quote) == (f"{first}.", second, REASON)


def test_no_two_share_a_sentence() -> None:
    drafts = ExtractiveExtractor().extract(episode(), transcript())
    sentences = [part for draft in drafts for part in f"{draft.claim} {draft.body}".strip().split(". ")]
    assert len(sentences) == len(set(sentences))


def test_a_span_never_runs_across_speakers() -> None:
    first, second = REASON.split(". ")
    drafts = ExtractiveExtractor().extract(episode(), said(("Ann", f"{first}."), ("Bo", second)))
    assert all(" A thick steel" not in draft.quote for draft in drafts)


@pytest.mark.parametrize(
    "after", ["No, that's wrong.", "I'm kidding.", "Well, that's a myth.", "Actually, no, it is the size after all."]
)
def test_what_is_taken_back_at_once_is_not_printed(after: str) -> None:
    drafts = ExtractiveExtractor().extract(episode(), said(TALK, REASON, ("Nora Feld", after), TALK))
    assert all("which costs far less" not in draft.quote for draft in drafts)


def test_bullets_of_the_description_break_a_tie() -> None:
    other = (
        "Most mills grind badly because their stones drift apart by 2 millimetres, not because they are too old. "
        "A cheap brass shim stores enough force to hold the gap, which costs far less than a new mill."
    )
    both = said(REASON, TALK, TALK, TALK, other)
    for wanted, line in (
        (REASON, "- Steel plates smooth the swing of ovens"),
        (other, "- A brass shim holds the gap of mills"),
    ):
        data = replace(episode().data, description=f"Today:\n{line}")
        (draft,) = ExtractiveExtractor(most=1).extract(replace(episode(), data=data), both)
        assert wanted.startswith(draft.claim)


def test_every_draft_passes_the_gate_and_is_best_first_without_doubles() -> None:
    drafts = ExtractiveExtractor().extract(episode(), transcript())
    gate = Gate(episode(), transcript())
    assert drafts and all(isinstance(gate.verify(d), VerifiedDraft) for d in drafts)
    assert drafts[0].quality == max(d.quality for d in drafts)
    assert len({d.claim for d in drafts}) == len(drafts)
    assert drafts == ExtractiveExtractor().extract(episode(), transcript())
    assert len(ExtractiveExtractor(most=2).extract(episode(), transcript())) <= 2


def test_captions_without_marks_give_nothing_rather_than_pieces() -> None:
    flat = tuple(
        Segment(text=text.lower().translate(str.maketrans("", "", ".,?'-%")), start_s=float(n), end_s=n + 1.0)
        for n, (_, text) in enumerate(TURNS)
    )
    assert ExtractiveExtractor().extract(episode(), Transcript(segments=flat, source="vtt")) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Das Brot hält länger, weil die Säure den Schimmel hemmt, und deshalb kaufen viele Kunden lieber Sauerteigbrot.",
        "酸がカビを防ぐので、パンは長持ちする。",
        "def bake(dough): return dough * 2 # TODO",
    ],
)
def test_what_is_not_english_gives_nothing(text: str) -> None:
    assert ExtractiveExtractor().extract(episode(), Transcript(segments=(Segment(text=text),), source="text")) == []


def test_speakers_nobody_named_still_give_claims() -> None:
    said = replace(transcript(), segments=tuple(replace(s, speaker=None) for s in transcript().segments))
    made, _ = select(ExtractiveExtractor().extract(episode(), said), episode(), said, InsightSettings(per_hour=200))
    assert made and {i.speaker for i in made} == {None}


@pytest.mark.heavy
@pytest.mark.parametrize("word", ["x", "the like ", *(pytest.param(w, marks=pytest.mark.slow) for w in ("Aa", "[a](", "a.", "1,", '"', "thanks to a "))])  # fmt: skip
def test_twice_the_text_is_twice_the_work(word: str) -> None:
    def work(size: int) -> int:
        said = Transcript(segments=(Segment(text=word * (size // len(word))), *transcript().segments), source="text")
        return calls(lambda: (ExtractiveExtractor().extract(episode(), said), Gate(episode(), said)))

    work(1_000)  # what is loaded at first use is loaded
    little, once, twice = work(1_000), work(6_000), work(11_000)
    assert twice - little <= 2.3 * (once - little)


def test_what_is_conceded_and_its_point_are_one_claim() -> None:
    turned = (
        "Nobody should judge an oven by how it looks in a shop. But a thermostat costs very little, and it keeps an oven from "
        "swinging by 30 degrees. A plate of steel stores enough heat to smooth out what is left of the swing."
    )
    (draft,) = ExtractiveExtractor().extract(episode(), said(TALK, turned, TALK))
    assert draft.claim == (
        "Nobody should judge an oven by how it looks in a shop, but a thermostat costs very little, and it keeps an oven from "
        "swinging by 30 degrees."
    )
    assert draft.body.startswith("A plate of steel") and draft.quote == turned
    made, _ = select([draft], episode(), said(TALK, turned, TALK), InsightSettings(min_quality=0))
    assert [insight.claim for insight in made] == [draft.claim]


class Rater:
    """Rates a span by whether it has a word."""

    def __init__(self, word: str, *, alone: float = 4.0) -> None:
        self.word = word
        self.alone = alone
        self.asked: list[str] = []

    def rate(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[4.0 if self.word in text else -9.0, self.alone] for text in texts], dtype=np.float32)


def test_what_a_trained_encoder_rates_low_is_no_idea() -> None:
    plain = ExtractiveExtractor().extract(episode(), transcript())
    rater = Rater("thermostats")
    rated = ExtractiveExtractor(rater=lambda: rater).extract(episode(), transcript())
    assert len({draft.quote for draft in plain}) > 1
    made, _ = select(rated, episode(), transcript(), InsightSettings(per_hour=200))
    assert made and all("thermostats" in insight.quote for insight in made)
    assert rated[0].quality > max(draft.quality for draft in plain if "thermostats" in draft.quote)
    assert rated[-1].quality < min(draft.quality for draft in plain)


def test_what_a_trained_encoder_says_cannot_be_read_alone_is_no_idea() -> None:
    rater = Rater("", alone=-1.0)
    assert ExtractiveExtractor(rater=lambda: rater).extract(episode(), transcript()) == []


def test_only_what_may_be_printed_is_rated_and_as_it_was_said() -> None:
    rater = Rater("thermostats")
    said_so = transcript()
    ExtractiveExtractor(rater=lambda: rater).extract(episode(), said_so)
    whole = " ".join(segment.text for segment in said_so.segments)
    assert rater.asked and all(text in whole for text in rater.asked)
    assert not any("Millwright" in text or "He told me" in text for text in rater.asked)
