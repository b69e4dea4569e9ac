"""Long audio in windows: side by side, kept as they are done, gone on with after a kill; where the model runs."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.errors import AudioError, SettingsError
from earmark.settings import AsrSettings
from earmark.types import Segment
from ingest.speech.audio import RATE, Block, blocks
from ingest.speech.model import choose_compute
from ingest.speech.sentences import sentences
from ingest.speech.transcribe import FasterWhisperTranscriber, window_length
from ingest.speech.transcribe_windows import Journal, SpeechWindow, SpokenLanguage, open_journal, side_by_side
from tests.ingest.sounds import REAL, TINY, needs_real, needs_tiny, write_wav
from tests.ingest.test_transcribe import FakeModel, Piece


def window(number: int, text: str = "Said.") -> SpeechWindow:
    start = 10.0 * number
    return SpeechWindow(
        start_s=start,
        end_s=start + 10,
        segments=(Segment(text=text, start_s=start, end_s=start + 2.5),),
        loops=number,
        uncertain=1,
    )


def block(number: int) -> Block:
    return Block(samples=np.zeros(10 * RATE, np.float32), start_s=10.0 * number)


@pytest.mark.parametrize(
    ("expected_s", "workers", "length_s"),
    [
        (None, 2, 240.0),
        (100.0, 2, 240.0),  # windows of less than a minute cost more than they spare
        (200.0, 2, 115.0),
        (241.0, 2, 135.5),
        (600.0, 2, 165.0),
        (3600.0, 2, 240.0),
        (300.0, 8, 75.0),
        (241.0, 1, 135.5),
    ],
)
def test_all_workers_have_as_much_of_a_file(expected_s: float | None, workers: int, length_s: float) -> None:
    assert window_length(expected_s, workers) == length_s


def test_a_file_a_little_longer_than_a_window_is_cut_in_the_middle(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 241.0)
    lengths = [block.end_s - block.start_s for block in blocks(path, block_s=window_length(241.0, 2))]
    assert len(lengths) == 2
    assert all(105 <= length <= 136 for length in lengths)


class TestJournal:
    def test_what_was_kept_is_there_again(self, tmp_path: Path) -> None:
        path = tmp_path / "a.windows.jsonl"
        journal = Journal(path, "k")
        spoken = SpokenLanguage(language="de", feed="en", heard="de", probability=0.91)
        journal.settle(spoken)
        journal.add(1, window(1, "Zwölf „Sätze“\u2028hier."))
        journal.add(0, window(0))
        again = Journal(path, "k")
        assert again.spoken == spoken
        assert (again.find(0, 0.0, 10.0), again.find(1, 10.0, 20.0)) == (
            window(0),
            window(1, "Zwölf „Sätze“\u2028hier."),
        )
        assert again.find(1, 10.0, 19.0) is None, "other bounds, another window"
        assert again.find(2, 20.0, 30.0) is None

    @pytest.mark.heavy
    def test_a_file_that_was_cut_anywhere_is_read_as_far_as_it_goes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        journal = Journal(path, "k")
        journal.settle(SpokenLanguage(language="en"))
        for number in range(3):
            journal.add(number, window(number))
        whole = path.read_bytes()
        for cut in range(len(whole)):
            path.write_bytes(whole[:cut])
            torn = Journal(path, "k")
            held = [n for n in range(3) if torn.find(n, 10.0 * n, 10.0 * n + 10)]
            assert held == list(range(max(0, whole[:cut].count(b"\n") - 2)))
            torn.add(9, window(9))
            assert Journal(path, "k").find(9, 90.0, 100.0) == window(9), "what is added after a torn line counts"

    @pytest.mark.parametrize(
        "damage",
        [
            b"",
            b"\n",
            b"null\n",
            b"[]\n",
            b"\xff\xfe\n",
            b'{"format": 2, "key": "other", "window_s": 9.0}\n',
            b'{"format": 2, "key": "k"}\n',
        ],
    )
    def test_other_audio_or_rubbish_is_begun_afresh(self, tmp_path: Path, damage: bytes) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(damage + b'{"window": 0, "bounds": [0, 10], "dropped": [0, 0, 0, 0], "segments": []}\n')
        journal = Journal(path, "k")
        assert journal.find(0, 0.0, 10.0) is None
        journal.add(0, window(0))
        assert Journal(path, "k").find(0, 0.0, 10.0) == window(0)

    def test_lines_that_are_no_window(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        Journal(path, "k").add(0, window(0))
        for line in ("{}", '{"window": "x"}', '{"spoken": 7}', '{"window": 1, "bounds": [1], "dropped": 0}'):
            kept = path.read_text("utf-8")
            path.write_text(kept + line + "\n", "utf-8")
            assert Journal(path, "k").find(0, 0.0, 10.0) == window(0)
            assert path.read_text("utf-8") == kept

    def test_it_belongs_to_the_bytes_and_the_options(self, tmp_path: Path) -> None:
        audio, path = tmp_path / "a.wav", tmp_path / "a.jsonl"
        audio.write_bytes(b"x" * 200_000)
        open_journal(path, audio, options={"names": "Ada"}).add(0, window(0))
        assert open_journal(path, audio, options={"names": "Ada"}).find(0, 0.0, 10.0)
        assert open_journal(path, audio, options={"names": "Bob"}).find(0, 0.0, 10.0) is None
        open_journal(path, audio, options={}).add(0, window(0))
        audio.write_bytes(b"x" * 199_999 + b"y")
        assert open_journal(path, audio, options={}).find(0, 0.0, 10.0) is None

    def test_windows_stay_as_long_as_they_were_begun(self, tmp_path: Path) -> None:
        """Between a kill and the next start a feed may state another length, or a machine have other cores."""
        audio, path = tmp_path / "a.wav", tmp_path / "a.jsonl"
        audio.write_bytes(b"x" * 200_000)
        first = open_journal(path, audio, options={}, window_s=135.5)
        first.add(0, window(0))
        again = open_journal(path, audio, options={}, window_s=240.0)
        assert (first.window_s, again.window_s) == (135.5, 135.5)
        assert again.find(0, 0.0, 10.0) == window(0)
        other = open_journal(path, audio, options={"names": "Bob"}, window_s=240.0)
        assert (other.window_s, other.find(0, 0.0, 10.0)) == (240.0, None)

    def test_a_folder_that_cannot_be_written_only_costs_the_journal(self, tmp_path: Path) -> None:
        journal = open_journal(tmp_path / "no" / "such" / "a.jsonl", tmp_path / "missing.wav", options={})
        journal.settle(SpokenLanguage(language="en"))
        journal.add(0, window(0))
        assert open_journal(None, tmp_path / "missing.wav", options={}).find(0, 0.0, 10.0) is None

    def test_threads_write_whole_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        journal = Journal(path, "k")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: journal.add(n, window(n, "word " * 500)), range(60)))
        again = Journal(path, "k")
        assert all(again.find(n, 10.0 * n, 10.0 * n + 10) for n in range(60))


class TestSideBySide:
    def test_windows_run_at_once_and_come_in_order(self) -> None:
        together = threading.Barrier(2, timeout=10)  # passes only when two are at work at once

        def work(number: int, _: Block) -> SpeechWindow:
            together.wait()
            return window(number)

        with ThreadPoolExecutor(2) as pool:
            pairs = list(side_by_side(map(block, range(6)), work, pool, ahead=3))
        assert [(b.start_s, w) for b, w in pairs] == [(10.0 * n, window(n)) for n in range(6)]

    def test_no_more_blocks_are_held_than_asked_for(self) -> None:
        taken: list[int] = []
        gate = threading.Event()

        def source() -> Any:
            for number in range(20):
                taken.append(number)
                yield block(number)

        def work(number: int, _: Block) -> SpeechWindow:
            gate.wait(10)
            return window(number)

        with ThreadPoolExecutor(1) as pool:
            windows = side_by_side(source(), work, pool, ahead=3)  # closing it begins no further window
            timer = threading.Timer(0.2, gate.set)
            timer.start()
            next(windows)
            assert len(taken) == 3
            windows.close()
            timer.join()

    def test_a_failure_ends_the_file(self) -> None:
        begun: list[int] = []

        def work(number: int, _: Block) -> SpeechWindow:
            begun.append(number)
            if number == 1:
                raise AudioError("broken")
            return window(number)

        with ThreadPoolExecutor(1) as pool, pytest.raises(AudioError):
            list(side_by_side(map(block, range(50)), work, pool, ahead=2))
        assert len(begun) < 6


CPU = {"float32", "int16", "int8", "int8_float32"}
GPU = {"float32", "float16", "bfloat16", "int8", "int8_float16", "int8_float32"}
OLD_GPU = {"float32", "int8", "int8_float32"}


class TestCompute:
    @pytest.mark.parametrize(
        ("asked", "gpus", "cores", "offered", "expected"),
        [
            ({}, 0, 2, CPU, ("cpu", "int8", 2, 1, 2)),
            ({}, 0, 1, CPU, ("cpu", "int8", 1, 1, 2)),
            ({}, 0, 64, CPU, ("cpu", "int8", 8, 8, 2)),
            ({}, 0, 4, {"float32"}, ("cpu", "float32", 4, 1, 2)),
            ({"threads": 4}, 0, 8, CPU, ("cpu", "int8", 2, 4, 2)),
            ({"workers": 1}, 0, 4, CPU, ("cpu", "int8", 1, 4, 2)),
            ({"workers": 3, "threads": 2, "batch": 8}, 0, 2, CPU, ("cpu", "int8", 3, 2, 8)),
            ({}, 1, 16, GPU, ("cuda", "int8_float16", 2, 0, 16)),
            ({}, 1, 16, OLD_GPU, ("cuda", "int8", 2, 0, 16)),
            ({"compute_type": "float16"}, 1, 16, GPU, ("cuda", "float16", 2, 0, 16)),
            ({"device": "cpu"}, 1, 2, CPU, ("cpu", "int8", 2, 1, 2)),
        ],
    )
    def test_what_is_chosen(
        self, asked: dict[str, Any], gpus: int, cores: int, offered: set[str], expected: tuple[Any, ...]
    ) -> None:
        asked_of: list[str] = []

        def supported(device: str) -> Collection[str]:
            asked_of.append(device)
            return offered

        compute = choose_compute(AsrSettings(**asked), supported=supported, gpus=gpus, cores=cores)
        assert (compute.device, compute.compute_type, compute.workers, compute.threads, compute.batch) == expected
        assert asked_of == [expected[0]]

    @pytest.mark.parametrize("asked", [{"device": "cuda"}, {"compute_type": "float16"}, {"compute_type": "int7"}])
    def test_what_the_machine_cannot_do(self, asked: dict[str, str]) -> None:
        with pytest.raises(SettingsError, match=r"auto"):
            choose_compute(AsrSettings.model_validate(asked), supported=lambda _: CPU, gpus=0, cores=2)

    @pytest.mark.heavy
    @needs_tiny
    def test_a_gpu_that_does_not_work_is_said_and_done_without(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A driver reports a GPU, but its libraries are missing: CTranslate2 says so only when it loads."""
        import ctranslate2

        monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
        real = ctranslate2.get_supported_compute_types
        monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda d: GPU if d == "cuda" else real(d))
        transcriber = FasterWhisperTranscriber(AsrSettings(model=TINY), models_dir=tmp_path, offline=True)
        with pytest.raises(AudioError, match="no speech"):
            transcriber.transcribe(write_wav(tmp_path / "a.wav", 2))
        assert [r.getMessage()[:33] for r in caplog.records if r.name.startswith("ingest")] == [
            "the GPU cannot be used for speech"
        ]


