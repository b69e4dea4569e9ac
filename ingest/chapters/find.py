"""The chapters of an episode: from the best source that has any, sane, and in the transcript's own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from earmark.errors import EarmarkError
from ingest.chapters.alignment import shift_of
from ingest.chapters.audio_tags import read_tags
from ingest.chapters.notes import read_notes
from ingest.chapters.podcast_json import read_chapters
from ingest.chapters.values import sane

if TYPE_CHECKING:
    from earmark.types import Chapter, Episode, Transcript

__all__ = ["EpisodeChapters", "FetchedFile", "find_chapters", "with_chapters"]


class FetchedFile(Protocol):
    """What a fetch gives (`ingest.fetching.fetch.Response`)."""

    @property
    def body(self) -> bytes:
        """The bytes served."""
        ...

    @property
    def content_type(self) -> str:
        """Their type, as served."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeChapters:
    """The chapters of an episode, empty if nobody made any, and what has to be known about them, in words."""

    chapters: tuple[Chapter, ...] = ()
    notes: tuple[str, ...] = ()


def find_chapters(
    episode: Episode,
    transcript: Transcript,
    *,
    fetch: Callable[[str], FetchedFile] | None,
    audio: Path | None = None,
) -> EpisodeChapters:
    """The chapters that the publisher made, from the first of these that has two or more.

    1. tags of the audio (``audio``), where it is here because it was transcribed: they are in its own time;
    2. the file that ``podcast:chapters`` links to (``file``);
    3. the feed's own (Podlove Simple Chapters, ``feed``);
    4. a list of times in the show notes (``notes``);
    5. the headings of a transcript that was published as a page (``transcript``).

    Advertisements stitched in at download time shift all but the first. Where the words of the titles say so, the
    chapters are moved by one shift for all.

    Args:
        episode: as the catalog holds it.
        transcript: its segments' times bound and place the chapters; without times there is nothing to place.
        fetch: gives what is at an address (`ingest.reach.Reach.get`); ``None`` if nothing may be fetched.
        audio: the file that was transcribed; it is never fetched for its tags.

    Returns:
        What was found. Nothing that goes wrong with a source is fatal: it is noted, and the next one is tried.
    """
    length = _length(episode, transcript)
    notes: list[str] = []
    for listed in _sources(episode, transcript, fetch, audio, length, notes):
        chapters = sane(listed, duration_s=length)
        if not chapters:
            continue
        if chapters[0].source in {"audio", "transcript"}:  # in the transcript's own time
            return EpisodeChapters(chapters=chapters, notes=tuple(notes))
        shift = shift_of(chapters, transcript.segments)
        if shift:
            notes.append(
                f"the chapters were {abs(shift):.0f} s too {'early' if shift > 0 else 'late'} for the transcript"
            )
            chapters = sane((_moved(chapter, shift) for chapter in listed), duration_s=length) or chapters
        return EpisodeChapters(chapters=chapters, notes=tuple(notes))
    return EpisodeChapters(notes=tuple(notes))


def with_chapters(transcript: Transcript, outcome: EpisodeChapters) -> Transcript:
    """The transcript with these chapters, their source and what was noted among its provenance."""
    told: dict[str, Any] = {}
    if outcome.chapters:
        told["source"] = outcome.chapters[0].source
    if outcome.notes:
        told["notes"] = list(outcome.notes)
    provenance = dict(transcript.provenance) | ({"chapters": told} if told else {})
    return replace(transcript, chapters=outcome.chapters, provenance=provenance)


def _sources(
    episode: Episode,
    transcript: Transcript,
    fetch: Callable[[str], FetchedFile] | None,
    audio: Path | None,
    length: float | None,
    notes: list[str],
) -> Iterator[tuple[Chapter, ...]]:
    data = episode.data
    if audio is not None:
        try:
            yield read_tags(audio)
        except EarmarkError as error:
            notes.append(str(error))
    if data.chapters_url and fetch is not None:
        try:
            response = fetch(data.chapters_url)
        except EarmarkError as error:
            notes.append(f"the chapters file could not be fetched: {error}")
        else:
            chapters = read_chapters(response.body, content_type=response.content_type)
            if not chapters:
                notes.append("no chapters could be read in the chapters file")
            yield chapters
    yield tuple(replace(chapter, source=chapter.source or "feed") for chapter in data.chapters)
    yield read_notes(data.description, duration_s=data.duration_s or length)
    yield transcript.chapters


def _length(episode: Episode, transcript: Transcript) -> float | None:
    """The episode's length in the transcript's time: until its last words, else what the feed states."""
    seconds = (s.end_s if s.end_s is not None else s.start_s for s in transcript.segments)
    return max((s for s in seconds if s is not None), default=None) or episode.data.duration_s


def _moved(chapter: Chapter, shift_s: float) -> Chapter:
    """The chapter in the transcript's time; the first one still begins with the episode."""
    start = max(0.0, chapter.start_s + shift_s) if chapter.start_s > 0 else 0.0
    return replace(chapter, start_s=start, end_s=None if chapter.end_s is None else max(start, chapter.end_s + shift_s))
