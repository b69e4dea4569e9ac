"""JSON transcripts as players, recognisers and speech services write them: the same talk out of every shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.transcripts import parse_transcript

WORDS = [("The", 0.2, 0.4), ("tide", 0.4, 0.9), ("turns.", 0.9, 1.5), ("Does", 2.0, 2.2), ("it?", 2.2, 2.5), ("It", 61.0, 61.2),
         ("does.", 61.2, 61.8)]  # fmt: skip
BY = [0, 0, 0, 1, 1, 0, 0]
TALK = [(0.2, 1.5, "The tide turns."), (2.0, 2.5, "Does it?"), (61.0, 61.8, "It does.")]


def read(document: Any) -> list[tuple[float | None, float | None, str | None, str]]:
    transcript = parse_transcript(json.dumps(document).encode(), content_type="application/json")
    assert transcript.source == "json"
    return [(s.start_s, s.end_s, s.speaker, s.text) for s in transcript.segments]


def talk(*names: str | None) -> list[tuple[float, float, str | None, str]]:
    return [(start, end, names[n % len(names)], text) for n, (start, end, text) in enumerate(TALK)]


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def clock(seconds: float) -> str:
    return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02},{ms(seconds) % 1000:03}"


def test_assemblyai_in_milliseconds() -> None:
    said = [{"speaker": "AB"[n % 2], "start": ms(a), "end": ms(b), "text": text} for n, (a, b, text) in enumerate(TALK)]
    words = [
        {"text": w, "start": ms(a), "end": ms(b), "speaker": "AB"[n]} for n, (w, a, b) in zip(BY, WORDS, strict=True)
    ]
    everything = " ".join(text for _, _, text in TALK)
    assert read({"id": "x", "text": everything, "words": words, "utterances": said, "audio_duration": 62}) == talk(
        "A", "B"
    )
    assert read({"id": "x", "text": everything, "words": words}) == talk("A", "B")


def test_whole_seconds_stay_seconds() -> None:
    said = "Boats leave early. Nets come in late. Salt eats the paint. Gulls follow the plough. Rain fills the barrels."
    rows = [{"start": 10 * n, "end": 10 * n + 9, "text": text} for n, text in enumerate(said.split(". "))]
    assert [row[0] for row in read(rows)] == [10.0 * n for n in range(5)]


def test_whisper_cpp_and_hugging_face() -> None:
    rows = [
        {
            "timestamps": {"from": clock(a), "to": clock(b)},
            "offsets": {"from": ms(a), "to": ms(b)},
            "text": f" {text}",
        }
        for a, b, text in TALK
    ]
    assert read({"systeminfo": "x", "model": {"type": "base"}, "transcription": rows}) == talk(None)
    chunks = [{"timestamp": [a, b], "text": f" {text}"} for a, b, text in TALK]
    assert read({"text": " ".join(text for *_, text in TALK), "chunks": chunks}) == talk(None)


def test_whisper_with_its_words() -> None:
    rows = [{"id": n, "start": a, "end": b, "text": text, "speaker": f"SPEAKER_0{n % 2}",
             "words": [{"word": text, "start": a, "end": b}]} for n, (a, b, text) in enumerate(TALK)]  # fmt: skip
    assert read({"text": "all", "segments": rows, "language": "en"}) == talk("SPEAKER_00", "SPEAKER_01")


def test_aws_transcribe() -> None:
    items: list[dict[str, Any]] = []
    for who, (word, start, end) in zip(BY, WORDS, strict=True):
        by = {"speaker_label": f"spk_{who}"}
        items.append(by | {"type": "pronunciation", "start_time": str(start), "end_time": str(end),
                           "alternatives": [{"confidence": "0.9", "content": word.rstrip(".?")}]})  # fmt: skip
        if word[-1] in ".?":
            items.append(by | {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": word[-1]}]})
    results = {"transcripts": [{"transcript": " ".join(text for *_, text in TALK)}], "items": items}
    assert read({"jobName": "x", "results": results}) == talk("spk_0", "spk_1")


def test_deepgram() -> None:
    words = [{"word": w.lower().strip(".?"), "punctuated_word": w, "start": a, "end": b, "speaker": who}
             for who, (w, a, b) in zip(BY, WORDS, strict=True)]  # fmt: skip
    paragraphs = [{"speaker": n % 2, "start": a, "end": b, "sentences": [{"text": text, "start": a, "end": b}]}
                  for n, (a, b, text) in enumerate(TALK)]  # fmt: skip
    whole = " ".join(text for *_, text in TALK)
    alternative = {"transcript": whole, "confidence": 0.9, "words": words}
    named = talk("Speaker 0", "Speaker 1")
    assert read({"results": {"channels": [{"alternatives": [alternative]}]}}) == named
    full = alternative | {"paragraphs": {"transcript": whole, "paragraphs": paragraphs}}
    assert read({"results": {"channels": [{"alternatives": [full]}]}}) == named
    said = [{"speaker": n % 2, "start": a, "end": b, "transcript": text} for n, (a, b, text) in enumerate(TALK)]
    assert read({"results": {"channels": [{"alternatives": [alternative]}], "utterances": said}}) == named


def test_rev_and_speechmatics() -> None:
    monologues = []
    for n, (_, _, text) in enumerate(TALK):
        given = iter(WORDS[[0, 3, 5][n] :])
        elements: list[dict[str, Any]] = []
        for word in text.split():
            _, a, b = next(given)
            elements.append({"type": "text", "value": word.rstrip(".?"), "ts": a, "end_ts": b})
            elements.append({"type": "punct", "value": word[-1] if word[-1] in ".?" else " "})
        monologues.append({"speaker": n % 2, "elements": elements})
    assert read({"monologues": monologues}) == talk("Speaker 0", "Speaker 1")
    results = [{"type": "word", "start_time": a, "end_time": b, "alternatives": [{"content": w, "speaker": f"S{who + 1}"}]}
               for who, (w, a, b) in zip(BY, WORDS, strict=True)]  # fmt: skip
    assert read({"format": "2.9", "results": results}) == talk("S1", "S2")


def test_youtube() -> None:
    events = [
        {"tStartMs": ms(a), "dDurationMs": ms(b - a), "segs": [{"utf8": t[:3]}, {"utf8": t[3:]}]} for a, b, t in TALK
    ]
    assert read({"wireMagic": "pb3", "events": [{"tStartMs": 0, "id": 1}, *events]}) == talk(None)
    assert read([{"text": t, "start": a, "duration": round(b - a, 3)} for a, b, t in TALK]) == talk(None)


def test_podlove_numbers_and_contributors() -> None:
    rows = [{"start": clock(a).replace(",", "."), "start_ms": ms(a), "end": clock(b).replace(",", "."), "end_ms": ms(b),
             "speaker": str(7 + n % 2), "text": text} for n, (a, b, text) in enumerate(TALK)]  # fmt: skip
    assert read(rows) == talk("Speaker 7", "Speaker 8")
    assert read([row | {"voice": "Ada Okafor"} for row in rows]) == talk("Ada Okafor")
    people = [{"id": "7", "name": "Ada Okafor"}, {"id": 8, "name": "Ben Oye"}]
    assert read({"contributors": people, "transcripts": rows}) == talk("Ada Okafor", "Ben Oye")
    grouped = [{"speaker": {"id": "7", "name": "Ada Okafor"}, "items": rows[:1]}]
    assert [row[3] for row in read(grouped)] == ["The tide turns."]


@pytest.mark.parametrize("depth", [9, 30_000])
def test_deep_files_end(depth: int) -> None:
    body = b'{"a":' * depth + b'[{"text": "hi there"}]' + b"}" * depth
    with pytest.raises(Exception, match="no cues"):
        parse_transcript(body, content_type="application/json")
