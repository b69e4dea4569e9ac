"""What is drawn on the map of insights."""

from __future__ import annotations

import math

import pytest

from tests.ui import corpus
from ui.web.theme import DARK, LIGHT
from ui.web.theme_map import picture

THEMES = corpus.themes_of(corpus.INSIGHTS)
POINTS = corpus.points_of(corpus.INSIGHTS)


def test_every_insight_is_a_point_in_the_colour_of_its_theme() -> None:
    drawn = picture(THEMES, POINTS, dark=False)
    assert drawn.ids == {insight.id for insight in corpus.INSIGHTS}
    assert drawn.colours[""] == LIGHT["rule"]
    assert set(drawn.colours) == {"", *(theme.id for theme in THEMES)}
    assert len({drawn.colours[theme.id] for theme in THEMES}) == len(THEMES)
    assert picture(THEMES, POINTS, dark=True).page is DARK
    assert {name.text for name in drawn.names} <= {"Queues and waiting", "Night work", "Measuring honestly"}


def test_attacks_are_text_and_not_more_than_a_line() -> None:
    insights = [corpus.HOSTILE, *corpus.INSIGHTS]
    drawn = picture(corpus.themes_of(insights), corpus.points_of(insights), dark=False)
    row = next(row for row in drawn.rows if row["id"] == corpus.HOSTILE.id)
    assert len(row["claim"]) <= 160
    assert all(str(value).isprintable() for value in row.values())


def test_names_do_not_run_into_one_another() -> None:
    drawn = picture(THEMES, POINTS, dark=False)
    for number, name in enumerate(drawn.names):
        for other in drawn.names[number + 1 :]:
            assert math.dist((name.x, name.y), (other.x, other.y)) > 0.05


@pytest.mark.heavy
def test_the_chart_is_one_that_vega_reads() -> None:
    import altair  # of Streamlit; it checks against the schema of Vega-Lite

    for points in (POINTS, POINTS[:1]):
        spec = picture(THEMES, points, dark=False).spec()
        assert len(spec["layer"]) == 3
        altair.LayerChart.from_dict(spec)
