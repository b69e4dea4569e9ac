"""What a publisher points out of an episode."""

from __future__ import annotations

from earmark.types import Chapter, EpisodeData
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
