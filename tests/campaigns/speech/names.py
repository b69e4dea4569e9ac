"""Names in speech: how many are spelt rightly with and without the hotwords of their episode, and none invented."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from earmark.settings import Settings
from earmark.types import Episode, EpisodeData, Person, Stage
from evaluation.wer import normalised, word_errors
from ingest.speech.hotwords import hotwords_for
from tests.campaigns.speech.baseline import Job, in_a_process
from tests.campaigns.speech.material import Clip

__all__ = ["names_measured"]

_SHORTEST = 3


def names_measured(
    audio: Path,
    files: Sequence[Clip],
    heard: Mapping[str, Mapping[Path, str]],
    settings: Settings,
    *,
    silent: Sequence[Path],
) -> dict[str, Any]:
    """Names said and missed, with and without hotwords, over the files that are made from an episode of a show.

    ``heard`` holds what ``earmark`` heard without hotwords, and ``defaults``, by file. The hotwords are those that ingest would use, from what the feed knows: people, title, show. A name is a word of them
    that the speech holds. ``silent`` is media without speech, given the names of all the episodes at once.
    """
    known = {clip.path: _hotwords(audio.parent, clip) for clip in files if clip.episode}
    spoken = [clip for clip in files if clip.path in known]
    written = _must_contain(audio)
    everyone = tuple(dict.fromkeys(name for names in known.values() for name in names))
    jobs = [Job(path=clip.path, hotwords=known[clip.path]) for clip in spoken]
    jobs += [Job(path=path, hotwords=names) for path, names in written.items()]
    jobs += [Job(path=path, hotwords=everyone) for path in silent]
    texts = dict(zip([job.path for job in jobs], in_a_process("earmark", jobs, settings).texts, strict=True))
    bare = [Job(path=path) for path in (*written, *silent)]
    runs = {e: in_a_process(e, bare, settings).texts for e in ("earmark", "defaults")}
    others = {e: dict(zip([job.path for job in bare], run, strict=True)) | dict(heard[e]) for e, run in runs.items()}
    plain = others["earmark"]
    invented = [
        path.name for path in silent if _heard(texts[path], everyone).total() > _heard(plain[path], everyone).total()
    ]
    return {
        "episodes": len(spoken),
        "hotwords": {clip.path.name: list(known[clip.path]) for clip in spoken},
        "without": _counted(spoken, known, written, plain),
        "with": _counted(spoken, known, written, texts),
        "defaults": _counted(spoken, known, written, others["defaults"]),
        "media_without_speech": len(silent),
        "heard_in_silence": invented,
    }


def _counted(
    spoken: Sequence[Clip],
    known: Mapping[Path, tuple[str, ...]],
    written: Mapping[Path, tuple[str, ...]],
    texts: Mapping[Path, str],
) -> dict[str, int]:
    """Names said, missed and added, and the word errors of all that was said."""
    said = missed = added = errors = 0
    for clip in spoken:
        wanted, heard = _heard(clip.reference, known[clip.path]), _heard(texts[clip.path], known[clip.path])
        said += wanted.total()
        missed += (wanted - heard).total()
        added += (heard - wanted).total()
        errors += word_errors(clip.reference, texts[clip.path]).errors
    for path, names in written.items():
        said += len(names)
        missed += sum(normalised(name) not in normalised(texts[path]) for name in names)
    return {"said": said, "missed": missed, "added": added, "errors": errors}


def _heard(text: str, names: Sequence[str]) -> Counter[str]:
    """How often each word of the names is in a text."""
    words = {word for name in names for word in normalised(name).split() if len(word) >= _SHORTEST and word.isalpha()}
    return Counter(word for word in normalised(text).split() if word in words)


def _hotwords(data: Path, clip: Clip) -> tuple[str, ...]:
    """The hotwords of a clip's episode, which one of ``podcasts/*.jsonl`` holds as its feed does."""
    persons: list[str] = []
    title = ""
    for path in sorted((data / "podcasts").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if f'"{clip.episode}"' in line[:500]:
                held = json.loads(line)
                persons, title = held.get("speakers") or [], held.get("title") or ""
    data_ = EpisodeData(guid=clip.episode, title=title, persons=tuple(Person(name=name) for name in persons))
    then = datetime(2026, 1, 1, tzinfo=UTC)
    return hotwords_for(
        Episode(id="e", show_id="s", show=clip.show, data=data_, stage=Stage.DISCOVERED, discovered_at=then)
    )


def _must_contain(audio: Path) -> dict[Path, tuple[str, ...]]:
    """Clips of which only a word is known that must be heard in them."""
    lines = map(json.loads, (audio / "index.jsonl").read_text(encoding="utf-8").splitlines())
    return {audio / line["file"]: tuple(line["must_contain"]) for line in lines if line.get("must_contain")}
