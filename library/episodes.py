"""The library's episodes: listing them, their transcripts, and recordings that lie on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes, names, transcripts
from earmark.catalog.content.placing import timelines
from earmark.catalog.feeds import shows
from earmark.errors import EarmarkError
from earmark.timeline import AS_WRITTEN, Timeline
from earmark.types import Episode, Transcript
from library.around import TranscriptPart, part_around, without_secrets
from library.sight import Sight

__all__ = ["Episodes"]


class Episodes:
    """Reads the episodes that a reader sees from the catalog."""

    def __init__(self, catalog: Catalog, sight: Sight) -> None:
        self._catalog = catalog
        self._sight = sight

    def of_show(self, show_id: str, *, shown: bool = False) -> list[Episode]:
        """The episodes of a show, newest first, or each as `shown` gives it; raises ``NotFound``."""
        with self._catalog.read() as tx:
            show = shows.get(tx, show_id, self._sight.scope(tx))
            listed = episodes.of_show(tx, show_id)
        return [without_secrets(episode) for episode in listed] if shown and show.private else listed

    def get(self, episode_id: str) -> Episode:
        """The episode with that id; raises ``NotFound``."""
        with self._catalog.read() as tx:
            return episodes.get(tx, episode_id, self._sight.scope(tx))

    def transcript(self, episode_id: str) -> Transcript:
        """The transcript of an episode, with people as they are called; raises ``NotFound`` if it has none yet."""
        with self._catalog.read() as tx:
            return _said(tx, episodes.get(tx, episode_id, self._sight.scope(tx)))

    def shown(self, episode: Episode) -> Episode:
        """The episode as it may leave this machine: that of a private show without the addresses of its files."""
        with self._catalog.read() as tx:
            return _shown(tx, episode)

    def around(
        self, episode_id: str, *, second: float | None = None, near: str = "", number: int = 0, span_s: float = 90.0
    ) -> TranscriptPart:
        """What was said around a second, around words, or from a segment on, each segment with its link.

        `library.around.part_around` says more.

        Raises:
            NotFound: no such episode, or it has no transcript yet.
        """
        with self._catalog.read() as tx:
            episode = _shown(tx, episodes.get(tx, episode_id, self._sight.scope(tx)))
            said, timeline = _said(tx, episode), _timeline(tx, episode_id)
        return part_around(episode, said, timeline=timeline, second=second, near=near, number=number, span_s=span_s)

    def timeline(self, episode_id: str) -> Timeline:
        """Where a listener hears the seconds of an episode's transcript; raises ``NotFound``."""
        with self._catalog.read() as tx:
            episodes.get(tx, episode_id, self._sight.scope(tx))
            return _timeline(tx, episode_id)

    def local_audio(self, episode_id: str) -> Path | None:
        """The recording of an episode of a local show, if the file is there now; ``None`` for any other episode."""
        from ingest.local.files import local_path

        with self._catalog.read() as tx:
            episode = episodes.get(tx, episode_id, self._sight.scope(tx))
            show = shows.get(tx, episode.show_id)
        if not (show.feed_url.startswith("file:") and episode.data.audio_url):
            return None
        try:
            return local_path(show, episode.data.audio_url)
        except EarmarkError:
            return None


def _said(tx: Connection, episode: Episode) -> Transcript:
    """The transcript as it is kept, but for the names beside its words."""
    transcript, rules = transcripts.get(tx, episode.id), names.load(tx)
    if not rules:
        return transcript
    called = {
        name: rules.shown(name, episode_id=episode.id, show_id=episode.show_id)
        for name in {segment.speaker for segment in transcript.segments}
        if name
    }
    segments = (
        replace(segment, speaker=called.get(segment.speaker or "", segment.speaker)) for segment in transcript.segments
    )
    return replace(transcript, segments=tuple(segments))


def _timeline(tx: Connection, episode_id: str) -> Timeline:
    return timelines(tx, [episode_id]).get(episode_id, AS_WRITTEN)


def _shown(tx: Connection, episode: Episode) -> Episode:
    return without_secrets(episode) if shows.get(tx, episode.show_id).private else episode
