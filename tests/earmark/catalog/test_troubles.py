"""What went wrong, what waits and what is in hand, as the status reads it."""

from __future__ import annotations

from datetime import timedelta

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs, troubles
from earmark.catalog.work.listing import JobState, listed
from earmark.catalog.work.queue import QueuedWork, queued
from earmark.catalog.work.troubles import ModelWait
from earmark.clock import FixedClock
from earmark.types import EpisodeData, Stage

MINUTE = timedelta(minutes=1)


def claimed(tx: Connection, clock: FixedClock, guid: str, *stages: Stage) -> jobs.Lease:
    """A new episode that has completed these stages, in the hands of a worker."""
    show, _ = shows.add(tx, f"https://{guid}.example/feed", title=f"Show {guid}", now=clock.now())
    data = EpisodeData(guid=guid, title=f"Episode {guid}", published=clock.now(), audio_url="https://a.example/a.mp3")
    episodes.add(tx, show.id, data, language="en", now=clock.now())
    lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60, shows=[show.id])
    assert lease is not None
    for stage in stages:
        jobs.advance(tx, lease, stage)
    return lease


def test_given_up_comes_first_and_then_the_latest(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        early, late, lost = (claimed(tx, clock, guid) for guid in ("early", "late", "lost"))
        later = clock.now() + 5 * MINUTE
        jobs.fail(tx, early, "no answer", not_before=later, failed=False, now=clock.now())
        jobs.fail(tx, late, "no answer\nTraceback", not_before=later, failed=False, now=clock.now() + MINUTE)
        jobs.fail(tx, lost, "not found", not_before=None, failed=True, now=clock.now() - MINUTE)
        shown = troubles.troubles(tx)
    assert [trouble.episode for trouble in shown] == ["Episode lost", "Episode late", "Episode early"]
    gone, last, _ = shown
    assert (gone.failed, gone.show, gone.stage, gone.attempts) == (True, "Show lost", Stage.DISCOVERED, 1)
    assert (last.note, last.again, last.failed) == ("no answer\nTraceback", later, False)


def test_a_failure_is_over_once_the_episode_moves_on(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        lease = claimed(tx, clock, "a")
        jobs.fail(tx, lease, "no answer", not_before=None, failed=False, now=clock.now())
        again = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60)
        assert again is not None
        jobs.advance(tx, again, Stage.TRANSCRIPT)
        assert troubles.troubles(tx) == []


def test_what_waits_is_listed_until_its_time_has_come(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for guid, minutes in (("slow", 30), ("soon", 5)):
            jobs.postpone(tx, claimed(tx, clock, guid), "for a transcript", until=clock.now() + minutes * MINUTE)
        waiting = troubles.postponed(tx, now=clock.now())
        assert [(episode.episode, episode.note, episode.for_model) for episode in waiting] == [
            ("Episode soon", "for a transcript", False),
            ("Episode slow", "for a transcript", False),
        ]
        assert [episode.episode for episode in troubles.postponed(tx, now=clock.now() + 6 * MINUTE)] == ["Episode slow"]
        assert troubles.troubles(tx) == []


def test_episodes_that_have_their_passages_wait_for_the_model(catalog: Catalog, clock: FixedClock) -> None:
    ready = (Stage.TRANSCRIPT, Stage.CHUNKS)
    with catalog.write() as tx:
        until = clock.now() + 10 * MINUTE
        for guid, reason in (("a", "refused"), ("b", "spent"), ("c", "refused")):
            jobs.postpone(tx, claimed(tx, clock, guid, *ready), reason, until=until)
        jobs.postpone(tx, claimed(tx, clock, "d"), "for a transcript", until=until)
        waits = troubles.waiting_for_model(tx, now=clock.now())
        assert waits == (ModelWait(episodes=2, reason="refused"), ModelWait(episodes=1, reason="spent"))
        assert troubles.waiting_for_model(tx, now=until) == ()


def test_in_hand_is_what_a_living_lease_holds(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        first, _ = claimed(tx, clock, "a"), claimed(tx, clock, "b")
        assert troubles.in_hand(tx, now=clock.now()) == 2
        jobs.release(tx, first)
        assert troubles.in_hand(tx, now=clock.now()) == 1
        assert troubles.in_hand(tx, now=clock.now() + 2 * MINUTE) == 0


def test_the_queue_is_counted_by_stage_with_its_oldest_episode(catalog: Catalog, clock: FixedClock) -> None:
    began = clock.now()
    with catalog.write() as tx:
        claimed(tx, clock, "first", Stage.TRANSCRIPT)
        clock.at += MINUTE
        claimed(tx, clock, "second", Stage.TRANSCRIPT)
        claimed(tx, clock, "new")
        claimed(tx, clock, "done", Stage.TRANSCRIPT, Stage.CHUNKS, Stage.INSIGHTS)
        lost = claimed(tx, clock, "lost")
        jobs.fail(tx, lost, "not found", not_before=None, failed=True, now=clock.now())
        assert queued(tx) == (
            QueuedWork(stage=Stage.DISCOVERED, episodes=1, oldest=began + MINUTE),
            QueuedWork(stage=Stage.TRANSCRIPT, episodes=2, oldest=began),
        )


def test_each_episode_that_is_not_read_says_what_becomes_of_it(catalog: Catalog, clock: FixedClock) -> None:
    later = clock.now() + 5 * MINUTE
    with catalog.write() as tx:
        claimed(tx, clock, "held")
        claimed(tx, clock, "done", Stage.TRANSCRIPT, Stage.CHUNKS, Stage.INSIGHTS)
        jobs.release(tx, claimed(tx, clock, "free", Stage.TRANSCRIPT))
        jobs.postpone(tx, claimed(tx, clock, "slow"), "for a transcript", until=later)
        lost, ill = claimed(tx, clock, "lost"), claimed(tx, clock, "ill")
        jobs.fail(tx, lost, "not found\nTraceback of /home/me", not_before=None, failed=True, now=clock.now())
        jobs.fail(tx, ill, "no answer", not_before=later, failed=False, now=clock.now())
        every = listed(tx, now=clock.now())
        said = {job.episode.removeprefix("Episode "): (job.state, job.reason, job.again) for job in every}
        assert said == {
            "held": (JobState.IN_HAND, "", None),
            "free": (JobState.QUEUED, "", None),
            "slow": (JobState.POSTPONED, "for a transcript", later),
            "lost": (JobState.FAILED, "not found", None),
            "ill": (JobState.RETRYING, "no answer", later),
        }
        assert [job.stage for job in every if job.episode == "Episode free"] == [Stage.TRANSCRIPT]
        assert [(job.attempts, job.at) for job in every if job.state is JobState.RETRYING] == [(1, clock.now())]
        (failed,) = listed(tx, now=clock.now(), state=JobState.FAILED)
        assert listed(tx, now=clock.now(), show_id=failed.show_id) == [failed]
        paged = listed(tx, now=clock.now(), limit=2)
        paged += listed(tx, now=clock.now(), after=paged[-1].episode_id)
        assert paged == every
        # When its time has come, what waited is in line like all others.
        assert {job.state for job in listed(tx, now=later + MINUTE)} == {
            JobState.QUEUED,
            JobState.RETRYING,
            JobState.FAILED,
        }
