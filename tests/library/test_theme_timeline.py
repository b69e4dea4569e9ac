"""What was said of a theme when, as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, reader_shows
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.types import Reader, Related, Role
from library.marks import Marks
from library.sight import Sight
from library.themes import Themes
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme
from tests.library.test_people import Desk

OWNER = Reader(id="local", role=Role.OWNER)


@dataclass(frozen=True)
class IdleKeeper:
    """A keeper of themes that has nothing to do."""

    tended: bool = True


def themes(catalog: Catalog, desk: Desk, reader: Reader = OWNER) -> Themes:
    def nothing() -> object:
        raise LookupError("nothing is grouped again")

    return Themes(catalog, Sight(catalog, reader), keeper=IdleKeeper, regrouper=nothing, desk=lambda: desk)  # type: ignore[arg-type, return-value]


def test_the_claims_of_all_its_speakers_come_in_the_order_in_which_they_were_said(
    catalog: Catalog, clock: FixedClock
) -> None:
    desk = Desk()
    with catalog.write() as tx:
        (new,) = spoken(tx, clock, "Late Show", "Ada Finch", days=2)
        (old,) = spoken(tx, clock, "Early Show", "Ben Osprey", days=70)
        (alone,) = spoken(tx, clock, "Other Show", "Zoe Quill", days=1)
        (beside,) = spoken(tx, clock, "Third Show", "Zoe Quill", days=40)
        grouped(tx, clock, [theme(clock, "aaaa1", "kettle sings")], placed("aaaa1", [new, old]))
    desk.entries = {
        old.id: [
            Related(insight=beside, relation="opposite", score=0.9, why=""),
            Related(insight=alone, score=0.9, why=""),
        ]
    }
    first, second = themes(catalog, desk).timeline("aaaa")
    assert (first.insight.id, first.insight.speaker) == (old.id, "Ben Osprey")
    assert (second.insight.id, second.later) == (new.id, ())
    # Other shows' words, and what the theme itself says again; of what says nothing about it there is nothing.
    assert [entry.insight.id for entry in first.later if entry.insight] == [beside.id, new.id]
    with pytest.raises(NotFound):
        themes(catalog, desk).timeline("zzzz")


def test_what_the_reader_hid_or_does_not_see_is_not_there(catalog: Catalog, clock: FixedClock) -> None:
    ben = Reader(id="ben", all_shows=False)
    with catalog.write() as tx:
        (seen,) = spoken(tx, clock, "Open Show", "Ada Finch", days=1)
        (secret,) = spoken(tx, clock, "Closed Show", "Ada Finch", days=2)
        grouped(tx, clock, [theme(clock, "aaaa1", "kettle sings")], placed("aaaa1", [secret, seen]))
        accounts.put(tx, ben)
        reader_shows.put(tx, ben.id, [seen.show_id], now=clock.now())
    assert [claim.insight.id for claim in themes(catalog, Desk(), ben).timeline("aaaa1")] == [seen.id]
    Marks(catalog, clock, Sight(catalog, OWNER)).hide(seen.id)
    assert [claim.insight.id for claim in themes(catalog, Desk()).timeline("aaaa1")] == [secret.id]
