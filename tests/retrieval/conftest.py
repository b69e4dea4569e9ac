"""Real parts for all tests of retrieval: the bundled model once a session, and a small library of original text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import Catalog, open_catalog
from retrieval.encoders.encoder import SentenceTransformerEncoder
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from tests.retrieval.library import fill


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    folder = tmp_path_factory.mktemp("models")
    return SentenceTransformerEncoder("all-MiniLM-L6-v2", models_dir=folder, offline=True, threads=2)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield catalog
    catalog.close()


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The small library; shared, so tests only read it."""
    catalog = open_catalog(f"sqlite:///{tmp_path_factory.mktemp('library') / 'catalog.sqlite'}")
    fill(catalog)
    yield catalog
    catalog.close()


@pytest.fixture(scope="session")
def index(
    catalog: Catalog, encoder: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EdgeIndex]:
    """An index that has followed the small library; shared, so tests only read it."""
    folder = tmp_path_factory.mktemp("index")
    index = EdgeIndex(folder, model_id=encoder.model_id, dimension=encoder.dimension)
    follow(catalog, index, encoder)
    yield index
    index.close()
