"""What a publisher points out of an episode."""

from __future__ import annotations

from earmark.types import Chapter, EpisodeData, Soundbite
from ingest.insights.evidence import MOST, Evidence, highlights

NOTES = """An hour about bread, and about the people who bake it.

- Why rye dough needs more water
• Steel plates in cheap ovens
12:30 The price of a slow loaf
This is prose about dough that goes on.
"""


def test_titles_and_bullets_are_highlights_and_prose_is_not() -> None:
    data = EpisodeData(guid="1", title="Bread", description=NOTES)
    chapters = (Chapter(start_s=0.0, title="Rye and water", source="feed"),)
    assert highlights(data, chapters) == [
        "Rye and water",
        "Why rye dough needs more water",
        "Steel plates in cheap ovens",
        "The price of a slow loaf",
    ]


def test_what_holds_more_of_a_line_counts_more() -> None:
    evidence = Evidence(["Steel plates in cheap ovens"])
    whole = evidence.of("Cheap ovens bake well with steel plates.")
    half = evidence.of("Steel plates store heat.")
    assert whole == MOST > half > 0
    assert evidence.of("Cheap flour is no bargain.") == 0
    assert Evidence().of("Cheap ovens bake well with steel plates.") == 0


def test_a_soundbite_counts_by_its_title_and_by_when_it_is() -> None:
    bite = Soundbite(start_s=60.0, duration_s=30.0, title="Steel plates in cheap ovens")
    data = EpisodeData(
        guid="1", title="Bread", soundbites=(bite, Soundbite(start_s=5.0, duration_s=9.0, title="Bread"))
    )
    assert highlights(data, ()) == ["Steel plates in cheap ovens"]
    evidence = Evidence.given(data, ())
    flour = "Cheap flour is no bargain."
    assert evidence.of(flour, 65.0, 75.0) == MOST > evidence.of(flour, 85.0, 95.0) > 0
    assert evidence.of(flour, 90.0, 99.0) == evidence.of(flour) == evidence.of(flour, 99.0, 98.0) == 0
