"""Names of speakers: how many are found, how many are right, on shows that had no part in the fit.

Run by `python -m evaluation.trust.voices [DATA]`. Where the extra `diarise` is installed, voices are told apart in audio too.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from earmark.catalog.content.voices import regulars
from earmark.types import Transcript
from evaluation.diarisation import error_rate, reference_turns, woven
from evaluation.trust.campaign import data_folder, report
from evaluation.voices_cases import CONDITIONS, Case, cases, is_right, shows, uncapitalised
from ingest.voices import FLOOR, Diariser, SpeechTurn, open_diariser, resolve_voices
from ingest.voices.labels import public_name, resolve_speakers
from ingest.voices.notes import noted_persons

__all__ = ["main"]

_LEAST_PRECISION = {"as written": 0.98, "captions": 0.97, "misspelt": 0.95}
"""Of the words named; every mention of every speaker is misspelt, which is worse than a speech model does."""
_MOST_DER = 0.1
_MEASURED = (
    *(("as written", condition) for condition in CONDITIONS),
    ("captions", "nobody"),
    ("captions", "names"),
    ("misspelt", "names"),
)
"""How the text is written, and what the feed says of people."""
_BUCKETS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


def main() -> None:
    """Measures and writes ``results/trust/voices.json``."""
    data = data_folder()
    report("voices", lambda: _measure(data))


def _measure(data: Path) -> dict[str, Any]:
    fitted, reported = shows(data)
    episodes = [case for slug in reported for case in cases(data, slug)]
    say = sys.stderr.write
    names: dict[str, Any] = {}
    for writing, write in _WRITINGS.items():
        for condition in CONDITIONS:
            if (writing, condition) not in _MEASURED:
                continue
            say(f"names: {writing}, the feed gives {condition}\n")
            names[f"{writing}, feed gives {condition}"] = _names(episodes, condition, write)
    for writing in ("as written", "captions"):
        say(f"names: {writing}, episode after episode\n")
        key = f"{writing}, feed gives nobody, earlier episodes known"
        names[key] = _names(episodes, "nobody", _WRITINGS[writing], remembers=True)
    found: dict[str, Any] = {
        "shows": reported,
        "shows_of_the_fit": fitted,
        "episodes": len(episodes),
        "floor": FLOOR,
        "names": names,
        "notes": _notes([*episodes, *(case for slug in fitted for case in cases(data, slug))]),
        "diarisation": _diarisation(data),
    }
    return found | {"broken": list(_broken(found))}


def _broken(found: dict[str, Any]) -> Iterator[str]:
    for setting, figures in found["names"].items():
        precision, least = figures["precision"], _LEAST_PRECISION[setting.partition(",")[0]]
        if precision is not None and precision < least:
            yield f"{setting}: {precision:.3f} of the words named have the right name, under {least}"
    real = found["diarisation"].get("real clips")
    if real and real["der"] > _MOST_DER:
        yield f"diarisation error {real['der']:.3f} on real clips, over {_MOST_DER}"


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
        found: dict[str, float | None] = {"precision": round(self.right / self.named, 4) if self.named else None}
        return found | ({"recall": round(self.right / self.total, 4)} if self.total else {})


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


def _diarisation(data: Path) -> dict[str, Any]:
    from earmark.settings import AsrSettings

    engine = open_diariser(AsrSettings(diarise="auto"))
    if engine is None:
        return {"skipped": "the extra `diarise` is not installed"}
    audio = data / "audio"
    found: dict[str, Any] = {"engine": engine.name}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "woven.wav"
        truth = woven(audio, target)
        engine.diarise(target)  # loads and compiles, which is not what is timed
        found["real clips"] = _diarised(engine, target, truth)
    for line in (audio / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"].startswith("synthetic"):
            sys.stderr.write(f"diarisation: {entry['file']}\n")
            found[entry["file"]] = _diarised(engine, audio / entry["file"], reference_turns(entry))
    found["note"] = "synthetic voices are variants of one synthesiser and much alike: its figures say little of people"
    found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def _diarised(engine: Diariser, path: Path, truth: tuple[SpeechTurn, ...]) -> dict[str, Any]:
    began = time.monotonic()
    turns = engine.diarise(path)
    seconds = time.monotonic() - began
    speakers = len({turn.label for turn in truth})
    known = engine.diarise(path, speakers=speakers)
    return {
        **error_rate(truth, turns),
        "speakers": speakers,
        "voices_found": len({turn.label for turn in turns}),
        "der_where_their_number_is_known": error_rate(truth, known)["der"],
        "times_real_time": round(truth[-1].end_s / max(seconds, 1e-6), 1),
    }


if __name__ == "__main__":
    main()
