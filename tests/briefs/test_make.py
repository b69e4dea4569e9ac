"""A day's brief: made once, the same from then on, and what it told is never told again."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from briefs import make
from briefs.make import find_brief, make_brief
from briefs.ports import Finder
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, clicks, states
from earmark.catalog.readers import briefs as stored
from earmark.catalog.schema import metadata, told
from earmark.days import Days
from earmark.errors import LeaseLost, SettingsError
from earmark.relations import utterance
from earmark.settings import BriefSettings
from earmark.types import Brief, Direction, Insight, Reader
from tests.briefs.samples import DAY, MODEL, NOW, READER, SmallFinder, fill, insight, unit

Vectors = dict[str, NDArray[np.float32]]


def _library() -> tuple[list[Insight], Vectors]:
    """Eight claims of four shows; the two of the first pair say the same on different shows."""
    first = insight("Kettles boil faster with the lid on", show="Show 0", quality=0.95)
    again = insight("A lid makes a kettle boil sooner", show="Show 1", quality=0.5)
    library, vectors = [first, again], {first.id: unit(1, *[0] * 8), again.id: unit(1, 0.45, *[0] * 7)}
    for n in range(6):
        idea = insight(f"Claim number {n}", show=f"Show {n % 4}", episode=f"Episode {n}", quality=0.45 - n / 20)
        library.append(idea)
        vectors[idea.id] = unit(*[1.0 if n + 2 == k else 0.05 for k in range(9)])
    return library, vectors


@pytest.fixture
def finder(catalog: Catalog) -> SmallFinder:
    library, vectors = _library()
    fill(catalog, library, vectors)
    return SmallFinder(library, vectors)


def _make(
    catalog: Catalog, finder: Finder, *, day: date = DAY, reader: Reader = READER, size: int = 3, related: int = 3
) -> Brief:
    return make_brief(
        catalog,
        finder,
        reader,
        day,
        settings=BriefSettings(size=size, related=related),
        model_id=MODEL,
        now=NOW,
    )


def _everything(catalog: Catalog) -> dict[str, list[object]]:
    with catalog.read() as tx:
        return {t.name: [tuple(row) for row in tx.execute(sa.select(t))] for t in metadata.sorted_tables}


@pytest.mark.heavy
def test_a_day_has_one_brief_and_asking_again_writes_nothing(catalog: Catalog, finder: SmallFinder) -> None:
    brief = _make(catalog, finder)
    before = _everything(catalog)
    assert len(brief.items) == 3
    assert brief.note == ""
    assert _make(catalog, finder, size=5) == brief
    assert find_brief(catalog, READER.id, DAY) == brief
    assert _everything(catalog) == before
    assert find_brief(catalog, READER.id, DAY + timedelta(days=1)) is None


@pytest.mark.heavy
def test_a_brief_is_what_the_library_held_when_it_was_made(catalog: Catalog, finder: SmallFinder) -> None:
    brief = _make(catalog, finder)
    changed = [replace(idea, claim="Changed since") for idea in finder.library]
    assert _make(catalog, SmallFinder(changed, finder.by_id)) == brief


@pytest.mark.heavy
def test_no_claim_and_no_near_duplicate_of_one_comes_another_day(catalog: Catalog, finder: SmallFinder) -> None:
    briefs = [_make(catalog, finder, day=DAY + timedelta(days=n), size=2) for n in range(6)]
    claims = [item.insight.claim for brief in briefs for item in brief.items]
    assert len(claims) == len(set(claims)) == 7
    assert claims[0] == "Kettles boil faster with the lid on"
    assert "A lid makes a kettle boil sooner" not in claims
    assert briefs[-1].items == ()


def test_the_ledger_holds_what_was_shown_and_what_says_the_same(catalog: Catalog, finder: SmallFinder) -> None:
    _make(catalog, finder, size=1)
    first, again = finder.library[:2]
    with catalog.read() as tx:
        rows = {row.insight_id: (row.content_hash, row.direct, row.date) for row in tx.execute(sa.select(told))}
    assert rows == {first.id: (first.content_hash, True, DAY), again.id: (again.content_hash, False, DAY)}


def test_related_ideas_are_of_other_shows_and_not_in_the_brief_themselves(catalog: Catalog) -> None:
    library = [insight(f"Claim {n}", show=f"Show {n}", quality=0.9 - n / 10) for n in range(5)]
    vectors = {idea.id: unit(1, *[0.9 if k == n else 0 for k in range(5)]) for n, idea in enumerate(library)}
    fill(catalog, library, vectors)
    brief = _make(catalog, SmallFinder(library, vectors), size=2, related=2)
    shown = {item.insight.id for item in brief.items}
    for item in brief.items:
        assert len(item.related) == 2
        assert not {utterance(other).insight_id for other in item.related} & shown
        assert item.insight.show_id not in {utterance(other).show_id for other in item.related}


@pytest.mark.heavy
def test_an_empty_library_gives_a_note_and_nothing_is_stored(catalog: Catalog) -> None:
    brief = _make(catalog, SmallFinder([], {}))
    assert brief.items == ()
    assert "earmark add" in brief.note
    assert find_brief(catalog, READER.id, DAY) is None
    library, vectors = _library()
    fill(catalog, library, vectors)
    assert len(_make(catalog, SmallFinder(library, vectors)).items) == 3


@pytest.mark.heavy
def test_a_reader_who_knows_everything_is_told_so_and_nothing_is_stored(catalog: Catalog, finder: SmallFinder) -> None:
    few = _make(catalog, finder, size=9)
    assert len(few.items) == 7
    assert few.note.startswith("Only 7 of 9 ideas today: the rest of your library says the same;")
    tomorrow = DAY + timedelta(days=1)
    none = _make(catalog, finder, day=tomorrow)
    assert none.items == ()
    assert none.note.startswith("You have been told everything that your library holds;")
    assert find_brief(catalog, READER.id, tomorrow) is None


@pytest.mark.heavy
def test_readers_do_not_take_from_one_another(catalog: Catalog, finder: SmallFinder) -> None:
    other = Reader(id="another", timezone="Asia/Tokyo")
    mine, theirs = _make(catalog, finder), _make(catalog, finder, reader=other)
    assert [item.insight for item in mine.items] == [item.insight for item in theirs.items]
    assert theirs.subscriber_id == "another"


class _Slow(SmallFinder):
    """A finder that lets all who ask arrive before any goes on."""

    def __init__(self, finder: SmallFinder, parties: int) -> None:
        super().__init__(finder.library, finder.by_id)
        self.barrier = threading.Barrier(parties)

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        if self.barrier.n_waiting < self.barrier.parties and not self.barrier.broken:
            try:
                self.barrier.wait(2)
            except threading.BrokenBarrierError:
                pass
            else:
                self.barrier.abort()
        return super().novelty(insights)


def test_two_at_once_make_one_brief(catalog: Catalog, finder: SmallFinder) -> None:
    slow = _Slow(finder, 2)
    with ThreadPoolExecutor(2) as threads:
        first, other = threads.map(lambda _: _make(catalog, slow), range(2))
    assert first == other == find_brief(catalog, READER.id, DAY)
    with catalog.read() as tx:
        assert stored.dates(tx, READER.id) == [DAY]
        assert len(stored.told_ids(tx, READER.id)) == 4


@pytest.mark.heavy
def test_two_days_made_at_once_share_no_claim(catalog: Catalog, finder: SmallFinder) -> None:
    slow, days = _Slow(finder, 2), [DAY, DAY + timedelta(days=1)]
    with ThreadPoolExecutor(2) as threads:
        briefs = list(threads.map(lambda day: _make(catalog, slow, day=day), days))
    claims = [item.insight.id for brief in briefs for item in brief.items]
    assert len(claims) == len(set(claims)) == 6


def test_a_ledger_that_changes_all_the_while_is_no_reason_to_store_anything(
    catalog: Catalog, finder: SmallFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = make._build
    days = iter(range(1, 9))

    def meanwhile(*args: object) -> object:
        built = build(*args)  # type: ignore[arg-type]
        with catalog.write() as tx:
            n = next(days)
            accounts.hold(tx, READER)
            ledger = {f"elsewhere {n}": (f"hash {n}", True)}
            other = Brief(subscriber_id=READER.id, date=DAY + timedelta(days=n), created_at=NOW)
            stored.put(tx, other, now=NOW, ledger=ledger)
        return built

    monkeypatch.setattr(make, "_build", meanwhile)
    with pytest.raises(LeaseLost, match="try again"):
        _make(catalog, finder)
    assert find_brief(catalog, READER.id, DAY) is None


@pytest.mark.parametrize(
    ("now", "timezone", "day"),
    [
        (datetime(2026, 8, 3, 9, 59, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 8, 3)),
        (datetime(2026, 8, 3, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 8, 4)),
        (datetime(2026, 8, 3, 10, 59, tzinfo=UTC), "Pacific/Niue", date(2026, 8, 2)),
        (datetime(2026, 8, 3, 11, 0, tzinfo=UTC), "Pacific/Niue", date(2026, 8, 3)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 12, 31, 18, 14, tzinfo=UTC), "Asia/Kathmandu", date(2026, 12, 31)),
        (datetime(2026, 12, 31, 18, 15, tzinfo=UTC), "Asia/Kathmandu", date(2027, 1, 1)),
    ],
)
def test_the_day_is_the_readers_own(now: datetime, timezone: str, day: date) -> None:
    assert Days.named(timezone).of(now) == day


def test_without_a_zone_the_day_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    try:
        time.tzset()
        assert Days.named("").of(datetime(2026, 8, 3, 10, 0, tzinfo=UTC)) == date(2026, 8, 4)
    finally:
        os.environ.pop("TZ")
        time.tzset()


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "../../etc/passwd", "Europe", "a\x00b", "/etc/localtime", "€"])
def test_an_unknown_zone_is_a_settings_error(catalog: Catalog, finder: SmallFinder, timezone: str) -> None:
    with pytest.raises(SettingsError, match="Europe/Berlin"):
        Days.named(timezone).of(NOW)
    with pytest.raises(SettingsError):
        _make(catalog, finder, reader=replace(READER, timezone=timezone))
    with catalog.read() as tx:
        assert stored.dates(tx, READER.id) == []


@pytest.mark.heavy
def test_after_a_click_tomorrows_brief_holds_more_of_the_theme_and_says_why(catalog: Catalog) -> None:
    library: list[Insight] = []
    vectors: Vectors = {}
    for n in range(16):
        theme = n % 2
        idea = insight(f"{'Rail' if theme else 'Tea'} {n}", show=f"Show {n}", quality=0.5 + 0.12 * theme)
        library.append(idea)
        vectors[idea.id] = unit(*[1.2 if k == theme else 0.0 for k in range(2)], *[float(k == n) for k in range(16)])
    fill(catalog, library, vectors)
    finder = SmallFinder(library, vectors, near=0.95)
    tea = [claim for claim in library if claim.claim.startswith("Tea")]
    readers = [Reader(id=name, timezone="Europe/Berlin") for name in ("ada", "ben")]
    first, same = (_make(catalog, finder, reader=reader, size=5) for reader in readers)
    assert [item.insight.id for item in first.items] == [item.insight.id for item in same.items]
    clicked = next(item.insight for item in first.items if item.insight in tea)
    hidden = next(claim for claim in tea if claim.id not in {item.insight.id for item in first.items})
    with catalog.write() as tx:
        clicks.add(tx, "ada", clicked.id, Direction.MORE, now=NOW)
        states.set_mark(tx, "ada", [hidden.id], "hidden_at", NOW)
    tomorrow = DAY + timedelta(days=1)
    asked, other = (_make(catalog, finder, reader=reader, size=5, day=tomorrow) for reader in readers)
    themes, others = ([item.insight.claim.split()[0] for item in brief.items] for brief in (asked, other))
    assert (themes.count("Tea"), themes.count("Rail")) == (4, 1) and others.count("Tea") < 4
    assert hidden.id not in {item.insight.id for item in asked.items}
    assert f"ou asked for more like “{clicked.claim}”" in asked.items[themes.index("Tea")].why
    assert not [item for item in other.items if "asked" in item.why]
