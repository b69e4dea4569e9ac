"""A voice that says who it is has its name where the episode names that person too; jokes, quotations and wishes give nobody a name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from earmark.types import Person, Segment, Transcript
from ingest.voices import FLOOR, resolve_voices

HOST, GUEST = "Speaker 0", "Speaker 1"
TITLE = "Mara Lind on rye and time"
LONG = (
    "Rye takes up more water than wheat, so a dough of it is wet and heavy and has to be left alone for many hours. "
    * 5
)


def talk(*turns: tuple[str | None, str]) -> Transcript:
    """What is said first, and a conversation after it."""
    rest = ((HOST, "How long does it rest?"), (GUEST, LONG), (HOST, "And what does that cost?"), (GUEST, LONG))
    said = turns if turns[0][0] is None else (*turns, *rest)
    return Transcript(segments=tuple(Segment(text=text, speaker=who) for who, text in said), source="vtt")


def names(said: Transcript, *, people: Sequence[Person] = (), title: str = TITLE) -> list[str | None]:
    """The speakers after naming, in the order in which they first speak."""
    return list(dict.fromkeys(s.speaker for s in resolve_voices(said, persons=people, title=title).segments))


@pytest.mark.parametrize(
    "said",
    [
        f"I am Mara, and I bake bread. {LONG}",
        f"I'm Mara Lind, and I bake bread. {LONG}",
        f"Hello, my name is Mara Lind. {LONG}",
        f"Hello. This is Mara Lind speaking. {LONG}",
    ],
)
def test_a_voice_that_says_its_name_has_it_where_the_title_names_that_person(said: str) -> None:
    assert names(talk((HOST, "Welcome."), (GUEST, said))) == [HOST, "Mara Lind"]
    assert names(talk((HOST, "Welcome."), (GUEST, said)), title="On rye and time") == [HOST, GUEST]
    (voice,) = resolve_voices(talk((HOST, "Welcome."), (GUEST, said)), title=TITLE).voices
    assert (voice.label, voice.by) == (GUEST, "introduction") and voice.confidence >= FLOOR


@pytest.mark.parametrize("welcome", ["My guest today is Mara Lind.", "Welcome to the show, Mara."])
def test_whom_the_host_introduces_next_to_their_first_turn_is_named(welcome: str) -> None:
    assert names(talk((HOST, welcome), (GUEST, f"Thanks for having me. {LONG}"))) == [HOST, "Mara Lind"]
    assert names(talk((HOST, "Hello."), (GUEST, LONG), (HOST, welcome), (GUEST, LONG))) == [HOST, GUEST]


@pytest.mark.parametrize(
    "said",
    [
        "I am sorry, I am late.",
        "I'm Happy to be here.",
        "He tells everybody “I am Mara Lind” and gets a table.",
        "And she said I am Mara Lind, and got a table.",
        "If I am Mara Lind, then I sell that bread at once.",
        "I am not Mara Lind, and I have no bakery.",
        "This is Mara Lind, whose bread I eat.",
        f"{LONG} {LONG} {LONG} I am Mara Lind.",
    ],
)
def test_what_only_looks_like_an_introduction_names_nobody(said: str) -> None:
    assert names(talk((HOST, "Welcome."), (GUEST, f"{said} {LONG}"))) == [HOST, GUEST]


def test_a_name_that_two_voices_give_themselves_is_nobodys() -> None:
    everybody = talk((HOST, "I'm Mara Lind. Welcome."), (GUEST, f"No, I'm Mara Lind. {LONG}"))
    assert names(everybody) == [HOST, GUEST]
    people = (Person(name="Tomas Okafor", role="host"), Person(name="Mara Lind", role="guest"))
    assert names(everybody, people=people) == [HOST, GUEST]


def test_a_voice_that_gives_itself_two_names_has_none() -> None:
    people = (Person(name="Tomas Okafor"), Person(name="Mara Lind"))
    said = talk((HOST, "Welcome."), (GUEST, f"I'm Mara. Or rather, I'm Tomas. {LONG}"))
    assert GUEST in names(said, people=people)


def test_speech_without_labels_is_named_where_one_person_is_known_and_says_it() -> None:
    alone = talk((None, f"I am Mara, and I bake bread. {LONG}"))
    assert names(alone) == ["Mara Lind"]
    assert names(alone, title="Mara Lind and Tomas Okafor on rye") == [None]
    assert names(talk((None, f"I am glad. {LONG}"))) == [None]
    answered = " ".join(f"I am Mara. {LONG} Right. Yeah. Exactly." for _ in range(3))
    assert names(talk((None, answered))) == [None]
