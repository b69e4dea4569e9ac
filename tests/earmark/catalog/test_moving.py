"""A catalog moves into another database and back: the same rows, wherever it was cut off, and never over anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, changes, moving, open_catalog
from earmark.catalog.content import chunks, episodes, insights, transcripts, vectors
from earmark.catalog.engine import connect
from earmark.catalog.feeds import shows
from earmark.catalog.moving import move
from earmark.catalog.readers import accounts, clicks, states
from earmark.catalog.schema import metadata
from earmark.catalog.work import usage
from earmark.clock import FixedClock
from earmark.errors import CatalogError, EarmarkError, UsageError
from earmark.types import Direction, EpisodeData, Reader, Segment, Transcript
from tests import postgres
from tests.making import make_chunk, make_insight

pytestmark = pytest.mark.heavy  # each moves to PostgreSQL or from it


def fill(catalog: Catalog, clock: FixedClock, *, count: int = 3) -> None:
    """Episodes with all that is made of them, a reader who did something, and something spent."""
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles — Ünïcode", now=clock.now())
        for number in range(count):
            data = EpisodeData(guid=f"{number}", title=f"Part {number}", published=clock.now(), duration_s=0.1 + 0.2)
            episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
            said = Transcript(segments=(Segment(text="Lids \x00 \U0001f600", start_s=1.5),), source="vtt")
            transcripts.put(tx, episode.id, said)
            chunks.replace(tx, episode.id, [make_chunk(episode, 0)])
            insights.replace(tx, episode.id, [make_insight(episode, 0)], {"too short": 2})
            vectors.put_bytes(tx, "m", {f"h{number}": bytes(range(256))})
        accounts.put(tx, Reader(id="ben", timezone="Europe/Berlin"))
        insight = insights.listed(tx)[0]
        states.set_mark(tx, "ben", [insight.id], "saved_at", clock.now() + timedelta(microseconds=7))
        clicks.add(tx, "ben", insight.id, Direction.MORE, now=clock.now())
        usage.add(tx, clock.now().date(), "money", 0.1)


def contents(catalog: Catalog) -> dict[str, list[tuple[Any, ...]]]:
    with catalog.read() as tx:
        return {
            t.name: sorted((tuple(row) for row in tx.execute(sa.select(t))), key=repr) for t in metadata.sorted_tables
        }


@pytest.fixture
def target_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind, and of the same kind where there is no PostgreSQL to move to."""
    if database == "postgresql":
        yield f"sqlite:///{tmp_path / 'moved' / 'catalog.sqlite'}"
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    with server.database(migrated=False) as url:
        yield url


@pytest.fixture
def second_file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'second.sqlite'}"


@contextmanager
def opened(url: str) -> Iterator[Catalog]:
    catalog = open_catalog(url)
    try:
        yield catalog
    finally:
        catalog.close()


def test_a_library_moves_to_the_other_kind_and_goes_on_there(
    catalog: Catalog, clock: FixedClock, target_url: str
) -> None:
    fill(catalog, clock)
    before = contents(catalog)
    told: dict[str, int] = {}
    report = move(catalog, target_url, on_table=told.__setitem__)
    assert contents(catalog) == before
    assert report.rows == told == {name: len(rows) for name, rows in before.items()}
    with opened(target_url) as moved:
        assert contents(moved) == before
        with moved.write() as tx:
            head = changes.head(tx)
            changes.note(tx, "insight", ["x"])
            assert changes.head(tx) == head + 1
            (first,) = clicks.every(tx, "ben")
            assert clicks.add(tx, "ben", "other", Direction.LESS, now=clock.now()).id == first.id + 1


def test_and_back(catalog: Catalog, clock: FixedClock, target_url: str, second_file: str) -> None:
    fill(catalog, clock)
    move(catalog, target_url)
    with opened(target_url) as moved:
        move(moved, second_file)
        with opened(second_file) as back:
            assert contents(back) == contents(moved) == contents(catalog)


@pytest.mark.slow
@pytest.mark.parametrize("after", ["shows", "insights", "vectors"])
def test_a_move_that_was_cut_off_goes_on(catalog: Catalog, clock: FixedClock, target_url: str, after: str) -> None:
    fill(catalog, clock)

    def cut(name: str, rows: int) -> None:
        if name == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(catalog, target_url, on_table=cut)
    with pytest.raises(CatalogError, match="half of a move"):
        open_catalog(target_url)
    with catalog.write() as tx:  # meanwhile the library goes on
        (show,) = shows.every(tx)
        gone = episodes.of_show(tx, show.id)[0]
        tx.execute(sa.text("DELETE FROM episodes WHERE id = :id").bindparams(id=gone.id))
        tx.execute(sa.text("UPDATE shows SET title = 'Renamed'"))
        accounts.put(tx, Reader(id="cleo"))
    report = move(catalog, target_url)
    assert report.written < sum(report.rows.values())
    with opened(target_url) as moved:
        assert contents(moved) == contents(catalog)


