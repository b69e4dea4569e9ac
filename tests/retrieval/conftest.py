"""Real parts for all tests of retrieval: the bundled model once a process, and a small library of original text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from earmark.catalog import Catalog, open_catalog
from earmark.llm.models import open_chat
from earmark.ports import ChatModel
from earmark.settings import LlmSettings, Settings
from retrieval.encoders.encoder import LocalEncoder, SentenceTransformerEncoder, open_encoder
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from tests.retrieval.library import fill
from tests.scripted_llm import ScriptedLLM


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> LocalEncoder:
    """The one that an installation chooses: on OpenVINO, where that is."""
    settings = Settings(home=tmp_path_factory.mktemp("models"), offline=True, embedding={"threads": 2})
    return cast("LocalEncoder", open_encoder(settings))  # only an endpoint's is no local one


@pytest.fixture(scope="session")
def torch_encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    """The one on PyTorch, which takes seconds to import."""
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
def index(catalog: Catalog, encoder: LocalEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeIndex]:
    """An index that has followed the small library; shared, so tests only read it."""
    folder = tmp_path_factory.mktemp("index")
    index = EdgeIndex(folder, model_id=encoder.model_id, dimension=encoder.dimension)
    follow(catalog, index, encoder)
    yield index
    index.close()


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    """A model's server on loopback that says what a test wrote."""
    with ScriptedLLM() as server:
        yield server


@pytest.fixture
def chat(llm: ScriptedLLM, tmp_path: Path) -> ChatModel:
    """The client of `llm`."""
    made = open_chat(Settings(home=tmp_path, llm=LlmSettings(model="scripted", base_url=llm.url)))
    assert made is not None
    return made
