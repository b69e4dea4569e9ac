"""Copies of a SQLite catalog: whole, private, named by their version, and without secrets where that is asked for."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from earmark.catalog import Catalog, copies, open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.engine import HEAD
from earmark.catalog.feeds import secrets, shows
from earmark.clock import FixedClock
from earmark.errors import CatalogError, StorageFull
from earmark.types import EpisodeData


@pytest.fixture
def file(tmp_path: Path, clock: FixedClock) -> Path:
    """A catalog with a show."""
    path = tmp_path / "library" / "catalog.sqlite"
    opened = open_catalog(f"sqlite:///{path}")
    add_show(opened, clock, "kettle")
    opened.close()
    return path


def add_show(catalog: Catalog, clock: FixedClock, name: str) -> None:
    with catalog.write() as tx:
        shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [str(row[0]) for row in database.execute("SELECT title FROM shows ORDER BY title")]


def test_a_copy_is_one_whole_file_that_only_its_owner_reads(file: Path, tmp_path: Path, clock: FixedClock) -> None:
    copy = tmp_path / "copy.sqlite"
    opened = open_catalog(f"sqlite:///{file}")
    add_show(opened, clock, "lids")  # lies in the log beside the file
    copies.copy_database(file, copy)
    add_show(opened, clock, "late")
    opened.close()
    assert titles(copy) == ["kettle", "lids"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite"]
    assert copies.damage_of(copy) == ""
    assert copies.revision_of(copy) == HEAD


def test_a_copy_takes_the_place_of_one_that_was_there(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_text("the end of a copy that was killed")
    copies.copy_database(file, copy)
    assert titles(copy) == ["kettle"]


def test_a_copy_that_fails_leaves_nothing(file: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageFull, match="no copy of the catalog"):
        copies.copy_database(file, tmp_path / "not there" / "copy.sqlite")
    file.write_bytes(b"no database " * 1000)
    copy = tmp_path / "copy.sqlite"
    with pytest.raises(CatalogError, match="cannot be copied"):
        copies.copy_database(file, copy)
    assert not copy.exists()


def test_kept_copies_are_known_by_name_and_in_their_order(tmp_path: Path) -> None:
    catalog = tmp_path / "my [odd] catalog.sqlite"
    ours = [copies.name_of_copy(catalog, version) for version in ("0012", "0002")]
    begun = catalog.with_name(f".{ours[0].name}.4711")
    for path in (
        catalog,
        *ours,
        begun,
        tmp_path / "my o catalog-0003.sqlite",
        tmp_path / "my [odd] catalog-old.sqlite",
    ):
        path.touch()
    assert copies.kept_copies(catalog) == ours[::-1]
    assert ours[1].name == "my [odd] catalog-0002.sqlite"
    assert copies.unfinished_copies(catalog) == [begun]


def test_a_copy_without_secrets_holds_no_private_address_anywhere(
    file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    opened = open_catalog(f"sqlite:///{file}")
    hidden = "https://ada:hunter2@private.example/feed?token=s3cr3t"
    with opened.write() as tx:
        private, _ = secrets.add(tx, hidden, title="Private", now=clock.now())
        public, _ = shows.add(tx, "https://open.example/feed", title="Open", now=clock.now())
        for show in (private, public):
            audio = f"https://{show.title}.example/audio.mp3?key=s3cr3t-{show.title}"
            data = EpisodeData(guid="1", title="One", audio_url=audio, chapters_url=f"{audio}.json")
            episodes.add(tx, show.id, data, language="en", now=clock.now())
    opened.close()
    copy = tmp_path / "copy.sqlite"
    copies.copy_database(file, copy)
    assert b"hunter2" in copy.read_bytes()
    copies.remove_secrets(copy)
    left = copy.read_bytes()
    for secret in (b"hunter2", b"token=s3cr3t", b"s3cr3t-Private"):
        assert secret not in left
    assert b"s3cr3t-Open" in left  # what is public stays
    assert titles(copy) == ["Open", "Private", "kettle"]
    assert copies.damage_of(copy) == ""
    assert b"hunter2" in b"".join(path.read_bytes() for path in file.parent.glob("catalog.sqlite*"))


def test_secrets_of_what_is_no_catalog_are_not_said_to_be_removed(tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    with pytest.raises(StorageFull, match="without secrets"):
        copies.remove_secrets(empty)


def test_what_is_no_catalog_has_no_version(file: Path, tmp_path: Path) -> None:
    for content in (b"", b"a letter to Ada " * 100):
        other = tmp_path / "other.sqlite"
        other.write_bytes(content)
        with pytest.raises(CatalogError, match="is not a catalog of Earmark"):
            copies.revision_of(other)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DELETE FROM alembic_version")
    assert copies.revision_of(file) == ""


def test_damage_is_said_in_words(file: Path) -> None:
    assert copies.damage_of(file) == ""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO show_secrets SELECT 'nobody', 'https://x.example'")
    assert copies.damage_of(file) == "a row of show_secrets belongs to nothing"
    file.write_bytes(file.read_bytes()[:5000])
    assert copies.damage_of(file) not in {"", "a row of show_secrets belongs to nothing"}
