"""With a language model behind an endpoint: insights and answers are written by it, and pass the same gate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from earmark.settings import load_settings
from earmark.types import Question
from library.library import Library
from tests.feed_server import serving
from tests.ingest.desk import KINDS, listed
from tests.scripted_llm import Request, ScriptedLLM, Status
from tests.world import TALK, feed, vtt, write

pytestmark = pytest.mark.heavy

HARD_WATER = TALK[2][1]
DESCALED = TALK[5][1]
CLAIM = "Limestone from hard water shortens the life of a kettle by about 40 percent."


def _by_hand(request: Request) -> str:
    """A model that points at two quotes, writes one truly, and says of the other what nobody said."""
    if request.system.startswith("You are the first reader"):
        pointed = [
            {"first": int(number), "last": int(number), "kind": "finding", "point": "a kettle"}
            for number, text in re.findall(r"^\[(\d+)\] (?:[A-Z][\w .]*: )?(.*)$", request.user, re.MULTILINE)
            if text in HARD_WATER or text in DESCALED
        ]
        return json.dumps({"candidates": pointed})
    if request.system.startswith("You are the editor"):
        return json.dumps({"chosen": [{"id": number} for number in listed(request.user)]})
    if request.system.startswith("You check what"):
        verdicts = [
            {"id": n, "carries": "yes", "headline": "yes", "holds": "holds", "body": "yes"}
            for n in listed(request.user)
        ]
        return json.dumps({"verdicts": verdicts})
    ideas = []
    for part in request.user.split("\n[")[1:]:
        quote = part.split("»")[1].split("«")[0]
        claim = CLAIM if "40 percent" in quote else "A kettle that is descaled every month uses 73 percent less energy."
        body = (
            "The crust keeps heat from the water. The plate runs hotter than it was built for."
            if claim == CLAIM
            else ""
        )
        ideas.append({"id": int(part.split("]")[0]), "headline": "Hard water", "claim": claim, "body": body})
    return json.dumps({"ideas": ideas})


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as running:
        yield running


def _library(tmp_path: Path, llm: ScriptedLLM, **more: Any) -> Library:
    values = {"fetch": {"allow_private": ["127.0.0.1"]}, "llm": {"model": "scripted", "base_url": llm.url, **more}}
    return Library.open(settings=load_settings(values, home=tmp_path / "home", environ={}))


def _ingest(library: Library, tmp_path: Path) -> None:
    world = write(tmp_path / "world", {"k/feed.xml": feed("Kettle Hour", transcript="a.vtt"), "k/a.vtt": vtt()})
    with serving(world) as server:
        library.shows.add(f"{server.address}/k/feed.xml")
        report = library.work.ingest()
    assert report.failures == ()


def test_what_the_model_invents_is_dropped_and_what_is_true_is_published(tmp_path: Path, llm: ScriptedLLM) -> None:
    llm.answer = _by_hand
    with _library(tmp_path, llm) as library:
        _ingest(library, tmp_path)
        ideas = library.insights.newest()
        assert [insight.claim for insight in ideas] == [CLAIM]
        assert ideas[0].quote in HARD_WATER
        assert ideas[0].speaker == "Ben Osprey"
        assert ideas[0].start_s is not None
        assert 17 <= ideas[0].start_s <= 30
        assert (ideas[0].extractor, ideas[0].kind, ideas[0].headline) == ("llm scripted", "finding", "Hard water")
        assert sum(library.status().dropped.values()) >= 1
    asked = next(request for request in llm.requests if request.path.endswith("/chat/completions"))
    assert asked.response_format == "json_schema"


@pytest.mark.parametrize(
    "reply",
    [
        Status(500, "no json_schema here"),
        "I would rather write prose than JSON today, thank you.",
        '{"candidates": [{"first": "cut o',
    ],
)
def test_a_model_that_fails_is_waited_for_with_a_marked_stand_in(
    tmp_path: Path, llm: ScriptedLLM, reply: object
) -> None:
    llm.answer = lambda _request: reply  # type: ignore[assignment,return-value]
    with _library(tmp_path, llm) as library:
        _ingest(library, tmp_path)
        ideas = library.insights.newest()
        assert ideas
        assert {insight.extractor for insight in ideas} == {"stand-in"}
        assert "the language model did not answer" in str(library.status())


def _cited(request: Request) -> str:
    if any(request.system.startswith(opening) for opening in KINDS):
        return _by_hand(request)
    return json.dumps(
        {
            "answered": True,
            "sentences": [
                {"text": "Limestone settles on the heating plate of a kettle in hard water.", "cites": [1]},
                {"text": "See https://evil.example/ for limestone on the heating plate.", "cites": [1]},
                {"text": "The moon is made of cheese, as everybody knows by now.", "cites": [1]},
                {"text": "Kettles with a heating plate are cleaned with citric acid.", "cites": [99]},
                {"text": "No source is given here for a heating plate.", "cites": []},
            ],
        }
    )


def test_only_sentences_that_their_evidence_carries_are_kept(tmp_path: Path, llm: ScriptedLLM) -> None:
    llm.answer = _cited
    with _library(tmp_path, llm) as library:
        _ingest(library, tmp_path)
        answer = library.answers.ask(Question(text="Why does hard water shorten the life of a kettle?"))
    assert not answer.abstained
    assert answer.writer == "scripted"
    assert "Limestone settles" in answer.answer
    for gone in ("moon", "evil.example", "99", "No source"):
        assert gone not in answer.answer
    assert answer.citations
    spoken = " ".join(text for _, text in TALK)
    assert all(citation.quote in spoken for citation in answer.citations)


def test_the_budget_of_calls_is_kept_and_the_extractive_path_goes_on(tmp_path: Path, llm: ScriptedLLM) -> None:
    llm.answer = _by_hand
    with _library(tmp_path, llm, max_calls=0) as library:
        _ingest(library, tmp_path)
        assert library.insights.newest()
    assert llm.requests == []
