"""The stages of an episode: discovered → transcript → chunks → insights.

Each is a function of what the catalog holds, and returns a `Write`: what to store in the one transaction that also
moves the episode on. Nothing else is written, so a stage can be killed at any moment and simply runs again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection

from earmark.catalog import Catalog, chunks, insights, jobs, transcripts
from earmark.embedding import chunk_text, insight_text, vectors_for
from earmark.errors import EarmarkError, PermanentError, TranscriptError, TransientError
from earmark.ports import Encoder, InsightExtractor, Transcriber
from earmark.settings import Settings
from earmark.types import Episode, Stage, Transcript
from ingest.chunking import chunk
from ingest.fetch import Fetcher
from ingest.insights.verify import select
from ingest.speakers import resolve_speakers
from ingest.transcripts import parse_transcript

__all__ = ["Stages", "Write"]

_WHOLE = 0.98
"""Share of the stated bytes from which on a file counts as whole."""

Write = Callable[[Connection], None]
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What the stages work with. ``transcriber`` is ``None`` where speech recognition is switched off."""

    catalog: Catalog
    fetcher: Fetcher
    encoder: Callable[[], Encoder]
    """Opened by the first stage that needs it: a wrong model name does not keep transcripts from being fetched."""
    extractor: InsightExtractor
    transcriber: Transcriber | None
    settings: Settings
    model_lock: threading.Lock
    """Held while a model computes: models use all cores by themselves, and two at once are slower than one."""

    def next(self, episode: Episode, report: Report) -> tuple[Stage, Write]:
        """Runs the stage that follows ``episode.stage`` and returns its name and what it writes.

        Raises:
            EarmarkError: the stage failed; ``TransientError`` where trying again may help.
        """
        match episode.stage:
            case Stage.DISCOVERED:
                return Stage.TRANSCRIPT, self._transcript(episode, report)
            case Stage.TRANSCRIPT:
                report("cutting passages")
                return Stage.CHUNKS, self._chunks(episode)
            case _:
                report("looking for insights")
                return Stage.INSIGHTS, self._insights(episode)

    def finished(self, episode: Episode, stage: Stage) -> None:
        """Clears away what a committed stage no longer needs."""
        if stage is Stage.TRANSCRIPT and episode.data.audio_url:
            path = self._audio_path(episode)
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes audio that no episode waits for any more: of a killed run, of a failure, of a removed show."""
        for path in self.settings.audio_dir.glob("*"):
            with self.catalog.read() as tx:
                wanted = jobs.wants_transcript(tx, path.name.partition(".")[0])
            if not wanted:
                path.unlink(missing_ok=True)

    def _transcript(self, episode: Episode, report: Report) -> Write:
        failures: list[EarmarkError] = []
        for link in episode.data.transcripts:
            report("fetching the transcript")
            try:
                found = self._published(episode, link.url, link.type)
            except EarmarkError as error:
                failures.append(error)
            else:
                return lambda tx: transcripts.put(tx, episode.id, found)
        for failure in failures:
            if isinstance(failure, TransientError):
                raise failure  # audio counts as a download and costs minutes: not for a passing failure
        if episode.data.audio_url and self.transcriber is not None:
            spoken = self._spoken(episode, self.transcriber, report)
            return lambda tx: transcripts.put(tx, episode.id, spoken)
        if failures:
            raise failures[0]
        reason = (
            "no transcript, and speech recognition is off" if episode.data.audio_url else "neither transcript nor audio"
        )
        raise PermanentError(f"the feed gives {reason}")

    def _published(self, episode: Episode, url: str, kind: str) -> Transcript:
        response = self.fetcher.get(url)
        transcript = parse_transcript(
            response.body,
            content_type=_declared(kind, response.content_type),
            url=response.url,
            persons=[person.name for person in episode.data.persons],
        )
        if not transcript.segments:
            raise TranscriptError("holds no speech", subject=url)
        return resolve_speakers(transcript, episode.data.persons)

    def _spoken(self, episode: Episode, transcriber: Transcriber, report: Report) -> Transcript:
        path = self._audio_path(episode)
        report("fetching the audio")
        self.fetcher.download(episode.data.audio_url, path, limit_bytes=self.settings.fetch.audio_bytes)
        report("transcribing")
        names = [episode.show, episode.data.title, *(person.name for person in episode.data.persons)]
        with self.model_lock:
            transcript = transcriber.transcribe(
                path, language=episode.language, hotwords=names, expected_s=_expected(episode, path)
            )
        return resolve_speakers(transcript, episode.data.persons)

    def _audio_path(self, episode: Episode) -> Path:
        suffix = Path(urlsplit(episode.data.audio_url).path).suffix.lower()
        known = suffix if suffix in {".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".wav", ".flac", ".aac"} else ".audio"
        return self.settings.audio_dir / f"{episode.id}{known}"

    def _chunks(self, episode: Episode) -> Write:
        with self.catalog.read() as tx:
            transcript = transcripts.get(tx, episode.id)
        made = chunk(episode, transcript, words=self.settings.ingest.chunk_words)
        tokens = self.settings.search.late_interaction
        self._embed({passage.content_hash: chunk_text(passage) for passage in made}, tokens=tokens)
        return lambda tx: chunks.replace(tx, episode.id, made)

    def _insights(self, episode: Episode) -> Write:
        with self.catalog.read() as tx:
            transcript = transcripts.get(tx, episode.id)
        drafts = self.extractor.extract(episode, transcript)
        limits = self.settings.insights
        published, dropped = select(drafts, episode, transcript, limits, extractor=self.extractor.name)
        self._embed({insight.content_hash: insight_text(insight) for insight in published})
        return lambda tx: insights.replace(tx, episode.id, published, {str(reason): n for reason, n in dropped.items()})

    def _embed(self, texts: dict[str, str], *, tokens: bool = False) -> None:
        """Vectors are a cache keyed by content: they may be stored ahead of what they belong to."""
        with self.model_lock:
            vectors_for(self.catalog, self.encoder(), texts, tokens=tokens)


def _expected(episode: Episode, audio: Path) -> float | None:
    """The duration that the audio should have, where a shorter one would mean a cut-off file.

    Feeds state durations that never were (other advertisements, another edit). A file that is as large as the feed says
    is whole, however long it plays.
    """
    stated = episode.data.audio_bytes
    whole = stated is not None and stated > 0 and audio.stat().st_size >= _WHOLE * stated
    return None if whole else episode.data.duration_s


def _declared(kind: str, served: str) -> str:
    """The type that the feed gives, with the parameters (the charset) that the server gives; else the server's."""
    _, separator, parameters = served.partition(";")
    return f"{kind}{separator}{parameters}" if kind else served
