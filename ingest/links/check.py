"""Whether links into an episode still lead to the second, and where they lead else.

An unchanged file costs one request without a body. Of a changed one a few minutes are heard, as `ingest.links.search` asks; where
no minutes can be had, the whole file is fetched for them (`ingest.links.changed`).
"""

from __future__ import annotations

from dataclasses import dataclass

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import audio_files, episodes, insights, transcripts
from earmark.catalog.content.audio_files import AudioFile, FileState
from earmark.errors import EarmarkError, FetchRefused, ModelNotFound, NotFound, StorageFull, TransientError
from earmark.ports import Clock, Transcriber
from earmark.settings import Settings
from earmark.timeline import AGREE_S, AS_WRITTEN, Timeline
from earmark.types import Episode, Insight, Transcript
from ingest.fetching.fetch import Fetcher
from ingest.fetching.parts import ServedFile, same_file
from ingest.limits.budget import Budget
from ingest.links.changed import ChangedFile
from ingest.links.search import Findings, Quote
from ingest.links.words import LEAST_WORDS, quote_words
from ingest.reach import Reach, reach

__all__ = ["LinkCheck", "LinkChecker"]

_GONE = {404, 410}
_PASSING = (TransientError, ModelNotFound, StorageFull)
"""Troubles that end without the file being another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCheck:
    """What came of a look at an episode's file.

    Attributes:
        episode_id: of the episode.
        show: its show's title.
        episode: its own title.
        state: what is known of the file now; ``None`` where nobody could look.
        ideas: how many insights of the episode have a second.
        about: for how many of them it is a guess.
        least_s: the least shift of any of them, in seconds.
        most_s: the greatest.
        note: why links are no better, in words; empty where they are exact.
    """

    episode_id: str
    show: str
    episode: str
    state: FileState | None
    ideas: int = 0
    about: int = 0
    least_s: float = 0.0
    most_s: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownEpisode:
    """An episode with what the catalog has of it."""

    episode: Episode
    transcript: Transcript | None
    timed: tuple[Insight, ...]
    before: AudioFile | None

    @property
    def heard(self) -> ServedFile | None:
        """The file that was transcribed; ``None`` where the transcript came from elsewhere."""
        recording = self.transcript.provenance.get("recording") if self.transcript is not None else None
        return ServedFile.of_recording(recording) if recording else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChecker:
    """Looks at the files of episodes. ``transcriber`` is ``None`` where no model for speech is here."""

    catalog: Catalog
    fetcher: Fetcher
    settings: Settings
    clock: Clock
    budget: Budget
    transcriber: Transcriber | None

    def check(self, episode_id: str, *, again: bool = False) -> LinkCheck:
        """Looks at an episode's file, and stores what holds for its links.

        Args:
            episode_id: of an episode that the catalog has.
            again: whether quotes are looked for in a file in which they were not found before.

        Raises:
            NotFound: there is no such episode.
        """
        with self.catalog.read() as tx:
            known = _known(tx, episode_id)
        if not known.episode.data.audio_url.lower().startswith(("http:", "https:")):
            return _report(known, None, "its audio is on no host")
        if not known.timed:
            return _report(known, None, "it has no idea with a time")
        try:
            source = reach(self.catalog, self.fetcher, self.settings.fetch, known.episode)
            served = source.look(known.episode.data.audio_url)
        except FetchRefused as error:
            if error.status not in _GONE:
                return _report(known, None, str(error))
            return self._stored(known, ServedFile(), FileState.GONE, AS_WRITTEN, "the host has no such file any more")
        except EarmarkError as error:
            return _report(known, None, str(error))
        return self._compared(known, source, served, again=again)

    def _compared(self, known: _KnownEpisode, source: Reach, served: ServedFile, *, again: bool) -> LinkCheck:
        before = known.before
        if before is not None and same_file(_file_of(before), served):
            settled = before.state in {FileState.SAME, FileState.MOVED}
            if settled or not again:
                return self._stored(known, served, before.state, before.timeline, before.note)
        if known.heard is not None and same_file(known.heard, served):
            return self._stored(known, served, FileState.SAME, AS_WRITTEN)
        findings = self._find_quotes(known, source, served)
        # What was not compared to the end is compared again the next time: nothing is kept by which the file is known.
        kept = ServedFile() if isinstance(findings.trouble, _PASSING) else served
        note = findings.trouble.explained() if findings.trouble is not None else ""
        if not any(anchor.shift_s is not None for anchor in findings.anchors) and note and known.heard is None:
            return self._stored(known, kept, FileState.UNCOMPARED, AS_WRITTEN, note)
        timeline = Timeline(anchors=findings.anchors)
        shifts = [timeline.at(insight.start_s) for insight in known.timed]
        if any(shift.about for shift in shifts):
            note = note or "not every quote was found again"
            return self._stored(known, kept, FileState.ABOUT, timeline, note)
        if all(abs(shift.shift_s) <= AGREE_S for shift in shifts):
            return self._stored(known, kept, FileState.SAME, AS_WRITTEN)
        return self._stored(known, kept, FileState.MOVED, timeline)

    def _find_quotes(self, known: _KnownEpisode, source: Reach, served: ServedFile) -> Findings:
        """The quotes of an episode, looked for in another file."""
        if self.transcriber is None:
            trouble = ModelNotFound("there is no model for speech here that could find the quotes again")
            return Findings(anchors=(), trouble=trouble)
        quotes = [
            Quote(at_s=insight.start_s, words=tuple(words))
            for insight in known.timed
            if insight.start_s is not None and len(words := quote_words(insight.quote)) >= LEAST_WORDS
        ]
        changed = ChangedFile(
            episode=known.episode,
            source=source,
            served=served,
            settings=self.settings,
            transcriber=self.transcriber,
            budget=self.budget,
            language=(known.transcript.language if known.transcript is not None else "") or known.episode.language,
        )
        return changed.find(quotes, heard_bytes=known.heard.bytes if known.heard is not None else None)

    def _stored(
        self, known: _KnownEpisode, served: ServedFile, state: FileState, timeline: Timeline, note: str = ""
    ) -> LinkCheck:
        file = AudioFile(
            episode_id=known.episode.id,
            checked_at=self.clock.now(),
            bytes=served.bytes,
            etag=served.etag,
            last_modified=served.last_modified,
            timeline=timeline,
            state=state,
            note=note,
        )
        with self.catalog.write() as tx:
            audio_files.put(tx, file)
        return _report(known, state, note, timeline)


def _known(tx: Connection, episode_id: str) -> _KnownEpisode:
    episode = episodes.get(tx, episode_id)
    try:
        transcript = transcripts.get(tx, episode_id)
    except NotFound:
        transcript = None
    timed = sorted(
        (insight for insight in insights.of_episode(tx, episode_id) if insight.start_s is not None),
        key=lambda insight: insight.start_s or 0.0,
    )
    return _KnownEpisode(
        episode=episode, transcript=transcript, timed=tuple(timed), before=audio_files.get(tx, episode_id)
    )


def _file_of(file: AudioFile) -> ServedFile:
    return ServedFile(bytes=file.bytes, etag=file.etag, last_modified=file.last_modified)


def _report(known: _KnownEpisode, state: FileState | None, note: str, timeline: Timeline = AS_WRITTEN) -> LinkCheck:
    shifts = [timeline.at(insight.start_s) for insight in known.timed]
    return LinkCheck(
        episode_id=known.episode.id,
        show=known.episode.show,
        episode=known.episode.data.title,
        state=state,
        ideas=len(shifts),
        about=sum(shift.about for shift in shifts),
        least_s=min((shift.shift_s for shift in shifts), default=0.0),
        most_s=max((shift.shift_s for shift in shifts), default=0.0),
        note=note,
    )
