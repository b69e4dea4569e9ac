"""Which links are checked when: those that are named, and once a day those of the coming briefs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from earmark.catalog.content import episodes, insights, transcripts
from earmark.catalog.content.audio_files import FileState
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts
from earmark.catalog.schema import episodes as episodes_table
from earmark.clock import FixedClock
from earmark.errors import Forbidden, NotFound
from earmark.settings import load_settings
from earmark.types import Brief, BriefItem, EpisodeData, Reader, Role, Segment, Transcript
from library.library import Library
from library.links import Links
from tests.making import make_insight

pytestmark = pytest.mark.heavy

LENGTH = 1_000


class Asides:
    """Counts how often the daily check was begun."""

    started = 0

    def start(self) -> bool:
        self.started += 1
        return True


class NextBrief:
    """A reader's next brief, of these episodes, and none before."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief

    def preview(self) -> Brief:
        return self._brief

    def dates(self) -> list[object]:
        return []


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock, httpserver: HTTPServer) -> Iterator[Library]:
    """Two shows of two episodes each, whose files are those that were heard."""
    given = {"fetch": {"allow_private": ("127.0.0.1",), "attempts": 1}, "links": {"daily": 3}}
    httpserver.expect_request("/a.mp3").respond_with_data(b"\x00" * LENGTH)
    with Library.open(settings=load_settings(given, home=tmp_path, environ={}), clock=clock) as opened:
        with opened.catalog.write() as tx:
            for name in ("Lattice Hours", "Field Notes"):
                show, _ = shows.add(tx, f"http://example.org/{name}", title=name, now=clock.now())
                for number in range(2):
                    data = EpisodeData(
                        guid=f"{name}{number}", title=f"{name} {number}", audio_url=httpserver.url_for("/a.mp3")
                    )
                    episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
                    said = Transcript(
                        segments=(Segment(text="So.", start_s=0.0),),
                        source="ear",
                        provenance={"recording": {"bytes": LENGTH}},
                    )
                    transcripts.put(tx, episode.id, said)
                    insights.replace(tx, episode.id, [make_insight(episode, 1)], {})
            tx.execute(episodes_table.update().values(stage="insights"))
        yield opened


def links(library: Library, *, asides: Asides | None = None) -> Links:
    """The library's links, with a brief of all its ideas."""
    with library.catalog.read() as tx:
        ideas = insights.listed(tx)
    items = tuple(BriefItem(insight=idea, why="", novelty=0.0) for idea in ideas)
    now = library.clock.now()
    told: Any = NextBrief(Brief(subscriber_id="local", date=now.date(), items=(*items, *items), created_at=now))
    begun: Any = asides or Asides()
    return Links(
        library.catalog,
        library.settings,
        library.clock,
        sight=library._sight,
        checker=library.wiring.link_checker,
        briefs=lambda _reader: told,
        aside=lambda: begun,
    )


def test_shows_and_episodes_are_named(library: Library) -> None:
    told: list[str] = []
    checks = library.links.check(["Lattice Hours"], on_check=lambda check: told.append(check.episode))
    assert sorted(told) == ["Lattice Hours 0", "Lattice Hours 1"]
    assert [check.state for check in checks] == [FileState.SAME] * 2
    first = checks[0].episode_id
    assert [check.episode_id for check in library.links.check([first[:8], "Lattice Hours"])] == [
        first,
        checks[1].episode_id,
    ]
    with pytest.raises(NotFound):
        library.links.check(["Nobody's Hour"])


def test_without_names_those_of_the_coming_brief_are_checked_once_a_day(library: Library, clock: FixedClock) -> None:
    mine = links(library)
    with library.catalog.write() as tx:
        accounts.put(tx, replace(library.reader))
    first = mine.check()
    assert len(first) == 3, "links.daily"
    second = mine.check()
    assert len(second) == 1, "the others were looked at today"
    assert {check.episode_id for check in first}.isdisjoint({check.episode_id for check in second})
    assert mine.check() == []
    clock.at += timedelta(days=1)
    assert len(mine.check()) == 3


def test_it_begins_by_itself_once_a_day(library: Library, clock: FixedClock) -> None:
    asides = Asides()
    mine = links(library, asides=asides)
    assert mine.tend() and asides.started == 1
    mine.check()
    assert not mine.tend()
    clock.at += timedelta(days=1)
    assert mine.tend() and asides.started == 2


@pytest.mark.parametrize("settings", [{"offline": True}, {"links": {"daily": 0}}])
def test_it_does_not_begin_where_that_is_not_wanted(library: Library, settings: dict[str, object]) -> None:
    quiet = load_settings(settings, home=library.settings.home, environ={})
    with Library.open(settings=quiet, clock=library.clock) as other:
        assert not other.links.tend()


def test_only_an_owner_has_links_checked(library: Library) -> None:
    with library.catalog.write() as tx:
        accounts.put(tx, Reader(id="ben", role=Role.READER))
    theirs = library.for_reader("ben")
    assert not theirs.links.tend()
    with pytest.raises(Forbidden):
        theirs.links.check()
