"""The log of `--log-json`: lines of JSON in which no secret and no text of a podcast is found."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluation.commands import earmark
from library.library import Library
from library.logged import log_event
from tests.feed_server import serving
from tests.scripted_llm import ScriptedLLM, Status
from tests.world import TALK, feed, vtt, write
from ui.cli.docs import REPO
from ui.cli.logs import JsonLines

SECRET = "sk-live-4f2a9c81d0"


def _line(name: str, message: str, *args: object, error: BaseException | None = None, **fields: object) -> Any:
    raised = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, __file__, 7, message, args, raised)
    if fields:
        record.fields = fields
    text = JsonLines([SECRET]).format(record)
    assert "\n" not in text
    return json.loads(text)


def test_our_records_say_what_they_say_without_secrets() -> None:
    line = _line("library.work", "asked %s", f"https://ben:pw@h.example/v1?api_key={SECRET}&q=1\x1b[31m\nnext")
    assert line["message"] == "asked https://h.example/v1?api_key=***&q=1 next"
    assert (line["level"], line["logger"], line["place"]) == ("warning", "library.work", "test_logs:7")
    told = _line("ui.metrics.times", "request", endpoint=f"/x/{SECRET}", milliseconds=1.5)
    assert (told["endpoint"], told["milliseconds"]) == ("/x/***", 1.5)


def test_of_other_libraries_only_the_constant_part_is_written() -> None:
    assert _line("openai._base_client", "Request: %s", "what somebody said")["message"] == "Request: %s"
    assert _line("httpx", "what somebody said, put into the message itself")["message"] == ""
    assert _line("py.warnings", "%s", "file.py:1: UserWarning: what somebody said")["message"] == ""


def test_of_an_exception_only_the_class_and_the_places() -> None:
    def fails() -> None:
        raise ValueError("what somebody said")

    with pytest.raises(ValueError, match="somebody") as caught:
        fails()
    line = _line("ui.api.problems", "search failed", error=caught.value)
    assert line["error"]["class"] == "ValueError"
    assert line["error"]["frames"][-1].endswith(" fails")
    assert "somebody" not in json.dumps(line)


def test_handlers_that_libraries_bring_print_nothing() -> None:
    script = """
import logging, warnings
from ui.cli.logs import log_as_json
log_as_json(["sk-live-4f2a9c81d0"])
noisy = logging.getLogger("streamlit.noisy")
noisy.propagate = False
noisy.addHandler(logging.StreamHandler())
try:
    raise RuntimeError("what somebody said")
except RuntimeError:
    noisy.exception("Uncaught app execution")
warnings.warn("what somebody said", stacklevel=1)
logging.getLogger("openai").info("too much")
logging.getLogger("library.work").info("said")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPO)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["streamlit.noisy", "py.warnings", "library.work"]
    assert "somebody" not in done.stderr
    assert done.stdout == ""


def test_progress_of_an_episode_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="library.logged"):
        log_event("progress", subject="s", message="half")
        log_event("episode", subject="s", message="done", episode_id="e1")
    assert [record.__dict__["fields"]["kind"] for record in caplog.records] == ["episode"]


@pytest.mark.slow
def test_a_whole_run_tells_no_secret_and_nothing_that_was_said(tmp_path: Path) -> None:
    """The model's server answers with errors that quote what it was asked, and a feed is private."""
    path = f"private/{SECRET}x1y2z3a4b5c6/feed.xml"
    world = write(
        tmp_path / "world",
        {
            path: feed("Kettle Hour", transcript="/a.vtt"),
            "a.vtt": vtt(),
            "b/feed.xml": feed("Broken Hour", transcript="/missing.vtt"),
        },
    )
    env = {"EARMARK_MAIL__PASSWORD": SECRET, "EARMARK_ASR__ENABLED": "false", "EARMARK_LLM__MODEL": "scripted"}
    with ScriptedLLM() as llm, serving(world) as server:
        llm.answer = lambda request: Status(400, message=request.user)
        env |= {"EARMARK_LLM__BASE_URL": llm.url, "EARMARK_LLM__API_KEY": SECRET, "EARMARK_LOG_JSON": "true"}
        for address in (path, "b/feed.xml"):
            assert earmark(tmp_path / "home", "add", f"{server.address}/{address}", env=env).code == 0
        run = earmark(tmp_path / "home", "ingest", env=env)
    lines = [json.loads(line) for line in run.err.splitlines() if line.startswith("{")]
    assert {"failure", "stage"} <= {line.get("kind") for line in lines}
    assert llm.requests, "the model was asked nothing"
    assert SECRET not in run.err
    assert [text for _, text in TALK if text[:40] in run.err] == []
    with Library.open(tmp_path / "home") as library:
        said = library.episodes.transcript(library.insights.newest()[0].episode_id)
    assert any(TALK[2][1][:40] in segment.text for segment in said.segments)
