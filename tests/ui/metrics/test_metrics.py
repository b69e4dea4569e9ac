"""What /metrics says, to whom, and that the example dashboard asks for nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.settings import load_settings
from earmark.types import Reader, ShowStatus, Stage
from library.library import Library
from library.status import FailedAttempt, QueuedWork, Status, WaitingEpisode
from library.values import ModelUse, Spending
from tests.ui.appcontext import app_context
from tests.ui.corpus import NOW
from tests.ui.fakes import FakeLibrary
from ui.cli.docs import DOCS
from ui.metrics.exposition import exposition
from ui.metrics.face import make_face
from ui.metrics.times import OTHERS, TimedRequests, endpoint_of

OWN = {"Authorization": "Bearer secret"}


def _client(library: Any, *, host: str = "127.0.0.1") -> TestClient:
    face = make_face(app_context(library))
    app = Starlette(routes=face.routes, middleware=face.middleware)
    return TestClient(app, base_url="http://localhost", client=(host, 50_000))


def _samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _told(status: Status, times: TimedRequests | None = None) -> Mapping[str, float]:
    """Each sample of ours by name and labels, as ``name{label=value}``."""
    text = exposition(status, times or TimedRequests(), now=NOW).decode()
    named = {}
    for (name, labels), value in _samples(text).items():
        inside = ",".join(f"{key}={value}" for key, value in sorted(labels))
        named[f"{name}{{{inside}}}" if inside else name] = value
    return named


def _status(library: FakeLibrary) -> Status:
    """A library with work, trouble and a bill."""
    status = library.status()
    first, *others = status.shows
    overdue = replace(first.show, next_check=NOW - timedelta(hours=3), failures=2, status=ShowStatus.ACTIVE)
    failure = FailedAttempt(show="A\nshow", episode='An "episode"', stage="chunks", reason="x", gives_up=True)
    waiting = WaitingEpisode(show="S", episode="E", episode_id="e", reason="r", until=None, for_model=True)
    used = Spending(tokens=30, money=1.5, models=(ModelUse(model="qwen3:8b", calls=2, tokens_in=20, tokens_out=10),))
    return replace(
        status,
        shows=(replace(first, show=overdue), *others),
        failures=(failure,),
        waiting=(waiting,),
        dropped={"quote": 4},
        index_behind=7,
        queue=(QueuedWork(stage=Stage.CHUNKS, episodes=3, oldest=NOW - timedelta(minutes=5)),),
        spending=replace(status.spending, ever=used),
        disk={"catalog": 4096},
    )


def test_the_state_of_a_library_in_numbers(tmp_path: Path) -> None:
    told = _told(_status(FakeLibrary(load_settings(home=tmp_path, environ={}))))
    assert told["earmark_queue_episodes{stage=chunks}"] == 3
    assert told["earmark_queue_oldest_seconds{stage=chunks}"] == 300
    assert told["earmark_feeds_failing"] >= 1
    assert told["earmark_feeds_overdue_seconds"] == 3 * 3600
    assert told["earmark_episodes_failed{state=given up}"] == 1
    assert told["earmark_episodes_failed{state=tried again}"] == 0
    assert told["earmark_episodes_waiting{for=model}"] == 1
    assert told["earmark_model_tokens_total{direction=written,model=qwen3:8b}"] == 10
    assert told["earmark_model_calls_total{model=qwen3:8b}"] == 2
    assert told["earmark_money_spent_total"] == 1.5
    assert told["earmark_drafts_dropped{reason=quote}"] == 4
    assert told["earmark_index_behind"] == 7
    assert told["earmark_disk_bytes{part=catalog}"] == 4096


def test_nothing_that_a_podcast_wrote_is_in_it(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}), hostile=True)
    text = exposition(_status(library), TimedRequests(), now=NOW).decode()
    titles = {summary.show.title for summary in library.shows.summaries()}
    texts = {insight.claim for insight in library.insights.newest(limit=None)} | {"A\nshow", 'An "episode"'}
    assert titles
    assert [words for words in titles | texts if words and words in text] == []


def test_times_fall_into_classes_that_add_up() -> None:
    times = TimedRequests()
    for seconds in (0.003, 0.02, 0.02, 400.0):
        times.add("/mcp", 200, seconds)
    times.add("/mcp", 503, 0.1)
    library = FakeLibrary(load_settings(home=Path("/home/of/nobody"), environ={}))
    told = _told(library.status(), times)
    bucket = "earmark_request_seconds_bucket{{endpoint=/mcp,le={},status=2xx}}"
    assert [told[bucket.format(le)] for le in ("0.005", "0.025", "60.0", "+Inf")] == [1, 3, 3, 4]
    assert told["earmark_request_seconds_sum{endpoint=/mcp,status=2xx}"] == pytest.approx(400.043)
    assert told["earmark_request_seconds_count{endpoint=/mcp,status=5xx}"] == 1


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/api/v1/search", "/api/v1/search"),
        ("/api/v1/insights/4f2a/related", "/api/v1/insights"),
        ("/api/v1/secret-of-somebody", "/api/v1/…"),
        ("/mcp", "/mcp"),
        ("/v1/models/earmark", "/v1/models"),
        ("/metrics", "/metrics"),
        ("/metricsx", OTHERS),
        ("/a/page/4f2a", OTHERS),
    ],
)
def test_what_a_caller_writes_becomes_no_label(path: str, endpoint: str) -> None:
    assert endpoint_of(path) == endpoint


def test_requests_are_timed_and_told(tmp_path: Path) -> None:
    with Library.open(settings=load_settings(home=tmp_path, environ={})) as library, _client(library) as client:
        first = client.get("/metrics")
        assert first.status_code == 200
        assert first.headers["content-type"].startswith("text/plain; version=")
        told = _samples(client.get("/metrics").text)
    assert told["earmark_request_seconds_count", frozenset({("endpoint", "/metrics"), ("status", "2xx")})] == 1
    assert told["earmark_insights", frozenset()] == 0


def _served(tmp_path: Path, metrics: str) -> Library:
    """A library whose app serves more than this machine."""
    app = {"metrics": metrics, "allowed_hosts": ["earmark.example.org"]}
    return Library.open(settings=load_settings({"app": app}, home=tmp_path, environ={}))


def test_strangers_and_readers_get_nothing(tmp_path: Path) -> None:
    with _served(tmp_path, "owner") as library, _client(library) as client:
        library.readers.add(Reader(id="ben"))
        secret, _ = library.tokens.add("ben", "grafana")
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong-token-of-nobody"}).status_code == 401
        refused = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
        assert refused.status_code == 403
        assert "earmark_" not in refused.text
        mine, _ = library.tokens.add("local", "prometheus")
        assert client.get("/metrics", headers={"Authorization": f"Bearer {mine}"}).status_code == 200
        assert client.get("/metrics", headers=OWN).status_code == 200


def test_by_a_setting_any_program_of_this_machine_may_ask(tmp_path: Path) -> None:
    with _served(tmp_path, "loopback") as library:
        with _client(library) as client:
            assert client.get("/metrics").status_code == 200
            assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 401
            assert client.get("/metrics", headers={"Host": "earmark.example.org"}).status_code == 401
        with _client(library, host="203.0.113.7") as client:
            assert client.get("/metrics").status_code == 401


def test_off_is_off_even_for_an_owner(tmp_path: Path) -> None:
    with _served(tmp_path, "off") as library, _client(library) as client:
        assert client.get("/metrics", headers=OWN).status_code == 404


def test_the_dashboard_asks_for_metrics_that_there_are(tmp_path: Path) -> None:
    times = TimedRequests()
    times.add("/mcp", 200, 0.1)
    told = _told(_status(FakeLibrary(load_settings(home=tmp_path, environ={}))), times)
    names = {name.partition("{")[0] for name in told}
    board = json.loads((DOCS / "grafana.json").read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    wanted = {name for expr in asked for name in re.findall(r"\b(?:earmark|process)_\w+", expr)}
    assert len(wanted) > 15
    assert wanted - names == set()
    assert {name for name in names if name.startswith("earmark_episodes")} <= wanted


def test_the_status_counts_what_waits_and_what_lies_on_the_disk(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={})
    settings.audio_dir.mkdir()
    (settings.audio_dir / "e1.mp3").write_bytes(b"x" * 5000)
    with Library.open(settings=settings) as library:
        status = library.status()
    assert status.disk["audio"] == 5000
    assert status.disk["catalog"] > 100_000
    assert status.disk["copies"] == status.disk["models"] == 0
    assert status.queue == ()
