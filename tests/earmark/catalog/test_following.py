"""Followed shows: what a reader decides about them, what is known of their files, and how far they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights
from earmark.catalog.feeds import following, local_files, shows, summaries
from earmark.catalog.feeds.local_files import LocalFile
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.errors import LeaseLost, NotFound
from earmark.types import EpisodeData, FeedData, Show, ShowStatus, Stage
from tests.making import make_insight


def follow(catalog: Catalog, clock: FixedClock, name: str = "Night Desk") -> Show:
    with catalog.write() as tx:
        return shows.add(tx, f"https://{name.replace(' ', '')}.example/feed", title=name, now=clock.now())[0]


def data(guid: str, clock: FixedClock, *, days: int = 0) -> EpisodeData:
    return EpisodeData(guid=guid, title=guid, published=clock.now() - timedelta(days=days))


def test_a_paused_show_is_resumed_with_a_clean_sheet(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    with catalog.write() as tx:
        shows.failed(tx, show.id, now=clock.now(), error="no answer", next_check=clock.now() + timedelta(days=2))
        following.pause(tx, show.id)
        assert shows.get(tx, show.id).status is ShowStatus.PAUSED
        following.resume(tx, show.id)
        again = shows.get(tx, show.id)
    assert (again.status, again.next_check, again.failures, again.last_error) == (ShowStatus.ACTIVE, None, 0, "")


def test_another_policy_has_the_feed_read_whole(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    with catalog.write() as tx:
        shows.checked(tx, show.id, now=clock.now(), etag="e", last_modified="l", next_check=clock.now())
        following.settle(tx, show.id, backfill="newest:5@")
        assert (shows.get(tx, show.id).etag, shows.get(tx, show.id).backfill) == ("e", "newest:5@")
        following.set_backfill(tx, show.id, backfill="all")
        changed = shows.get(tx, show.id)
    assert (changed.backfill, changed.etag, changed.last_modified, changed.next_check) == ("all", "", "", None)


def test_what_is_there_of_a_show(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    with catalog.write() as tx:
        assert (following.guids(tx, show.id), following.oldest(tx, show.id)) == (set(), None)
        new = [data("a", clock), data("b", clock, days=9), EpisodeData(guid="c", title="undated")]
        episodes.add_new(tx, show.id, new, language="en", now=clock.now())
        assert following.guids(tx, show.id) == {"a", "b", "c"}
        assert following.oldest(tx, show.id) == clock.now() - timedelta(days=9)
        assert shows.published(tx, show.id, limit=9) == [clock.now(), clock.now() - timedelta(days=9)]
        assert shows.published(tx, show.id, limit=1) == [clock.now()]
        assert episodes.dates(tx) == (clock.now() - timedelta(days=9), clock.now())


def test_a_show_takes_over_what_its_feed_says_and_keeps_what_it_does_not(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    with catalog.write() as tx:
        shows.described(tx, show.id, FeedData(title="Day Desk", author="Ada"))
        shows.described(tx, show.id, FeedData(title="", author="", language="en"))
        stored = shows.get(tx, show.id)
        assert (stored.title, stored.author, stored.language) == ("Day Desk", "Ada", "en")
        assert shows.titles(tx) == {show.id: "Day Desk"}


@pytest.mark.parametrize("text", ["night", "NIGHT DESK", "https://NightDesk.example/feed"])
def test_a_show_is_found_by_what_means_it_alone(catalog: Catalog, clock: FixedClock, text: str) -> None:
    show = follow(catalog, clock)
    follow(catalog, clock, "Day Desk")
    with catalog.read() as tx:
        assert shows.find(tx, text) == show
        with pytest.raises(NotFound, match="several"):
            shows.find(tx, "desk")
        with pytest.raises(NotFound, match="no followed show"):
            shows.find(tx, "")


def test_a_host_that_wants_rest_gets_it_for_all_its_feeds(catalog: Catalog, clock: FixedClock) -> None:
    show, other = follow(catalog, clock), follow(catalog, clock, "Other")
    until = clock.now() + timedelta(hours=3)
    with catalog.write() as tx:
        shows.checked(tx, show.id, now=clock.now(), etag="", last_modified="")
        shows.host_held(tx, "nightdesk.example", until)
        shows.held(tx, show.id, clock.now())  # an earlier end does not shorten it
        assert shows.holds(tx, clock.now(), at_most=timedelta(days=1)) == {"nightdesk.example": until}
        soon = shows.holds(tx, clock.now(), at_most=timedelta(hours=1))
        assert soon == {"nightdesk.example": clock.now() + timedelta(hours=1)}
        assert shows.holds(tx, until, at_most=timedelta(days=1)) == {}
        assert shows.get(tx, other.id).hold_until is None


def test_a_moved_show_is_known_by_both_addresses(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    with catalog.write() as tx:
        shows.moved(tx, show.id, "https://new.example/feed")
        assert shows.known(tx, show.feed_url) == shows.known(tx, "https://new.example/feed") == shows.get(tx, show.id)
        assert shows.by_url(tx, show.feed_url) is None
        shows.closed(tx, show.id, now=clock.now(), reason="gone")
        assert shows.get(tx, show.id).status is ShowStatus.CLOSED


def test_a_summary_counts_what_became_of_a_shows_episodes(catalog: Catalog, clock: FixedClock) -> None:
    show, empty = follow(catalog, clock), follow(catalog, clock, "Empty")
    copier = follow(catalog, clock, "Copier")
    with catalog.write() as tx:
        new = [data(guid, clock, days=n) for n, guid in enumerate("abc")]
        ids = episodes.add_new(tx, show.id, new, language="en", now=clock.now())
        (copy,) = episodes.add_new(tx, copier.id, [data("x", clock)], language="en", now=clock.now())
        episodes.mark_same_as(tx, copy, ids[0])
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
        assert lease is not None
        assert lease.episode_id == ids[0]
        jobs.advance(tx, lease, Stage.INSIGHTS)
        insights.replace(tx, ids[0], [make_insight(episodes.get(tx, ids[0]), n) for n in range(2)], {})
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
        assert lease is not None
        jobs.fail(tx, lease, "broken", not_before=None, failed=True, now=clock.now())
        counted = {summary.show.id: summary for summary in summaries.summaries(tx)}
    mine, theirs = counted[show.id], counted[copier.id]
    assert (mine.episodes, mine.done, mine.failed, mine.insights, mine.newest) == (3, 1, 1, 2, clock.now())
    assert (theirs.episodes, theirs.done, theirs.insights) == (1, 1, 0)
    assert (counted[empty.id].episodes, counted[empty.id].newest) == (0, None)
    assert [summary.show.title for summary in counted.values()] == ["Copier", "Empty", "Night Desk"]


def test_files_of_a_local_show_and_what_happens_when_they_change(catalog: Catalog, clock: FixedClock) -> None:
    show = follow(catalog, clock)
    file = LocalFile(name="a: b/talk.mp3", size=9, mtime_ns=1234567890123456789, digest="ab" * 16)
    with catalog.write() as tx:
        (episode_id,) = episodes.add_new(tx, show.id, [data("a", clock)], language="en", now=clock.now())
        assert local_files.files(tx, show.id) == {"a": (episode_id, ())}
        episodes.put_keys(tx, episode_id, ["guid:a"])
        local_files.put(tx, episode_id, [file])
        assert local_files.files(tx, show.id) == {"a": (episode_id, (file,))}
        local_files.renamed(tx, episode_id, data("b", clock))
        assert set(local_files.files(tx, show.id)) == {"b"}
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
        assert lease is not None
        jobs.advance(tx, lease, Stage.INSIGHTS)
        local_files.read_again(tx, episode_id, data("b", clock), now=clock.now())
        assert episodes.get(tx, episode_id).stage is Stage.DISCOVERED
        with pytest.raises(LeaseLost):
            jobs.extend(tx, lease, now=clock.now(), lease_s=60)
        assert [held.keys for held in episodes.by_keys(tx, ["guid:a"])] != []
