"""What outlives its episode: that something was withdrawn, by hashes alone, and that something is shared, by its id."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes, insights, remembered, shared, withdrawals
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import remembered_withdrawals as table
from earmark.clock import FixedClock
from earmark.types import Because, Episode, EpisodeData, Insight, Reader
from tests.making import make_insight


def episode_of(tx: Connection, clock: FixedClock, show: str = "kettle") -> Episode:
    followed, _ = shows.add(tx, f"https://{show}.example/feed", title=show, now=clock.now())
    data = EpisodeData(guid="1", title="Part 1", published=clock.now())
    return episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))


def store(tx: Connection, episode: Episode, *made: Insight) -> None:
    insights.replace(tx, episode.id, list(made), {})


def withdraw(tx: Connection, insight: Insight, clock: FixedClock, note: str = "") -> None:
    withdrawals.withdraw(tx, insight.id, because=Because.NOT_MEANT, note=note, by="local", now=clock.now())


def forget_episode(tx: Connection, episode: Episode) -> None:
    """The episode goes with all its rows, and what was withdrawn of it is remembered."""
    remembered.remember(tx, sa.select(episodes_table.c.id).where(episodes_table.c.id == episode.id))
    tx.execute(episodes_table.delete().where(episodes_table.c.id == episode.id))


def test_no_word_of_what_was_withdrawn_is_kept(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock)
        wrong = make_insight(episode, 0, "Kettles sing of love.")
        store(tx, episode, wrong, make_insight(episode, 1))
        withdraw(tx, wrong, clock, note="Ada never said so.")
        forget_episode(tx, episode)
        (row,) = tx.execute(sa.select(table)).all()
        assert (row.insight_id, row.content_hash) == (wrong.id, wrong.content_hash)
        assert (row.because, row.reader_id, row.at) == ("not-meant", "local", clock.now())
        words = " ".join(str(value) for value in row)
        assert "love" not in words
        assert "Ada" not in words
        assert withdrawals.every(tx) == []


def test_what_comes_back_is_withdrawn_before_anybody_reads_it(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock)
        wrong, right = make_insight(episode, 0, "Kettles sing."), make_insight(episode, 1, "Kettles boil.")
        store(tx, episode, wrong, right)
        withdraw(tx, wrong, clock)
        first = clock.now()
        forget_episode(tx, episode)
        clock.at += timedelta(days=30)
        again = episode_of(tx, clock)
        assert again.id == episode.id
        store(tx, again, wrong, right)
        assert [insight.id for insight in insights.of_episode(tx, again.id)] == [right.id]
        (withdrawn,) = withdrawals.every(tx)
        assert withdrawn.insight.id == wrong.id
        assert withdrawn.withdrawal.because is Because.NOT_MEANT
        assert withdrawn.withdrawal.at == first
        assert tx.execute(sa.select(table)).all() == []  # it is known by the withdrawal again


def test_the_same_words_under_another_id_are_known_by_their_hash(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock)
        wrong = make_insight(episode, 0, "Kettles sing.")
        store(tx, episode, wrong)
        withdraw(tx, wrong, clock)
        forget_episode(tx, episode)
        again = episode_of(tx, clock)
        renamed = replace(wrong, id=f"x{wrong.id}")
        store(tx, again, renamed, make_insight(again, 1, "Lids clatter."))
        assert [insight.claim for insight in insights.of_episode(tx, again.id)] == ["Lids clatter."]
        assert [kept.insight.id for kept in withdrawals.every(tx)] == [renamed.id]


def test_the_last_withdrawal_counts_and_other_episodes_are_left_alone(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        kettle, lid = (episode_of(tx, clock, name) for name in ("kettle", "lid"))
        for episode in (kettle, lid):
            store(tx, episode, make_insight(episode, 0))
            withdraw(tx, make_insight(episode, 0), clock)
        some = sa.select(episodes_table.c.id).where(episodes_table.c.id == kettle.id)
        remembered.remember(tx, some)
        clock.at += timedelta(days=1)
        tx.execute(sa.text("UPDATE withdrawals SET because = 'not-worth-it'"))
        remembered.remember(tx, some)
        assert [(row.insight_id, row.because) for row in tx.execute(sa.select(table))] == [
            (make_insight(kettle, 0).id, "not-worth-it")
        ]
        remembered.remember(tx, some.where(sa.false()))
        assert len(tx.execute(sa.select(table)).all()) == 1


def test_what_nobody_withdrew_is_stored(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock)
        insight = make_insight(episode, 0)
        row = {"id": insight.id, "content_hash": insight.content_hash}
        assert remembered.withdraw_again(tx, episode.id, [row]) == set()
        assert remembered.withdraw_again(tx, episode.id, []) == set()
        assert withdrawals.every(tx) == []


def test_what_is_shared_stays_so_while_its_episode_is_read_again(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada"))
        episode = episode_of(tx, clock)
        made = [make_insight(episode, n) for n in range(3)]
        store(tx, episode, *made)
        for insight in made[:2]:
            shared.add(tx, insight.id, by="ada", now=clock.now())
            clock.at += timedelta(minutes=1)
        shared.add(tx, made[0].id, by="local", now=clock.now())  # it is shared already and keeps its place
        assert shared.ids(tx) == [made[1].id, made[0].id]
        store(tx, episode, made[2])
        store(tx, episode, *made)
        assert shared.ids(tx) == [made[1].id, made[0].id]
        shared.drop(tx, made[1].id)
        shared.drop(tx, made[2].id)
        assert shared.ids(tx) == [made[0].id]
        shared.forget(tx, [*(f"never-{n}" for n in range(1_200)), made[0].id])
        assert shared.ids(tx) == []
