"""Voices are told apart in a process of their own, which may end without taking the library's with it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.errors import AudioError
from earmark.settings import AsrSettings
from ingest.voices.diarise import SpeechTurn
from ingest.voices.engines import open_diariser
from ingest.voices.hosted import HostedDiariser


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostedDiariser]:
    """One whose engine does as the name of the file says."""
    (tmp_path / "odd_engine.py").write_text(
        """
import os, signal
from earmark.errors import AudioError
from ingest.voices import host
from ingest.voices.diarise import SpeechTurn

class Engine:
    def diarise(self, audio, *, speakers=None):
        if audio.name == "noise.mp3":
            raise AudioError("cannot be decoded", subject=audio.name)
        if audio.name == "illegal.mp3":
            os.kill(os.getpid(), signal.SIGILL)
        if audio.name == "killed.mp3":
            os.kill(os.getpid(), signal.SIGKILL)
        print("a library that talks")
        return (SpeechTurn(start_s=0, end_s=float(os.getpid()), label=f"of {speakers}"),)

host.SenkoDiariser = Engine
host.main()
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    hosted = HostedDiariser(module="odd_engine")
    yield hosted
    hosted.close()


@pytest.mark.heavy
def test_one_child_serves_file_after_file(host: HostedDiariser) -> None:
    first, second = host.diarise(Path("a.mp3"), speakers=2), host.diarise(Path("b.mp3"))
    assert first[0].label == "of 2" and second[0].label == "of None"
    assert first[0].end_s == second[0].end_s != os.getpid()
    assert isinstance(first[0], SpeechTurn)


@pytest.mark.heavy
def test_an_error_of_the_engine_comes_back_whole(host: HostedDiariser) -> None:
    with pytest.raises(AudioError, match="cannot be decoded") as caught:
        host.diarise(Path("noise.mp3"))
    assert caught.value.subject == "noise.mp3"
    assert host.diarise(Path("a.mp3"))


@pytest.mark.heavy
def test_a_processor_that_lacks_an_instruction_costs_no_more_than_the_voices(host: HostedDiariser) -> None:
    with pytest.raises(AudioError, match="lacks an instruction"):
        host.diarise(Path("illegal.mp3"))
    with pytest.raises(AudioError, match=r"asr\.diarise to off"):
        host.diarise(Path("a.mp3"))


@pytest.mark.heavy
def test_a_killed_child_is_started_again(host: HostedDiariser) -> None:
    with pytest.raises(AudioError, match="ended with -9"):
        host.diarise(Path("killed.mp3"))
    assert host.diarise(Path("a.mp3"))


@pytest.mark.heavy
def test_the_child_ends_when_nobody_holds_it(host: HostedDiariser) -> None:
    pid = int(host.diarise(Path("a.mp3"))[0].end_s)
    host.close()
    for _ in range(100):
        try:
            os.kill(pid, signal.SIG_DFL)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("still there")


def test_the_extra_is_run_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.voices.engines.diariser_installed", lambda: True)
    assert isinstance(open_diariser(AsrSettings(diarise="auto")), HostedDiariser)
