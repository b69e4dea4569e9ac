"""Who contradicts whom: where the words make it sure or a model has said so, each pair once, within what a reader sees."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights, vectors, withdrawals
from earmark.ports import ChatModel
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Because, Disagreement, Insight
from retrieval.rarity import RarityIndex
from retrieval.related.disagreements import Disagreements
from retrieval.related.relation import Neighbour, Relations
from retrieval.related.remarks import claimed
from retrieval.related.vector_memory import VectorMemory
from tests.retrieval.library import NOW, Talk, put
from tests.scripted_llm import ScriptedLLM

HELPS = ("Ada Finch", "Homework helps pupils of primary schools to read", "Four in five teachers have seen it.")
HURTS = ("Ben Osprey", "Homework hurts pupils of primary schools who learn to read", "They are too tired.")
BIRDS = ("Cy Lark", "Larks sing before the sun is up", "Their rivals listen best then.")
ENCODER: Any = SimpleNamespace(model_id="hand", dimension=2)
"""Of it only the name of the model is asked: all vectors are in the catalog."""


def put_claims(catalog: Catalog, show: str, day: int, *claims: tuple[str, str, str]) -> None:
    put(catalog, Talk(show, f"Day {day}", day, ((claims[0][0], claims[0][1]),), claims))


@pytest.fixture
def library(empty: Catalog) -> Catalog:
    """Two shows that contradict each other, and a third on something else."""
    put_claims(empty, "Chalk", 2, HELPS)
    put_claims(empty, "Slate", 9, HURTS)
    put_claims(empty, "Feathers", 5, BIRDS)
    embed(empty)
    return empty


def embed(catalog: Catalog) -> None:
    """Gives every claim a vector by its subject."""
    with catalog.write() as tx:
        made = {
            insight.content_hash: np.array([0.0, 1.0] if "sing" in insight.claim else [1.0, 0.0], dtype=np.float32)
            for insight in insights.listed(tx)
        }
        vectors.put(tx, ENCODER.model_id, made)


def disagreements(
    catalog: Catalog, *, scope: ShowScope = EVERYTHING, relations: Relations | None = None
) -> list[Disagreement]:
    memory = VectorMemory(catalog, ENCODER)
    return Disagreements(catalog, memory, relations or Relations(catalog, RarityIndex(catalog))).within(scope)


def sides(pairs: list[Disagreement]) -> list[tuple[str, str]]:
    return [(pair.insight.show, pair.other.insight.show) for pair in pairs if pair.other.insight is not None]


def by_show(catalog: Catalog) -> dict[str, Insight]:
    with catalog.read() as tx:
        return {insight.show: insight for insight in insights.listed(tx)}


def test_a_pair_is_told_once_its_later_side_first(library: Catalog) -> None:
    (pair,) = disagreements(library)
    assert sides([pair]) == [("Slate", "Chalk")]
    assert (pair.insight.speaker, pair.other.relation) == ("Ben Osprey", "opposite")
    assert "homework" in pair.other.why.lower()


def test_the_newest_pair_comes_first(library: Catalog) -> None:
    put_claims(library, "Board", 20, ("Di Wren", *HELPS[1:]))
    embed(library)
    assert sides(disagreements(library)) == [("Board", "Slate"), ("Slate", "Chalk")]


@pytest.mark.parametrize("speaker", ["Ada Finch", "ADA FINCH"])
def test_nobody_disagrees_with_themselves(empty: Catalog, speaker: str) -> None:
    put_claims(empty, "Chalk", 2, HELPS)
    put_claims(empty, "Slate", 9, (speaker, *HURTS[1:]))
    embed(empty)
    assert disagreements(empty) == []


def test_plain_opposites_are_told_whatever_follows_them(empty: Catalog) -> None:
    put_claims(
        empty,
        "Loop",
        2,
        ("Ada Finch", "An experiment is a computation: you set inputs and read an answer", "So it is."),
    )
    put_claims(
        empty,
        "Bench",
        9,
        ("Ben Osprey", "An experiment is not a computation, because nobody can reprogram a flask", "No."),
    )
    put_claims(empty, "Desk", 5, ("Cy Lark", "An experiment is a computation only where somebody asked first", "Yes."))
    embed(empty)
    assert sides(disagreements(empty)) == [("Bench", "Loop")]


def test_one_show_and_far_meanings_give_no_pair(empty: Catalog) -> None:
    put_claims(empty, "Chalk", 2, HELPS)
    put_claims(empty, "Chalk", 9, HURTS)
    put_claims(empty, "Slate", 9, (HURTS[0], f"{HURTS[1]} and sing", HURTS[2]))
    embed(empty)
    assert disagreements(empty) == []


def test_a_reader_has_no_pair_with_a_show_that_they_do_not_see(library: Catalog) -> None:
    known = by_show(library)
    seen = frozenset({known["Slate"].show_id, known["Feathers"].show_id})
    assert disagreements(library, scope=ShowScope(seen)) == []
    seen |= {known["Chalk"].show_id}
    assert len(disagreements(library, scope=ShowScope(seen))) == 1


def test_what_is_withdrawn_disagrees_with_nobody_any_more(library: Catalog) -> None:
    relations = Relations(library, RarityIndex(library))
    kept = Disagreements(library, VectorMemory(library, ENCODER), relations)
    assert len(kept.within(EVERYTHING)) == 1
    with library.write() as tx:
        chalk = by_show(library)["Chalk"].id
        withdrawals.withdraw(tx, chalk, because=Because.MISATTRIBUTED, note="", by="local", now=NOW)
    assert kept.within(EVERYTHING) == []


def test_what_only_the_bodies_contradict_is_no_disagreement(empty: Catalog) -> None:
    put_claims(empty, "Chalk", 2, ("Ada Finch", "Schools should ask parents first", f"{HELPS[1]}."))
    put_claims(empty, "Slate", 9, ("Ben Osprey", "Evenings belong to families", f"{HURTS[1]}."))
    embed(empty)
    assert disagreements(empty) == []


def judged(catalog: Catalog, chat: ChatModel, llm: ScriptedLLM, shows: tuple[str, str], relation: str) -> Relations:
    """What a model says of two, as it is asked about an entry of a list."""
    why = "Both speak of reading and of pupils, of larks that sing" if relation != "unrelated" else ""
    llm.enqueue(json.dumps({"entries": [{"n": 1, "relation": relation, "why": why}]}))
    relations = Relations(catalog, RarityIndex(catalog), chat)
    own, other = (claimed(by_show(catalog)[show]) for show in shows)
    relations.of(own, [Neighbour(remark=other, chance=0.9, cosine=0.9, nearly_same=False, same_guest=False)])
    return relations


def test_a_model_that_was_asked_has_the_last_word(library: Catalog, chat: ChatModel, llm: ScriptedLLM) -> None:
    relations = judged(library, chat, llm, ("Chalk", "Slate"), "unrelated")
    assert disagreements(library, relations=relations) == []
    relations = judged(library, chat, llm, ("Chalk", "Feathers"), "opposite")
    assert sides(disagreements(library, relations=relations)) == [("Feathers", "Chalk")]
    assert len(llm.requests) == 2
