"""The same with real speech and the bundled model: the talk of the sample, with 40 s of something else before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.clock import FixedClock
from earmark.settings import AsrSettings, Settings
from ingest.fetching.parts import FilePart, ServedFile
from ingest.limits.budget import Budget
from ingest.links.hearing import HostAudio
from ingest.links.mp3 import frames, tag_bytes
from ingest.links.search import Quote, search
from ingest.links.sources import ServedParts
from ingest.links.words import quote_words
from ingest.speech.audio import RATE
from ingest.speech.transcribe import FasterWhisperTranscriber
from ui.cli.sample import SAMPLE

TALK = SAMPLE / "closed-loop" / "audio" / "field-notes-the-cold-room.mp3"


@pytest.mark.slow
@pytest.mark.heavy
def test_quotes_that_were_said_are_found_forty_seconds_later(
    catalog: Catalog, clock: FixedClock, tmp_path: Path
) -> None:
    file = TALK.read_bytes()
    begins = tag_bytes(file)
    listed = list(frames(file[begins:]))
    frame_s = 576 / RATE
    # The first frame with sound is silent: repeated it is 40 s of silence, put in as hosts put files together.
    silence = file[begins + listed[1].at : begins + listed[1].at + listed[1].length] * round(40 / frame_s)
    added_s = round(40 / frame_s) * frame_s
    changed = file[: begins + listed[1].at] + silence + file[begins + listed[1].at :]
    settings = Settings(home=tmp_path)
    ear = FasterWhisperTranscriber(AsrSettings(), models_dir=tmp_path, offline=True)
    parts = ServedParts(
        lambda first, count: FilePart(
            first=first, body=changed[first : first + count], of=ServedFile(bytes=len(changed))
        ),
        most_bytes=2_000_000,
    )
    audio = HostAudio(
        parts,
        transcriber=ear,
        most_s=600,
        scratch=tmp_path / "a.mp3",
        budget=Budget(catalog, settings, clock),
        language="en",
    )
    heard = ear.transcribe(TALK, language="en")
    said = [segment for segment in heard.segments if len(quote_words(segment.text)) >= 8]
    chosen = (said[0], said[len(said) // 2], said[-1])
    quotes = [Quote(at_s=segment.start_s or 0.0, words=tuple(quote_words(segment.text))) for segment in chosen]
    findings = search(quotes, audio.words)
    assert findings.trouble is None
    assert [anchor.shift_s for anchor in findings.anchors] == pytest.approx([added_s] * 3, abs=1.5)
