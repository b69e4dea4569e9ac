"""Extraction without a model: the claims of a conversation, attributed; little or nothing from text that has none."""

from dataclasses import replace

import pytest

from earmark.settings import InsightSettings
from earmark.types import Segment, Transcript
from ingest.insights import ExtractiveExtractor, Gate, Verified, select
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
    assert all(i.body and i.claim not in i.body for i in made)


def test_claims_are_cleaned_and_quotes_are_not() -> None:
    drafts = {d.claim: d for d in ExtractiveExtractor().extract(episode(), transcript())}
    draft = next(d for claim, d in drafts.items() if claim.startswith("Sourdough bread resists mould"))
    assert draft.quote.startswith("Well, you know, sourdough bread resists mould")
    assert any(claim.startswith("Most bakeries that switch") for claim in drafts)


def test_every_draft_passes_the_gate_and_is_best_first_without_doubles() -> None:
    drafts = ExtractiveExtractor().extract(episode(), transcript())
    gate = Gate(episode(), transcript())
    assert drafts and all(isinstance(gate.verify(d), Verified) for d in drafts)
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


@pytest.mark.parametrize("word", ["x", "Aa", "[a](", "a.", "1,", "the like ", '"', "thanks to a "])
def test_twice_the_text_is_twice_the_work(word: str) -> None:
    def work(size: int) -> int:
        said = Transcript(segments=(Segment(text=word * (size // len(word))), *transcript().segments), source="text")
        return calls(lambda: (ExtractiveExtractor().extract(episode(), said), Gate(episode(), said)))

    work(1_000)  # what is loaded at first use is loaded
    little, once, twice = work(1_000), work(6_000), work(11_000)
    assert twice - little <= 2.3 * (once - little)
