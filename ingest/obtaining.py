"""Where the text of an episode comes from: its publisher's transcript where there is a good one, else its audio.

Audio is fetched only when no transcript is to be had: none is published, what is published cannot be read or covers too
little of the episode, and none is to be expected soon. ``docs/transcripts.md`` says the same to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from earmark.catalog import Catalog
from earmark.catalog.content import transcripts
from earmark.errors import (
    AudioError,
    DamagedAudio,
    EarmarkError,
    FetchError,
    FetchRefused,
    ModelCallError,
    ModelNotFound,
    NotYet,
    PermanentError,
    TranscriptError,
    TransientError,
)
from earmark.llm.bill import may_have_been_billed
from earmark.net import redact
from earmark.ports import Clock, Transcriber
from earmark.settings import Settings
from earmark.types import Episode, Transcript, TranscriptLink
from ingest.fetching.fetch import Fetcher
from ingest.limits.budget import ASR, MONEY, Budget, Hold, asr_money
from ingest.limits.listening import heard, resumable
from ingest.limits.throughput import Throughput
from ingest.local.tags import read_tags
from ingest.reach import Reach, reach
from ingest.speech.hotwords import hotwords_for
from ingest.transcripts import parse_transcript
from ingest.transcripts.choose import Choice, choose
from ingest.transcripts.lengths import believed_against_audio_s

__all__ = [
    "HISTORY",
    "ObtainedTranscript",
    "TranscriptTools",
    "audio_path",
    "damaged_wait_s",
    "publisher_has_until",
    "usually_publishes",
    "windows_path",
]

_WHOLE = 0.98
"""Share of the stated bytes from which on a file counts as whole."""
_UNKNOWN_S = 3600.0
"""Assumed duration when neither the feed nor the file states one."""
HISTORY = 10
"""Episodes looked at to tell whether a show usually has transcripts."""
_USUALLY = 0.5
_LINK_AGAIN = timedelta(hours=1)
"""How often a link is followed again that leads to nothing yet; no feed brings news of that."""
_DAMAGED_FOR = timedelta(hours=23)
"""Over what time audio that came damaged is fetched again before it is given up: hosts mend a bad upload within a day."""
_WIDER = 3
"""How much longer each wait for better audio is than the one before."""
_AUDIO_TROUBLES = (AudioError, FetchError, FetchRefused, ModelCallError, ModelNotFound)
"""What makes part of an episode, published, better than waiting for its audio; not a full disk, nor a spent budget."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObtainedTranscript:
    """A transcript, and the audio where it had to be fetched for it (it lies there until the stage is committed)."""

    transcript: Transcript
    audio: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptTools:
    """What a transcript is made with. ``transcriber`` is ``None`` if speech recognition is switched off."""

    catalog: Catalog
    fetcher: Fetcher
    transcriber: Transcriber | None
    settings: Settings
    budget: Budget
    clock: Clock
    throughput: Throughput

    def obtain(self, episode: Episode, report: Report) -> ObtainedTranscript:
        """The best transcript that can be had.

        Raises:
            NotYet: it is too early for a transcript that will probably come, or no budget is left for the audio.
            EarmarkError: there is none; ``TransientError`` if trying again may help.
        """
        source = reach(self.catalog, self.fetcher, self.settings.fetch, episode)
        choice = self._published(episode, source, report)
        best = choice.best
        if best is not None and best.covers(self.settings.ingest.transcript_cover):
            return ObtainedTranscript(transcript=_marked(best.transcript, choice.provenance(), language=best.language))
        self._raise_passing(episode, choice)
        if (kept := self._recognised(episode)) is not None:
            why = choice.best.outcome() if choice.best is not None else "it could not be read"
            told = {"tried": list(choice.tried), "chosen_because": f"the one published later is no good: {why}"}
            return ObtainedTranscript(transcript=replace(kept, provenance=dict(kept.provenance) | told))
        trouble: EarmarkError | None = None
        if episode.data.audio_url and self.transcriber is not None:
            self._wait_for_publisher(episode, choice)
            try:
                return self._heard(episode, source, self.transcriber, choice, report)
            except _AUDIO_TROUBLES as error:
                if best is None or (isinstance(error, TransientError) and not self._last_attempt(episode)):
                    raise
                trouble = error
        if best is not None:  # part of an episode, or a translation, is better than nothing of it
            notes: dict[str, Any] = {"partial": True} | ({"audio": str(trouble)} if trouble else {})
            return ObtainedTranscript(
                transcript=_marked(best.transcript, choice.provenance() | notes, language=best.language)
            )
        if choice.failures:
            passing = (failure for failure in choice.failures if isinstance(failure, TransientError))
            raise next(passing, choice.failures[0])
        audio = "no transcript, and speech recognition is off"
        raise PermanentError(f"the feed gives {audio if episode.data.audio_url else 'neither transcript nor audio'}")

    def _published(self, episode: Episode, source: Reach, report: Report) -> Choice:
        def read(link: TranscriptLink) -> Transcript:
            report("fetching the transcript")
            response = source.get(link.url)
            transcript = parse_transcript(
                response.body,
                content_type=_declared(link.type, response.content_type),
                url=response.url,
                persons=[person.name for person in episode.data.persons],
            )
            if not transcript.segments:
                raise TranscriptError("holds no speech", subject=redact(response.url))
            return transcript

        return choose(episode, read, shown=lambda url: source.access.veil(redact(url)))

    def _recognised(self, episode: Episode) -> Transcript | None:
        """What was made from the audio before the feed had a transcript, with the chapters that were in the audio."""
        if episode.data.audio_url.startswith("file:"):  # files that have changed are read again
            return None
        with self.catalog.read() as tx:
            if not transcripts.recognised(tx, episode.id):
                return None
            kept = transcripts.get(tx, episode.id)
        return replace(kept, chapters=tuple(chapter for chapter in kept.chapters if chapter.source == "audio"))

    def _last_attempt(self, episode: Episode) -> bool:
        return episode.attempts + 1 >= self.settings.ingest.attempts

    def _raise_passing(self, episode: Episode, choice: Choice) -> None:
        """Audio counts as a download and costs minutes: not for a failure that passes, until all tries are used up.

        A host that wants to be left alone for now was not asked, so that is no try.
        """
        for failure in choice.failures:
            passing = isinstance(failure, TransientError) and not self._last_attempt(episode)
            if passing or isinstance(failure, NotYet):
                raise failure

    def _wait_for_publisher(self, episode: Episode, choice: Choice) -> None:
        """Raises ``NotYet`` for a young episode without a transcript, of a show that usually publishes them.

        A link to a file that is not there yet is a promise too. A show without such a history does not wait: nothing says
        that waiting would help, and it would be late each time.
        """
        published = episode.data.published
        until = publisher_has_until(episode, self.settings)
        if published is None or until is None or until <= self.clock.now():
            return
        if episode.data.transcripts:
            if any(isinstance(failure, FetchRefused) and failure.status == 404 for failure in choice.failures):
                again = min(until, self.clock.now() + _LINK_AGAIN)
                raise NotYet("its transcript is announced but not there yet", until=again)
            return
        with self.catalog.read() as tx:
            history = transcripts.published_before(tx, episode.show_id, published, most=HISTORY)
        if usually_publishes(history):
            raise NotYet(
                f"its show usually publishes a transcript; the audio is fetched after {until:%d %B, %H:%M} UTC if none comes",
                until=until,
            )

    def _heard(
        self, episode: Episode, source: Reach, transcriber: Transcriber, choice: Choice, report: Report
    ) -> ObtainedTranscript:
        with self.budget.asr(episode.data.duration_s or _UNKNOWN_S, key=episode.id) as held:
            report("fetching the audio")
            target = audio_path(self.settings, episode)
            recording = source.audio(episode.data.audio_url, target, progress=lambda _done, _of: heard())
            path = recording.path
            seconds = read_tags(path).duration_s or episode.data.duration_s or _UNKNOWN_S
            # The feed's duration got it through; what it really costs must be held before it is spent.
            held.change({ASR: seconds, MONEY: asr_money(seconds, self.settings.asr)})
            report("transcribing")
            try:
                transcript = self._transcribed(episode, path, transcriber)
            except ModelCallError as error:
                if may_have_been_billed(error.__context__):
                    self._settle(held, seconds)
                raise
            except DamagedAudio as error:
                raise self._fetched_again(episode, source, error) from None
            self._settle(held, seconds)
        provenance = dict(transcript.provenance) | choice.provenance() if choice.tried else dict(transcript.provenance)
        if recording.served:  # its times hold for this file: a host that puts advertisements into each copy has others
            provenance |= {"recording": dict(recording.served)}
        if choice.best is not None:
            provenance |= {"chosen_because": f"the published one was no good: {choice.best.outcome()}"}
        return ObtainedTranscript(transcript=_marked(transcript, provenance), audio=path)

    def _fetched_again(self, episode: Episode, source: Reach, error: DamagedAudio) -> EarmarkError:
        """What damaged audio means: a failure that passes, with the time of the next try, until all tries are used up.

        What was heard of the file is kept (``windows_path``): the same file once more costs nothing.
        """
        url = episode.data.audio_url
        if url.startswith("file:") or self._last_attempt(episode):
            return error
        return FetchError(
            f"{error.explained()}; it is fetched again",
            subject=source.access.veil(redact(url)),
            retry_after_s=damaged_wait_s(episode.attempts, self.settings.ingest.attempts),
        )

    def _transcribed(self, episode: Episode, path: Path, transcriber: Transcriber) -> Transcript:
        # An endpoint's call in hand is paid for, and waited for; here finished windows are kept, and the rest costs nothing.
        leave = resumable() if self.settings.asr.engine == "local" else nullcontext()
        with self.throughput.busy(), leave:
            return transcriber.transcribe(
                path,
                language=episode.language,
                hotwords=hotwords_for(episode),
                expected_s=_expected(episode, path),
                on_progress=heard,  # the worker listens: it says how far this is, and ends it when it is stopped
                resume=windows_path(self.settings, episode),
            )

    def _settle(self, held: Hold, seconds: float) -> None:
        used = {ASR: seconds, MONEY: asr_money(seconds, self.settings.asr)}
        held.settle(used | {"asr_busy_s": self.throughput.take_s(), "asr_files": 1})


