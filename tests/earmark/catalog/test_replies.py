"""Replies of a language model that an unfinished episode has, and counts of shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes, insights
from earmark.catalog.feeds import shows
from earmark.catalog.feeds.summaries import summaries
from earmark.catalog.work import jobs, replies
from earmark.clock import FixedClock
from earmark.scope import ShowScope
from earmark.types import EpisodeData, Stage
from tests.making import make_insight


def add(tx: Connection, clock: FixedClock, guid: str, *, show: str = "Small Hours", days: int = 0) -> str:
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    data = EpisodeData(guid=guid, title=guid, published=clock.now() - timedelta(days=days))
    return episodes.add(tx, followed.id, data, language="en", now=clock.now())


@pytest.mark.parametrize("reply", [{"a": [1, None, "é\u2028 \U0001f600"]}, [], "text", 0.5, None, False])
def test_a_reply_comes_back_as_it_was(catalog: Catalog, clock: FixedClock, reply: object) -> None:
    with catalog.write() as tx:
        episode_id = add(tx, clock, "a")
        assert replies.get(tx, episode_id, "key") is None
        replies.put(tx, episode_id, "key", {"an": "earlier one"})
        replies.put(tx, episode_id, "key", reply)
        assert replies.get(tx, episode_id, "key") == reply
        assert replies.get(tx, episode_id, "other") is None


def test_failures_are_counted_by_request_and_are_no_reply(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        first, second = add(tx, clock, "a"), add(tx, clock, "b")
        assert [replies.count_failure(tx, first, "key") for _ in range(3)] == [1, 2, 3]
        assert replies.get(tx, first, "key") is None
        assert replies.count_failure(tx, first, "other") == replies.count_failure(tx, second, "key") == 1
        replies.put(tx, first, "key", {"ok": True})
        assert replies.count_failure(tx, first, "key") == 4
        assert replies.get(tx, first, "key") == {"ok": True}


def test_an_episode_forgets_its_replies_and_no_other_does(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        first, second = add(tx, clock, "a"), add(tx, clock, "b")
        for episode_id in (first, second):
            replies.put(tx, episode_id, "key", episode_id)
        replies.forget(tx, first)
        assert replies.get(tx, first, "key") is None
        assert replies.get(tx, second, "key") == second


def finish(tx: Connection, clock: FixedClock, show_id: str) -> jobs.Lease:
    lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60, shows=[show_id])
    assert lease is not None
    jobs.advance(tx, lease, Stage.INSIGHTS)
    return lease


def test_a_summary_counts_what_is_known_read_failed_and_found(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for guid, days in (("a", 0), ("b", 3), ("c", 5)):
            add(tx, clock, guid, days=days)
        add(tx, clock, "other", show="A Late Show")
        followed, _ = shows.add(tx, "https://empty.example/feed", title="Empty", now=clock.now())
        show_id = shows.find(tx, "Small Hours").id
        read = finish(tx, clock, show_id)
        episode = episodes.get(tx, read.episode_id)
        insights.replace(tx, episode.id, [make_insight(episode, n) for n in range(2)], {})
        lost = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60, shows=[show_id])
        assert lost is not None
        jobs.fail(tx, lost, "not found", not_before=None, failed=True, now=clock.now())
        late, empty, mine = summaries(tx)
        assert [summary.show.title for summary in (late, empty, mine)] == ["A Late Show", "Empty", "Small Hours"]
        assert (mine.episodes, mine.done, mine.failed, mine.insights) == (3, 1, 1, 2)
        assert mine.newest == clock.now()
        assert (empty.episodes, empty.newest, late.done) == (0, None, 0)
        assert [summary.show.id for summary in summaries(tx, ShowScope(frozenset([followed.id])))] == [followed.id]
