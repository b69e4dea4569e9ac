"""What a query and filters beside it are narrowed to: names become ids, days are the reader's, what excludes itself is nothing."""

from __future__ import annotations

from datetime import date

import pytest

from earmark.catalog import Catalog
from earmark.errors import NotFound
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters
from retrieval.search.names import NameBook
from retrieval.search.narrowing import Narrower
from retrieval.search.query import parse
from retrieval.search.searcher import Searcher

pytestmark = pytest.mark.heavy


@pytest.fixture
def narrower(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Narrower:
    return Narrower(catalog, index, encoder, timezone="America/Los_Angeles")


def narrowed(narrower: Narrower, query: str, given: Filters | None = None, *, strict: bool = True) -> Filters | None:
    return narrower.narrowed(parse(query), given or Filters(), strict=strict)


def test_a_part_of_a_name_means_everybody_who_has_it(narrower: Narrower) -> None:
    filters = narrowed(narrower, "kelp speaker:okafor")
    assert filters is not None
    assert filters.speakers == ("Ines Okafor",)
    assert narrowed(narrower, "kelp", Filters(speakers=("okafor",))) == filters


def test_a_name_that_nobody_has_names_the_closest(narrower: Narrower) -> None:
    with pytest.raises(NotFound, match="Ines Okafor"):
        narrowed(narrower, "speaker:Okaforr")
    with pytest.raises(NotFound, match="Tideline"):
        narrowed(narrower, "show:Tidelime")
    with pytest.raises(NotFound):
        narrowed(narrower, "kelp", Filters(speakers=("Nobody",)))
    filters = narrowed(narrower, "kelp", Filters(speakers=("Nobody",)), strict=False)
    assert filters is not None
    assert filters.speakers == ("Nobody",)


def test_a_word_that_is_said_is_no_slip_for_a_common_one(narrower: Narrower, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is not among the texts from which words are counted is asked of the index."""
    monkeypatch.setattr(NameBook, "spoken", lambda _: {"morings": 40, "sourdough": 40})
    assert narrower.respelled("moorings and sourdogh", {}) == "moorings and sourdough"


def test_both_have_to_fit(narrower: Narrower) -> None:
    given = Filters(after=date(2026, 1, 1), before=date(2026, 9, 1))
    filters = narrowed(narrower, "kelp after:2026-03-01 before:2026-12-01", given)
    assert filters is not None
    assert (filters.after, filters.before) == (date(2026, 3, 1), date(2026, 9, 1))
    assert narrowed(narrower, "kelp after:2026-10-01", given) is None
    assert narrowed(narrower, "kelp speaker:okafor", Filters(speakers=("Mara Voss",))) is None
    assert narrowed(narrower, "kelp show:Tideline", Filters(shows=("another",))) is None


def test_days_are_the_readers_unless_the_filters_say_whose(narrower: Narrower) -> None:
    for given, zone in ((Filters(), "America/Los_Angeles"), (Filters(zone="Asia/Tokyo"), "Asia/Tokyo")):
        filters = narrowed(narrower, "kelp", given)
        assert filters is not None
        assert filters.zone == zone


@pytest.mark.parametrize(("timezone", "shown"), [("UTC", False), ("Asia/Tokyo", False), ("America/Los_Angeles", True)])
def test_an_episode_of_midnight_was_said_the_evening_before_in_the_west(
    catalog: Catalog, index: VectorIndex, encoder: Encoder, timezone: str, shown: bool
) -> None:
    searcher = Searcher(catalog, index, encoder, timezone=timezone)
    hits = searcher.search("kelp credits moorings before:2026-06-01", limit=5)  # "Tideline" is of 1 June, 0:00 UTC
    assert any(hit.show == "Tideline" for hit in hits) is shown
    phrase = searcher.search('"kelp credit" before:2026-06-01', limit=5)  # read from the catalog, not from the index
    assert bool(phrase) is shown
    page = searcher.page("kelp credits moorings after:2026-06-01", limit=5)
    assert any(hit.show == "Tideline" for hit in page.hits) is not shown
