"""Which of an episode's published transcripts is taken: fetched best first, judged by what is in them.

What a feed promises (``text/vtt``, ``language="en"``) only orders the links. What is taken is decided by the files: how
much of the episode they cover, whether they have times and speakers, whether they are in the language that is spoken,
whether they are speech at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from earmark.errors import EarmarkError
from earmark.net import redact
from earmark.types import Episode, Segment, Transcript, TranscriptLink
from ingest.text.loops import loop_share
from ingest.transcripts.formats import format_of, place_of
from ingest.transcripts.language import base_language, language_of, spoken_words
from ingest.transcripts.lengths import believed_s

__all__ = ["MOST", "WHOLE", "Choice", "TranscriptJudgement", "choose", "completeness", "judge", "ordered"]

MOST = 4
"""Most files fetched for one episode."""
WHOLE = 0.8
"""Share of the stated duration from which on a transcript counts as whole: durations include music, and advertisements
that are put in when the file is served and that no transcript has."""
TYPICAL_WPM = 165.0
"""Words a minute of conversation; the middle of 333 real episodes is 173, from 122 to 232."""
SLOW_WPM = 110.0
"""Words a minute that a transcript without times is taken to need: below the slowest of 333 real episodes (122)."""
SPARSE_WPM = 50.0
"""Below this a transcript with times is notes about the episode rather than what was said in it."""
GARBAGE = 0.2
"""Share of letters in loops from which a file is a speech model's failure. 501 real transcripts stay under 0.03."""
OVERLONG = 1.5
"""A transcript that ends this much after the episode, and by more than ``_SLACK_S``, belongs to something else."""

_SLACK_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptJudgement:
    """A transcript with the measures of its worth.

    ``completeness`` is the share of the episode that it covers, ``None`` if no duration is known; ``speakers``
    the share of segments that name one; ``loops`` the share of letters in repetition loops. ``foreign`` where it is not in
    the language that the feed states, ``translation`` where its link says so too; ``misplaced`` where it is far longer
    than the episode.
    """

    link: TranscriptLink
    transcript: Transcript
    completeness: float | None
    timed: bool
    speakers: float
    loops: float
    language: str
    foreign: bool
    translation: bool
    misplaced: bool

    @property
    def speech(self) -> bool:
        """Whether it can be used at all."""
        return self.loops < GARBAGE

    @property
    def whole(self) -> bool:
        """Whether only missing times or speakers are a reason to read another file."""
        full = self.completeness is None or self.completeness >= WHOLE
        return self.speech and full and not self.translation and not self.misplaced

    @property
    def good(self) -> bool:
        """Whether no other file need be looked at."""
        return self.whole and self.timed and self.speakers >= 0.5 and not self.foreign

    def covers(self, share: float) -> bool:
        """Whether it may serve as the episode's transcript, so that no audio need be fetched."""
        enough = self.completeness is None or self.completeness >= share
        return self.speech and enough and not self.translation and not self.misplaced

    @property
    def rank(self) -> tuple[bool, bool, float, bool, bool, int]:
        """Larger is better: whole, in the language, more complete, timed, with speakers, the richer format."""
        share = 1.0 if self.whole or self.completeness is None else round(self.completeness, 1)
        return (
            self.whole,
            not self.foreign,
            share,
            self.timed,
            self.speakers >= 0.5,
            -place_of(self.transcript.source),
        )

    def outcome(self) -> str:
        """What was found, in words."""
        if not self.speech:
            return f"no speech: {self.loops:.0%} of it is repetition loops"
        words = [f"covers {self.completeness:.0%}" if self.completeness is not None else "no duration is known"]
        words.append("with times" if self.timed else "no times")
        words.append("with speakers" if self.speakers >= 0.5 else "no speakers")
        if self.foreign or self.translation:
            words.append(f"in another language ({self.language})")
        if self.misplaced:
            words.append("longer than the episode")
        return ", ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The best of the files that could be read, what became of each, and the errors of those that could not."""

    best: TranscriptJudgement | None = None
    tried: tuple[dict[str, Any], ...] = ()
    failures: tuple[EarmarkError, ...] = field(default=())

    def provenance(self) -> dict[str, Any]:
        """What is stored with the transcript that was chosen."""
        told: dict[str, Any] = {"tried": list(self.tried)}
        if self.best is not None:
            share = self.best.completeness
            told |= {
                "format": self.best.transcript.source,
                "completeness": None if share is None else round(share, 3),
                "chosen_because": self._reason(self.best),
            }
        return told

    def _reason(self, best: TranscriptJudgement) -> str:
        if len(self.tried) == 1:
            return f"the only one: {best.outcome()}"
        return f"the best of {len(self.tried)}: {best.outcome()}"


