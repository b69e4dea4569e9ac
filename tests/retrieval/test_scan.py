"""Phrases and the newest passages, straight from the catalog."""

from __future__ import annotations

from datetime import date

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content.chunks import located
from earmark.types import Filters
from retrieval.search.scan import both, matches, newest
from tests.retrieval.library import Talk, put

VOICE = "Lin Hale"
TALKS = (
    Talk(
        "Rope", "Knots", 3, ((VOICE, "A knot is a promise. Tie it"), (VOICE, "twice or not at all."), ("Bo", "Well."))
    ),
    Talk("绳", "结", 4, ((VOICE, "我们今天谈机器学"), (VOICE, "习方法，和 结。"))),
    Talk("Corde", "Nœuds", 5, ((VOICE, "L’été, à Étretat, on noue. 100% sûr_de_soi."), (VOICE, "Ça va."))),
    Talk("Rope", "More knots", 6, tuple((VOICE, f"Filler number {n} says nothing of note.") for n in range(40))),
)


@pytest.fixture
def talks(empty: Catalog) -> Catalog:
    for talk in TALKS:
        put(empty, talk)
    return empty


def places(catalog: Catalog, phrase: str, filters: Filters | None = None) -> list[tuple[int, ...]]:
    with catalog.read() as tx:
        return [tuple(seq for seq, _ in match.ids) for match in matches(tx, phrase, filters or Filters())]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("phrase", "where"),
    [
        ("a promise", [(0,)]),
        ("A   PROMISE; tie", [(0,)]),
        ("tie it twice", [(0, 1)]),
        ("it twice or not", [(0, 1)]),
        ("not at all well", []),  # two people
        ("ie it twice", []),  # half a word
        ("机器学习", [(0, 1)]),
        ("谈机器", [(0,)]),
        ("方法 和结", [(1,)]),
        ("l'été à étretat", [(0,)]),
        ("ÉTRETAT on noue", [(0,)]),
        ("100% sûr", [(0,)]),
        ("sûr de soi", [(0,)]),
        ("number 39 says", [(39,)]),
        ("number 4 says", [(4,)]),
        ("%", []),
        ("_", []),
        ("' or '1'='1", []),
    ],
)
def test_where_a_phrase_stands(talks: Catalog, phrase: str, where: list[tuple[int, ...]]) -> None:
    assert places(talks, phrase) == where


def test_filters_hold_for_phrases(talks: Catalog) -> None:
    assert len(places(talks, "filler number")) == 40
    assert places(talks, "filler number", Filters(before=date(2026, 6, 6))) == []
    assert places(talks, "well", Filters(speakers=("Bo",))) == [(2,)]
    assert places(talks, "well", Filters(speakers=(VOICE,))) == []


def test_two_phrases_in_one_place(talks: Catalog) -> None:
    with talks.read() as tx:
        knot, twice = (matches(tx, phrase, Filters()) for phrase in ("a knot", "twice or not"))
        assert [[seq for seq, _ in match.ids] for match in both(knot, twice)] == [[0, 1]]
        assert both(knot, matches(tx, "filler number", Filters())) == []


def test_the_newest_are_one_an_episode_first(talks: Catalog) -> None:
    with talks.read() as tx:
        ids = newest(tx, Filters(), 6)
        assert len(set(ids)) == 6
        every = newest(tx, Filters(), 99)
        assert len(every) == sum(len(talk.passages) for talk in TALKS)
        titles = {key: passage.episode for key, passage in located(tx, every).items()}
        assert [titles[key] for key in every[:4]] == ["More knots", "Nœuds", "结", "Knots"]
        assert newest(tx, Filters(after=date(2027, 1, 1)), 9) == []


@pytest.mark.parametrize("phrase", ["привет мир", "Привет, мир!", "Ελλάδα"])
def test_phrases_in_scripts_whose_case_the_database_does_not_know(empty: Catalog, phrase: str) -> None:
    put(empty, Talk("Речь", "Слово", 7, ((VOICE, "Он сказал: «Привет, мир!» и ушёл."), (VOICE, "Η Ελλάδα μένει."))))
    assert places(empty, phrase) == [(1 if phrase == "Ελλάδα" else 0,)]
