"""How much of the library a model is given to read for an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.clock import SystemClock
from earmark.settings import LlmSettings, Settings
from library.wiring import Wiring
from retrieval.answers.packing import BUDGET, WIDE


class SilentServer:
    """Knows no context until it is told one; counts how often it is asked."""

    def __init__(self) -> None:
        self.context: int | None = None
        self.asked = 0

    def __call__(self, _: LlmSettings) -> int | None:
        self.asked += 1
        return self.context


@pytest.mark.parametrize(
    ("url", "before"), [("http://192.168.1.20:11434/v1", BUDGET), ("https://api.example.org/v1", WIDE)]
)
def test_a_server_that_did_not_say_its_context_is_asked_again_after_a_minute(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, before: int
) -> None:
    now, server = [100.0], SilentServer()
    monkeypatch.setattr("library.wiring.time.monotonic", lambda: now[0])
    wired = Wiring(Settings(home=tmp_path, llm=LlmSettings(model="m", base_url=url)), catalog, SystemClock())
    monkeypatch.setattr(wired, "context", server)
    room = wired._room()
    assert (room(), room(), server.asked) == (before, before, 1)
    server.context = 131_072
    assert room() == before
    now[0] += 61
    assert (room(), room(), server.asked) == (WIDE, WIDE, 2)
    server.context = 2_048
    now[0] += 61
    assert (room(), server.asked) == (WIDE, 2)
