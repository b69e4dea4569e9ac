"""The statements of an episode's passages, found once and kept: whoever looks for what is related need not read them again."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.catalog import Catalog
from earmark.catalog.content import vectors
from earmark.statement_store import STATEMENTS, pack
from earmark.types import Chunk
from ingest.insights.statements import statements

__all__ = ["keep_statements"]


def keep_statements(catalog: Catalog, passages: Sequence[Chunk]) -> None:
    """Stores the statements of the passages of an episode, given in order, as far as they are not there yet."""
    with catalog.read() as tx:
        known = vectors.known(tx, STATEMENTS, [passage.content_hash for passage in passages])
    texts = ["", *(passage.text for passage in passages), ""]
    made = {
        passage.content_hash: pack(statements(passage.text, before=texts[number], after=texts[number + 2]))
        for number, passage in enumerate(passages)
        if passage.content_hash not in known
    }
    with catalog.write() as tx:
        vectors.put_bytes(tx, STATEMENTS, made)
