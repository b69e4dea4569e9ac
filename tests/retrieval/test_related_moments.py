"""Moments of other shows in a related list: from whose passages they come, and what of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, removal, schema
from earmark.catalog.content import insights
from earmark.language.sentences import sentence_spans
from earmark.ports import Encoder, Statement, VectorIndex
from earmark.relations import utterance
from earmark.scope import ShowScope
from earmark.types import Insight, Related
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.rarity import RarityIndex
from retrieval.related.finder import RelatedFinder
from retrieval.related.remark_vectors import RemarkVectors
from retrieval.related.remarks import Remark, claimed
from retrieval.related.statements import Statements
from retrieval.related.surroundings import Surroundings
from retrieval.related.vector_memory import VectorMemory
from tests.retrieval.library import Talk, fill, put

pytestmark = pytest.mark.heavy

LEDGER = Talk(
    "Sea Ledger",
    "Counting carbon",
    20,
    (
        (
            "Ada Lind",
            "Only kelp that sinks below a thousand metres stores carbon for centuries. "
            "Off Namibia eleven percent of the kelp sank that deep, and the rest is eaten or washes ashore.",
        ),
    ),
)
"""A talk from which no insight was picked."""


def sentences(text: str, *, before: str = "", after: str = "") -> list[Statement]:
    del before, after
    return [Statement(start=start, end=end, worth=0.2) for start, end in sentence_spans(text)]


@pytest.fixture
def kelp(catalog: Catalog) -> Insight:
    with catalog.read() as tx:
        return next(insight for insight in insights.listed(tx) if insight.claim.startswith("Only kelp"))


def test_statements_come_from_other_shows_in_scope(
    catalog: Catalog, index: VectorIndex, encoder: Encoder, kelp: Insight
) -> None:
    own = claimed(kelp)
    vector = encoder.encode([own.around])[0]
    rarity = RarityIndex(catalog).rarity()
    statements = Statements(catalog, index, sentences)
    near = statements.near(own, vector, vector, rarity)
    assert near and kelp.show_id not in {said.show_id for said in near}
    assert (
        max(sum(said.key.startswith(f"{part}:") for said in near) for part in {s.key.split(":")[0] for s in near}) <= 2
    )
    assert all(said.hit is not None and said.text in " ".join(said.around.split()) for said in near)
    other = near[0].show_id
    scope = ShowScope(frozenset({other, kelp.show_id}))
    assert {said.show_id for said in statements.near(own, vector, vector, rarity, scope=scope)} == {other}


def test_a_passage_is_taken_apart_once_for_every_process(
    empty: Catalog, index: VectorIndex, encoder: Encoder, kelp: Insight
) -> None:
    fill(empty)
    own = claimed(kelp)
    vector = encoder.encode([own.around])[0]
    rarity = RarityIndex(empty).rarity()
    near = Statements(empty, index, sentences).near(own, vector, vector, rarity)

    def unasked(text: str, *, before: str = "", after: str = "") -> list[Statement]:
        raise AssertionError(f"was read before: {before}{text}{after}")

    again = Statements(empty, index, unasked)
    assert near
    assert again.near(own, vector, vector, rarity) == near
    assert again.near(own, vector, vector, rarity) == near  # and from memory


def test_a_vector_is_made_once_and_goes_with_what_was_said(
    empty: Catalog, index: VectorIndex, encoder: Encoder, kelp: Insight
) -> None:
    fill(empty)
    own = claimed(kelp)
    vector = encoder.encode([own.around])[0]
    said = [own, *Statements(empty, index, sentences).near(own, vector, vector, RarityIndex(empty).rarity())]
    made = RemarkVectors(empty, encoder, VectorMemory(empty, encoder)).text(said)
    assert len(_kept_vectors(empty, encoder, said)) == len(said)
    unasked = EncoderName(encoder)
    again = RemarkVectors(empty, unasked, VectorMemory(empty, unasked))  # type: ignore[arg-type]
    assert (again.text(said) == made).all()
    assert (again.text(said[::-1]) == made[::-1]).all()
    with empty.write() as tx:
        for show in {each.show_id for each in said}:
            removal.remove(tx, show)
    assert _kept_vectors(empty, encoder, said) == []


class EncoderName:
    """An encoder's name, without what it does."""

    def __init__(self, encoder: Encoder) -> None:
        self.model_id, self.dimension = encoder.model_id, encoder.dimension


def _kept_vectors(catalog: Catalog, encoder: Encoder, said: Sequence[Remark]) -> list[str]:
    """The parts of these texts that have a vector."""
    kept = schema.vectors.c
    query = sa.select(kept.model).where(kept.content_hash.in_([each.around_hash for each in said]))
    with catalog.read() as tx:
        return list(tx.execute(query.where(kept.model.startswith(f"{encoder.model_id}#"))).scalars())


def test_what_is_spoken_about_around_a_statement_is_its_passage_and_those_beside_it(
    catalog: Catalog, index: VectorIndex, encoder: Encoder, kelp: Insight
) -> None:
    own = claimed(kelp)
    vector = encoder.encode([own.around])
    near = Statements(catalog, index, sentences).near(own, vector[0], vector[0], RarityIndex(catalog).rarity())
    around = encoder.encode([said.around for said in near])
    context = Surroundings(catalog, VectorMemory(catalog, encoder)).vectors(near, around)
    assert context.shape == around.shape
    assert (context * context).sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert (context * around).sum(axis=1).min() > 0.4


def test_a_list_holds_what_was_said_where_nothing_was_picked(empty: Catalog, encoder: Encoder, tmp_path: Path) -> None:
    fill(empty)
    put(empty, LEDGER)
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    try:
        follow(empty, index, encoder)
        finder = RelatedFinder(empty, index, encoder, reader=sentences)
        with empty.read() as tx:
            known = insights.listed(tx)
        shown: list[Related] = []
        for insight in known:
            entries = finder.related(insight)
            places = [(utterance(entry).episode_id, utterance(entry).text) for entry in entries]
            assert len(places) == len(set(places))
            assert insight.show_id not in {utterance(entry).show_id for entry in entries}
            assert all((entry.insight is None) != (entry.moment is None) and entry.why for entry in entries)
            shown += [entry for entry in entries if entry.moment is not None]
        assert "Sea Ledger" in {utterance(entry).show for entry in shown}
        assert all(utterance(entry).text in " ".join(entry.moment.text.split()) for entry in shown if entry.moment)
    finally:
        index.close()
