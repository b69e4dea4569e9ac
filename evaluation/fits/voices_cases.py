"""Episodes with known speakers whose labels were removed: how many names are recovered, and how many are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from earmark.types import Person, Segment, Transcript
from ingest.voices.labels import public_name
from ingest.voices.names import key, known_name

__all__ = ["CONDITIONS", "Case", "cases", "is_right", "shows", "uncapitalised"]

CONDITIONS = ("nobody", "names", "names and roles")
"""What the feed says of people: nothing; the names of those who speak; those with the role that they have most often."""
_HOST_SHARE = 0.4
"""The share of a show's episodes from which a speaker counts as its host."""
_INITIALS = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An episode: ``transcript`` says ``Speaker 0`` and so on, ``truth`` the name behind each label.

    ``words`` counts what each label says; ``roles`` are those of the true names.
    """

    show: str
    slug: str
    title: str
    notes: str
    transcript: Transcript
    truth: dict[str, str]
    words: dict[str, int]
    roles: dict[str, str]

    def persons(self, condition: str) -> tuple[Person, ...]:
        """The people that the feed names under a condition (see `CONDITIONS`)."""
        if condition == "nobody":
            return ()
        with_roles = condition == "names and roles"
        return tuple(
            Person(name=name, role=self.roles[name] if with_roles else "")
            for name in self.truth.values()
            if " " in name
        )


def shows(data: Path) -> tuple[list[str], list[str]]:
    """The slugs of the shows to fit on and of those to report on: every other one in alphabetical order."""
    slugs = sorted(path.stem for path in (data / "podcasts").glob("*.jsonl"))
    return slugs[::2], slugs[1::2]


def cases(data: Path, slug: str) -> Iterator[Case]:
    """The episodes of a show in which somebody speaks under a full name."""
    with (data / "podcasts" / f"{slug}.jsonl").open(encoding="utf-8") as file:
        named = [case for line in file if (case := _case(slug, json.loads(line))) is not None]
    episodes = Counter(key(name) for case in named for name in set(case.truth.values()))
    for case in named:
        roles = {
            name: "host" if episodes[key(name)] >= _HOST_SHARE * len(named) else "guest" for name in case.truth.values()
        }
        yield replace(case, roles=roles)


def _case(slug: str, episode: dict[str, object]) -> Case | None:
    raw = episode["segments"]
    assert isinstance(raw, list)  # noqa: S101
    said = [re.sub(r",.*", "", (s.get("speaker") or "").strip()) for s in raw]
    full = list({key(name): name for name in said if " " in name and public_name(name)}.values())
    labels: dict[str, str] = {}
    segments, words = [], Counter[str]()
    for segment, name in zip(raw, said, strict=True):
        whole = (known_name(name, full) or name) if public_name(name) else name
        label = labels.setdefault(whole, f"Speaker {len(labels)}") if name else None
        segments.append(
            Segment(text=segment["text"], start_s=segment.get("start"), end_s=segment.get("end"), speaker=label)
        )
        if label:
            words[label] += len(segment["text"].split())
    truth = {label: name for name, label in labels.items() if public_name(name) and not _INITIALS.fullmatch(name)}
    if not any(" " in name for name in truth.values()):
        return None
    return Case(
        show=str(episode["show"]),
        slug=slug,
        title=str(episode["title"]),
        notes=str(episode.get("notes") or ""),
        transcript=Transcript(segments=tuple(segments), source="vtt"),
        truth=truth,
        words=dict(words),
        roles={},
    )


def uncapitalised(transcript: Transcript) -> Transcript:
    """The transcript as plain captions have it: lower case, no punctuation but apostrophes."""
    segments = tuple(
        replace(s, text=" ".join(re.sub(r"[^\w'’\s]", " ", s.text.lower()).split())) for s in transcript.segments
    )
    return replace(transcript, segments=segments)


def is_right(name: str, truth: str) -> bool:
    """Whether a name is the true one, or its first name alone, or another writing of it."""
    given, true = key(name), key(truth)
    part = (" " not in given and given in true.split()) or (" " not in true and true in given.split())
    return given == true or part or known_name(name, [truth]) is not None
