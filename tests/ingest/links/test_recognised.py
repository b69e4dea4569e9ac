"""The same with real speech and the bundled model: two minutes of the sample's talk, with 40 s of something else before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.clock import FixedClock
from earmark.settings import AsrSettings, Settings
from earmark.types import Transcript
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

pytestmark = [pytest.mark.slow, pytest.mark.heavy]

TALK = SAMPLE / "closed-loop" / "audio" / "field-notes-the-cold-room.mp3"
FRAME_S = 576 / RATE
HEARD_S = 120.0
"""Of the talk: with what is put before it more than one window, so that the last quote is looked for in another."""


class Ear:
    """The bundled model, which recognises the same sound once: both databases are given what it heard."""

    def __init__(self, models_dir: Path) -> None:
        self._model = FasterWhisperTranscriber(AsrSettings(), models_dir=models_dir, offline=True)
        self._heard: dict[str, Transcript] = {}
        self.name = self._model.name

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        sound = sha256(audio.read_bytes()).hexdigest()
        if sound not in self._heard:
            self._heard[sound] = self._model.transcribe(audio, language=language, hotwords=hotwords)
        return self._heard[sound]


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Ear:
    return Ear(tmp_path_factory.mktemp("models"))


def test_quotes_that_were_said_are_found_forty_seconds_later(
    catalog: Catalog, clock: FixedClock, tmp_path: Path, ear: Ear
) -> None:
    whole = TALK.read_bytes()
    begins = tag_bytes(whole)
    listed = list(frames(whole[begins:]))
    file = whole[: begins + listed[round(HEARD_S / FRAME_S)].at]
    # The first frame with sound is silent: repeated it is 40 s of silence, put in as hosts put files together.
    silence = file[begins + listed[1].at : begins + listed[1].at + listed[1].length] * round(40 / FRAME_S)
    added_s = round(40 / FRAME_S) * FRAME_S
    changed = file[: begins + listed[1].at] + silence + file[begins + listed[1].at :]
    settings = Settings(home=tmp_path)
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
    talk = tmp_path / "talk.mp3"
    talk.write_bytes(file)
    heard = ear.transcribe(talk, language="en")
    said = [segment for segment in heard.segments if len(quote_words(segment.text)) >= 8]
    chosen = (said[0], said[len(said) // 2], said[-1])
    quotes = [Quote(at_s=segment.start_s or 0.0, words=tuple(quote_words(segment.text))) for segment in chosen]
    findings = search(quotes, audio.words)
    assert findings.trouble is None
    assert [anchor.shift_s for anchor in findings.anchors] == pytest.approx([added_s] * 3, abs=1.5)
