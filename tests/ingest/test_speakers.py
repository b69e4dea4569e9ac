"""Names: resolved where exactly one person fits, never guessed."""

from collections.abc import Sequence

import pytest

from earmark.types import Person, Segment, Transcript
from ingest.voices.labels import public_name, resolve_speakers

STEVE, LEO = Person(name="Steve Gibson", role="host"), Person(name="Leo Laporte", role="host")


def resolved(labels: Sequence[str | None], persons: Sequence[Person], text: str = "Bread is old.") -> list[str | None]:
    transcript = resolve_speakers(
        Transcript(segments=tuple(Segment(text=text, speaker=label) for label in labels), source="vtt"), persons
    )
    return [segment.speaker for segment in transcript.segments]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Steve", "Steve Gibson"),
        ("GIBSON", "Steve Gibson"),
        ("STEVE GIBSON", "Steve Gibson"),
        ("steve gibson:", "Steve Gibson"),
        ("Dr. Steve Gibson, PhD", "Steve Gibson"),
        ("Leo Laporte (host)", "Leo Laporte"),
        ("LL", "Leo Laporte"),
        ("Steve G.", "Steve Gibson"),
        ("Ada", "Ada"),
        ("Speaker 1", "Speaker 1"),
    ],
)
def test_labels_become_full_names(label: str, name: str) -> None:
    assert resolved([label, "Leo Laporte"], [STEVE, LEO])[0] == name


def test_a_first_name_that_two_people_have_stays() -> None:
    assert resolved(["Steve"], [STEVE, Person(name="Steve Jobs")]) == ["Steve"]


def test_full_names_in_the_transcript_count_as_people() -> None:
    assert resolved(["Mara Lind", "Mara"], []) == ["Mara Lind", "Mara Lind"]


def test_a_role_is_resolved_where_one_person_has_it() -> None:
    guest = Person(name="Ada Byron", role="guest")
    assert resolved(["Guest", "Host"], [guest, STEVE, LEO]) == ["Ada Byron", "Host"]


@pytest.mark.parametrize(
    "label",
    ["Speaker 0", "SPEAKER_00", "spk_1", "Unknown", "Unknown Speaker", "Host", "A", "Speaker", "Speaker A", "", None],
)
def test_generic_labels_are_not_shown(label: str) -> None:
    assert public_name(label) is None


@pytest.mark.parametrize("label", ["Steve", "Ada Byron", "NVK", "Al", "Guestrin Smith"])
def test_names_are_shown(label: str) -> None:
    assert public_name(label) == label


def test_one_voice_of_a_one_person_show_is_that_person() -> None:
    assert resolved(["Speaker 0", "Speaker 0"], [STEVE]) == ["Steve Gibson"] * 2
    assert resolved([None], [STEVE], "The news of the week is bread. " * 30) == ["Steve Gibson"]


def test_an_unlabelled_conversation_is_nobodys() -> None:
    assert resolved([None], [STEVE], "Yeah. So what is bread? Right. It is flour. " * 30) == [None]
    assert resolved([None], [STEVE, LEO], "Bread is old. " * 30) == [None]
    assert resolved(["Speaker 0", "Speaker 1"], [STEVE]) == ["Speaker 0", "Speaker 1"]


def test_nothing_to_do_gives_the_same_transcript() -> None:
    given = Transcript(segments=(Segment(text="x", speaker="Ada Byron"),), source="vtt")
    assert resolve_speakers(given, []) is given
