"""`earmark move`: only while nobody works on the library, only for its owner, and no password is shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.errors import EarmarkError, Forbidden, UsageError
from earmark.settings import load_settings
from earmark.types import EpisodeData, Reader
from ingest.work.owners import owner_name
from library.address import AppAddress, write_address
from library.library import Library
from ui.cli.main import app


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    """A library with an episode that waits."""
    settings = load_settings(home=tmp_path / "home", environ={})
    with Library.open(settings=settings, clock=clock) as opened:
        with opened.catalog.write() as tx:
            show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=clock.now())
            episodes.add(tx, show.id, EpisodeData(guid="1", title="One"), language="en", now=clock.now())
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'there' / 'catalog.sqlite'}"


def claim(library: Library, owner: str, *, lease_s: float = 600) -> None:
    with library.catalog.write() as tx:
        assert jobs.claim(tx, owner=owner, now=library.clock.now(), lease_s=lease_s) is not None


def test_a_library_that_the_app_serves_is_not_moved(library: Library, target: str) -> None:
    write_address(library.settings.home, AppAddress(url="http://127.0.0.1:1", pid=os.getpid(), token="t"))
    with pytest.raises(UsageError, match="the app is running"):
        library.move(target)


def test_a_library_that_is_being_worked_on_is_not_moved(library: Library, target: str) -> None:
    claim(library, owner_name(0))
    with pytest.raises(UsageError, match="1 episode being worked on"):
        library.move(target)


@pytest.mark.heavy
def test_the_lease_of_a_dead_worker_keeps_no_library_from_moving(library: Library, target: str) -> None:
    place, boot, _, _, number = owner_name(0).split("|")
    claim(library, "|".join((place, boot, "4194303", "1", number)))
    assert library.move(target).rows["episodes"] == 1


@pytest.mark.heavy
def test_a_lease_that_ran_out_keeps_no_library_from_moving(library: Library, target: str, clock: FixedClock) -> None:
    claim(library, owner_name(0), lease_s=1)
    clock.at += timedelta(seconds=2)
    assert library.move(target).rows["jobs"] == 1


def test_only_an_owner_moves_a_library(library: Library, target: str) -> None:
    with library.catalog.write() as tx:
        accounts.put(tx, Reader(id="ben"))
    with pytest.raises(Forbidden):
        library.for_reader("ben").move(target)


@pytest.mark.heavy
def test_the_moved_library_is_opened_by_its_address(library: Library, target: str) -> None:
    library.move(target)
    settings = load_settings({"database_url": target}, home=library.settings.home, environ={})
    with Library.open(settings=settings) as moved:
        assert [summary.show.title for summary in moved.shows.summaries()] == ["Kettles"]


@pytest.mark.heavy
def test_the_command_says_what_it_did_and_what_is_left_to_do(library: Library, target: str) -> None:
    result = CliRunner().invoke(app, ["--home", str(library.settings.home), "move", "--to", target])
    assert result.exit_code == 0, result.output
    assert "rows to sqlite:///" in result.output and "database_url" in result.output
    again = CliRunner().invoke(app, ["--home", str(library.settings.home), "move", "--to", target])
    assert again.exit_code != 0
    assert "holds a library already" in again.output


@pytest.mark.heavy
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:Canary@127.0.0.1:1/none",
        "postgresql+psycopg://127.0.0.1:1/none?user=ada&password=Canary",
        "nonsense://ada:Canary@h/d",
        "Canary",
        "postgres://a:Canary@127.0.0.1:1/x",
    ],
)
def test_no_password_is_shown(library: Library, address: str) -> None:
    with pytest.raises(EarmarkError) as caught:
        library.move(address)
    assert "Canary" not in str(caught.value)
    result = CliRunner().invoke(app, ["--home", str(library.settings.home), "move", "--to", address])
    assert result.exit_code != 0
    assert "Canary" not in result.output
