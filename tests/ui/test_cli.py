"""The command line on the whole sample library: what a new user sees, and the documents that scripts read.

`tests/ui/test_first_use.py` asks the same of two shows of it, which are read in a moment.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from earmark.documents import SCHEMA_VERSION
from evaluation.commands import document, earmark
from tests.contents import check_contents, contents
from tests.feed_server import serving
from tests.ui.here import here
from tests.ui.sample import Sample
from ui.cli.sample import SAMPLE, sample_feeds

pytestmark = [pytest.mark.heavy, pytest.mark.slow]

INSIGHT = {
    "id",
    "claim",
    "body",
    "quote",
    "speaker",
    "start_s",
    "end_s",
    "show",
    "episode",
    "published",
    "url",
    "quality",
}


def _json(sample: Sample, *words: str, code: int = 0) -> Any:
    run = here(sample.home, *words, "--json")
    assert run.code == code, run.err
    printed = document(run)
    assert printed["schema_version"] == SCHEMA_VERSION
    return printed


def test_the_demo_prints_a_brief_of_five_from_four_shows(sample: Sample) -> None:
    assert sample.first.code == 0, sample.first.err
    assert "Traceback" not in sample.first.err
    out = sample.first.out
    assert all(f"\n{number}. " in out for number in range(1, 6))
    assert 1 <= out.count("Why: ") <= 5  # nothing rather than an empty line
    assert "→" in out
    last = out.strip().splitlines()[-2:]
    assert " app" in last[0]
    assert "earmark add" in last[1]


def test_the_demo_again_changes_nothing(sample: Sample, tmp_path: Path) -> None:
    before = contents(sample.home)
    again = earmark(sample.home, "demo", "--port", str(sample.port))
    assert again.code == 0, again.err
    assert contents(sample.home) == before
    assert again.out.partition("Your brief")[2] == sample.first.out.partition("Your brief")[2]


def test_every_quote_is_in_its_transcript(sample: Sample) -> None:
    checked = check_contents(sample.home)
    assert checked["stages"] == {"insights": 15}
    assert checked["quotes_not_verbatim"] == 0
    assert checked["speakers_not_in_transcript"] == 0
    assert checked["bad_times"] == 0
    assert checked["insights"] >= 40


def test_brief_document(sample: Sample) -> None:
    brief = _json(sample, "brief")
    assert len(brief["items"]) == 5
    assert len({item["insight"]["show"] for item in brief["items"]}) >= 4
    assert any(item["why"] for item in brief["items"])  # of some, nothing is known that would be a reason
    for item in brief["items"]:
        assert set(item) == {"insight", "why", "novelty", "related", "section"}
        assert set(item["insight"]) >= INSIGHT
        others = [(related["insight"] or related["moment"])["show"] for related in item["related"]]
        assert item["insight"]["show"] not in others


def test_insights_and_related_documents(sample: Sample) -> None:
    printed = _json(sample, "insights", "--show", "Kerb Appeal", "-n", "50")
    listed, novelty = printed["insights"], printed["novelty"]
    assert listed
    assert {claim["show"] for claim in listed} == {"Kerb Appeal"}
    assert all(0 <= claim["quality"] <= 1 and 0 <= novelty[claim["id"]] <= 1 for claim in listed)
    seen = 0
    for insight in listed:
        related = _json(sample, "related", insight["id"][:8])
        assert related["insight"]["id"] == insight["id"]
        shows = [(other["insight"] or other["moment"])["show"] for other in related["related"]]
        assert "Kerb Appeal" not in shows
        assert all(
            other["why"] and set(other) >= {"insight", "moment", "score", "why", "relation", "also_said_by"}
            for other in related["related"]
        )
        seen += len(shows)
    assert seen > 0


def test_search_document_and_filters(sample: Sample) -> None:
    hits = _json(sample, "search", "why do designed proteins fail")["hits"]
    assert {"Bench to Bytes", "Closed Loop"} & {hit["show"] for hit in hits[:3]}
    assert set(hits[0]) >= {"chunk_id", "show", "episode", "speaker", "start_s", "end_s", "text", "score"}
    first, last = hits[0]["highlight"]
    assert 0 <= first < last <= len(hits[0]["text"])
    assert hits[0]["start_s"] <= hits[0]["highlight_s"] <= hits[0]["end_s"]
    page = _json(sample, "search", 'speaker:"Hanna Kobylak" model')
    assert page["understood"] == 'speaker:"Hana Kobylak" model'
    assert [facet["label"] for facet in page["facets"]["speakers"]] == ["Hana Kobylak"]
    assert page["facets"]["passages"] == sum(facet["count"] for facet in page["facets"]["shows"])
    only = _json(sample, "search", "sleep", "--show", "Night Desk")["hits"]
    assert {hit["show"] for hit in only} == {"Night Desk"}
    said = _json(sample, "search", "world model", "--speaker", "hana kobylak")["hits"]
    assert {hit["speaker"] for hit in said} == {"Hana Kobylak"}
    late = _json(sample, "search", "sleep", "--after", "2026-11-01")["hits"]
    assert late
    assert not {"The eight thirty bell", "Rotate forward"} & {hit["episode"] for hit in late}


def test_ask_cites_and_abstains(sample: Sample) -> None:
    answer = _json(sample, "ask", "Why do most designed proteins fail in the lab?")
    assert answer["abstained"] is False
    assert answer["citations"]
    for citation in answer["citations"]:
        assert f"[{citation['n']}]" in answer["answer"]
        assert set(citation) >= {"n", "show", "episode", "speaker", "start_s", "quote", "url"}
    none = _json(sample, "ask", "Who won the 1998 football world cup final?")
    assert none["abstained"] is True
    assert none["citations"] == []


def test_status_document(sample: Sample) -> None:
    status = _json(sample, "status")
    assert status["episodes_by_stage"]["insights"] == 15
    assert status["failures"] == []
    assert status["index_points"] == status["chunks"] + status["insights"]
    assert status["index_behind"] == 0


def test_the_index_can_be_deleted_and_rebuilt(sample: Sample, tmp_path: Path) -> None:
    home = tmp_path / "copy"
    shutil.copytree(sample.home, home)
    hits = document(here(home, "search", "night shift", "--json"))["hits"]
    shutil.rmtree(home / "index")
    assert document(here(home, "search", "night shift", "--json"))["hits"] == hits
    assert here(home, "reindex").code == 0
    assert document(here(home, "search", "night shift", "--json"))["hits"] == hits


def test_killed_at_any_moment_it_ends_the_same(tmp_path: Path) -> None:
    """Three shows of the sample; the long form, on 54 real episodes and with 30 kills, is `make campaign`."""
    import random

    tiny = [name for name in sample_feeds() if name != "closed-loop"][:3]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    with serving(SAMPLE) as server:
        feeds = [f"{server.address}/{name}/feed.xml" for name in tiny]
        for home in (whole, broken):
            assert here(home, "add", *feeds).code == 0
        undisturbed = earmark(whole, "ingest", "--json")
        assert undisturbed.code == 0
        rng = random.Random(3)
        codes = [earmark(broken, "ingest", kill_after_s=rng.uniform(0.3, undisturbed.seconds)).code for _ in range(5)]
        assert -9 in codes
        assert earmark(broken, "ingest").code == 0
    assert contents(broken) == contents(whole)
    assert json.loads(earmark(broken, "status", "--json").out)["index_behind"] == 0
