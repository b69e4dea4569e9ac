"""Sponsor reads as stretches, greetings and housekeeping by sentence, subjects left alone."""

import pytest

from earmark.types import Segment, Transcript
from ingest.segments import Label, mark
from ingest.sentences import split_sentences
from tests.ingest.talk import transcript


def labelled(*turns, filler=0):
    """``(text, label)`` of sentences; ``filler`` sentences keep what follows away from the edges."""
    before = [Segment(text="The crust forms late. Steam delays it.", speaker="A")] * filler
    given = Transcript(segments=(*before, *(Segment(text=t, speaker=s) for s, t in turns)), source="text")
    sentences = split_sentences(given)
    return list(zip([s.text for s in sentences], mark(sentences), strict=True))[2 * filler :]


def test_the_conversation():
    sentences = split_sentences(transcript())
    found = dict(zip([s.text for s in sentences], mark(sentences), strict=True))
    sponsor = {text for text, label in found.items() if label is Label.SPONSOR}
    assert any("Their subscription makes sure" in text for text in sponsor)
    assert all("illwright" in text or "Their subscription" in text for text in sponsor)
    assert found["Thanks for having me."] is Label.GREETING
    assert (
        found["Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."]
        is Label.CONTENT
    )
    assert [label for text, label in found.items() if text.startswith(("Thanks for listening", "Subscribe"))] == [
        Label.HOUSEKEEPING
    ] * 2


def test_a_read_runs_from_its_announcement_to_its_pitch_though_nothing_between_gives_it_away():
    found = labelled(
        (
            "A",
            "This portion of the show is sponsored by Ovenly. Logs are messy. Kitchens are loud. Nobody likes that. Get started today at ovenly.example/bread.",
        ),
        ("B", "Rye needs acid."),
        filler=30,
    )
    assert [label for _, label in found] == [Label.SPONSOR] * 5 + [Label.CONTENT]


def test_an_unannounced_read_is_found_from_its_pitch_back():
    found = labelled(
        (
            "A",
            "Steam delays the crust. Let me tell you about Ovenly. Bakers lose heat. Use promo code CRUST for 10% off. Now back to the bread.",
        ),
        filler=30,
    )
    assert [label for _, label in found] == [Label.CONTENT, *[Label.SPONSOR] * 3, Label.CONTENT]


@pytest.mark.parametrize(
    "text",
    [
        "Open source maintainers need sponsors because donations never cover the rent.",
        "The sponsor of the bill withdrew it after the vote.",
        "You can use code to bake, if you automate the oven.",
        "Free software is not about price.",
        "Half of the flour, about 50 percent of the weight, is starch.",
        "Subscribers of the grain exchange paid in advance.",
    ],
)
def test_talk_about_money_is_a_subject(text):
    assert [label for _, label in labelled(("A", text), filler=30)] == [Label.CONTENT]


def test_another_speaker_ends_a_read():
    found = labelled(
        ("A", "This episode is brought to you by Ovenly."), ("B", "You get your heat from steel."), filler=30
    )
    assert [label for _, label in found] == [Label.SPONSOR, Label.CONTENT]


def test_nothing_gives_nothing():
    assert mark(()) == ()
