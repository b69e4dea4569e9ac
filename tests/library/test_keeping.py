"""What is removed by the settings [keep], and what no setting removes: whatever a reader saved or was told."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earmark.catalog import Catalog, Connection, changes, removal, retention
from earmark.catalog.content import chunks, episodes, insights, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs, states
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.settings import Settings, load_settings
from earmark.types import Brief, Episode, EpisodeData, Insight, Reader, Segment, ShowStatus, Stage, Transcript
from library.keeping import TidyReport, tidy
from library.removal import remove_show
from tests.making import make_chunk, make_insight
from tests.ui.here import here

LOCAL = "local"


def _read(tx: Connection, clock: FixedClock, guid: str, *, days: int) -> tuple[Episode, Insight]:
    """An episode of that age that has been read, with its idea."""
    show, _ = shows.add(tx, "http://127.0.0.1/feed", title="Small Hours", now=clock.now())
    data = EpisodeData(guid=guid, title=f"Episode {guid}", published=clock.now() - timedelta(days=days))
    added = episodes.add_new(tx, show.id, [data], language="en", now=clock.now())
    episode = episodes.get(tx, added[0])
    segment = Segment(text=f"What {guid} said.", start_s=0.0, end_s=5.0, speaker="Ada Finch")
    transcripts.put(tx, episode.id, Transcript(segments=(segment,), source="vtt"))
    chunks.replace(tx, episode.id, [make_chunk(episode, 0, f"Passage of {guid}."), make_chunk(episode, 1)])
    insight = make_insight(episode, 0, f"The idea of {guid}.")
    insights.replace(tx, episode.id, [insight], {})
    lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60, shows=[show.id])
    assert lease is not None
    for stage in (Stage.TRANSCRIPT, Stage.CHUNKS, Stage.INSIGHTS):
        jobs.advance(tx, lease, stage)
    return episode, insight


def _tell(tx: Connection, clock: FixedClock, insight: Insight) -> None:
    brief = Brief(subscriber_id=LOCAL, date=clock.now().date(), created_at=clock.now())
    assert briefs.put(tx, brief, now=clock.now(), ledger={insight.id: (insight.content_hash, True)})


@pytest.fixture
def library(catalog: Catalog, clock: FixedClock) -> dict[str, tuple[Episode, Insight]]:
    """Four episodes: of last week, and three of last year, of which an idea was saved, one told, and one neither."""
    with catalog.write() as tx:
        accounts.put(tx, Reader(id=LOCAL))
        ages = {"new": 7, "saved": 400, "told": 401, "plain": 402}
        made = {guid: _read(tx, clock, guid, days=days) for guid, days in ages.items()}
        states.set_mark(tx, LOCAL, [made["saved"][1].id], "saved_at", clock.now())
        _tell(tx, clock, made["told"][1])
    return made


def _write(path: Path, size: int, *, at: datetime) -> None:
    """A file of that size that was last changed then."""
    path.write_bytes(b"x" * size)
    os.utime(path, (at.timestamp(), at.timestamp()))


def _settings(home: Path, **keep: Any) -> Settings:
    return load_settings({"keep": keep}, home=home, environ={})


def _has_text(tx: Connection, episode: Episode) -> bool:
    try:
        return bool(transcripts.get(tx, episode.id).segments)
    except NotFound as error:
        assert "was not kept" in str(error)
        return False


@pytest.mark.heavy
def test_old_texts_go_but_not_those_of_ideas_that_readers_have(
    catalog: Catalog, clock: FixedClock, library: dict[str, tuple[Episode, Insight]], tmp_path: Path
) -> None:
    settings = _settings(tmp_path, transcripts_days=365)
    with catalog.read() as tx:
        mark = changes.head(tx)
    planned = tidy(settings, catalog, now=clock.now(), dry_run=True)
    assert planned == TidyReport(dry_run=True, transcripts=1, passages=2)
    with catalog.read() as tx:
        assert changes.head(tx) == mark, "a dry run changes nothing"
    assert tidy(settings, catalog, now=clock.now()) == TidyReport(dry_run=False, transcripts=1, passages=2)
    with catalog.read() as tx:
        assert {guid for guid, (episode, _) in library.items() if _has_text(tx, episode)} == {"new", "saved", "told"}
        assert insights.count(tx) == 4, "ideas stay, with their quotes"
        assert len(changes.since(tx, mark, limit=10)[0]) == 2
    assert not tidy(settings, catalog, now=clock.now()).anything


def test_by_default_all_texts_stay(
    catalog: Catalog, clock: FixedClock, library: dict[str, tuple[Episode, Insight]], tmp_path: Path
) -> None:
    assert not tidy(_settings(tmp_path), catalog, now=clock.now() + timedelta(days=9999)).anything
    with catalog.read() as tx:
        assert all(_has_text(tx, episode) for episode, _ in library.values())


def test_an_episode_without_its_text_is_not_written_again(
    catalog: Catalog, clock: FixedClock, library: dict[str, tuple[Episode, Insight]]
) -> None:
    with catalog.write() as tx:
        retention.drop_texts(tx, [library["plain"][0].id])
        assert jobs.reopen(tx) == 3


def test_audio_that_waits_too_long_and_old_copies_go(catalog: Catalog, clock: FixedClock, tmp_path: Path) -> None:
    settings = _settings(tmp_path, audio_days=10, copies=2)
    settings.audio_dir.mkdir()
    for name, days in (("old.mp3", 11), ("young.mp3", 9)):
        _write(settings.audio_dir / name, 100, at=clock.now() - timedelta(days=days))
    for version in ("0003", "0007", "0008"):
        (tmp_path / f"catalog-{version}.sqlite").write_bytes(b"x" * 50)
    (tmp_path / "catalog-mine.sqlite").write_bytes(b"x")
    for name, days in ((".catalog-0008.sqlite.77", 2), (".catalog-0009.sqlite.78", 0)):
        _write(tmp_path / name, 30, at=clock.now() - timedelta(days=days))
    report = tidy(settings, catalog, now=clock.now())
    if catalog.file is None:  # PostgreSQL has no copies beside it
        assert (report.audio, report.copies, report.file_bytes) == (1, 0, 100)
        return
    assert (report.audio, report.copies, report.file_bytes) == (1, 2, 180)
    assert {path.name for path in settings.audio_dir.iterdir()} == {"young.mp3"}
    left = {path.name for path in tmp_path.glob("*catalog-*")}
    assert left == {"catalog-0007.sqlite", "catalog-0008.sqlite", "catalog-mine.sqlite", ".catalog-0009.sqlite.78"}


@pytest.mark.heavy
@pytest.mark.parametrize(("keep", "stay"), [("saved", {"saved"}), ("told", {"saved", "told"})])
def test_a_removed_show_leaves_what_readers_have(
    catalog: Catalog, library: dict[str, tuple[Episode, Insight]], keep: Any, stay: set[str]
) -> None:
    show_id = library["new"][0].show_id
    report = remove_show(catalog, show_id, keep=keep)
    assert (report.kept, report.insights) == (len(stay), 4 - len(stay))
    assert set(report.episode_ids) == {episode.id for guid, (episode, _) in library.items() if guid not in stay}
    with catalog.read() as tx:
        assert all(insights.find(tx, library[guid][1].id) == library[guid][1] for guid in stay)
        assert insights.count(tx) == len(stay)
        assert chunks.count(tx) == 0
        assert not any(_has_text(tx, library[guid][0]) for guid in stay)
        assert shows.get(tx, show_id).status is ShowStatus.PAUSED
        assert [state.insight_id for state in states.marked(tx, LOCAL, "saved_at")] == [library["saved"][1].id]
        assert briefs.told_ids(tx, LOCAL) != {}


def test_a_removed_show_that_no_reader_has_anything_of_goes_whole(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode, _ = _read(tx, clock, "plain", days=1)
    assert remove_show(catalog, episode.show_id, keep="told").kept == 0
    with catalog.read() as tx, pytest.raises(NotFound):
        shows.get(tx, episode.show_id)


def test_by_default_a_removed_show_leaves_nothing(
    catalog: Catalog, library: dict[str, tuple[Episode, Insight]]
) -> None:
    remove_show(catalog, library["new"][0].show_id)
    with catalog.read() as tx:
        assert insights.count(tx) == 0
        assert states.marked(tx, LOCAL, "saved_at") == []


@pytest.mark.heavy
def test_of_two_removals_the_second_finds_nothing_to_do(
    catalog: Catalog, library: dict[str, tuple[Episode, Insight]]
) -> None:
    show_id = library["new"][0].show_id
    with catalog.write() as tx:
        kept = retention.had_by_readers(tx)
        removal.remove_but(tx, show_id, kept)
        again = removal.remove_but(tx, show_id, kept)
    assert (again.kept, again.episode_ids, again.insight_ids, again.passages) == (2, (), (), 0)


@pytest.mark.heavy
def test_the_command_says_what_it_would_remove_and_removes_it(tmp_path: Path) -> None:
    assert here(tmp_path, "tidy").out == "There is nothing to remove\n"
    for version in ("0001", "0002", "0003"):
        (tmp_path / f"catalog-{version}.sqlite").write_bytes(b"x" * 2_000_000)
    assert here(tmp_path, "tidy", "--dry-run").out == "Would remove 1 copy (2.0 MB of files)\n"
    assert here(tmp_path, "tidy").out == "Removed 1 copy (2.0 MB of files)\n"
    assert here(tmp_path, "tidy", "--json").out.count('"copies": 0') == 1
