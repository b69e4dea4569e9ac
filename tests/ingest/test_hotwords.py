"""Names for speech recognition, from what a feed knows of an episode."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from earmark.types import Episode, EpisodeData, Person, Stage
from ingest.speech.hotwords import hotwords_for


def named(
    title: str = "", *, show: str = "Tide Tables", persons: tuple[str, ...] = (), notes: str = "", language: str = "en"
) -> tuple[str, ...]:
    data = EpisodeData(guid="g", title=title, description=notes, persons=tuple(Person(name=name) for name in persons))
    then = datetime(2026, 1, 1, tzinfo=UTC)
    return hotwords_for(
        Episode(
            id="e",
            show_id="s",
            show=show,
            data=data,
            stage=Stage.DISCOVERED,
            language=language,
            discovered_at=then,
        )
    )


def test_people_first_then_the_title_the_show_and_the_notes() -> None:
    words = named(
        "Why pilots trust Marit Halvorsen",
        persons=("Ines Okafor", "Tomas Reuss, PhD"),
        notes="We talk to Bergen Havn about BathyScan. The harbour of Bergen Havn, and Ines.",
    )
    assert words == ("Ines Okafor", "Tomas Reuss", "Marit Halvorsen", "Tide Tables", "Bergen Havn", "BathyScan")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Episode 12: Marit Halvorsen", ["Marit Halvorsen"]),
        ("#41 – The Slack Water Problem (with Ines Okafor)", ["Slack Water Problem", "Ines Okafor"]),
        ("How it all began", []),
        ("Tide Tables 181", []),
        ("GPT4 and the sea", ["GPT4"]),
        ("", []),
        ("!!! ???", []),
        ("潮汐の話", []),
    ],
)
def test_titles(title: str, names: list[str]) -> None:
    assert [name for name in named(title) if name != "Tide Tables"] == names


def test_labels_boilerplate_and_links_are_no_names() -> None:
    notes = "See Privacy Policy at https://Example.com/Big-Deal. Support us on Patreon! Write to Ada@Example.com"
    assert named(persons=("Speaker 1", "Host"), notes=notes) == ("Tide Tables",)


def test_a_word_that_begins_a_sentence_is_no_name_by_that_alone() -> None:
    assert named(notes="Everything floats. Sailors know. They asked Halvorsen's crew.") == ("Tide Tables", "Halvorsen")


def test_nouns_of_german_are_no_names() -> None:
    notes = "Über das Wetter, die Flut und Kapitän Uwe Brandt aus Husum."
    assert named(notes=notes, language="de-DE") == ("Tide Tables", "Kapitän Uwe Brandt")


def test_notes_give_twelve_at_most() -> None:
    notes = " ".join(f"We met Ada Number{chr(97 + n)} there." for n in range(20))
    assert len(named(notes=notes)) == 13


@pytest.mark.parametrize("unit", ["a", "A", "A ", "aB", ". ", "@", "://", "A.", "-", "1", "\n", "é"])
def test_text_of_any_shape_is_read(unit: str) -> None:
    """Patterns that backtrack would hang here."""
    text = unit * 200_000
    assert len(named(text, show=text[:100], persons=(text[:1000],) * 50, notes=text)) <= 64
