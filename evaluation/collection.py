"""A judged collection as Earmark would hold it: shows, episodes and passages in a catalog, and an index that follows.

Each document is one passage. Documents that share ``episode`` (else ``meeting_id``, else ``topic``) are the passages of
one episode, in the order of the corpus, so that neighbours are neighbours; any other document is an episode of its own.
The context line "Show — Episode — YYYY-MM-DD" is embedded and indexed before the text, as ``ingest.passages.chunking`` makes it,
for every run; it holds only what the document itself names (``show``, ``episode_title`` or its title, ``date``), and a
document that names nothing has none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog import Connection, open_catalog
from earmark.catalog.content import chunks, episodes
from earmark.catalog.feeds import shows
from earmark.embedding import chunk_text
from earmark.errors import UsageError
from earmark.ids import content_hash, make_id
from earmark.settings import IndexSettings, Settings
from earmark.types import Chunk, EpisodeData
from evaluation.cache import VectorCache
from evaluation.judgements import JudgedCollection, JudgedDocument
from retrieval.encoders.encoder import open_encoder
from retrieval.index import open_index
from retrieval.index.follow import follow
from retrieval.search.rerank import open_reranker
from retrieval.search.searcher import Searcher

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Encoder, VectorIndex

__all__ = [
    "LoadedCollection",
    "ScratchLibrary",
    "default_cache",
    "library",
    "load",
    "model_names",
    "published",
    "put_show",
]

Progress = Callable[[str], None]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When shows were followed; nothing measured depends on it."""
_EPISODE = ("episode", "meeting_id", "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchLibrary:
    """An empty library in a temporary folder, with the product's own index and encoder."""

    catalog: Catalog
    index: VectorIndex
    encoder: Encoder
    vectors: VectorCache
    settings: Settings
    on_progress: Progress

    def follow(self, texts: Mapping[str, str], *, tokens: bool = False) -> None:
        """Brings the index up to the catalog.

        Args:
            texts: all that is embedded, by content hash.
            tokens: whether the vectors of tokens are kept too.
        """
        self.vectors.fill(self.catalog, texts, tokens=tokens)
        self.on_progress("indexing")
        follow(self.catalog, self.index, self.encoder, batch=4096, tokens=tokens)

    def searcher(self, encoder: Encoder | None = None) -> Searcher:
        """The product's search as the settings have it, with another encoder where one is given."""
        return Searcher(
            self.catalog,
            self.index,
            encoder or self.encoder,
            settings=self.settings.search,
            reranker=open_reranker(self.settings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCollection:
    """The collection as it was loaded: passage by document, document by passage, episode by document."""

    chunk_of: Mapping[str, str]
    document_of: Mapping[str, str]
    episode_of: Mapping[str, str]


@contextmanager
def library(settings: Settings, *, cache: Path, on_progress: Progress) -> Iterator[ScratchLibrary]:
    """A library that is gone afterwards, always with the embedded index; vectors are kept in ``cache``.

    Raises:
        ModelNotFound: the embedding model that the settings name is not there.
    """
    encoder = open_encoder(settings)
    with tempfile.TemporaryDirectory(prefix="earmark-eval-") as scratch:
        home = Path(scratch)
        own = settings.model_copy(update={"home": home, "index": IndexSettings()})
        catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
        index = open_index(own, model_id=encoder.model_id, dimension=encoder.dimension)
        vectors = VectorCache(cache, encoder, on_progress)
        try:
            yield ScratchLibrary(
                catalog=catalog,
                index=index,
                encoder=encoder,
                vectors=vectors,
                settings=settings,
                on_progress=on_progress,
            )
        finally:
            vectors.close()
            index.close()
            catalog.close()


def default_cache(settings: Settings) -> Path:
    """The folder that keeps vectors between evaluations."""
    return settings.home / "evaluation"


def model_names(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """The embedding model with the fingerprint of its weights, and the language model if one is set up."""
    names = {"embedding": encoder.model_id}
    if settings.search.reranker:
        names["reranker"] = settings.search.reranker
    if settings.llm.model:
        names["language model"] = settings.llm.model
    return names


def load(judged: JudgedCollection, into: ScratchLibrary) -> LoadedCollection:
    """Puts the documents into the catalog and the index; one without any text stays out.

    Raises:
        UsageError: a document's date cannot be read.
    """
    into.on_progress(f"taking in {len(judged.documents):,} documents")
    groups = _episodes(judged)
    texts: dict[str, str] = {}
    documents: dict[str, str] = {}
    homes: dict[str, str] = {}
    with into.catalog.write() as tx:
        for show, members in _by_show(groups).items():
            ids = put_show(tx, show or judged.name, [_data(key, groups[key][0]) for key in members])
            for key, episode_id in zip(members, ids, strict=True):
                passages = [_passage(episode_id, seq, document) for seq, document in enumerate(groups[key])]
                kept = [passage for passage in passages if passage.text.strip()]
                chunks.replace(tx, episode_id, kept)
                texts.update({passage.content_hash: chunk_text(passage) for passage in kept})
                documents.update(
                    {passage.id: document.id for passage, document in zip(passages, groups[key], strict=True)}
                )
                homes.update({document.id: episode_id for document in groups[key]})
    into.follow(texts, tokens=into.settings.search.late_interaction)
    return LoadedCollection(
        chunk_of={document: passage for passage, document in documents.items()},
        document_of=documents,
        episode_of=homes,
    )


def put_show(tx: Connection, title: str, data: Sequence[EpisodeData]) -> list[str]:
    """Stores a show with its episodes and returns the episodes' ids, in order."""
    show, _ = shows.add(tx, f"https://evaluation.invalid/{make_id('show', title)}", title=title, now=_NOW)
    episodes.add_new(tx, show.id, data, language="en", now=_NOW)
    return [make_id("episode", show.id, episode.guid) for episode in data]


def published(document: JudgedDocument) -> datetime | None:
    """The document's date; raises ``UsageError`` if it is not like 2026-01-31."""
    date = document.fields.get("date")
    if not date:
        return None
    try:
        moment = datetime.fromisoformat(str(date))
    except ValueError:
        raise UsageError(
            f"its date {str(date)[:40]!r} is not like 2026-01-31", subject=f"document {document.id}"
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _episodes(judged: JudgedCollection) -> dict[str, list[JudgedDocument]]:
    groups: dict[str, list[JudgedDocument]] = {}
    for document in judged.documents.values():
        named = next((document.fields[name] for name in _EPISODE if document.fields.get(name)), "")
        groups.setdefault(f"group {named}" if named else f"document {document.id}", []).append(document)
    return groups


def _by_show(groups: Mapping[str, Sequence[JudgedDocument]]) -> dict[str, list[str]]:
    by_show: dict[str, list[str]] = {}
    for key, members in groups.items():
        by_show.setdefault(str(members[0].fields.get("show") or ""), []).append(key)
    return by_show


def _data(key: str, first: JudgedDocument) -> EpisodeData:
    return EpisodeData(guid=key, title=_episode_title(first) or key, published=published(first))


def _episode_title(document: JudgedDocument) -> str:
    """The title of the document's episode, as far as the document names one; its own where it is the whole episode."""
    shared = any(document.fields.get(name) for name in _EPISODE)
    return str(document.fields.get("episode_title") or "") or ("" if shared else document.title)


def _passage(episode_id: str, seq: int, document: JudgedDocument) -> Chunk:
    day = published(document)
    title = _episode_title(document)
    parts = (str(document.fields.get("show") or ""), title, day.date().isoformat() if day else "")
    context = " — ".join(part for part in parts if part)
    text = document.text if title == document.title or not document.title else f"{document.title}\n{document.text}"
    return Chunk(
        id=make_id("chunk", document.id),
        episode_id=episode_id,
        seq=seq,
        text=text,
        context=context,
        content_hash=content_hash(f"{context}\n{text}"),
    )
