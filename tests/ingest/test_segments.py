"""Sponsor reads as stretches, greetings and housekeeping by sentence, subjects left alone."""

import pytest

from earmark.language.segments import Label
from earmark.types import Chapter, Segment, Transcript
from ingest.passages.segments import mark
from ingest.text.sentences import Sentence, split_sentences
from tests.ingest.talk import transcript


def labelled(*turns: tuple[str, str], filler: int = 0) -> list[tuple[str, Label]]:
    """``(text, label)`` of sentences; ``filler`` sentences keep what follows away from the edges."""
    before = [Segment(text="The crust forms late. Steam delays it.", speaker="A")] * filler
    given = Transcript(segments=(*before, *(Segment(text=t, speaker=s) for s, t in turns)), source="text")
    sentences = split_sentences(given)
    return list(zip([s.text for s in sentences], mark(sentences), strict=True))[2 * filler :]


def test_the_conversation() -> None:
    sentences = split_sentences(transcript())
    labels = dict(zip([s.text for s in sentences], mark(sentences), strict=True))
    sponsor = {text for text, label in labels.items() if label is Label.SPONSOR}
    assert any("Their subscription makes sure" in text for text in sponsor)
    assert all("illwright" in text or "Their subscription" in text for text in sponsor)
    assert labels["Thanks for having me."] is Label.GREETING
    assert (
        labels["Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."]
        is Label.CONTENT
    )
    assert [label for text, label in labels.items() if text.startswith(("Thanks for listening", "Subscribe"))] == [
        Label.HOUSEKEEPING
    ] * 2


def test_a_read_runs_from_its_announcement_to_its_pitch_though_nothing_between_gives_it_away() -> None:
    marked = labelled(
        (
            "A",
            "This portion of the show is sponsored by Ovenly. Logs are messy. Kitchens are loud. Nobody likes that. Get started today at ovenly.example/bread.",
        ),
        ("B", "Rye needs acid."),
        filler=30,
    )
    assert [label for _, label in marked] == [Label.SPONSOR] * 5 + [Label.CONTENT]


def test_an_unannounced_read_is_found_from_its_pitch_back() -> None:
    marked = labelled(
        (
            "A",
            "Steam delays the crust. Let me tell you about Ovenly. Bakers lose heat. Use promo code CRUST for 10% off. Now back to the bread.",
        ),
        filler=30,
    )
    assert [label for _, label in marked] == [Label.CONTENT, *[Label.SPONSOR] * 3, Label.CONTENT]


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
def test_talk_about_money_is_a_subject(text: str) -> None:
    assert [label for _, label in labelled(("A", text), filler=30)] == [Label.CONTENT]


def test_a_read_that_begins_with_the_show_s_own_name_is_found_from_its_pitch_back() -> None:
    read = (
        "Let me read something first. Crumb is supported by Ovenly. If your loaves burn in an old oven, Ovenly gives you an even "
        "heat. Listeners get the first three months free with the code CRUST at ovenly dot example."
    )
    labels = [label for _, label in labelled(("A", read), ("B", "Rye needs acid."), filler=30)]
    assert labels == [Label.CONTENT, *[Label.SPONSOR] * 3, Label.CONTENT]


def test_who_is_supported_by_whom_is_a_subject_where_nothing_is_sold() -> None:
    told = "The mill is supported by Ovenly and two towns. That is why it can pay four millers."
    assert {label for _, label in labelled(("A", told), filler=30)} == {Label.CONTENT}


@pytest.mark.parametrize(
    "told",
    [
        "It is supported by a large body of research.",
        "The program was sponsored by DARPA in the sixties.",
        "Part of that work was supported by NASA.",
        "A portion of the genome is supported by two proteins.",
        "The results show that the claim is supported by the counts.",
        "We are supported by our families, and it was made possible by the war.",
        "The series was made possible by a letter of Euler.",
    ],
)
def test_who_paid_for_a_subject_is_a_subject(told: str) -> None:
    goes_on = f"{told} It ran for ten years. They have published nine reports. The last one came in 1977."
    assert {label for _, label in labelled(("A", goes_on), filler=30)} == {Label.CONTENT}


@pytest.mark.parametrize(
    "told",
    [
        "This episode is sponsored by Ovenly.",
        "This week's episode was brought to you by Ovenly.",
        "Today's show is supported by Ovenly.",
        "This portion of the show is sponsored by Ovenly.",
        "This segment is supported by Ovenly.",
        "This program is made possible by Ovenly.",
        "The podcast is also sponsored by Ovenly.",
        "It's brought to you by Ovenly.",
    ],
)
def test_who_pays_for_the_show_is_an_advertisement(told: str) -> None:
    assert Label.SPONSOR in {label for _, label in labelled(("A", told), filler=30)}


