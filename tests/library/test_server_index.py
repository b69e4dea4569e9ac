"""A library whose index is on a Qdrant server: followed, rebuilt beside the old one, and given another model's vectors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import chunks
from earmark.clock import FixedClock
from earmark.ports import Encoder
from earmark.settings import Settings
from library.local import LocalOwner
from retrieval.index.server import COLLECTION, ServerIndex, read_mark
from tests.campaigns.work.library import HashingEncoder
from tests.retrieval.library import Talk, put

pytestmark = pytest.mark.heavy


class RenamedEncoder(HashingEncoder):
    """The model of the campaigns under another name."""

    model_id = "another model"


def owner(client: Any, catalog: Catalog, clock: FixedClock, encoder: Encoder) -> LocalOwner:
    return LocalOwner(
        Settings(),
        catalog,
        ServerIndex(client, model_id=encoder.model_id, dimension=encoder.dimension),
        clock,
        encoder=encoder,
        wanted=encoder,
        engines=lambda index, own: SimpleNamespace(index=index, encoder=own),  # type: ignore[arg-type, return-value]
    )


def names(client: Any) -> list[str]:
    return [row.name for row in client.get_collections().collections]


def test_a_rebuild_and_another_model_each_fill_the_next_generation(catalog: Catalog, clock: FixedClock) -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient(":memory:")
    put(catalog, Talk("Crumb", "Starters and patience", 6, (("Bo Lindqvist", "Spelt makes a slack dough."),)))
    own = owner(client, catalog, clock, HashingEncoder())
    with catalog.read() as tx:
        passages = chunks.count(tx)
    assert own.follow() > 0
    assert own.follow() == 0
    assert names(client) == ["earmark-1"]
    assert own.rebuild() >= passages
    assert names(client) == ["earmark-2"]

    other = owner(client, catalog, clock, RenamedEncoder())
    assert sorted(names(client)) == ["earmark-2", "earmark-3"]  # what answers everybody else is still there
    assert other.follow() > 0
    mark = read_mark(client, COLLECTION)
    assert mark is not None and mark.model_id == RenamedEncoder.model_id
    assert names(client) == ["earmark-3"]
    client.close()
