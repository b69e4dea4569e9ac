"""Backups: made while others write, whole or not there, without secrets, checked on the way back."""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from earmark.catalog import open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.copies import damage_of
from earmark.catalog.engine import HEAD
from earmark.catalog.feeds import secrets, shows
from earmark.clock import FixedClock
from earmark.errors import CatalogError, Forbidden, UsageError
from earmark.settings import load_settings
from earmark.types import EpisodeData, Reader, TranscriptLink
from library.backups.restoring import restore_backup
from library.library import Library
from tests.earmark.test_migrations import migrate, run
from tests.retrieval.library import fill
from ui.cli.main import app

FEED = "https://reader:CanaryPassword1@host.example/private/CanaryFeedToken42/feed"
SETTINGS = """\
offline = true
# api_key = "CanaryComment"
[llm]
model = "x"
base_url = "http://me:CanaryLogin@127.0.0.1:9/v1"
api_key = "CanaryKey"
[brief]
size = 3
reader_name = "Ada \\u007f \\"Żak\\" 🦊"
[app]
allowed_hosts = ["a.example", "b.example"]
"""


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "earmark.toml").write_text(SETTINGS)
    with Library.open(settings=load_settings(home=home, environ={}), clock=clock) as opened:
        fill(opened.catalog)
        _follow_private(opened)
        yield opened


def _follow_private(library: Library) -> None:
    now = library.clock.now()
    data = EpisodeData(
        guid="1",
        title="Behind the wall",
        audio_url="https://host.example/CanaryAudioToken77/1.mp3",
        transcripts=(TranscriptLink(url="https://host.example/CanaryTextToken88/1.vtt", type="text/vtt"),),
        chapters_url="https://host.example/CanaryChapters99/1.json",
    )
    with library.catalog.write() as tx:
        show, _ = secrets.add(tx, FEED, title="Members only", now=now)
        episodes.add_new(tx, show.id, [data], language="en", now=now)


def rows_of(path: Path) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own."""
    with closing(sqlite3.connect(path)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in tables}


def unpacked(path: Path, folder: Path) -> Path:
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.heavy
def test_what_is_restored_equals_the_original_row_by_row(library: Library, tmp_path: Path) -> None:
    file, home = tmp_path / "b.zip", tmp_path / "new"
    report = library.backup(file, with_secrets=True)
    assert (report.size, report.with_settings) == (file.stat().st_size, True)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = restore_backup(load_settings(home=home, environ={}), file)
    original = rows_of(library.settings.home / "catalog.sqlite")
    assert rows_of(home / "catalog.sqlite") == original
    assert len(original["insights"]) > 5
    assert (home / "earmark.toml").read_text() == SETTINGS
    assert (restored.without_address, restored.migrated_from) == ((), "")
    assert sorted(path.name for path in home.iterdir()) == ["catalog.sqlite", "earmark.toml"]
    assert (home / "catalog.sqlite").stat().st_mode & 0o777 == 0o600
    with Library.open(home) as opened:
        assert opened.catalog.damage() == ""
        assert restored.shows == len(opened.shows.summaries())
        assert opened.index.behind() == library.index.behind() > 0


def test_without_being_asked_no_secret_is_in_it(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    library.backup(file)
    parts = unpacked(file, tmp_path / "parts")
    for part in parts.iterdir():
        assert b"Canary" not in part.read_bytes(), part.name
    kept = tomllib.loads((parts / "earmark.toml").read_text())
    assert kept == {
        "offline": True,
        "llm": {"model": "x"},
        "brief": tomllib.loads(SETTINGS)["brief"],
        "app": {"allowed_hosts": ["a.example", "b.example"]},
    }
    ours, theirs = rows_of(library.settings.home / "catalog.sqlite"), rows_of(parts / "catalog.sqlite")
    changed = {name for name in ours if ours[name] != theirs[name]}
    assert changed == {"show_secrets", "episodes"}
    with library.catalog.read() as tx:
        assert list(secrets.every(tx).values()) == [FEED]


@pytest.mark.heavy
def test_a_private_show_that_lost_its_address_gets_it_back_by_being_followed(library: Library, tmp_path: Path) -> None:
    file, home = tmp_path / "b.zip", tmp_path / "new"
    library.backup(file)
    assert restore_backup(load_settings(home=home, environ={}), file).without_address == ("Members only",)
    with Library.open(home) as opened, opened.catalog.write() as tx:
        before = shows.every(tx)
        show, new = secrets.add(tx, FEED, title="", now=opened.clock.now())
        assert (show.title, new) == ("Members only", False)
        assert secrets.address(tx, show) == FEED
        assert len(shows.every(tx)) == len(before)
        other, new = secrets.add(tx, FEED.replace("host.", "other."), title="", now=opened.clock.now())
        assert new
        assert other.id != show.id


def test_the_address_of_another_catalog_never_goes_along(library: Library, tmp_path: Path) -> None:
    toml = library.settings.home / "earmark.toml"
    toml.write_text('database_url = "sqlite:////elsewhere.sqlite"\n[llm]\napi_key = "k"\n')
    library.backup(tmp_path / "b.zip", with_secrets=True)
    parts = unpacked(tmp_path / "b.zip", tmp_path / "parts")
    assert tomllib.loads((parts / "earmark.toml").read_text()) == {"llm": {"api_key": "k"}}


@pytest.mark.heavy
def test_a_backup_holds_whole_transactions_while_another_connection_writes(library: Library, tmp_path: Path) -> None:
    database = library.settings.home / "catalog.sqlite"
    run(f"sqlite:///{database}", "CREATE TABLE pairs (a INTEGER)")
    stop, begun, written = threading.Event(), threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as other:
            number = 0
            while not stop.is_set():
                number += 1
                other.execute("BEGIN IMMEDIATE")
                other.execute("INSERT INTO pairs VALUES (?)", (number,))
                other.execute("INSERT INTO pairs VALUES (?)", (number,))
                other.execute("COMMIT")
                written.append(number)
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        for number in range(4):
            before = len(written)
            library.backup(tmp_path / f"{number}.zip")
            copy = unpacked(tmp_path / f"{number}.zip", tmp_path / str(number)) / "catalog.sqlite"
            assert damage_of(copy) == ""
            pairs = rows_of(copy)["pairs"]
            assert len(pairs) == 2 * len(set(pairs)) >= 2 * before
    finally:
        stop.set()
        writer.join()


SEAMS = ("add_part", "add_manifest", "_publish")
KILLED = """
import os, signal, sys
from pathlib import Path
from library.backups import writing
from library.library import Library

