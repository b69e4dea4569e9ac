"""The catalog: migrations, leases and fences, the change log, and what happens when the disk is full."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from earmark.catalog import Catalog, changes, open_catalog, removal
from earmark.catalog.content import chunks, episodes, insights
from earmark.catalog.content import transcripts as transcripts_table
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs, deliveries
from earmark.catalog.schema import metadata
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.errors import CatalogError, LeaseLost, NotFound
from earmark.types import Brief, Episode, EpisodeData, Person, Reader, Segment, Stage, Transcript, TranscriptLink
from tests.making import make_chunk, make_insight


def _episode(catalog: Catalog, clock: FixedClock, guid: str = "a", days: int = 0) -> Episode:
    data = EpisodeData(
        guid=guid,
        title=f"Episode {guid}",
        published=clock.now() - timedelta(days=days),
        persons=(Person(name="Ada Finch", role="guest"),),
        transcripts=(TranscriptLink(url="http://127.0.0.1/a.vtt", type="text/vtt"),),
    )
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://127.0.0.1/feed", title="Small Hours", now=clock.now())
        added = episodes.add_new(tx, show.id, [data], language="en", now=clock.now())
        return episodes.get(tx, added[0])


@pytest.mark.heavy
def test_migrations_lead_to_the_schema(catalog: Catalog) -> None:
    with catalog.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_catalog_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.sqlite'}"
    first = open_catalog(url)
    with first.write() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    first.close()
    with pytest.raises(CatalogError, match="newer Earmark"):
        open_catalog(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(CatalogError, match="cannot be used"):
        open_catalog(f"sqlite:///{tmp_path / 'c.sqlite'}")


def test_an_episode_comes_back_as_it_went_in(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    with catalog.read() as tx:
        assert episodes.get(tx, episode.id) == episode
    assert episode.data.persons == (Person(name="Ada Finch", role="guest"),)
    assert episode.stage is Stage.DISCOVERED


def test_the_same_episode_is_added_once(catalog: Catalog, clock: FixedClock) -> None:
    first = _episode(catalog, clock)
    with catalog.write() as tx:
        again = episodes.add_new(tx, first.show_id, [first.data, first.data], language="en", now=clock.now())
    assert again == []


def test_newest_is_claimed_first_and_only_once(catalog: Catalog, clock: FixedClock) -> None:
    _episode(catalog, clock, "old", days=3)
    new = _episode(catalog, clock, "new", days=1)
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60)
        second = jobs.claim(tx, owner="you", now=clock.now(), lease_s=60)
        third = jobs.claim(tx, owner="they", now=clock.now(), lease_s=60)
    assert lease is not None
    assert lease.episode_id == new.id
    assert second is not None
    assert second.episode_id != new.id
    assert third is None


@pytest.mark.heavy
def test_two_threads_never_claim_the_same(catalog: Catalog, clock: FixedClock) -> None:
    for number in range(20):
        _episode(catalog, clock, str(number))
    taken: list[str] = []

    def take(owner: str) -> None:
        while True:
            with catalog.write() as tx:
                lease = jobs.claim(tx, owner=owner, now=clock.now(), lease_s=60)
            if lease is None:
                return
            taken.append(lease.episode_id)

    threads = [threading.Thread(target=take, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_a_late_worker_cannot_write(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    with catalog.write() as tx:
        late = jobs.claim(tx, owner="late", now=clock.now(), lease_s=60)
    clock.at += timedelta(seconds=61)
    with catalog.write() as tx:
        other = jobs.claim(tx, owner="other", now=clock.now(), lease_s=60)
    assert late is not None
    assert other is not None
    with pytest.raises(LeaseLost), catalog.write() as tx:
        transcripts_table.put(tx, episode.id, Transcript(segments=(Segment(text="late"),), source="vtt"))
        jobs.advance(tx, late, Stage.TRANSCRIPT)
    with catalog.read() as tx:
        assert episodes.get(tx, episode.id).stage is Stage.DISCOVERED
        with pytest.raises(NotFound):
            transcripts_table.get(tx, episode.id)


def test_a_failed_episode_waits_for_retry(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60)
        assert lease is not None
        jobs.fail(tx, lease, "no", not_before=None, failed=True)
        assert jobs.claim(tx, owner="me", now=clock.now(), lease_s=60) is None
        assert [failure.id for failure in episodes.failures(tx)] == [episode.id]
        assert jobs.retry(tx) == 1
        assert jobs.claim(tx, owner="me", now=clock.now(), lease_s=60) is not None


def test_replacing_tells_the_index_what_came_and_went(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    with catalog.write() as tx:
        chunks.replace(tx, episode.id, [make_chunk(episode, 0), make_chunk(episode, 1)])
        before = changes.head(tx)
        chunks.replace(tx, episode.id, [make_chunk(episode, 1), make_chunk(episode, 2)])
        changed, mark = changes.since(tx, before, limit=100)
    assert len(changed) == 3
    assert mark > before
    with catalog.read() as tx:
        assert changes.since(tx, mark, limit=100) == ([], mark)
        assert chunks.count(tx) == 2


def test_removing_a_show_removes_all_that_came_from_it(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    with catalog.write() as tx:
        chunks.replace(tx, episode.id, [make_chunk(episode, 0)])
        insights.replace(tx, episode.id, [make_insight(episode, 0)], {"too short": 2})
        mark = changes.head(tx)
        removal.remove(tx, episode.show_id)
        assert chunks.count(tx) == insights.count(tx) == 0
        assert insights.drops(tx) == {}
        assert {kind for kind, _ in changes.since(tx, mark, limit=10)[0]} == {"chunk", "insight"}


def test_an_insight_is_found_by_the_start_of_its_id(catalog: Catalog, clock: FixedClock) -> None:
    episode = _episode(catalog, clock)
    insight = make_insight(episode, 0)
    with catalog.write() as tx:
        insights.replace(tx, episode.id, [insight], {})
        assert insights.find(tx, insight.id[:6]) == insight
        for text in ("zzzz", "%%%%", "", insight.id[:3]):
            with pytest.raises(NotFound):
                insights.find(tx, text)


def test_a_day_has_one_brief(catalog: Catalog, clock: FixedClock) -> None:
    day = clock.now().date()
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="local"))
        first, second = (Brief(subscriber_id="local", date=day, created_at=clock.now(), note=note) for note in "ab")
        assert briefs.put(tx, first, now=clock.now(), ledger={"i": ("h", True)})
        assert not briefs.put(tx, second, now=clock.now(), ledger={"j": ("h", True)})
        assert briefs.get(tx, "local", day) == first
        assert briefs.told_ids(tx, "local") == {"i": "h"}
        assert briefs.dates(tx, "local") == [day]


def test_a_delivery_is_claimed_by_one_sender_until_its_lease_ends(catalog: Catalog, clock: FixedClock) -> None:
    day = clock.now().date()
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="local"))
        key = deliveries.Key(subscriber_id="local", date=day, channel="mail")
        queued = deliveries.Delivery(subscriber_id="local", date=day, channel="mail", recipient="a@b", message_id="<1>")
        for channel in ("mail", "chat"):
            deliveries.enqueue(tx, replace(queued, channel=channel))
        assert deliveries.claim(tx, key, now=clock.now(), lease_s=60) is not None
        assert deliveries.claim(tx, key, now=clock.now(), lease_s=60) is None
        later = clock.now() + timedelta(seconds=61)
        assert deliveries.claim(tx, key, now=later, lease_s=60) is not None
        deliveries.sent(tx, key, now=later)
        assert deliveries.claim(tx, key, now=later + timedelta(days=1), lease_s=60) is None
        other = deliveries.get(tx, replace(key, channel="chat"))
        assert other is not None
        assert (other.sent_at, other.attempts) == (None, 0)
