"""A told idea comes back only with something new, and says what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefs.make import make_brief
from briefs.updates import amounts, news
from earmark.catalog import Catalog
from earmark.settings import BriefSettings
from earmark.types import Brief, Insight
from tests.briefs.samples import DAY, MODEL, NOW, READER, SmallFinder, fill, insight, unit

TOLD = insight("A lid saves 40 per cent of the gas", show="Show 0", quality=0.9, days_ago=3)


@pytest.mark.parametrize(
    ("claim", "told", "expected"),
    [
        ("It saves 55 per cent", "It saves 40 per cent", "now 55, where you were told 40 on 3 November"),
        ("It saves 55 per cent", "It saves gas", "now with a number, 55, where you were told none on 3 November"),
        ("It saves 40 or 55", "It saves 40", "now also 55, where you were told 40 on 3 November"),
        ("It saves 40 per cent", "It saves 40 per cent of gas", ""),
        ("It saves gas", "It saves 40 per cent", ""),
        ("Since 2024 it saves gas", "It saves gas", ""),
    ],
)
def test_only_numbers_that_were_not_told_are_news(claim: str, told: str, expected: str) -> None:
    assert news(claim, told, date(2026, 11, 3)) == expected


def test_years_are_no_amounts() -> None:
    assert amounts("In 2024, 3.5 of 1200") == {"3.5", "1200"}


def brief(catalog: Catalog, later: list[Insight], days: int) -> Brief:
    """The brief of a day, of a library in which ``later`` are near what was told."""
    library = [TOLD, *later]
    vectors = {idea.id: unit(1.0, 0.01 * n) for n, idea in enumerate(library)}
    finder = SmallFinder(library, vectors, near=2.0)
    given = {"settings": BriefSettings(size=3), "model_id": MODEL, "now": NOW}
    if days == 0:
        fill(catalog, library, vectors)
    return make_brief(catalog, finder, READER, DAY + timedelta(days=days), **given)  # type: ignore[arg-type]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("claim", "published", "comes"),
    [
        ("A lid saves 55 per cent of the gas", NOW + timedelta(days=1), True),
        ("A lid saves 40 per cent of all the gas", NOW + timedelta(days=1), False),
        ("A lid saves 55 per cent of the gas", NOW - timedelta(days=9), False),
    ],
)
def test_a_told_idea_comes_back_with_a_number_that_is_new_and_later(
    catalog: Catalog, claim: str, published: object, comes: bool
) -> None:
    weaker = replace(insight(claim, show="Show 1", quality=0.4), published=published)  # type: ignore[arg-type]
    first = brief(catalog, [weaker], 0)
    assert [item.insight.claim for item in first.items] == [TOLD.claim]
    second = brief(catalog, [weaker], 2)
    assert [item.insight.claim for item in second.items] == ([claim] if comes else [])
    if comes:
        assert second.items[0].why == "Update: now 55, where you were told 40 on 3 August."
        assert brief(catalog, [weaker], 3).items == ()


@pytest.mark.heavy
def test_one_update_a_brief(catalog: Catalog) -> None:
    later = [
        replace(insight(f"A lid saves {n} per cent of the gas", show=f"Show {n}"), published=NOW + timedelta(days=1))
        for n in (55, 65)
    ]
    brief(catalog, later, 0)
    assert len(brief(catalog, later, 2).items) == 1
