"""JSON of any make: the podcast namespace's, and what speech services and players write.

There is no one shape: segments, chunks, utterances or words, at the top or deep inside, in seconds or milliseconds. So all
lists in the file are looked at, and the list that says most is taken: with times, with speakers, in whole sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from earmark.types import Segment
from ingest.transcripts.json_entry import JsonEntry, entry_of, in_seconds, label, plain_name
from ingest.transcripts.json_words import are_words, sentences
from ingest.transcripts.names import full_names

__all__ = ["looks_like_json", "read_json"]

_PEOPLE = ("contributors", "speakers", "voices", "participants")
_DEEPEST = 8
"""Levels below the top that are looked at; services nest their words six deep."""
_SAMPLE = 3
"""Elements of a list that are looked into for further lists: those that matter are in each of them."""
_MOST_LISTS = 2_000
_MOST_TEXT = 0.6
"""Share of the longest text from which on a list is the transcript and no part of it."""


def looks_like_json(start: str) -> bool:
    """Whether a file that begins so is JSON."""
    return re.match(r"[{\[]\s*[\"{\[\]}]", start) is not None


def read_json(text: str) -> list[Segment]:
    """The segments in the order of the file; numbers may be strings; empty if there are none."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return []
    people = _people(document)
    candidates = [entries for entries in (_entries(rows) for rows in _lists(document)) if entries]
    if not candidates:
        return []
    longest = max(sum(len(entry.text) for entry in entries) for entries in candidates)
    best = max(candidates, key=lambda entries: _worth(entries, longest))
    segments = [entry.segment(people) for entry in in_seconds(best)]
    if are_words([segment.text for segment in segments]):
        segments = sentences(segments)
    full = full_names(segment.speaker for segment in segments if segment.speaker)
    return [replace(s, speaker=full[s.speaker] if s.speaker else None) for s in segments]


def _lists(document: Any) -> Iterator[list[Any]]:
    """All lists with objects in them, from the top down."""
    level: list[Any] = [document]
    seen = 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for node in level:
            seen += 1
            if seen > _MOST_LISTS:
                return
            if isinstance(node, list):
                if any(isinstance(element, Mapping) for element in node):
                    yield node
                below += [element for element in node[:_SAMPLE] if isinstance(element, (list, Mapping))]
            elif isinstance(node, Mapping):
                below += [value for value in node.values() if isinstance(value, (list, Mapping))]
        level = below


def _entries(rows: Sequence[Any]) -> list[JsonEntry]:
    """What is said in a list; an object with a list instead of words (a paragraph, a monologue) lends it its speaker."""
    entries: list[JsonEntry] = []
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        entry = entry_of(row)
        if entry is not None:
            entries.append(entry)
            continue
        parts = max((value for value in row.values() if isinstance(value, list)), key=len, default=[])
        inner = [part for element in parts if isinstance(element, Mapping) and (part := entry_of(element))]
        speaker = label(row)
        entries += [replace(part, speaker=part.speaker or speaker) for part in inner]
    return entries


def _worth(entries: Sequence[JsonEntry], longest: int) -> tuple[bool, bool, bool, bool]:
    timed = sum(entry.start is not None for entry in entries)
    return (
        sum(len(entry.text) for entry in entries) >= _MOST_TEXT * longest,
        timed * 2 > len(entries),
        any(entry.speaker for entry in entries),
        not are_words([entry.text for entry in entries]),
    )


def _people(document: Any) -> dict[str, str]:
    """Names by the numbers that a player gives its contributors."""
    people: dict[str, str] = {}
    for key in _PEOPLE if isinstance(document, Mapping) else ():
        for person in document[key] if isinstance(document.get(key), list) else ():
            if isinstance(person, Mapping) and person.get("id") is not None and (name := plain_name(person)):
                people[str(person["id"])] = name
    return people
