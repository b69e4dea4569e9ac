"""What a feed says goes into the catalog: known episodes are brought up to date, new ones taken as the backfill has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earmark.catalog import Connection
from earmark.catalog.content import episodes, transcripts
from earmark.catalog.feeds import following, shows
from earmark.catalog.locks import Lock, alone
from earmark.catalog.work import jobs
from earmark.ports import Clock
from earmark.types import EpisodeData, FeedData, Show, Stage
from ingest.episodes.audio_address import audio_address
from ingest.episodes.backfill import backfill_of, choose, settled
from ingest.episodes.identity import KnownEpisode, keys, match, twin

__all__ = ["BACKFILL", "NEW", "Update", "take_over", "updated"]

NEW = 0
"""`jobs.priority` of an episode that appeared since the show was last checked, and of the newest at the first look."""
BACKFILL = 1
"""`jobs.priority` of all others: what is new is read before what is old."""
_A_MOMENT = timedelta(microseconds=1)
_FRESH_AT_FIRST = 2
"""Episodes of a newly followed show that count as new: what its reader wants to see at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An episode as it is now known: ``fields`` have changed; ``readable`` if a way to its words has come with that.

    That is audio where there was none or elsewhere, or a transcript under another address; not another signature.
    ``transcribed`` if the feed had no transcript before and has one now.
    """

    data: EpisodeData
    fields: tuple[str, ...] = ()
    readable: bool = False
    transcribed: bool = False


def updated(old: EpisodeData, new: EpisodeData) -> Update:
    """What is held of an episode, brought up to date by what its feed says now.

    The feed's word counts, but what it does not say any more is kept: so is a real title against a made-up one, a
    description against its own beginning, and of two dates under two GUIDs the first (published again is not new).
    """
    merged = replace(
        new,
        title=old.title if new.title.startswith("Untitled") and old.title else new.title,
        description=old.description if old.description.startswith(new.description) else new.description,
        link=new.link or old.link,
        published=_date(old, new),
        duration_s=new.duration_s or old.duration_s,
        audio_url=new.audio_url or old.audio_url,
        audio_type=new.audio_type if new.audio_url else old.audio_type,
        audio_bytes=(new.audio_bytes or _same_file(old, new)) if new.audio_url else old.audio_bytes,
        transcripts=new.transcripts or old.transcripts,
        persons=new.persons or old.persons,
        chapters_url=new.chapters_url or old.chapters_url,
        chapters=new.chapters or old.chapters,
        soundbites=new.soundbites or old.soundbites,
    )
    names = EpisodeData.__dataclass_fields__
    changed = tuple(name for name in names if getattr(merged, name) != getattr(old, name))
    had = {audio_address(link.url) for link in old.transcripts}
    more = any(audio_address(link.url) not in had for link in merged.transcripts)
    moved = audio_address(merged.audio_url) != audio_address(old.audio_url)
    return Update(
        data=merged,
        fields=changed,
        readable=more or moved,
        transcribed=bool(merged.transcripts and not old.transcripts),
    )


def take_over(tx: Connection, show: Show, feed: FeedData, *, default_backfill: int, clock: Clock) -> int:
    """Brings a show up to date with its feed; returns how many episodes were added.

    What is known (`ingest.episodes.identity`) keeps id and stage, whatever the backfill; of the rest the backfill takes.
    """
    alone(tx, Lock.FEEDS)
    shows.described(tx, show.id, feed)
    backfill = backfill_of(tx, show, default_backfill)
    held = episodes.known(tx, show.id)
    ids = match([_known(episode) for episode in held], feed.episodes)
    by_id = {episode.episode.id: episode for episode in held}
    for position, episode_id in ids.items():
        _bring_up_to_date(tx, by_id[episode_id], feed.episodes[position])
    recognised = {feed.episodes[position].guid for position in ids}
    wanted = choose(feed.episodes, backfill, known=recognised)
    fresh = [data for data in wanted if data.guid not in recognised]
    for place, data in enumerate(fresh):
        priority = _priority(held, data, place)
        # Where dates are missing, when an episode was found says its place: each a moment before the one above it.
        found_at = clock.now() - place * _A_MOMENT
        _add(tx, show, data, language=feed.language, priority=priority, now=found_at)
    if str(done := settled(backfill, wanted)) != show.backfill:
        following.settle(tx, show.id, backfill=str(done))
    return len(fresh)


def _bring_up_to_date(tx: Connection, held: episodes.KeyedEpisode, incoming: EpisodeData) -> None:
    episode = held.episode
    change = updated(episode.data, incoming)
    if change.fields:
        episodes.update(tx, episode.id, change.data, change.fields)
    if missing := set(keys(change.data)) - held.keys:
        episodes.put_keys(tx, episode.id, missing)
    if change.readable and episode.stage is Stage.DISCOVERED:
        jobs.retry(tx, ids=[episode.id])
    elif change.transcribed and transcripts.recognised(tx, episode.id):
        jobs.start_over(tx, episode.id)


def _add(tx: Connection, show: Show, data: EpisodeData, *, language: str, priority: int, now: datetime) -> None:
    names = keys(data)
    there = [known for known in episodes.by_keys(tx, names) if not known.episode.failed]
    ids = {known.episode.id for known in there}
    elsewhere = [known for known in there if known.episode.same_as not in ids]
    # Within a show only the file proves it: the rules of `match` have said already that this is another episode.
    others = [known for known in elsewhere if known.episode.show_id != show.id or set(names) & _audio(known.keys)]
    same_as = twin([_known(known) for known in others], data) if others else ""
    first = next((known.episode for known in others if known.episode.id == same_as), None)
    episode_id = episodes.add(tx, show.id, data, language=language, now=now, priority=priority)
    episodes.put_keys(tx, episode_id, names)
    if first is not None:
        episodes.mark_same_as(tx, episode_id, first.same_as or first.id)


def _priority(held: Sequence[episodes.KeyedEpisode], data: EpisodeData, place: int) -> int:
    if not held:
        return NEW if place < _FRESH_AT_FIRST else BACKFILL
    oldest = min((known.episode.data.published for known in held if known.episode.data.published), default=None)
    # Older than all that is there: its reader has asked for more of the show, it did not come out since.
    return BACKFILL if data.published and oldest and data.published < oldest else NEW


def _known(held: episodes.KeyedEpisode) -> KnownEpisode:
    return KnownEpisode(id=held.episode.id, data=held.episode.data, keys=held.keys)


def _audio(names: frozenset[str]) -> set[str]:
    return {name for name in names if name.startswith("audio:")}


def _date(old: EpisodeData, new: EpisodeData) -> datetime | None:
    if old.published is None or new.published is None or old.guid == new.guid:
        return new.published or old.published
    return min(old.published, new.published)


def _same_file(old: EpisodeData, new: EpisodeData) -> int | None:
    return old.audio_bytes if audio_address(old.audio_url) == audio_address(new.audio_url) else None
