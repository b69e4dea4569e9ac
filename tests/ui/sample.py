"""The sample library, taken in once a test run by the demo itself."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from evaluation.commands import CommandRun, earmark

__all__ = ["Sample", "take_in_sample"]


class Sample:
    """A home with the sample in it, what the demo printed, and where it was served."""

    def __init__(self, home: Path, port: int, first: CommandRun) -> None:
        self.home = home
        self.port = port
        self.first = first


def take_in_sample(factory: pytest.TempPathFactory) -> Sample:
    """Runs `earmark demo` in a fresh home."""
    home = factory.mktemp("sample") / "home"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return Sample(home, port, earmark(home, "demo", "--port", str(port)))
