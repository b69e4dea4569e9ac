from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import Catalog, changes, removal
from earmark.catalog.content import chunks, insights, withdrawals
from earmark.catalog.feeds import shows
from earmark.errors import SettingsError
from earmark.ports import Encoder, IndexQuery
from earmark.settings import Settings
from earmark.types import Because, Filters
from retrieval.index import open_index, read_watermark
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow, rebuild
from tests.retrieval.library import NOW, TALKS, Talk, fill, put

pytestmark = pytest.mark.heavy


@pytest.fixture
def own(tmp_path: Path, encoder: Encoder) -> Iterator[EdgeIndex]:
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    yield index
    index.close()


def test_follows_what_came_changed_and_went(empty: Catalog, own: EdgeIndex, encoder: Encoder) -> None:
    fill(empty)
    told: list[tuple[int, int]] = []
    applied = follow(empty, own, encoder, on_progress=lambda done, total: told.append((done, total)), batch=7)
    with empty.read() as tx:
        assert applied == changes.head(tx) == own.watermark()
        assert (own.count("chunk"), own.count("insight")) == (chunks.count(tx), insights.count(tx))
        crumb = shows.find(tx, "Crumb")
    assert told[-1] == (applied, applied)
    assert len(told) == -(-applied // 7)
    assert follow(empty, own, encoder) == 0

    put(empty, Talk("Crumb", "Starters and patience", 6, (("Bo Lindqvist", "Spelt makes a slack dough."),)))
    follow(empty, own, encoder)
    only = Filters(shows=(crumb.id,))
    assert len(own.query(IndexQuery(kind="chunk", text="spelt", limit=5, filters=only))) == 1
    assert own.query(IndexQuery(kind="chunk", text="enzymes", limit=5, filters=only)) == []
    assert own.query(IndexQuery(kind="insight", text="rye", limit=5, filters=only)) == []

    with empty.write() as tx:
        removal.remove(tx, crumb.id)
    follow(empty, own, encoder)
    assert own.query(IndexQuery(kind="chunk", vector=[1.0] * 384, limit=50, filters=only)) == []
    with empty.read() as tx:
        assert own.count("chunk") == chunks.count(tx)


@pytest.mark.slow
def test_a_rebuild_gives_the_same_index(empty: Catalog, own: EdgeIndex, encoder: Encoder) -> None:
    fill(empty)
    follow(empty, own, encoder, batch=3)
    asked = own.query(IndexQuery(kind="chunk", text="kelp carbon", limit=20))
    with empty.read() as tx:
        head = changes.head(tx)
    assert rebuild(empty, own, encoder) == head
    assert own.query(IndexQuery(kind="chunk", text="kelp carbon", limit=20)) == asked


def test_an_index_ahead_of_its_catalog_is_made_anew(empty: Catalog, own: EdgeIndex, encoder: Encoder) -> None:
    put(empty, TALKS[0])
    own.apply([], [("chunk", "of another catalog")], 10_000)
    follow(empty, own, encoder)
    with empty.read() as tx:
        assert own.watermark() == changes.head(tx)
    assert own.count("chunk") == len(TALKS[0].passages)


def test_another_model_s_encoder_is_refused(empty: Catalog, tmp_path: Path, encoder: Encoder) -> None:
    index = EdgeIndex(tmp_path / "other", model_id="other", dimension=384)
    with pytest.raises(ValueError, match="holds vectors of other"):
        follow(empty, index, encoder)
    index.close()


def test_the_factory_and_the_note(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert read_watermark(settings).seq == 0
    index = open_index(settings, model_id="m", dimension=4)
    index.apply([], [], 3)
    assert (read_watermark(settings).seq, read_watermark(settings).points) == (3, 0)
    index.close()
    away = Settings(home=tmp_path, offline=True, index={"qdrant_url": "https://qdrant.example"})
    with pytest.raises(SettingsError, match="offline"):
        open_index(away, model_id="m", dimension=4)
    assert read_watermark(away).seq == 0


def test_a_withdrawn_insight_leaves_the_index_and_comes_back(empty: Catalog, own: EdgeIndex, encoder: Encoder) -> None:
    fill(empty)
    follow(empty, own, encoder)
    with empty.write() as tx:
        wrong = insights.listed(tx)[0]
        query = IndexQuery(kind="insight", text=wrong.claim, limit=5)
        assert own.query(query)[0].key == wrong.id
        withdrawals.withdraw(tx, wrong.id, because=Because.NOT_MEANT, by="local", now=NOW)
    follow(empty, own, encoder)
    assert wrong.id not in [hit.key for hit in own.query(query)]
    with empty.write() as tx:
        withdrawals.restore(tx, wrong.id)
    follow(empty, own, encoder)
    assert own.query(query)[0].key == wrong.id
