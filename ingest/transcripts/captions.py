"""Speakers written into the text of cues (``Name: text``), common to VTT and SRT."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from earmark.types import Segment
from ingest.transcripts.names import LABEL, accepted_labels, full_names, label_of

__all__ = ["with_speakers"]

_LEAD = re.compile(rf"(?:>>+ ?|[-–—] ?)?\[?({LABEL})\]?: (?=\S)|(?:>>+ ?|[-–—] ?)?\[?({LABEL})\]?:$")


def with_speakers(cues: Sequence[Segment], persons: Sequence[str]) -> list[Segment]:
    """The cues with the speakers that their texts name; one goes on until the next is named.

    Cues that have a speaker already keep it. A line that begins with a name inside a cue starts a segment of its own,
    which shares the cue's times.
    """
    named = [cue.speaker for cue in cues if cue.speaker]
    if named:
        full = full_names(named)
        return [replace(cue, speaker=full[cue.speaker]) if cue.speaker else cue for cue in cues]
    lines = [(cue, [_split(line) for line in cue.text.split("\n")]) for cue in cues]
    counts = Counter(label for _, parts in lines for label, _ in parts if label)
    accepted = accepted_labels(counts, persons)
    if not accepted:
        return list(cues)
    full = full_names((label for label in counts.elements() if label in accepted), persons)
    result: list[Segment] = []
    speaker: str | None = None
    for cue, parts in lines:
        pieces: list[tuple[str | None, list[str]]] = [(speaker, [])]
        for (label, rest), line in zip(parts, cue.text.split("\n"), strict=True):
            if label in accepted:
                speaker = full[label]
                pieces.append((speaker, [rest]))
            else:
                pieces[-1][1].append(line)
        result += [replace(cue, speaker=who, text="\n".join(said)) for who, said in pieces if any(said)]
    return result


def _split(line: str) -> tuple[str, str]:
    match = _LEAD.match(line)
    return (label_of(match[1] or match[2]), line[match.end() :]) if match else ("", line)
