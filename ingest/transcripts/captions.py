"""Speakers written into the text of cues (``Name: text``), common to all formats with times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from earmark.types import Segment
from ingest.transcripts.names import ANY_CASE, COLON, full_names, label_of
from ingest.transcripts.turns import SpeakerTurns, TranscriptLine

__all__ = ["line_of", "with_speakers"]

_LEAD = re.compile(
    rf"(?P<mark>>>+ ?|[-–—] ?)?(?:\*\*)?\[?(?P<label>{ANY_CASE})\]?(?:\*\*)?(?:{COLON}(?:\*\*)?(?: (?=\S)|$)|\uff1a(?=\S))"
)
_MARK = re.compile(r"(>>|[-–—] ?(?=[\w\"“¿¡]))")


def with_speakers(cues: Sequence[Segment], persons: Sequence[str]) -> list[Segment]:
    """The cues with the speakers that their texts name; one goes on until the next is named, or somebody else begins.

    Cues that have a speaker already keep it. A line that begins with a name inside a cue starts a segment of its own,
    which shares the cue's times.
    """
    named = [cue.speaker for cue in cues if cue.speaker]
    if named:
        full = full_names(named)
        return [replace(cue, speaker=full[cue.speaker]) if cue.speaker else cue for cue in cues]
    lines = [[line_of(line) for line in cue.text.split("\n")] for cue in cues]
    turns = SpeakerTurns([line for parts in lines for line in parts], persons)
    if not turns.accepted:
        return list(cues)
    result: list[Segment] = []
    speaker: str | None = None
    for cue, parts in zip(cues, lines, strict=True):
        pieces: list[tuple[str | None, list[str]]] = [(speaker, [])]
        for line in parts:
            turn = turns.turn(line)
            if turn is not None:
                speaker = turn.speaker
                pieces.append((speaker, [turn.text]))
            else:
                pieces[-1][1].append(line.whole)
        result += [replace(cue, speaker=who, text="\n".join(said)) for who, said in pieces if any(said)]
    return result


def line_of(text: str) -> TranscriptLine:
    """A line with its mark and label, if it begins with them."""
    match = _LEAD.match(text)
    if match:
        mark = (match["mark"] or "").strip()
        return TranscriptLine(whole=text, rest=text[match.end() :], label=label_of(match["label"]), mark=_kind(mark))
    marked = _MARK.match(text)
    return TranscriptLine(whole=text, rest=text, mark=_kind(marked[1].strip()) if marked else "")


def _kind(mark: str) -> str:
    return ">>" if mark.startswith(">") else "-" if mark else ""