def test_sentences_from_words() -> None:
    words = [(" Yes.", 0.0, 0.4), (" We", 1.0, 1.2), (" went", 1.2, 1.5), (" on.", 1.5, 2.0), (" And", 2.0, 2.2)]
    cut = sentences(words, offset_s=100)
    assert [(s.text, s.start_s, s.end_s) for s in cut] == [("Yes. We went on.", 100.0, 102.0), ("And", 102.0, 102.2)]
    assert sentences([]) == sentences([("  ", 0.0, 1.0)]) == []


_RUN = """
import sys
from pathlib import Path
from earmark.settings import AsrSettings
from ingest.speech.transcribe import FasterWhisperTranscriber, window_length
audio, models, journal = map(Path, sys.argv[1:])
FasterWhisperTranscriber(AsrSettings(model="tiny.en", workers=1, threads=1), models_dir=models, offline=True,
    window_s=8).transcribe(audio, resume=journal, on_progress=lambda done, of: print(done, flush=True))
"""


@pytest.mark.slow
@needs_tiny
@needs_real
@pytest.mark.realdata
def test_a_kill_in_mid_file_loses_one_window_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio, journal, models = REAL / "librivox_track.wav", tmp_path / "e.windows.jsonl", tmp_path / "models"
    child = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(audio), str(models), str(journal)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with journal.open("ab") as file:
        file.write(b'{"window": 7, "bou')
    kept = journal.read_bytes().count(b'{"window"') - 1
    assert kept >= 1

    def transcriber() -> FasterWhisperTranscriber:
        return FasterWhisperTranscriber(AsrSettings(model=TINY), models_dir=models, offline=True, window_s=8)

    whole = transcriber().transcribe(audio)
    resumed = transcriber()
    decoded: list[float] = []
    model, _ = resumed._ready()
    decode = model.decode

    def counted(samples: NDArray[np.float32], **options: Any) -> Any:
        decoded.append(len(samples))
        return decode(samples, **options)

    monkeypatch.setattr(model, "decode", counted)
    again = resumed.transcribe(audio, resume=journal)
    assert [segment.text for segment in again.segments] == [segment.text for segment in whole.segments]
    # Of two processes the end of a word has once differed by a frame of the model.
    times = [[(segment.start_s, segment.end_s) for segment in heard.segments] for heard in (again, whole)]
    assert np.asarray(times[0]) == pytest.approx(np.asarray(times[1]), abs=0.021)
    assert replace(again, segments=()) == replace(whole, segments=())
    assert whole.provenance["windows"] > kept
    assert len(decoded) == whole.provenance["windows"] - kept
    decoded.clear()
    assert resumed.transcribe(audio, resume=journal) == again
    assert not decoded, "all of it was there"