seam, home, file = sys.argv[1:]
true = getattr(writing, seam)

def killed(*args, **named):
    if seam != "_publish":
        true(*args, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(writing, seam, killed)
Library.open(Path(home)).backup(Path(file), force=True)
"""


@pytest.mark.slow
@pytest.mark.heavy
@pytest.mark.parametrize("seam", SEAMS)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_the_middle_the_old_file_is_there_and_the_next_backup_cleans_up(
    library: Library, tmp_path: Path, seam: str
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "b.zip"
    library.backup(file)
    old = file.read_bytes()
    ended = subprocess.run([sys.executable, "-c", KILLED, seam, str(library.settings.home), str(file)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert file.read_bytes() == old
    assert len(list(folder.iterdir())) == 2
    library.readers.add(Reader(id="ben", name="Ben"))
    library.backup(file, force=True)
    assert list(folder.iterdir()) == [file]
    restore_backup(load_settings(home=tmp_path / "new", environ={}), file)
    with Library.open(tmp_path / "new") as opened:
        assert "ben" in {reader.id for reader in opened.readers.every()}


RESTORED_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from earmark.settings import load_settings
from library.backups.restoring import restore_backup

replace, left = Path.replace, [int(sys.argv[3])]

def killed(self, target):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return replace(self, target)

Path.replace = killed
restore_backup(load_settings(home=Path(sys.argv[1]), environ={}), Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.heavy
@pytest.mark.parametrize("renamed", [0, 1])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_restore_that_was_killed_is_done_again(library: Library, tmp_path: Path, renamed: int) -> None:
    file, home = tmp_path / "b.zip", tmp_path / "new"
    library.backup(file)
    command = [sys.executable, "-c", RESTORED_AND_KILLED, str(home), str(file), str(renamed)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not (home / "catalog.sqlite").exists()
    restore_backup(load_settings(home=home, environ={}), file)
    assert sorted(path.name for path in home.iterdir()) == ["catalog.sqlite", "earmark.toml"]


@pytest.mark.heavy
def test_a_file_that_is_there_is_left_alone_unless_forced(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        library.backup(file)
    assert file.read_text() == "mine"
    library.backup(file, force=True)
    assert zipfile.is_zipfile(file)
    with pytest.raises(UsageError, match="no such folder"):
        library.backup(tmp_path / "missing" / "b.zip")
    with pytest.raises(UsageError, match="there already"):
        library.backup(tmp_path, force=True)


@pytest.mark.heavy
def test_only_an_owner_makes_one(library: Library, tmp_path: Path) -> None:
    library.readers.add(Reader(id="ben", name="Ben"))
    with pytest.raises(Forbidden):
        library.for_reader("ben").backup(tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def changed(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup with some of its files changed."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target


def _flip(parts: dict[str, bytes]) -> None:
    body = bytearray(parts["catalog.sqlite"])
    body[len(body) // 2] ^= 1
    parts["catalog.sqlite"] = bytes(body)


def _longer(parts: dict[str, bytes]) -> None:
    parts["earmark.toml"] += b"\n# more"


def _signed(parts: dict[str, bytes], name: str, body: bytes, **more: object) -> None:
    parts[name] = body
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"][name] = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    parts["manifest.json"] = json.dumps(manifest | more).encode()


def _manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | values).encode()

    return change


TAMPERED: list[tuple[Callable[[dict[str, bytes]], object], str]] = [
    (_flip, "not what its manifest says"),
    (_longer, "not what its manifest says"),
    (lambda parts: parts.pop("catalog.sqlite"), "other files"),
    (lambda parts: parts.pop("manifest.json"), "other files"),
    (lambda parts: parts.pop("earmark.toml"), "names other files"),
    (lambda parts: parts.update({"manifest.json": b"{"}), "manifest cannot be read"),
    (lambda parts: parts.update({"manifest.json": b"[]"}), "manifest cannot be read"),
    (lambda parts: _signed(parts, "catalog.sqlite", b"no database at all"), "not a catalog"),
    (_manifest(revision="9999"), "newer Earmark"),
    (_manifest(format=2), "newer Earmark"),
    (_manifest(revision="0001"), "another schema"),
    (_manifest(revision="../x"), "no schema"),
    *(
        (lambda parts, name=name: _signed(parts, name, b"planted"), "other files")
        for name in ("../planted", "/tmp/planted", "a/../../planted", "sub/catalog.sqlite", "..\\planted", "app.json")
    ),
]


@pytest.mark.heavy
@pytest.mark.parametrize(("change", "said"), TAMPERED)
def test_a_file_that_was_changed_is_refused_and_leaves_nothing(
    library: Library, tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    library.backup(tmp_path / "b.zip")
    bad, home = changed(tmp_path / "b.zip", tmp_path / "bad.zip", change), tmp_path / "inner" / "new"
    with pytest.raises(CatalogError, match=said):
        restore_backup(load_settings(home=home, environ={}), bad)
    assert not home.exists() or list(home.iterdir()) == []
    assert list(tmp_path.rglob("*planted*")) == []


def test_a_file_that_was_cut_off_or_is_none_is_refused(library: Library, tmp_path: Path) -> None:
    file, home = tmp_path / "b.zip", tmp_path / "new"
    library.backup(file)
    settings = load_settings(home=home, environ={})
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(CatalogError, match="cut off"):
        restore_backup(settings, file)
    with pytest.raises(UsageError, match="no such file"):
        restore_backup(settings, tmp_path / "missing.zip")


@pytest.mark.heavy
def test_a_home_that_holds_something_is_refused(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    library.backup(file)
    with pytest.raises(UsageError, match="empty folder"):
        restore_backup(library.settings, file)
    elsewhere = load_settings({"database_url": "sqlite:///x"}, home=tmp_path / "new", environ={})
    with pytest.raises(UsageError, match="unset"):
        restore_backup(elsewhere, file)


@pytest.mark.heavy
def test_a_backup_of_an_older_version_is_migrated(library: Library, tmp_path: Path) -> None:
    old, home = tmp_path / "old.sqlite", tmp_path / "new"
    migrate(f"sqlite:///{old}", "0008")
    library.backup(tmp_path / "b.zip")
    file = changed(
        tmp_path / "b.zip",
        tmp_path / "older.zip",
        lambda parts: _signed(parts, "catalog.sqlite", old.read_bytes(), revision="0008"),
    )
    assert restore_backup(load_settings(home=home, environ={}), file).migrated_from == "0008"
    assert rows_of(home / "catalog.sqlite")["alembic_version"] == [f"('{HEAD}',)"]
    assert sorted(path.name for path in home.iterdir()) == ["catalog.sqlite", "earmark.toml"]


@pytest.mark.heavy
def test_a_migration_keeps_the_catalog_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    migrate(url, "0006")
    run(url, "INSERT INTO usage (day, kind, amount) VALUES ('2026-11-20', 'asr_s', 7)")
    before = rows_of(tmp_path / "catalog.sqlite")
    open_catalog(url).close()
    open_catalog(url).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog-0006.sqlite", "catalog.sqlite"]
    kept = tmp_path / "catalog-0006.sqlite"
    assert rows_of(kept) == before
    assert kept.stat().st_mode & 0o777 == 0o600
    assert rows_of(tmp_path / "catalog.sqlite")["alembic_version"] == [f"('{HEAD}',)"]


@pytest.mark.heavy
def test_the_commands_say_what_they_did(library: Library, tmp_path: Path) -> None:
    file, home, runner = tmp_path / "b.zip", tmp_path / "new", CliRunner()
    made = runner.invoke(app, ["--home", str(library.settings.home), "backup", str(file)])
    assert made.exit_code == 0, made.output
    assert "--with-secrets" in made.output
    again = runner.invoke(app, ["--home", str(library.settings.home), "backup", str(file)])
    assert again.exit_code == 2
    back = runner.invoke(app, ["--home", str(home), "restore", str(file)])
    assert back.exit_code == 0, back.output
    assert "Members only" in back.output
    listed = runner.invoke(app, ["--home", str(home), "show", "list", "--json"])
    assert len(json.loads(listed.output)["shows"]) == len(library.shows.summaries())