def publisher_has_until(episode: Episode, settings: Settings) -> datetime | None:
    """The time until which a young episode's transcript may still come; ``None`` if nobody waits for it."""
    published, wait_h = episode.data.published, settings.ingest.transcript_wait_h
    if not wait_h or published is None or episode.data.audio_url.startswith("file:"):
        return None
    # A date in the future is a mistake of time zones: it was out when it was found, at the latest.
    return min(published, episode.discovered_at) + timedelta(hours=wait_h)


def usually_publishes(history: list[bool]) -> bool:
    """Whether a show is to be expected to publish a transcript, by its latest episodes (``True`` if one had links)."""
    return bool(history) and sum(history) >= _USUALLY * len(history)


def damaged_wait_s(failed: int, attempts: int) -> float:
    """Seconds until damaged audio is fetched again after ``failed`` earlier tries of ``attempts``: each wait is longer.

    All of them together take most of a day.
    """
    shares = [float(_WIDER**number) for number in range(max(attempts - 1, 1))]
    return _DAMAGED_FOR.total_seconds() * shares[min(failed, len(shares) - 1)] / sum(shares)


def audio_path(settings: Settings, episode: Episode) -> Path:
    """Where an episode's audio waits to be transcribed."""
    suffix = Path(urlsplit(episode.data.audio_url).path).suffix.lower()
    known = suffix if suffix in {".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".wav", ".flac", ".aac"} else ".audio"
    return settings.audio_dir / f"{episode.id}{known}"


def windows_path(settings: Settings, episode: Episode) -> Path:
    """Where the transcriber keeps what it has of an episode, so that a kill costs little (swept like its audio)."""
    return settings.audio_dir / f"{episode.id}.windows.jsonl"


def _marked(transcript: Transcript, provenance: dict[str, Any], *, language: str = "") -> Transcript:
    return replace(transcript, provenance=provenance, language=transcript.language or language)


def _expected(episode: Episode, audio: Path) -> float | None:
    """The duration that the audio should have, where a shorter one would mean a cut-off file.

    Feeds state durations that never were (other advertisements, another edit). A file that is as large as the feed says
    is whole, however long it plays; where it states no size, the file itself may disprove the duration.
    """
    stated = episode.data.audio_bytes
    weighs = audio.stat().st_size
    if stated is not None and stated > 0:
        return None if weighs >= _WHOLE * stated else episode.data.duration_s
    own_s = read_tags(audio).duration_s
    return believed_against_audio_s(episode.data.duration_s, own_s=own_s, audio_bytes=weighs)


def _declared(kind: str, served: str) -> str:
    """The type that the feed gives, with the parameters (the charset) that the server gives; else the server's."""
    _, separator, parameters = served.partition(";")
    return f"{kind}{separator}{parameters}" if kind else served
