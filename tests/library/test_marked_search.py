"""Searches by what a reader did with ideas: ``is:``, ``tag:``, and ``OR`` between conditions; each reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from earmark.catalog.content import insights, passages
from earmark.catalog.readers import briefs
from earmark.clock import FixedClock
from earmark.settings import load_settings
from earmark.types import Brief, Insight, Question, Reader
from library.library import Library
from tests.retrieval.library import NOW, fill


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two kelp ideas saved, tagged, read and hidden by the local reader; another told."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = load_settings({"offline": True, "brief": {"timezone": "UTC"}}, home=home, environ={})
    with Library.open(settings=settings, clock=FixedClock(NOW)) as opened:
        fill(opened.catalog)
        opened.readers.add(Reader(id="ben"))
        sinks, credit = kelp(opened)
        opened.marks.save(sinks.id)
        opened.marks.annotate(sinks.id, note="", tags=["To Read"])
        opened.marks.save(credit.id)
        opened.marks.hide(credit.id)
        told = next(idea for idea in opened.insights.newest() if idea.show == "Ledger & Leaf")
        with opened.catalog.write() as tx:
            made = Brief(subscriber_id="local", date=date(2026, 7, 1), items=(), created_at=opened.clock.now())
            ledger = {told.id: (told.content_hash, True), sinks.id: (sinks.content_hash, False)}
            briefs.put(tx, made, now=made.created_at, ledger=ledger)
        yield opened


def kelp(library: Library) -> tuple[Insight, Insight]:
    with library.catalog.read() as tx:
        every = insights.listed(tx)
    sinks = next(idea for idea in every if idea.claim.startswith("Only kelp that sinks"))
    credit = next(idea for idea in every if idea.claim.startswith("Kelp carbon credits"))
    return sinks, credit


def claims(library: Library, query: str) -> list[str]:
    return [idea.claim[:19] for idea in library.insights.search(query, limit=20)]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("is:saved", {"Only kelp that sink"}),
        ("is:hidden", {"Kelp carbon credits"}),
        ("is:saved is:hidden", {"Kelp carbon credits"}),
        ("tag:reading", set()),
        ('tag:"to read"', {"Only kelp that sink"}),
        ("is:read", set()),
        ("is:saved tag:other", set()),
        ("is:saved kelp -namibia", set()),
        ("is:saved show:ledger", set()),
        ("is:saved before:2020", set()),
    ],
)
def test_ideas_are_found_by_what_the_reader_did(library: Library, query: str, wanted: set[str]) -> None:
    assert set(claims(library, query)) == wanted


def test_told_is_what_a_brief_showed_and_not_what_only_repeats_it(library: Library) -> None:
    shows = {idea.show for idea in library.insights.search("is:told", limit=20)}
    assert shows == {"Ledger & Leaf"}
    assert len(claims(library, "is:told")) == 1
    assert set(claims(library, "is:told OR is:saved")) == {*claims(library, "is:told"), "Only kelp that sink"}


def test_a_search_of_another_reader_knows_nothing_of_it(library: Library) -> None:
    ben = library.for_reader("ben")
    for query in ("is:saved", "is:told", "is:hidden", 'tag:"to read"', "is:saved OR is:told", "is:saved kelp"):
        assert claims(ben, query) == []
        assert ben.search.page(query).hits == ()


@pytest.mark.heavy
def test_moments_are_those_in_which_marked_ideas_were_said(library: Library) -> None:
    sinks, credit = kelp(library)
    with library.catalog.read() as tx:
        said_in = set(passages.of_insights(tx, [sinks.id, credit.id]))
    assert len(said_in) == 2
    for query in ("is:saved", "is:saved metres", "is:saved moorings", 'is:saved "kelp"'):
        page = library.search.page(query, limit=20)
        assert {hit.show for hit in page.hits} == {"Tideline"}, query
        assert {key for hit in page.hits for key in hit.chunk_ids} <= said_in, query
    assert library.search.page("is:saved show:ledger", limit=20).hits == ()


@pytest.mark.heavy
def test_or_finds_what_either_way_finds(library: Library) -> None:
    def matching(query: str) -> set[str]:
        return {key for hit in library.search.page(query, limit=20).hits for key in hit.chunk_ids}

    sinks, insurer = matching('"eleven percent"'), matching('"ten years of loss data"')
    assert sinks
    assert insurer
    assert matching('"eleven percent" OR "ten years of loss data"') == sinks | insurer
    assert matching('show:tideline "eleven percent" OR "ten years of loss data"') == sinks
    assert matching('"eleven percent" OR "nobody ever said this"') == sinks
    assert matching("speaker:abara OR show:tideline") == matching("speaker:abara") | matching("show:tideline")


def test_a_word_that_is_left_out_is_in_no_idea_that_is_found(library: Library) -> None:
    assert "Only kelp that sink" in claims(library, "kelp")
    assert "Only kelp that sink" not in claims(library, "kelp -namibia")


@pytest.mark.heavy
def test_a_question_is_answered_from_what_its_own_reader_marked(library: Library) -> None:
    question = Question(text="is:saved What is said about kelp and carbon?")
    answer = library.answers.ask(question)
    assert {cite.show for cite in answer.citations} == {"Tideline"}
    assert [scope.label for scope in answer.narrowed] == ["what you saved"]
    other = library.for_reader("ben").answers.ask(question)
    assert other.answer == "Nothing in what you saved answers this."
