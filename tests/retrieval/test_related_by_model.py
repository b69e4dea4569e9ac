"""Related lists that a language model reads: how much it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.ports import ChatModel, Encoder
from earmark.relations import utterance
from earmark.types import Insight
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.related.finder import RelatedFinder
from tests.retrieval.library import Talk, fill, put
from tests.scripted_llm import ScriptedLLM

WHY = "Both say what hives live on in June"
SAID = (
    ("Hive Mind", "Hives starve in June because the fields have stopped flowering"),
    ("Field Notes", "A hedge that flowers in June keeps the hives of a whole village alive"),
    ("Back Garden", "Sugar water carries hives through June but leaves the bees weak"),
    ("Old Barn", "Hives that are moved to lime trees in June give twice the honey"),
    ("Market Day", "Honey of June hives is dear because most of it is left to the bees"),
)
HIVES = [
    Talk(show, f"On hives, {n}", n + 3, ((f"Speaker {name}", f"{claim}."),), ((f"Speaker {name}", claim, ""),))
    for n, ((show, claim), name) in enumerate(zip(SAID, ("Ada", "Bo", "Cy", "Di", "Ed"), strict=True))
]


@pytest.fixture
def index(empty: Catalog, encoder: Encoder, tmp_path: Path) -> Iterator[EdgeIndex]:
    fill(empty)
    for talk in HIVES:
        put(empty, talk)
    filled = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, filled, encoder)
    yield filled
    filled.close()


@pytest.fixture
def hives(empty: Catalog, index: EdgeIndex) -> Insight:
    with empty.read() as tx:
        return next(each for each in insights.listed(tx) if each.show == "Hive Mind")


def _reply(*entries: tuple[int, str, str]) -> str:
    return json.dumps({"entries": [{"n": n, "relation": relation, "why": why} for n, relation, why in entries]})


def test_where_the_model_leaves_nothing_it_is_asked_of_the_next_likeliest(
    empty: Catalog, index: EdgeIndex, encoder: Encoder, chat: ChatModel, llm: ScriptedLLM, hives: Insight
) -> None:
    llm.enqueue(_reply((1, "unrelated", ""), (2, "unrelated", "")))
    llm.enqueue(_reply((1, "same", WHY)))
    listed = RelatedFinder(empty, index, encoder, chat).related(hives, limit=1)
    assert [(entry.relation, entry.why) for entry in listed] == [("same", WHY)]
    first, second = (json.loads(request.user.strip("-\n"))["others"] for request in llm.requests)
    assert len(first) == 2
    assert second[0]["text"] == utterance(listed[0]).text
    assert second[0]["text"] not in [other["text"] for other in first]


def test_where_the_model_leaves_enough_it_is_asked_once(
    empty: Catalog, index: EdgeIndex, encoder: Encoder, chat: ChatModel, llm: ScriptedLLM, hives: Insight
) -> None:
    llm.answer = _reply((1, "same", WHY), (2, "unrelated", ""))
    assert len(RelatedFinder(empty, index, encoder, chat).related(hives, limit=1)) == 1
    assert len(llm.requests) == 1
