"""Withdrawing an insight as a reader does it: the reason, the note, the theme's words, and the way back."""

from __future__ import annotations

from typing import Never

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import clustering, themes
from earmark.clock import FixedClock
from earmark.errors import NotFound, UsageError
from earmark.types import Because, Insight, Reader, Role
from library.insights import Insights
from library.sight import Sight
from tests.retrieval.themes.making import SUBJECTS, speak


def no_index() -> Never:
    raise AssertionError("withdrawing needs no index")


@pytest.fixture
def part(catalog: Catalog, clock: FixedClock) -> Insights:
    return Insights(catalog, clock, Sight(catalog, Reader(id="ada", role=Role.OWNER)), desk=no_index)


@pytest.fixture
def tea(catalog: Catalog) -> list[Insight]:
    return speak(catalog, "Leaves", list(SUBJECTS["tea"][:3]))


def grouped(catalog: Catalog, clock: FixedClock, insights: list[Insight], label: str, terms: tuple[str, ...]) -> str:
    """A theme of these insights under these words."""
    theme = clustering.StoredTheme(
        id="theme1", label=label, label_by="terms", terms=terms, centroid=np.ones(2, np.float32), created_at=clock.now()
    )
    places = [clustering.Member(insight_id=idea.id, theme_id="theme1", similarity=0.5, x=0, y=0) for idea in insights]
    run = clustering.ClusteringRun(model="m", clustered_at=clock.now(), insights=len(insights), parameters={})
    with catalog.write() as tx:
        clustering.replace(tx, run, [theme], places, {})
    return theme.id


def test_there_and_back(part: Insights, tea: list[Insight], clock: FixedClock) -> None:
    withdrawn = part.withdraw(tea[0].id[:10], because="misattributed", note="That was her guest.")
    assert (withdrawn.insight.id, withdrawn.withdrawal.because) == (tea[0].id, Because.MISATTRIBUTED)
    assert (withdrawn.withdrawal.by, withdrawn.withdrawal.at) == ("ada", clock.now())
    assert tea[0].id not in {insight.id for insight in part.newest()}
    assert part.withdrawn() == [part.find_withdrawn(tea[0].id)] == [withdrawn]
    assert part.restore(tea[0].id) == part.get(tea[0].id)
    assert part.withdrawn() == []


def test_a_reason_is_one_of_three(part: Insights, tea: list[Insight]) -> None:
    with pytest.raises(UsageError, match="choose one of misattributed, not-meant, not-worth-it"):
        part.withdraw(tea[0].id, because="boring")
    assert part.get(tea[0].id).claim == tea[0].claim


def test_what_is_not_here_says_so(part: Insights, tea: list[Insight]) -> None:
    part.withdraw(tea[0].id, because=Because.NOT_WORTH)
    with pytest.raises(NotFound, match="was withdrawn"):
        part.withdraw(tea[0].id, because=Because.NOT_WORTH)
    with pytest.raises(NotFound, match="was withdrawn"):
        part.get(tea[0].id)
    with pytest.raises(NotFound):
        part.restore(tea[1].id)


@pytest.mark.parametrize(
    ("label", "terms", "after"),
    [
        ("bitter green water", ("bitter", "tea"), ("tea", ("tea",))),
        ("tea leaves", ("tea", "bitter"), ("tea leaves", ("tea",))),
        ("The quiet art of brewing", ("tea",), ("The quiet art of brewing", ("tea",))),
    ],
    ids=["a label that only it said", "a term that only it said", "words of a model stay"],
)
def test_a_theme_keeps_the_words_that_others_say(
    part: Insights,
    catalog: Catalog,
    clock: FixedClock,
    tea: list[Insight],
    label: str,
    terms: tuple[str, ...],
    after: tuple[str, tuple[str, ...]],
) -> None:
    theme_id = grouped(catalog, clock, tea, label, terms)
    part.withdraw(tea[0].id, because="not-meant")
    with catalog.read() as tx:
        theme = themes.find(tx, theme_id)
    assert (theme.label, theme.terms) == after
    assert theme.size == 2 and theme.claim != tea[0].claim


def test_a_theme_of_nothing_else_goes(part: Insights, catalog: Catalog, clock: FixedClock, tea: list[Insight]) -> None:
    theme_id = grouped(catalog, clock, tea[:1], "green tea", ("green",))
    part.withdraw(tea[0].id, because="not-meant")
    with catalog.read() as tx, pytest.raises(NotFound):
        themes.find(tx, theme_id)
