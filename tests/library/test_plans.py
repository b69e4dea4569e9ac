"""What a large library is asked for is found by indexes.

No clock is asked, and no large library is made: the statements that the library executes for pages, lists, feeds and people are
explained by SQLite itself, which plans for every library alike. PostgreSQL plans by what it holds, and reads a small table whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from earmark.catalog.content import chunks, episodes, insights, withdrawals
from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Because, Insight, Question, Selection, SelectionKind
from evaluation.made_library import MadeSize, make_library
from library.library import Library
from tests.making import make_chunk

pytestmark = pytest.mark.heavy

GROWING = frozenset(
    "appearances audio_files changes chunks episode_keys episodes gate_drops insights jobs llm_replies relations "
    "theme_members transcripts vectors".split()
)
"""The tables that have more rows with every episode."""
SMALL = frozenset({"ix_jobs_noted", "ix_episodes_silent", "ix_jobs_line"})
"""Indexes of a few rows of such a table, which may be read from end to end."""
WHOLE = {
    r"SELECT count\(\*\) AS count_1 FROM (chunks|insights)$": "a count",
    r"SELECT \(SELECT count\(\*\) .*insights\) = \(SELECT count\(\*\) .*theme_members\)": "two counts",
    r"SELECT count\(\*\) AS count_1, count\(\*\) FILTER .* FROM theme_members$": "two counts",
    r"SELECT episodes\.stage, count\(\*\) .* GROUP BY episodes\.stage$": "counts of all stages",
    r"SELECT episodes\.show_id, count\(\*\) AS episodes, sum": "counts of all shows",
    r"SELECT gate_drops\.reason, sum\(": "a sum of all that was dropped",
    r"SELECT count\(\*\) AS count_1 FROM jobs WHERE jobs\.owner": "what is in hand: each claim would have to change an index",
    r"SELECT insights\.speaker AS name, count\(\*\) .* GROUP BY insights\.speaker": "a count of everybody, in an index",
    r"SELECT theme_members\.theme_id, theme_members\.insight_id": "themes are counted at most every twenty seconds, by a thread",
    r"SELECT episodes\.id, episodes\.show_id, episodes\.published FROM episodes$": "the same count",
}
"""What has to read all of a table, by the beginning of the statement, with the reason."""


@pytest.fixture
def library(clock: FixedClock, tmp_path: Path) -> Iterator[Library]:
    """A small library with something of everything."""
    settings = load_settings({"offline": True, "publish": {"what": "all"}}, home=tmp_path / "home", environ={})
    opened = Library.open(settings=settings, clock=clock)
    size = MadeSize(shows=3, episodes=40, insights=120, themes=4)
    model = opened.wiring.encoder().model_id
    make_library(opened.catalog, size, model_id=model, today=opened.briefs.today(), reader=opened.reader)
    with opened.catalog.write() as tx:
        first, second, *_ = insights.listed(tx, limit=60)
        chunks.add(tx, [make_chunk(episodes.get(tx, first.episode_id), n) for n in range(3)])
        withdrawals.withdraw(tx, second.id, because=Because.NOT_MEANT, by=opened.reader.id, now=clock.now())
    yield opened
    opened.close()


def pages(library: Library, seen: Insight) -> Iterator[tuple[str, Callable[[], object]]]:
    """What pages, the status, lists of the REST interface, feeds and people ask for."""
    show, name, theme = seen.show_id, seen.speaker or "", library.themes.every()[0].id
    yield "status", library.status
    yield "shows", library.shows.summaries
    yield "a show by a part of its title", lambda: library.shows.find("Show 1:")
    yield "its episodes", lambda: library.episodes.of_show(show, shown=True)
    yield "an episode", lambda: library.episodes.get(seen.episode_id)
    yield "its timeline", lambda: library.episodes.timeline(seen.episode_id)
    yield "the newest", lambda: library.insights.newest(limit=40)
    yield "what follows", lambda: library.insights.newest(limit=40, after=seen.id)
    yield "a show's newest", lambda: library.insights.newest(show=show, limit=40)
    yield "a speaker's newest", lambda: library.insights.newest(speaker=name, limit=40)
    yield "an insight", lambda: library.insights.get(seen.id)
    yield "an insight by its beginning", lambda: library.insights.get(seen.id[:8])
    yield "withdrawn", lambda: library.insights.withdrawn(limit=20)
    yield "the brief", library.briefs.get
    yield "its days", library.briefs.dates
    yield "dropped", library.briefs.dropped
    yield "themes", library.themes.every
    yield "a theme", lambda: (library.themes.get(theme), library.themes.insights(theme, limit=40))
    yield "the map", lambda: (library.themes.points(limit=50), library.themes.sizes())
    yield "labels", lambda: library.themes.labels([seen.id])
    yield "tending themes", library.themes.tend
    yield "everybody", library.people.every
    yield "somebody", lambda: library.people.get(name)
    yield "somebody's shows", lambda: library.people.shows(name)
    yield "jobs", lambda: library.work.jobs(limit=40)
    yield "what waits for a model", library.work.waiting_for_model
    yield "spending", library.work.spending
    yield "marks", lambda: (library.marks.of([seen.id]), library.marks.saved(limit=20), library.marks.read(limit=20))
    yield "hidden and wished", lambda: (library.marks.hidden(limit=20), library.marks.wishes(limit=20))
    yield "shared", library.sharing.every
    yield "alerts", lambda: (library.alerts.every(), library.alerts.told())
    yield "the schedule", lambda: (library.schedule.status(), library.schedule.plan())
    yield "the profile", lambda: (library.profile.get(), library.profile.learned(), library.profile.seeds())
    yield "conversations", lambda: library.conversations.newest(limit=20)
    yield "how far the index is", library.index.behind
    values = {SelectionKind.BRIEF: "", SelectionKind.SAVED: "", SelectionKind.THEME: theme, SelectionKind.PERSON: name}
    for kind, value in values.items():
        yield f"a feed: {kind.value}", partial(library.feeds.entries, Selection(kind=kind, value=value))
    published = library.published
    yield "published", lambda: published.said(limit=40)
    yield "published of a show", lambda: (published.show(show), published.said(show_id=show, limit=40))
    yield "published of a speaker", lambda: (published.said(speaker=name, limit=40), published.person_shows(name))
    yield "former names", published.former_names
    yield "published themes", lambda: (published.themes(), published.theme(theme, limit=40))
    yield "published days", published.days


def asked(library: Library, seen: Insight) -> Iterator[tuple[str, Callable[[], object]]]:
    """What goes through the search index."""
    yield "search", lambda: library.search.page("kettles")
    yield "search for insights", lambda: library.insights.search("kettles", limit=10)
    yield "related", lambda: library.insights.related(seen.id)
    yield "novelty", lambda: library.insights.novelty([seen])
    yield "an answer", lambda: library.answers.ask(Question(text="What is said about kettles?"))
    yield "ties", lambda: library.people.ties(seen.speaker or "")
    yield "over time", lambda: library.people.timeline(seen.speaker or "")


@pytest.mark.parametrize("ask", [pages, asked])
def test_no_statement_reads_a_table_that_grows(library: Library, ask: Callable[..., Any]) -> None:
    seen = library.insights.newest(limit=1)[0]
    if ask is asked:
        library.index.follow()
    statements = executed(library, ask(library, seen))
    with library.catalog.read() as tx:
        whole = {text: tables for text, (_, given) in statements.items() if (tables := read_whole(tx, text, given))}
    unexplained = {
        f"{statements[text][0]}: {sorted(tables)} in {text}"
        for text, tables in whole.items()
        if not any(re.match(known, text) for known in WHOLE)
    }
    assert unexplained == set()
    if ask is pages:
        assert [known for known in WHOLE if not any(re.match(known, text) for text in whole)] == []


def executed(library: Library, calls: Iterator[tuple[str, Callable[[], object]]]) -> dict[str, tuple[str, Any]]:
    """The queries of some calls on one line, each with the call that made it and what it was given."""
    made: dict[str, tuple[str, Any]] = {}
    doing = [""]

    @sa.event.listens_for(library.catalog.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, text: str, given: Any, _context: Any, many: bool) -> None:
        if text.lstrip().startswith(("SELECT", "WITH")) and not many:
            made.setdefault(" ".join(text.split()), (doing[0], given))

    try:
        for doing[0], call in calls:
            call()
    finally:
        sa.event.remove(library.catalog.engine, "before_cursor_execute", note)
    return made


def read_whole(tx: sa.Connection, text: str, given: Any) -> set[str]:
    """The growing tables that a statement reads from end to end, under whatever name."""
    steps = [(row[1], str(row[-1])) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)]
    sorting = {parent for parent, step in steps if re.match(r"USE TEMP B-TREE FOR (?:ORDER|GROUP) BY", step)}
    tables = {name: table for table, name in re.findall(r"(?:FROM|JOIN|,) (\w+) AS (\w+)", text)}
    read: set[str] = set()
    for parent, step in steps:
        if (walk := walked(step, text)) is None:
            continue
        name, index = walk
        table = tables.get(name, name)
        ends = index and parent not in sorting and limited(text, name)
        if table in GROWING and index not in SMALL and not ends:
            read.add(table)
    return read


def walked(step: str, text: str) -> tuple[str, str] | None:
    """The name of a table that a step reads from end to end, and the index along which, empty for none."""
    if scan := re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step):
        return scan[1], scan[2] or ""
    if built := re.match(r"SEARCH (\w+) USING AUTOMATIC ", step):  # an index made for this one statement
        return built[1], ""
    rising = re.match(r"SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \((\w+)>\?\)", step)
    if rising and f"{rising[1]}.{rising[3]} IS NOT NULL" in text:  # everything after NULL
        return rising[1], rising[2]
    return None


def limited(text: str, name: str) -> bool:
    """Whether each query of a statement that reads a table has a limit of its own, which ends a walk along an index."""
    queries, within = list[str](), [""]
    for piece in re.split(r"([()])", f"({text})"):
        if piece == "(":
            within.append("")
        elif piece == ")":
            queries.append(within.pop())
        else:
            within[-1] += piece
    reading = [query for query in queries if re.search(rf"(?:FROM|JOIN|,) (?:\w+ AS )?{name}(?= |$)", query)]
    return bool(reading) and all(re.search(r" LIMIT \S+(?: OFFSET \S+)?$", query) for query in reading)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT insights.id FROM insights WHERE insights.id > ? ORDER BY insights.id LIMIT 9", set()),
        ("SELECT near.id FROM chunks AS near ORDER BY near.start_s LIMIT 9", {"chunks"}),
        ("SELECT near.id FROM chunks AS near ORDER BY near.id LIMIT 9", set()),
        ("SELECT episodes.id FROM episodes JOIN insights ON insights.claim = episodes.title", {"episodes", "insights"}),
        ("SELECT shows.id, (SELECT episodes.id FROM episodes LIMIT 1) FROM shows", set()),
        ("SELECT (SELECT episodes.id FROM episodes LIMIT 1), count(*) FROM insights", {"insights"}),
        ("SELECT shows.id FROM shows WHERE shows.id IN (SELECT episodes.show_id FROM episodes) LIMIT 9", {"episodes"}),
        ("SELECT count(*) FROM insights WHERE insights.speaker IS NOT NULL", {"insights"}),
    ],
)
def test_what_reads_a_whole_table_is_seen(library: Library, text: str, tables: set[str]) -> None:
    with library.catalog.read() as tx:
        assert read_whole(tx, text, ("",) * text.count("?")) == tables
