"""When the next generation of the index is built, and what a reader sees meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import changes
from earmark.clock import SystemClock
from earmark.settings import EmbeddingSettings, IndexSettings, Settings
from earmark.types import Filters
from library.address import AppAddress, write_address
from library.library import Library
from library.local import LocalOwner
from library.upkeep import outgrown
from library.wiring import Wiring
from retrieval.index import read_watermark
from retrieval.index.watermark import Watermark
from tests.retrieval.library import fill
from tests.waiting import until

ANY = Filters()


@pytest.mark.parametrize(
    ("points", "graph", "graph_from", "due"),
    [
        (49_999, 0, 50_000, False),
        (50_000, 0, 50_000, True),
        (99_999, 50_000, 50_000, False),
        (100_000, 50_000, 50_000, True),
        (599_999, 500_000, 50_000, False),
        (625_000, 500_000, 50_000, True),
        (10**6, 0, 0, False),
    ],
)
def test_when_a_graph_is_due(points: int, graph: int, graph_from: int, due: bool) -> None:
    assert outgrown(Watermark(points=points, graph=graph), graph_from) is due


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(settings=Settings(home=tmp_path / "home", offline=True, index=IndexSettings(hnsw_from=10)))
    fill(opened.catalog)
    yield opened
    opened.close()


def owner(library: Library) -> LocalOwner:
    owner = library.wiring.owner()
    assert isinstance(owner, LocalOwner)
    return owner


def tended(library: Library) -> Watermark:
    """The index's note once it has a graph."""

    def built() -> bool:
        if read_watermark(library.settings).graph and owner(library)._upkeep._builder is None:  # type: ignore[union-attr]
            return True
        library.index.tend()
        return False

    until(built, "no graph was built")
    return read_watermark(library.settings)


@pytest.mark.heavy
def test_growth_is_seen_to_by_itself(library: Library) -> None:
    library.index.follow()
    before = [hit.chunk_id for hit in library.search.hits("kelp carbon", limit=3)]
    assert read_watermark(library.settings).graph == 0
    mark = tended(library)
    with library.catalog.read() as tx:
        assert mark.seq == changes.head(tx)
    assert mark.graph == mark.points
    assert [hit.chunk_id for hit in library.search.hits("kelp carbon", limit=3)] == before
    library.index.tend()
    assert owner(library)._upkeep._builder is None  # type: ignore[union-attr]  # nothing more is due


@pytest.mark.slow
def test_the_app_holds_it_in_a_process_of_its_own(library: Library) -> None:
    import os

    from retrieval.index.hosted import HostedIndex

    write_address(library.settings.home, AppAddress(url="http://127.0.0.1:1", pid=os.getpid(), token="t"))
    points = library.index.rebuild()
    assert points == read_watermark(library.settings).points > 0
    index = owner(library)._index
    assert isinstance(index._current, HostedIndex)  # type: ignore[attr-defined]
    assert library.search.hits("kelp carbon", limit=3)


@pytest.mark.slow
def test_the_old_index_answers_until_one_for_the_new_model_is_there(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    from earmark.models import resolve

    home = library.settings.home
    library.index.follow()
    former = read_watermark(library.settings)
    expected = [hit.chunk_id for hit in library.search.hits("kelp carbon", limit=3)]
    library.close()
    model = resolve(library.settings.embedding.model, kind="embedding", models_dir=home / "models", offline=True)
    assert model.path is not None
    (home / "renamed-model").symlink_to(model.path, target_is_directory=True)
    changed = library.settings.model_copy(update={"embedding": EmbeddingSettings(model=str(home / "renamed-model"))})
    with Library(Wiring(changed, library.catalog, SystemClock())) as other, caplog.at_level(logging.WARNING):
        assert [hit.chunk_id for hit in other.search.hits("kelp carbon", limit=3)] == expected
        assert f"the index holds vectors of {former.model_id} until" in caplog.text
        assert read_watermark(changed).model_id == former.model_id
        assert other.index.rebuild() == former.points
        mark = read_watermark(changed)
        assert mark.model_id.startswith("renamed-model@")
        assert [hit.chunk_id for hit in other.search.hits("kelp carbon", limit=3)] == expected
        assert owner(other)._engines.encoder.model_id == mark.model_id
    caplog.clear()
    gone = changed.model_copy(update={"embedding": EmbeddingSettings(model="sentence-transformers/all-MiniLM-L6-v2")})
    with Library(Wiring(gone, library.catalog, SystemClock())) as other, caplog.at_level(logging.WARNING):
        assert [
            hit.chunk_id for hit in other.search.hits("kelp carbon", limit=3)
        ] == expected  # from the catalog's vectors
        assert "which is not here; it is rebuilt now" in caplog.text
