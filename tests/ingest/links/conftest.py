"""The files of a host before and after it put something in, and an episode whose links lead into the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.types import EpisodeData
from tests.ingest.links.hosts import BREAK_S, PLACES, TALK, Host, World, put_transcript, talk_file, with_break
from tests.ingest.links.tones import said
from tests.making import make_insight


@pytest.fixture(scope="session")
def heard_file() -> bytes:
    return talk_file()


@pytest.fixture(scope="session")
def changed_file() -> bytes:
    """With 40 s more in the middle."""
    return with_break(BREAK_S)


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path, heard_file: bytes) -> World:
    host = Host(heard_file)
    httpserver.expect_request("/a.mp3").respond_with_handler(host.answer)
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://example.org/feed.xml", title="Tones", now=clock.now())
        data = EpisodeData(guid="one", title="All of them", audio_url=httpserver.url_for("/a.mp3"))
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        put_transcript(tx, episode, {"recording": {"bytes": len(heard_file), "etag": '"1"'}})
        ideas = [
            replace(
                make_insight(episode, number, f"Claim {number}."),
                quote=said(TALK, second),
                start_s=second,
                end_s=second + 6,
            )
            for number, second in enumerate(PLACES)
        ]
        insights.replace(tx, episode.id, ideas, {})
    return World(catalog, clock, tmp_path / "home", host, episode)