@pytest.mark.heavy
def test_a_caller_that_stops_ends_the_windows_in_work(tmp_path: Path) -> None:
    """The progress is where a worker that is told to stop raises."""
    asked: list[bool] = []
    second = threading.Event()

    class Slow(FakeModel):
        def decode(self, samples: Any, **options: Any) -> list[Piece]:
            self.calls.append(options)
            if len(self.calls) > 1:
                second.set()
                while not options["stopped"]():
                    time.sleep(0.01)
                asked.append(True)
                raise CancelledError
            return [Piece("Fine.", 0.0, 2.0)]

    def stop(_done: float, _of: float) -> None:
        second.wait(10)
        raise KeyboardInterrupt

    transcriber = FasterWhisperTranscriber(AsrSettings(model=TINY), models_dir=tmp_path, window_s=8)
    transcriber._model = Slow([])  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        transcriber.transcribe(write_wav(tmp_path / "a.wav", 40), on_progress=stop, resume=tmp_path / "j")
    _, pool = transcriber._ready()
    pool.shutdown(wait=True)
    assert len(asked) == 1
    assert (tmp_path / "j").read_bytes().count(b'"window"') == 1


@pytest.mark.slow
@needs_tiny
@needs_real
@pytest.mark.realdata
def test_files_side_by_side_are_as_they_are_alone(tmp_path: Path) -> None:
    files = [
        REAL / "librivox_track.wav",
        REAL / "jfk.flac",
        REAL / "librivox" / "sense_and_sensibility_01_austen_64kb-0870.wav",
    ]
    shared = FasterWhisperTranscriber(AsrSettings(model=TINY, workers=2, threads=1), models_dir=tmp_path, offline=True)
    alone = [shared.transcribe(file) for file in files]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(shared.transcribe, files)) == alone
