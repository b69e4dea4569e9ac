"""Episodes in the catalog: found again, brought up to date, read once though two feeds have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from earmark.catalog import Catalog, removal
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import jobs as jobs_table
from earmark.catalog.schema import shows as shows_table
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.types import Chapter, Episode, EpisodeData, FeedData, Person, Show, TranscriptLink
from ingest.episodes.recognition import BACKFILL, NEW, take_over
from tests.conftest import NOW

LINK = TranscriptLink(url="https://pod.example/1.vtt", type="text/vtt")


def episode(n: int, **values: object) -> EpisodeData:
    given = {
        "guid": f"g-{n}",
        "title": f"How the lighthouse keeper spent winter {n}",
        "published": NOW - timedelta(days=100 - n, minutes=7),
        "duration_s": 2000.0 + 50 * n,
        "audio_url": f"https://cdn.example/{n}.mp3",
    }
    return EpisodeData(**given | values)  # type: ignore[arg-type]


def follow(catalog: Catalog, address: str = "https://pod.example/feed") -> Show:
    with catalog.write() as tx:
        return shows.add(tx, address, title="Keepers", now=NOW)[0]


def check(
    catalog: Catalog, show: Show, *published: EpisodeData, default_backfill: int = 25, language: str = "en"
) -> list[Episode]:
    with catalog.write() as tx:
        feed = FeedData(title="Keepers", language=language, episodes=published)
        take_over(tx, shows.get(tx, show.id), feed, default_backfill=default_backfill, clock=FixedClock(NOW))
        return episodes.of_show(tx, show.id)


def priorities(catalog: Catalog) -> dict[str, int]:
    with catalog.read() as tx:
        rows = tx.execute(
            sa.select(episodes_table.c.guid, jobs_table.c.priority).join(
                jobs_table, jobs_table.c.episode_id == episodes_table.c.id
            )
        )
        return {row[0]: row[1] for row in rows}


def test_a_feed_that_moved_hosts_adds_nothing(catalog: Catalog) -> None:
    show = follow(catalog)
    before = check(catalog, show, *(episode(n) for n in range(1, 6)))
    moved = [episode(n, guid=f"new-{n}", audio_url=f"https://b.example/{n}.mp3") for n in range(1, 6)]
    after = check(catalog, show, *moved)
    assert [known.id for known in after] == [known.id for known in before]
    assert {known.data.guid for known in after} == {f"new-{n}" for n in range(1, 6)}
    back = check(catalog, show, *(episode(n) for n in range(1, 6)), episode(6))
    assert len(back) == 6


def test_what_is_known_is_brought_up_to_date_beyond_the_newest(catalog: Catalog) -> None:
    show = follow(catalog)
    check(catalog, show, episode(1))
    better = episode(
        1,
        transcripts=(LINK,),
        persons=(Person(name="Ida"),),
        chapters=(Chapter(start_s=0.0, title="Snow", source="feed"),),
    )
    kept = check(catalog, show, *(episode(n) for n in range(30, 50)), better, default_backfill=1)
    old = next(known for known in kept if known.data.guid == "g-1")
    assert (old.data.transcripts, old.data.persons) == ((LINK,), (Person(name="Ida"),))
    assert old.data.chapters[0].title == "Snow"


def test_a_failed_episode_is_tried_again_when_a_transcript_has_come(catalog: Catalog) -> None:
    show = follow(catalog)
    check(catalog, show, episode(1, audio_url=""))
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=NOW, lease_s=60)
        assert lease is not None
        jobs.fail(tx, lease, "no transcript, no audio", not_before=None, failed=True)
    assert check(catalog, show, episode(1, audio_url=""))[0].failed
    assert not check(catalog, show, episode(1, audio_url="", transcripts=(LINK,)))[0].failed
    with catalog.write() as tx:
        assert jobs.claim(tx, owner="w", now=NOW, lease_s=60) is not None


def test_a_guid_used_again_is_another_episode(catalog: Catalog) -> None:
    show = follow(catalog)
    check(catalog, show, episode(1, guid="news"))
    kept = check(catalog, show, episode(9, guid="news"))
    assert [known.data.title[-1] for known in kept] == ["9", "1"]
    assert len({known.id for known in kept}) == 2


def test_new_goes_before_backfill(catalog: Catalog) -> None:
    show = follow(catalog)
    check(catalog, show, *(episode(n) for n in range(5, 10)), default_backfill=4)
    assert priorities(catalog) == {"g-9": NEW, "g-8": NEW, "g-7": BACKFILL, "g-6": BACKFILL}
    with catalog.write() as tx:
        tx.execute(shows_table.update().values(backfill="all"))
    check(catalog, show, *(episode(n) for n in range(5, 11)))
    assert (priorities(catalog)["g-10"], priorities(catalog)["g-5"]) == (NEW, BACKFILL)


def test_an_episode_of_two_feeds_is_read_once_and_taken_over(catalog: Catalog) -> None:
    first, second, third = (follow(catalog, f"https://{name}.example/feed") for name in ("one", "two", "three"))
    (original,) = check(catalog, first, episode(1))
    (copy,) = check(catalog, second, episode(1, guid="other", audio_url="https://op3.dev/e/cdn.example/1.mp3"))
    free_of_ads = {"audio_url": "https://premium.example/x.mp3", "duration_s": 1950.0}
    (premium,) = check(catalog, third, episode(1, guid="third", **free_of_ads))
    assert (original.same_as, copy.same_as, premium.same_as) == ("", original.id, original.id)
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=NOW, lease_s=60)
        assert lease is not None
        assert lease.episode_id == original.id
        assert jobs.claim(tx, owner="w", now=NOW, lease_s=60) is None
        assert removal.remove(tx, first.id).revived == 1
        heir, other = sorted((copy.id, premium.id), key=lambda key: episodes.get(tx, key).same_as)
        assert (episodes.get(tx, heir).same_as, episodes.get(tx, other).same_as) == ("", heir)
        lease = jobs.claim(tx, owner="w", now=NOW, lease_s=60)
        assert lease is not None
        assert lease.episode_id == heir


def test_a_check_that_finds_the_same_writes_the_same(catalog: Catalog) -> None:
    show = follow(catalog)
    feed = [replace(episode(n), chapters=(Chapter(start_s=1.5, title="A", source="feed"),)) for n in range(1, 4)]
    assert check(catalog, show, *feed) == check(catalog, show, *feed)


def test_the_copy_takes_over_when_the_first_has_failed_for_good(catalog: Catalog) -> None:
    (original,) = check(catalog, follow(catalog), episode(1))
    (copy,) = check(catalog, follow(catalog, "https://network.example/feed"), episode(1, guid="net-1"))
    assert copy.same_as == original.id
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="a", now=NOW, lease_s=60)
        assert lease is not None
        assert lease.episode_id == original.id
        assert jobs.waiting(tx, now=NOW) == 0
        jobs.fail(tx, lease, "gone", not_before=None, failed=True, now=NOW)
        assert episodes.pass_on(tx, original.id) == 1
        heir = jobs.claim(tx, owner="a", now=NOW, lease_s=60)
        assert heir is not None
        assert heir.episode_id == copy.id
        assert episodes.pass_on(tx, copy.id) == 0
