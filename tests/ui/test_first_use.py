"""The command line on two shows of the sample, followed and read as a new user does it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from earmark.documents import SCHEMA_VERSION
from evaluation.commands import document
from tests.contents import check_contents
from tests.feed_server import serving
from tests.ui.here import here
from ui.cli.demo import LEAST_QUALITY
from ui.cli.sample import SAMPLE

pytestmark = pytest.mark.heavy

SHOWS = {"Kerb Appeal", "Plain Matter"}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a library with four episodes of two shows."""
    home = tmp_path_factory.mktemp("first") / "home"
    with serving(SAMPLE) as server:
        added = here(home, "add", *(f"{server.address}/{name}/feed.xml" for name in ("kerb-appeal", "plain-matter")))
        assert added.code == 0, added.err
        run = here(home, "ingest", "--json", env={"EARMARK_INSIGHTS__MIN_QUALITY": str(LEAST_QUALITY)})
        assert run.code == 0, run.err
    return home


def _json(home: Path, *words: str) -> Any:
    run = here(home, *words, "--json")
    assert run.code == 0, run.err
    printed = document(run)
    assert printed["schema_version"] == SCHEMA_VERSION
    return printed


def test_every_quote_is_in_its_transcript(read: Path) -> None:
    checked = check_contents(read)
    assert checked["stages"] == {"insights": 4}
    assert (checked["quotes_not_verbatim"], checked["speakers_not_in_transcript"], checked["bad_times"]) == (0, 0, 0)
    assert set(checked["insights_by_show"]) == SHOWS


def test_status_document(read: Path) -> None:
    status = _json(read, "status")
    assert status["failures"] == []
    assert status["index_points"] == status["chunks"] + status["insights"] > 0
    assert status["index_behind"] == 0


def test_a_brief_is_of_both_shows_and_the_same_again(read: Path) -> None:
    items = _json(read, "brief")["items"]
    assert {item["insight"]["show"] for item in items} == SHOWS
    assert _json(read, "brief")["items"] == items


def test_insights_lead_to_what_another_show_said(read: Path) -> None:
    insights = _json(read, "insights", "--show", "Kerb Appeal", "-n", "50")["insights"]
    assert {insight["show"] for insight in insights} == {"Kerb Appeal"}
    related = _json(read, "related", insights[0]["id"][:8])
    assert related["insight"] == insights[0]
    assert "Kerb Appeal" not in [(other["insight"] or other["moment"])["show"] for other in related["related"]]


def test_what_is_searched_for_is_found_with_and_without_filters(read: Path) -> None:
    hits = _json(read, "search", "shade of trees in the street")["hits"]
    assert hits[0]["show"] == "Kerb Appeal"
    first, last = hits[0]["highlight"]
    assert 0 <= first < last <= len(hits[0]["text"])
    only = _json(read, "search", "night", "--show", "Plain Matter")["hits"]
    assert {hit["show"] for hit in only} == {"Plain Matter"}


def test_ask_cites_and_abstains(read: Path) -> None:
    answer = _json(read, "ask", "Why does shade matter in a street?")
    assert answer["abstained"] is False
    assert all(f"[{citation['n']}]" in answer["answer"] for citation in answer["citations"])
    none = _json(read, "ask", "Who won the 1998 football world cup final?")
    assert (none["abstained"], none["citations"]) == (True, [])


def test_the_index_can_be_deleted_and_is_made_again(read: Path, tmp_path: Path) -> None:
    home = tmp_path / "copy"
    shutil.copytree(read, home)
    hits = document(here(home, "search", "night shift", "--json"))["hits"]
    shutil.rmtree(home / "index")
    assert document(here(home, "search", "night shift", "--json"))["hits"] == hits


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_brief_in_other_forms(read: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "brief"
    assert here(read, "brief", "--format", form, "-o", str(file)).code == 0
    claim = _json(read, "brief")["items"][0]["insight"]["claim"]
    words = claim.split()[:3]
    assert all(word in file.read_text("utf-8") for word in words)


def test_doctor_finds_everything_in_place(read: Path) -> None:
    doctor = _json(read, "doctor")
    assert doctor["ok"]
    assert {check["name"] for check in doctor["checks"]} >= {"folder", "catalog", "embeddings", "speech", "index"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["related", "ffffffffffff"], "no insight has this id"),
        (["insights", "--show", "No Such Show"], "no followed show"),
        (["brief", "--date", "soon"], "not a day"),
        (["brief", "--date", "2001-01-01"], "no brief of this day"),
        (["brief", "--format", "pdf"], "not a format"),
        (["brief", "--send"], "mail.host"),
        (["search", "  "], ""),
        (["search", "x", "--after", "yesterday"], "not a day"),
        (["add", "no address at all"], "not the address of a feed"),
        (["import", "/nowhere/at/all.opml"], "cannot be read"),
        (["ingest", "No Such Show"], "no followed show"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(read: Path, words: list[str], said: str) -> None:
    run = here(read, *words)
    assert run.code == 2, run.err
    assert len(run.err.strip().splitlines()) == 1
    assert run.err.startswith("earmark: ")
    assert said in run.err
    assert run.out == ""


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "empty"
    assert "earmark add" in here(home, "status").out
    assert here(home, "ingest").code == 2
    brief = document(here(home, "brief", "--json"))
    assert brief["items"] == []
    assert brief["note"]
    assert document(here(home, "ask", "anything at all?", "--json"))["abstained"] is True
    assert document(here(home, "search", "anything", "--json"))["hits"] == []


def test_offline_opens_no_connection(read: Path) -> None:
    run = here(read, "--offline", "ingest", "--all-feeds", "--json")
    assert run.code in {1, 3}
    assert {failure["stage"] for failure in document(run)["failures"]} == {"feed"}
    assert document(here(read, "--offline", "search", "sleep", "--json"))["hits"]
