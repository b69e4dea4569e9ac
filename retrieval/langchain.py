"""Earmark for LangChain: a retriever over the library, and the two steps of an answer as one chain.

The only module here that imports langchain. Both work on what the library holds; nothing is loaded from the hub.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from earmark.types import Answer, Filters, Hit, Question, Turn
from retrieval.search.searcher import Searcher

if TYPE_CHECKING:
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun

    from retrieval.answers.answerer import Answerer
    from retrieval.answers.evidence import AnswerEvidence

__all__ = ["EarmarkRetriever", "answer_chain"]


class EarmarkRetriever(BaseRetriever):
    """Passages as documents; their metadata says show, episode, speaker, second, address, passage id and score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    filters: Filters = Filters()
    k: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.searcher.search(query, filters=self.filters, limit=self.k)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = await asyncio.to_thread(self.searcher.search, query, filters=self.filters, limit=self.k)
        return [_document(hit) for hit in hits]


def answer_chain(
    answerer: Answerer, *, filters: Filters | None = None, history: Sequence[Turn] = ()
) -> Runnable[str, Answer]:
    """``gather | write``: a question to an `Answer`, with what LangChain gives every chain (batch, async, callbacks).

    ``stream`` gives the answer as far as it has come, each to be shown in place of the one before; ``invoke`` the last.

    Args:
        answerer: has the library.
        filters: what every question is narrowed to.
        history: the conversation that every question follows on.
    """

    def gather(question: str) -> AnswerEvidence:
        return answerer.gather(Question(text=question, filters=filters or Filters()), history=history)

    def write(evidence: AnswerEvidence) -> Iterator[Answer]:
        yield from answerer.written(evidence)

    # LangChain adds up what a generator yields; answers cannot be added, so each takes the place of the one before.
    return RunnableLambda(gather) | RunnableLambda(write, name="write")


def _document(hit: Hit) -> Document:
    metadata: dict[str, Any] = {
        "show": hit.show,
        "episode": hit.episode,
        "speaker": hit.speaker,
        "published": hit.published.isoformat() if hit.published else None,
        "start_s": hit.start_s,
        "end_s": hit.end_s,
        "url": hit.url,
        "chunk_id": hit.chunk_id,
        "episode_id": hit.episode_id,
        "score": hit.score,
        "cosine": hit.cosine,
    }
    return Document(id=hit.chunk_id, page_content=hit.text, metadata=metadata)
