"""What the themes of insights are called, as a reader sees them: notes link to them."""

from __future__ import annotations

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.readers import accounts, reader_shows
from earmark.clock import FixedClock
from earmark.types import Reader, Role
from library.sight import Sight
from library.themes import Themes
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme

OWNER = Reader(id="local", role=Role.OWNER)


def themes(catalog: Catalog, reader: Reader = OWNER) -> Themes:
    def nothing() -> object:
        raise LookupError("a label asks nobody")

    return Themes(catalog, Sight(catalog, reader), keeper=nothing, regrouper=nothing, desk=nothing)  # type: ignore[arg-type]


def test_what_is_in_a_theme_has_its_label_and_what_is_in_none_has_none(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        inside, alone = spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey")
        grouped(tx, clock, [theme(clock, "aaaa1", "kettle sings")], placed("aaaa1", [inside]))
    assert themes(catalog).labels([inside.id, alone.id]) == {inside.id: "kettle sings"}
    assert themes(catalog).labels([]) == {}


def test_a_reader_of_some_shows_reads_no_word_of_the_others(catalog: Catalog, clock: FixedClock) -> None:
    ben = Reader(id="ben", all_shows=False)
    with catalog.write() as tx:
        (own,) = spoken(tx, clock, "Late Show", "Ada Finch")
        (other,) = spoken(tx, clock, "Early Show", "Ada Finch")
        grouped(tx, clock, [theme(clock, "aaaa1", "zeppelin sings")], placed("aaaa1", [own, other]))
        accounts.put(tx, ben)
        reader_shows.put(tx, "ben", [episodes.get(tx, own.episode_id).show_id], now=clock.now())
    assert "zeppelin" not in themes(catalog, ben).labels([own.id]).get(own.id, "")
