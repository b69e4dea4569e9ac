"""What is done with followed shows: pausing, taking more, refreshing, removing, carrying the list elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.feeds import shows
from earmark.catalog.schema import metadata, themes
from earmark.clock import FixedClock
from earmark.errors import NotFound, UsageError
from earmark.forgetting import RemovedShow
from earmark.language.spans import in_time
from earmark.settings import load_settings
from earmark.types import Answer, Citation, Narrowing, Question, Show, ShowStatus, View
from ingest.feeds.opml import read_opml, write_opml
from library.library import Library
from library.standing import standing, taken
from retrieval.answers.forgetting import answer_without
from tests.feed_server import serving
from tests.world import TALK, feed, vtt, write
from ui.cli.following import with_password
from ui.cli.main import app


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    values = {"asr": {"enabled": False}, "fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}}
    with Library.open(settings=load_settings(values, home=tmp_path / "home", environ={}), clock=clock) as opened:
        yield opened


def earmark(library: Library, *words: str, code: int = 0, given: str | None = None) -> str:
    """What the command prints on stdout."""
    command = ["--home", str(library.settings.home), "--allow-private", "127.0.0.1", *words]
    result = CliRunner().invoke(app, command, input=given, env={"EARMARK_ASR__ENABLED": "false"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout


def document(library: Library, *words: str) -> Any:
    return json.loads(earmark(library, *words, "--json"))


def numbered(count: int) -> str:
    """A feed of so many daily episodes, the newest first."""
    items = "".join(
        f'<item><title>Part {n}</title><guid isPermaLink="false">g{n}</guid>'
        f"<pubDate>{n:02} Nov 2026 05:00:00 +0000</pubDate></item>"
        for n in range(count, 0, -1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Daily</title>{items}</channel></rss>'


def titles(library: Library, show_id: str) -> list[int]:
    return [int(episode.data.title.split()[1]) for episode in library.episodes.of_show(show_id)]


@pytest.mark.heavy
def test_a_wider_backfill_takes_more_though_the_feed_has_not_changed(library: Library, httpserver: HTTPServer) -> None:
    def handler(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response(numbered(12), content_type="application/rss+xml", headers={"ETag": '"v1"'})

    httpserver.expect_request("/feed").respond_with_handler(handler)
    show = library.shows.add(httpserver.url_for("/feed"), backfill="newest:3")
    assert titles(library, show.id) == [12, 11, 10]
    assert library.shows.refresh([show.id]).checked[0].unchanged
    assert "the newest 5 episodes" in earmark(library, "show", "backfill", "Daily", "newest:5")
    library.shows.refresh([show.id])
    assert titles(library, show.id) == [12, 11, 10, 9, 8]
    library.shows.set_backfill(show.id, "newest:1")
    library.shows.refresh([show.id])
    assert titles(library, show.id) == [12, 11, 10, 9, 8]
    library.shows.set_backfill(show.id, "since:2026-11-06")
    library.shows.refresh([show.id])
    assert titles(library, show.id) == [12, 11, 10, 9, 8, 7, 6]
    library.shows.set_backfill(show.id, "all")
    assert library.shows.refresh().checked[0].new_episodes == 5
    with pytest.raises(UsageError, match="newest:25"):
        library.shows.set_backfill(show.id, "some")


@pytest.mark.heavy
@pytest.mark.parametrize("option", ["--backfill", "--take"])
def test_the_option_says_which_episodes_under_either_name(
    library: Library, httpserver: HTTPServer, option: str
) -> None:
    httpserver.expect_request("/feed").respond_with_data(numbered(12), content_type="application/rss+xml")
    earmark(library, "add", httpserver.url_for("/feed"), option, "newest:2")
    assert titles(library, library.shows.summaries()[0].show.id) == [12, 11]


@pytest.mark.heavy
def test_a_paused_show_is_not_asked_until_it_is_resumed(library: Library, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(numbered(2), content_type="application/rss+xml")
    show = library.shows.add(httpserver.url_for("/feed"))
    assert "Paused Daily" in earmark(library, "show", "pause", "daily")
    assert library.work.ingest().feeds == 0
    assert "Paused" in earmark(library, "show", "list")
    assert len(httpserver.log) == 1
    earmark(library, "show", "pause", show.id, code=2)
    assert library.shows.refresh([show.id]).checked[0].show.status is ShowStatus.PAUSED
    resumed = document(library, "show", "resume", show.id)["show"]
    assert (resumed["status"], resumed["next_check"]) == ("active", None)
    assert library.work.ingest().feeds == 1
    assert "1 feed" not in earmark(library, "show", "refresh", code=2)


@pytest.mark.heavy
def test_refresh_asks_at_once_but_not_against_the_servers_wish(
    library: Library, httpserver: HTTPServer, clock: FixedClock
) -> None:
    httpserver.expect_request("/feed").respond_with_data(numbered(2), content_type="application/rss+xml")
    show = library.shows.add(httpserver.url_for("/feed"))
    with library.catalog.write() as tx:
        shows.held(tx, show.id, clock.now() + timedelta(hours=2))
    report = library.shows.refresh([show.id])
    assert ([held.id for held in report.held], report.checked, len(httpserver.log)) == ([show.id], (), 1)
    with library.catalog.write() as tx:
        shows.held(tx, show.id, clock.now() + timedelta(hours=2))
        tx.execute(sa.text("UPDATE shows SET hold_until = NULL"))
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_data(numbered(4), content_type="application/rss+xml")
    assert "2 new episodes" in earmark(library, "show", "refresh", "Daily")
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_data("gone", status=404)
    assert document_of_failure(library)["failed"][0]["show"] == "Daily"


def document_of_failure(library: Library) -> Any:
    return json.loads(earmark(library, "show", "refresh", "--all", "--json", code=1))


def test_how_a_show_stands_is_said_in_words(clock: FixedClock) -> None:
    now = clock.now()
    base: dict[str, Any] = {"id": "s", "feed_url": "https://x.example/feed", "title": "X", "added_at": now}

    def text(**values: Any) -> str:
        return standing(Show(**{**base, **values}), now).text

    assert text() == "Next check with the next fetch"
    assert text(next_check=now + timedelta(hours=3)) == "Next check in 3 hours"
    assert text(status=ShowStatus.PAUSED).startswith("Paused")
    assert text(status=ShowStatus.CLOSED).startswith("Closed")
    assert text(failures=1) == "The last check went wrong, next check with the next fetch"
    assert text(failures=5, next_check=now + timedelta(days=1)).startswith(
        "Failing: 5 checks in a row went wrong, next check"
    )
    assert text(hold_until=now + timedelta(minutes=30)).startswith("The server asked us to wait; next check in")
    assert text(feed_url="file:///talks") == "Rescanned at every fetch"
    assert in_time(now + timedelta(minutes=29, seconds=30), now) == "in 30 minutes"
    assert taken(Show(**base), 25) == "the newest 25 episodes"
    assert taken(Show(**base, backfill="newest:3@2026-01-01T00:00:00+00:00"), 25) == "the newest 3 episodes"


# removing

CANARY = tuple(
    (
        who.replace("Ben Osprey", "Quillon Zarathane"),
        text.replace("kettle", "zorblatt").replace("Ben Osprey", "Quillon"),
    )
    for who, text in TALK
)
WORDS = ("zorblatt", "zarathane", "quillon", "vexillon")


@pytest.mark.slow
def test_nothing_of_a_removed_show_is_left_anywhere(library: Library, tmp_path: Path) -> None:
    files = {
        "gone/feed.xml": feed("The Vexillon Hour", transcript="a.vtt", item="On the zorblatt"),
        "gone/a.vtt": vtt(CANARY),
        "stays/feed.xml": feed("Staying", transcript="a.vtt"),
        "stays/a.vtt": vtt(),
    }
    with serving(write(tmp_path / "world", files)) as web:
        gone = library.shows.add(f"{web.address}/gone/feed.xml")
        stays = library.shows.add(f"{web.address}/stays/feed.xml")
        library.work.ingest()
    library.index.follow()
    brief = library.briefs.get()
    assert {item.insight.show for item in brief.items} == {"The Vexillon Hour", "Staying"}
    library.answers.ask(Question(text="What shortens the life of a zorblatt?", conversation="first"))
    library.answers.ask(Question(text="What shortens the life of a kettle?", conversation="second"))
    library.themes.rebuild()
    with library.catalog.write() as tx:
        tx.execute(themes.update().values(label="About the zorblatt", terms=["zorblatt", "heat"]))
    audio = library.settings.audio_dir / f"{library.episodes.of_show(gone.id)[0].id}.mp3.part"
    write(audio.parent, {audio.name: "zorblatt"})
    assert set(_left(library.catalog)) >= {"shows", "episodes", "transcripts", "chunks", "insights", "briefs", "turns"}
    before = len(library.insights.newest(show="Staying"))

    out = earmark(library, "show", "remove", "vexillon", code=2)
    assert library.shows.find("vexillon").id == gone.id, out
    library.close()  # another process may hold the index: the command has to open it itself
    said = earmark(library, "show", "remove", "vexillon", "--yes")
    assert "Removed The Vexillon Hour: 1 episode, 1 transcript" in said
    assert "Taken out of 1 brief and 1 answer" in said or "Taken out of 1 brief and 2 answers" in said

    with Library.open(settings=library.settings, clock=library.clock) as after:
        assert _left(after.catalog) == {"turns"}  # the reader's own question, and nothing else
        assert _turns(after.catalog) == ["What shortens the life of a zorblatt?"]
        after.conversations.forget(["first"])
        assert _left(after.catalog) == set()
        assert [summary.show.id for summary in after.shows.summaries()] == [stays.id]
        assert {item.insight.show for item in after.briefs.get().items} == {"Staying"}
        assert len(after.insights.newest()) == before
        assert after.search.hits("kettle")
        assert not [hit for hit in after.search.hits("zorblatt") if hit.show_id == gone.id]
        with pytest.raises(NotFound):
            after.shows.find("vexillon")
    holding = {
        path.relative_to(library.settings.home): word
        for path in library.settings.home.rglob("*")
        if path.is_file()
        for word in WORDS
        if word.encode() in path.read_bytes().lower()
    }
    assert not holding


def _left(catalog: Catalog) -> set[str]:
    """The tables that hold a word of the removed show."""
    tables = set()
    with catalog.read() as tx:
        for table in metadata.sorted_tables:
            text = str([tuple(row) for row in tx.execute(sa.select(table))]).lower()
            if any(word in text for word in WORDS):
                tables.add(table.name)
    return tables - {"conversations"}  # its title is the reader's first question


def _turns(catalog: Catalog) -> list[str]:
    """The questions in turns that hold a word of the removed show; fails where an answer does."""
    with catalog.read() as tx:
        rows = tx.execute(sa.text("SELECT question, answer FROM turns")).all()
    for row in rows:
        kept = {k: v for k, v in json.loads(row.answer).items() if k != "question"}
        assert not any(word in str(kept).lower() for word in WORDS), kept
    return [row.question for row in rows if any(word in row.question.lower() for word in WORDS)]


def test_an_answer_keeps_the_sentences_that_rest_on_other_shows() -> None:
    cited = [
        Citation(
            n=n,
            chunk_id=f"c{n}",
            episode_id=f"e{n}",
            show="S",
            episode="E",
            speaker=None,
            start_s=None,
            quote="q",
            url="",
        )
        for n in (1, 2, 3)
    ]
    answer = Answer(
        question="Why?",
        answer="First this [1]. Then that [2][3]. And last [3].",
        abstained=False,
        citations=tuple(cited),
        narrowed=(Narrowing(kind="show", label="Gone"),),
        views=(View(holder="A", cites=(1,)), View(holder="B", cites=(2,))),
        note="The newest of it is from 2020. From Gone only.",
    )
    gone = RemovedShow(show_id="s", title="Gone", episodes=frozenset({"e2"}), insights=frozenset())
    after = answer_without(answer, gone)
    assert after.answer == "First this [1]. And last [3]."
    assert [citation.n for citation in after.citations] == [1, 3]
    assert (after.narrowed, after.views, after.abstained) == ((), (), False)
    assert after.note == "The newest of it is from 2020"
    nothing = answer_without(
        answer, RemovedShow(show_id="s", title="G", episodes=frozenset({"e1", "e2", "e3"}), insights=frozenset())
    )
    assert nothing.abstained
    assert nothing.citations == ()
    assert "has been removed" in nothing.answer


# the list


@pytest.mark.heavy
def test_the_list_goes_out_and_in_again_with_its_folders(
    library: Library, tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/feed").respond_with_data(numbered(1), content_type="application/rss+xml")
    for number, folder in enumerate(["", "News", "News/Deep & far", "Science"]):
        library.shows.add(f"{httpserver.url_for('/feed')}?n={number}", folder=folder)
    library.shows.add(f"{httpserver.url_for('/feed')}?auth=Canary42")
    public, whole = tmp_path / "list.opml", tmp_path / "whole.opml"
    earmark(library, "export", str(public))
    assert "Canary" not in public.read_text()
    earmark(library, "export", str(whole), "--with-secrets")
    assert "Canary42" in whole.read_text()
    assert whole.stat().st_mode & 0o077 == 0
    assert earmark(library, "export", "-") == public.read_text()
    listed = read_opml(whole.read_bytes())
    assert sorted(entry.folder for entry in listed) == ["", "", "News", "News/Deep & far", "Science"]
    other = Library.open(
        settings=load_settings({"fetch": {"allow_private": ["127.0.0.1"]}}, home=tmp_path / "other", environ={})
    )
    with other:
        report = other.shows.import_opml(whole.read_bytes())
        assert not report.failed
        assert other.shows.export_opml(with_secrets=True) == whole.read_text()
        assert [summary.show.private for summary in other.shows.summaries()].count(True) == 1
        assert len(other.shows.import_opml(whole.read_bytes()).known) == 5


def test_a_password_is_read_from_a_file_or_a_line_and_never_from_the_address_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    word = tmp_path / "word"
    word.write_text("p@ss/word \n")
    word.chmod(0o644)
    wanted = "https://me%40example.org:p%40ss%2Fword%20@h.example:8443/feed?x=1"
    url = "h.example:8443/feed?x=1"
    assert with_password([f"https://{url}"], name="me@example.org", password_file=word) == [wanted]
    assert "chmod 600" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("p@ss/word \n"))
    assert with_password([f"https://{url}"], name="me@example.org", password_file=None) == [wanted]
    for urls, name in ((["a", "b"], "me"), (["file:///x"], "me"), (["https://x.example"], "me")):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        with pytest.raises(UsageError):
            with_password(urls, name=name, password_file=None)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["export_test.opml", "from-real-feeds.opml"])
def test_lists_of_other_apps_come_back_equal(realdata: Path, name: str, clock: FixedClock) -> None:
    first = read_opml((realdata / "feeds" / "opml" / name).read_bytes())
    followed = [
        Show(id=str(n), feed_url=entry.url, title=entry.title, folder=entry.folder, added_at=clock.now())
        for n, entry in enumerate(first)
    ]
    again = read_opml(write_opml(followed).encode())
    assert sorted(again, key=lambda entry: entry.url) == sorted(first, key=lambda entry: entry.url)