def test_another_speaker_ends_a_read() -> None:
    marked = labelled(
        ("A", "This episode is brought to you by Ovenly."), ("B", "You get your heat from steel."), filler=30
    )
    assert [label for _, label in marked] == [Label.SPONSOR, Label.CONTENT]


def test_nothing_gives_nothing() -> None:
    assert mark(()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "You can't pay your bills with code, right?",
        "Babel is supported by, or is an official project of, somebody.",
        "A lot of our partners are seeing that at night.",
        "Everything that is old out there is supported by the plugin.",
    ],
)
def test_words_of_reads_in_other_sentences(text: str) -> None:
    assert [label for _, label in labelled(("A", text), filler=30)] == [Label.CONTENT]


def test_one_address_is_no_read_but_two_are() -> None:
    once = labelled(("A", "Ovens differ. You can go to ovenly.example.com and look. Steel is best."), filler=30)
    assert Label.SPONSOR not in [label for _, label in once]
    twice = labelled(
        (
            "A",
            "Your kitchen can be calm. Head to ovenly.com/calm and see. Their team helps. Visit ovenly.com/calm today.",
        ),
        filler=30,
    )
    assert [label for _, label in twice][1:] == [Label.SPONSOR] * 3


def test_a_read_ends_where_the_guest_is_welcomed() -> None:
    marked = labelled(
        (
            "A",
            "This episode is brought to you by Ovenly. Ovenly bakes. Tomas, welcome back to the show. Great to be here.",
        ),
        filler=30,
    )
    assert [label for _, label in marked][:2] == [Label.SPONSOR] * 2
    assert Label.SPONSOR not in [label for _, label in marked][2:]


def test_hosts_may_talk_about_the_brand_between_them() -> None:
    marked = labelled(
        ("A", "Before we go on, a shout-out to our sponsor, Ovenly."),
        ("B", "I have one at home. It is quick."),
        ("A", "Yeah. Ovenly is what we all use."),
        ("B", "But let's kick off the show. Why does rye need acid?"),
        filler=30,
    )
    assert [label for _, label in marked] == [Label.SPONSOR] * 5 + [Label.CONTENT] * 2


def timed(*texts: str) -> tuple[Sentence, ...]:
    segments = tuple(Segment(text=t, start_s=10.0 * i, end_s=10.0 * i + 10) for i, t in enumerate(texts))
    return split_sentences(Transcript(segments=segments, source="vtt"))


def test_a_sponsors_chapter_is_believed_where_its_words_bear_it_out() -> None:
    sentences = timed("Rye needs acid.", "Logs are messy at Millwright.", "Nobody likes that.", "Steel holds heat.")
    chapters = (
        Chapter(start_s=0, end_s=10, title="Rye"),
        Chapter(start_s=10, end_s=30, title="Sponsor: Millwright", sponsor=True),
        Chapter(start_s=30, end_s=40, title="Steel"),
    )
    assert mark(sentences, chapters) == (Label.CONTENT, Label.SPONSOR, Label.SPONSOR, Label.CONTENT)
    elsewhere = (*chapters[:1], Chapter(start_s=10, end_s=30, title="Sponsor: Ovenly", sponsor=True), *chapters[2:])
    assert set(mark(sentences, elsewhere)) == {Label.CONTENT}


def test_short_intros_and_outros_are_the_frame_and_long_ones_are_not() -> None:
    texts = ["Steel holds the heat of the oven."] * 40
    short = (
        Chapter(start_s=0, end_s=30, title="Intro"),
        Chapter(start_s=30, end_s=370, title="Steel"),
        Chapter(start_s=370, end_s=400, title="Outro"),
    )
    labels = mark(timed(*texts), short)
    assert labels[:3] == (Label.GREETING,) * 3
    assert set(labels[3:37]) == {Label.CONTENT}
    assert labels[37:] == (Label.HOUSEKEEPING,) * 3
    long = (Chapter(start_s=0, end_s=370, title="Intro"), Chapter(start_s=370, end_s=400, title="More"))
    assert set(mark(timed(*texts), long)) == {Label.CONTENT}


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text", ["word from " * 4000, "visit " * 6000, "the show " * 7000, "x." * 15000, "our next " * 5000]
)
def test_no_sentence_takes_long(text: str) -> None:
    assert len(mark(split_sentences(Transcript(segments=(Segment(text=text),), source="text")))) > 0


def test_a_site_that_people_are_paid_through_is_a_subject_unless_the_show_asks_for_money_there() -> None:
    labels = labelled(
        ("A", "Bread. " * 30),
        ("B", "Patreon is closer to the baker than to the bakery. Most bakers on Patreon earn less than their rent."),
        ("A", "Support the show on Patreon. You can join our Patreon for two crumbs a week."),
    )
    assert [label for text, label in labels if "Patreon" in text] == [Label.CONTENT] * 2 + [Label.HOUSEKEEPING] * 2
