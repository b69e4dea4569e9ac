"""The next brief is shown before it comes, and ideas are taken out of it or swapped, by its reader alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from briefs.make import make_brief, preview_brief
from earmark.catalog import Catalog, removal
from earmark.catalog.readers import accounts, drops
from earmark.clock import FixedClock
from earmark.errors import NotFound, UsageError
from earmark.settings import BriefSettings, load_settings
from earmark.types import Brief, Reader
from library.briefs import Briefs
from tests.briefs.samples import MODEL, SmallFinder, fill, insight, unit

ADA = Reader(id="ada", timezone="Europe/Berlin", brief_at=time(6, 0))
BEN = replace(ADA, id="ben")
CLOCK = FixedClock(datetime(2026, 8, 3, 12, tzinfo=UTC))
CLAIMS = [insight(f"Claim {n}", show=f"Show {n}", quality=0.9 - n / 20) for n in range(8)]
VECTORS = {claim.id: unit(*[1.0 if k == n else 0.0 for k in range(8)]) for n, claim in enumerate(CLAIMS)}


class Desk:
    """Makes briefs of three ideas."""

    def __init__(self, catalog: Catalog, reader: Reader) -> None:
        self.catalog, self.reader = catalog, reader

    def brief(self, day: object, *, settle: bool = False) -> Brief:
        return self._made(make_brief, day)

    def preview(self, day: object) -> Brief:
        return self._made(preview_brief, day)

    def _made(self, make: object, day: object) -> Brief:
        finder = SmallFinder(CLAIMS, VECTORS)
        settings = BriefSettings(size=3)
        return make(self.catalog, finder, self.reader, day, settings=settings, model_id=MODEL, now=CLOCK.now())  # type: ignore[operator,no-any-return]


@pytest.fixture
def filled(catalog: Catalog) -> Catalog:
    fill(catalog, CLAIMS, VECTORS)
    with catalog.write() as tx:
        for reader in (ADA, BEN):
            accounts.put(tx, reader)
    return catalog


def of(catalog: Catalog, reader: Reader, home: Path) -> Briefs:
    settings = load_settings(home=home, environ={})
    return Briefs(catalog, settings, CLOCK, desk=lambda: Desk(catalog, reader), reader=reader)  # type: ignore[arg-type,return-value]


def claims(brief: Brief) -> list[str]:
    return [item.insight.claim for item in brief.items]


@pytest.mark.heavy
def test_an_idea_is_left_out_or_swapped_and_let_come_again(filled: Catalog, tmp_path: Path) -> None:
    briefs = of(filled, ADA, tmp_path)
    assert claims(briefs.preview()) == ["Claim 0", "Claim 1", "Claim 2"]
    assert claims(briefs.drop(CLAIMS[0].id[:10])) == ["Claim 1", "Claim 2"]
    assert claims(briefs.drop(CLAIMS[2].id, swap=True)) == ["Claim 1", "Claim 3"]
    assert {idea.claim for idea in briefs.dropped()} == {"Claim 0", "Claim 2"}
    assert claims(briefs.undrop(CLAIMS[0].id)) == ["Claim 0", "Claim 1", "Claim 3"]
    assert [idea.claim for idea in briefs.dropped()] == ["Claim 2"]
    assert briefs.dates() == []


def test_what_was_taken_out_does_not_come_another_day_and_others_still_get_it(filled: Catalog, tmp_path: Path) -> None:
    briefs = of(filled, ADA, tmp_path)
    briefs.drop(CLAIMS[0].id)
    today = claims(briefs.get())
    assert "Claim 0" not in today and len(today) == 2  # the day of the drop is today, whose brief was not made yet
    assert "Claim 0" not in claims(briefs.preview())
    assert claims(of(filled, BEN, tmp_path).preview())[0] == "Claim 0"
    assert of(filled, BEN, tmp_path).dropped() == []


def test_only_what_is_in_the_next_brief_can_be_taken_out(filled: Catalog, tmp_path: Path) -> None:
    briefs = of(filled, ADA, tmp_path)
    for wrong in ("", "nothing", CLAIMS[7].id):
        with pytest.raises(NotFound):
            briefs.drop(wrong)
        with pytest.raises(NotFound):
            briefs.undrop(wrong)
    made = replace(ADA, brief_at=time(23, 0))  # the next brief is today's, which is made by looking at it
    late = of(filled, made, tmp_path)
    late.get()
    with pytest.raises(UsageError, match="made already"):
        late.drop(CLAIMS[0].id)


def test_a_show_that_is_removed_takes_its_drops_along(filled: Catalog, tmp_path: Path) -> None:
    of(filled, ADA, tmp_path).drop(CLAIMS[0].id)
    with filled.write() as tx:
        removal.remove(tx, CLAIMS[0].show_id)
        assert drops.every(tx, ADA.id) == []
