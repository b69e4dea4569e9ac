"""What is no longer kept of old episodes: their texts go, their ideas stay, and a reader's idea keeps the text it is from."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, changes, retention
from earmark.catalog.content import chunks, episodes, insights, transcripts, vectors
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs, clicks, states
from earmark.catalog.retention import DroppedTexts
from earmark.catalog.schema import chunks as table
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.types import Brief, Direction, Episode, EpisodeData, Insight, Reader, Segment, Transcript
from tests.making import make_chunk, make_insight


def aired(catalog: Catalog, clock: FixedClock, days_ago: int | None, *, read: bool = True) -> tuple[Episode, Insight]:
    """An episode of so many days ago with a transcript, two passages and an idea; the last passage is the same in all."""
    published = None if days_ago is None else clock.now() - timedelta(days=days_ago)
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=clock.now())
        data = EpisodeData(guid=f"{days_ago}", title=f"{days_ago} days ago", published=published)
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        transcripts.put(tx, episode.id, Transcript(segments=(Segment(text="Lids matter."),), source="vtt"))
        passages = [make_chunk(episode, 0, f"Said {days_ago} days ago."), make_chunk(episode, 1, "Welcome to Kettles.")]
        chunks.replace(tx, episode.id, passages)
        insight = make_insight(episode, 0, f"Kettles of {days_ago} days ago whistle.")
        insights.replace(tx, episode.id, [insight], {})
        hashes = [*(passage.content_hash for passage in passages), insight.content_hash]
        vectors.put(tx, "m", {digest: np.ones(2, dtype=np.float32) for digest in hashes})
        if read:
            tx.execute(sa.text("UPDATE episodes SET stage = 'insights' WHERE id = :id").bindparams(id=episode.id))
    return episode, insight


def passages_of(tx: sa.Connection, episode: Episode) -> list[tuple[str, str]]:
    """Id and content hash of each."""
    query = sa.select(table.c.id, table.c.content_hash).where(table.c.episode_id == episode.id).order_by(table.c.seq)
    return [(row.id, row.content_hash) for row in tx.execute(query)]


def outdated(catalog: Catalog, clock: FixedClock, *, days: int = 30) -> list[str]:
    with catalog.read() as tx:
        return retention.outdated(tx, before=clock.now() - timedelta(days=days))


def drop(catalog: Catalog, *episodes_: Episode) -> DroppedTexts:
    with catalog.write() as tx:
        return retention.drop_texts(tx, [episode.id for episode in episodes_])


def test_what_was_read_and_is_older_may_go(catalog: Catalog, clock: FixedClock) -> None:
    old, _ = aired(catalog, clock, 31)
    aired(catalog, clock, 30)  # not before that moment
    aired(catalog, clock, 1)
    aired(catalog, clock, 90, read=False)
    assert outdated(catalog, clock) == [old.id]
    drop(catalog, old)
    assert outdated(catalog, clock) == []  # it has no transcript any more


def test_an_episode_without_a_date_goes_by_when_it_was_discovered(catalog: Catalog, clock: FixedClock) -> None:
    undated, _ = aired(catalog, clock, None)
    assert outdated(catalog, clock) == []
    clock.at += timedelta(days=31)
    assert outdated(catalog, clock) == [undated.id]


@pytest.mark.parametrize("how", ["saved", "told", "more", "less"])
def test_an_episode_that_a_reader_has_an_idea_of_stays(catalog: Catalog, clock: FixedClock, how: str) -> None:
    theirs, insight = aired(catalog, clock, 60)
    other, _ = aired(catalog, clock, 61)
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada"))
        match how:
            case "saved":
                states.set_mark(tx, "ada", [insight.id], "saved_at", clock.now())
            case "told":
                brief = Brief(subscriber_id="ada", date=date(2026, 11, 22), created_at=clock.now())
                briefs.put(tx, brief, now=clock.now(), ledger={insight.id: (insight.content_hash, True)})
            case direction:
                clicks.add(tx, "ada", insight.id, Direction(direction), now=clock.now())
    assert outdated(catalog, clock) == [other.id]
    with catalog.read() as tx:
        assert retention.had_by_readers(tx) == {insight.id}
        assert retention.had_by_readers(tx, saved_only=True) == ({insight.id} if how == "saved" else set())
    assert theirs.id not in outdated(catalog, clock)


def test_what_was_only_read_hidden_told_beside_another_or_taken_back_keeps_nothing(
    catalog: Catalog, clock: FixedClock
) -> None:
    episode, insight = aired(catalog, clock, 60)
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada"))
        states.set_mark(tx, "ada", [insight.id], "read_at", clock.now())
        states.set_mark(tx, "ada", [insight.id], "hidden_at", clock.now())
        states.set_mark(tx, "ada", [insight.id], "saved_at", clock.now())
        states.set_mark(tx, "ada", [insight.id], "saved_at", None)
        click = clicks.add(tx, "ada", insight.id, Direction.MORE, now=clock.now())
        clicks.undo(tx, "ada", click.id, now=clock.now())
        brief = Brief(subscriber_id="ada", date=date(2026, 11, 22), created_at=clock.now())
        briefs.put(tx, brief, now=clock.now(), ledger={insight.id: (insight.content_hash, False)})
        assert retention.had_by_readers(tx) == frozenset()
    assert outdated(catalog, clock) == [episode.id]


def test_texts_go_with_their_vectors_and_ideas_stay(catalog: Catalog, clock: FixedClock) -> None:
    old, insight = aired(catalog, clock, 60)
    new, _ = aired(catalog, clock, 1)
    with catalog.write() as tx:
        old_passages = passages_of(tx, old)
        before = changes.head(tx)
        assert retention.count_texts(tx, [old.id]) == DroppedTexts(transcripts=1, passages=2)
    assert drop(catalog, old) == DroppedTexts(transcripts=1, passages=2)
    with catalog.read() as tx:
        assert passages_of(tx, old) == []
        with pytest.raises(NotFound, match="was not kept"):
            transcripts.get(tx, old.id)
        assert insights.find(tx, insight.id).claim == insight.claim
        own, shared = (digest for _, digest in old_passages)
        # What another episode says too keeps its vector; so does the idea.
        assert vectors.known(tx, "m", [own, shared, insight.content_hash]) == {shared, insight.content_hash}
        told, _ = changes.since(tx, before, limit=100)
        assert sorted(told) == sorted(("chunk", key) for key, _ in old_passages)
        assert len(passages_of(tx, new)) == 2


def test_dropping_again_or_nothing_does_nothing(catalog: Catalog, clock: FixedClock) -> None:
    old, _ = aired(catalog, clock, 60)
    assert drop(catalog) == DroppedTexts()
    drop(catalog, old)
    with catalog.read() as tx:
        before = changes.head(tx)
    assert drop(catalog, old) == DroppedTexts()
    with catalog.read() as tx:
        assert changes.head(tx) == before
