"""The podcast namespace's JSON, and what comes close to it (a plain list, Whisper's output)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from earmark.types import Segment
from ingest.transcripts.finish import seconds
from ingest.transcripts.names import full_names, label_of

__all__ = ["looks_like_json", "read_json"]

_LISTS = ("segments", "transcript", "cues", "captions", "utterances", "results", "items", "data")
_TEXTS = ("body", "text", "content", "transcript", "utterance")
_STARTS = ("startTime", "start_time", "start", "begin", "from", "offset", "time")
_ENDS = ("endTime", "end_time", "end", "to")
_SPEAKERS = ("speaker", "speakerName", "speaker_name", "name")


def looks_like_json(start: str) -> bool:
    """Whether a file that begins so is JSON."""
    return re.match(r"[{\[]\s*[\"{\[\]}]", start) is not None


def read_json(text: str) -> list[Segment]:
    """The segments in the order of the file; numbers may be strings; empty if there are none."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return []
    found = [segment for entry in _entries(document) if (segment := _segment(entry))]
    full = full_names(segment.speaker for segment in found if segment.speaker)
    return [
        Segment(text=s.text, start_s=s.start_s, end_s=s.end_s, speaker=full[s.speaker] if s.speaker else None)
        for s in found
    ]


def _entries(document: Any) -> list[Any]:
    for _ in range(3):  # {"transcript": {"segments": […]}} is the deepest seen
        if isinstance(document, list):
            return document
        if not isinstance(document, Mapping):
            return []
        document = next((document[name] for name in _LISTS if isinstance(document.get(name), (list, Mapping))), None)
    return []


def _segment(entry: Any) -> Segment | None:
    if not isinstance(entry, Mapping):
        return None
    body = _first(entry, _TEXTS)
    if not isinstance(body, str) or not body.strip():
        return None
    speaker = _first(entry, _SPEAKERS)
    if isinstance(speaker, Mapping):
        speaker = speaker.get("name")
    if isinstance(speaker, int) and not isinstance(speaker, bool):
        speaker = f"Speaker {speaker}"
    return Segment(
        text=body,
        start_s=seconds(_first(entry, _STARTS)),
        end_s=seconds(_first(entry, _ENDS)),
        speaker=(label_of(speaker) or None) if isinstance(speaker, str) else None,
    )


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)