def test_what_holds_something_is_left_alone(
    catalog: Catalog, clock: FixedClock, target_url: str, second_file: str
) -> None:
    fill(catalog, clock, count=1)
    with opened(target_url) as other:
        fill(other, clock, count=2)
        before = contents(other)
        with pytest.raises(UsageError, match="holds a library already"):
            move(catalog, target_url)
        assert contents(other) == before
    half = connect(second_file)
    with half.write() as tx:
        tx.execute(sa.text("CREATE TABLE cookies (id INTEGER)"))
    with pytest.raises(UsageError, match="tables of something else"):
        move(catalog, second_file)
    half.close()


def test_a_target_of_another_version_or_half_of_another_library_is_refused(catalog: Catalog, target_url: str) -> None:
    for version, said in (("0003", "another version"), ("moving-of-another", "half of another library")):
        target = connect(target_url)
        with target.write() as tx:
            tx.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
            tx.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            tx.execute(sa.text("INSERT INTO alembic_version VALUES (:v)").bindparams(v=version))
        target.close()
        with pytest.raises(UsageError, match=said):
            move(catalog, target_url)


def test_a_library_is_not_moved_onto_itself(catalog: Catalog, catalog_url: str) -> None:
    with pytest.raises(UsageError, match="already"):
        move(catalog, catalog_url)
    with opened(catalog_url):
        pass


@pytest.mark.slow
def test_a_row_that_differs_is_found(
    catalog: Catalog, clock: FixedClock, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody changes in the target between copying and comparing."""
    fill(catalog, clock)
    target = connect(target_url)

    def meddle(name: str, _rows: int) -> None:
        if name == metadata.sorted_tables[-1].name:
            with target.write() as tx:
                tx.execute(sa.text("UPDATE insights SET quality = quality + 0.0000001"))

    with pytest.raises(CatalogError, match="not the same in both"):
        move(catalog, target_url, on_table=meddle)
    with pytest.raises(CatalogError, match="half of a move"):
        open_catalog(target_url)
    target.close()
    move(catalog, target_url)
    with opened(target_url) as moved:
        assert contents(moved) == contents(catalog)


@pytest.mark.parametrize(
    "given", ["postgresql+nonsense://u:Canary@h/d", "mysql://u:Canary@h/d", "no url Canary", "oracle+x://u:Canary@h"]
)
def test_an_address_of_no_database_is_refused_without_its_password(catalog: Catalog, given: str) -> None:
    with pytest.raises(EarmarkError) as caught:
        move(catalog, given)
    assert "Canary" not in str(caught.value)


def test_a_nul_of_an_older_library_moves_as_what_stands_for_it(
    catalog: Catalog, clock: FixedClock, second_file: str, database: str
) -> None:
    if database == "postgresql":
        pytest.skip("PostgreSQL has none")
    fill(catalog, clock, count=1)
    with catalog.write() as tx:
        tx.execute(sa.text("UPDATE shows SET title = 'a' || char(0) || 'b'"))
    move(catalog, second_file)
    with opened(second_file) as moved, moved.read() as tx:
        assert [show.title for show in shows.every(tx)] == ["a\N{REPLACEMENT CHARACTER}b"]


@pytest.mark.slow
def test_two_parts_of_a_table_are_copied_and_compared(
    catalog: Catalog, clock: FixedClock, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_PART", 2)
    fill(catalog, clock, count=5)
    assert move(catalog, target_url).rows["episodes"] == 5


@pytest.mark.slow
def test_nobody_writes_into_a_library_that_is_being_moved(
    catalog: Catalog, clock: FixedClock, target_url: str, catalog_url: str, database: str
) -> None:
    fill(catalog, clock)
    other = connect(catalog_url)
    refused = list[str]()

    def write(name: str, _rows: int) -> None:
        if name != "shows":
            return
        quick = "PRAGMA busy_timeout=50" if database == "sqlite" else "SET lock_timeout = 50"
        with other.engine.connect() as connection:
            connection.exec_driver_sql(quick)
            connection.commit()
            try:
                connection.execute(
                    sa.text("UPDATE shows SET title = 'late'"), execution_options={"earmark_write": True}
                )
            except sa.exc.OperationalError as error:
                refused.append(str(error.orig))
            connection.rollback()

    move(catalog, target_url, on_table=write)
    other.close()
    assert len(refused) == 1
    with opened(target_url) as moved:
        assert contents(moved) == contents(catalog)


@pytest.mark.slow
def test_the_start_of_a_new_row_is_as_before(catalog: Catalog, target_url: str) -> None:
    """Of a library in which nothing has happened yet, the first numbers are the first ones."""
    move(catalog, target_url)
    with opened(target_url) as moved, moved.write() as tx:
        changes.note(tx, "chunk", ["a"])
        assert changes.head(tx) == 1


def test_a_reader_who_changed_is_changed(catalog: Catalog, clock: FixedClock, target_url: str) -> None:
    """The local reader is in every new database."""
    with catalog.write() as tx:
        accounts.put(tx, replace(accounts.get(tx, accounts.LOCAL), name="Ada", timezone="Asia/Tokyo"))
    move(catalog, target_url)
    with opened(target_url) as moved, moved.read() as tx:
        assert accounts.get(tx, accounts.LOCAL).name == "Ada"