def ordered(links: Sequence[TranscriptLink], language: str) -> list[TranscriptLink]:
    """The links in the order in which they are fetched, each address once.

    Those in the episode's language (or of none stated) before others; VTT, JSON, SRT, HTML, text; captions after a
    transcript of the same format.
    """
    wanted = base_language(language)

    def place(link: TranscriptLink) -> tuple[bool, int, bool]:
        stated = base_language(link.language)
        other = bool(stated and wanted and stated != wanted)
        return (other, place_of(format_of(link)), link.rel.casefold() == "captions")

    distinct = {link.url: link for link in reversed(links)}
    return sorted((distinct[url] for url in dict.fromkeys(link.url for link in links)), key=place)


def choose(
    episode: Episode,
    read: Callable[[TranscriptLink], Transcript],
    *,
    most: int = MOST,
    shown: Callable[[str], str] = redact,
) -> Choice:
    """Fetches the episode's transcripts until one is good, and takes the best.

    A transcript is good when it is whole and has times and speakers; otherwise the next is read too.

    Args:
        episode: whose links are followed, in the order of ``ordered``.
        read: a link to its transcript; raises `EarmarkError`.
        most: how many files are fetched at most.
        shown: an address as it may be stored and shown.
    """
    judged: list[TranscriptJudgement] = []
    tried: list[dict[str, Any]] = []
    failures: list[EarmarkError] = []
    for link in ordered(episode.data.transcripts, episode.language)[:most]:
        noted = {"url": shown(link.url), "type": link.type or format_of(link)}
        try:
            judgement = judge(read(link), episode, link)
        except EarmarkError as error:
            failures.append(error)
            tried.append(noted | {"outcome": str(error)})
            continue
        judged.append(judgement)
        tried.append(noted | {"outcome": judgement.outcome()})
        if judgement.good:
            break
    usable = [judgement for judgement in judged if judgement.speech]
    best = max(usable, key=lambda judgement: judgement.rank, default=None)
    return Choice(best=best, tried=tuple(tried), failures=tuple(failures))


def judge(transcript: Transcript, episode: Episode, link: TranscriptLink) -> TranscriptJudgement:
    """What a transcript is worth for an episode; a function of values."""
    segments = transcript.segments
    text = " ".join(segment.text for segment in segments)
    wanted, stated = base_language(episode.language), base_language(link.language)
    spoken = language_of(text, expected=wanted)
    # A feed's own language is often the default of its host: only a link that says it is in another is a translation.
    translation = bool(wanted and stated and wanted not in (stated, spoken))
    end = _end_s(segments) if _timed(segments) else 0.0
    words = sum(spoken_words(segment.text) for segment in segments)
    stated_s, weight = episode.data.duration_s, episode.data.audio_bytes
    duration = believed_s(stated_s, end_s=end, words=words, audio_bytes=weight)
    return TranscriptJudgement(
        link=link,
        transcript=transcript,
        completeness=completeness(segments, duration),
        timed=_timed(segments),
        speakers=sum(1 for segment in segments if segment.speaker) / max(1, len(segments)),
        loops=loop_share(text),
        language=spoken or stated or wanted,
        foreign=bool(spoken and wanted and spoken != wanted),
        translation=translation,
        misplaced=bool(duration and end > OVERLONG * duration and end > duration + _SLACK_S),
    )


def completeness(segments: Sequence[Segment], duration_s: float | None) -> float | None:
    """The share of an episode that is covered, in 0..1; ``None`` if its duration is not known.

    By times: where the last words end. Without times: by the number of words, at the rate of a slow speaker, so that
    nothing whole is taken for partial; of a quick speaker up to half may be missing before it shows.
    """
    if not duration_s or duration_s <= 0:
        return None
    words = sum(spoken_words(segment.text) for segment in segments)
    minutes = duration_s / 60
    if not _timed(segments):
        return min(1.0, words / (minutes * SLOW_WPM))
    return min(1.0, _end_s(segments) / duration_s, words / (minutes * SPARSE_WPM))


def _timed(segments: Sequence[Segment]) -> bool:
    return sum(1 for segment in segments if segment.start_s is not None) * 2 > len(segments)


def _end_s(segments: Sequence[Segment]) -> float:
    """Where the last words end; a segment without an end takes as long as its words do."""
    ends = [
        segment.end_s if segment.end_s is not None else segment.start_s + spoken_words(segment.text) / TYPICAL_WPM * 60
        for segment in segments
        if segment.start_s is not None
    ]
    return max(ends, default=0.0)
