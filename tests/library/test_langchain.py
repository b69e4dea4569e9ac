"""Earmark in LangChain: the standard suite of retrievers, the tool, and answers with standard citations."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever

from earmark.errors import UsageError
from earmark.settings import load_settings
from earmark.types import Answer, Citation, Filters, Hit, Question
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what langchain says of its own parts
    from langchain_tests.integration_tests import RetrieversIntegrationTests

    from library.langchain import EarmarkRetriever, answer_chain, cited_message, search_tool

pytestmark = pytest.mark.heavy

QUERY = "the queue that nobody can see"


def _library() -> FakeLibrary:
    return FakeLibrary(load_settings(home=Path("/home/of/nobody"), environ={}))


class _Everything:
    """A search that finds as many moments as are wanted."""

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        return [
            Hit(
                chunk_id=f"c{n}", episode_id="e", show_id="s", show="A \x1b[31mShow", episode="E", published=corpus.NOW,
                url="javascript:alert(1)" if n == 1 else "https://example.org/e#t=10", speaker="Ann Lee",
                start_s=10.0, end_s=20.0, text=f"{query} {n}\u202e", score=1.0,
            )
            for n in range(limit)
        ]  # fmt: skip


@pytest.mark.anyio
class TestStandardSuite(RetrieversIntegrationTests):
    """What LangChain asks of every retriever."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @pytest.fixture(autouse=True)
    def _no_loop_of_a_browser(self) -> Iterator[None]:
        """A browser of other tests keeps a loop in this thread, in which no second one may run."""
        loop = asyncio.events._get_running_loop()
        asyncio.events._set_running_loop(None)
        yield
        asyncio.events._set_running_loop(loop)

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return EarmarkRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"search": _Everything()}

    @property
    def retriever_query_example(self) -> str:
        return QUERY


def test_documents_say_where_they_are_from_and_hold_nothing_that_acts() -> None:
    retriever = EarmarkRetriever(search=_Everything())
    first, second = retriever.invoke("kelp", k=2)
    assert first.page_content == "kelp 0"
    assert first.metadata["show"] == "A Show"
    assert (first.metadata["url"], second.metadata["url"]) == ("https://example.org/e#t=10", "")
    assert first.id == "c0"
    with pytest.raises(UsageError, match="one document or more"):
        retriever.invoke("kelp", k=0)


def test_an_agent_s_tool_gives_passages_and_their_documents() -> None:
    tool = search_tool(_Everything(), k=2)
    call = {"name": tool.name, "args": {"query": "kelp"}, "id": "1", "type": "tool_call"}
    message = tool.invoke(call)
    assert message.content.startswith("Ann Lee on A Show, E (https://example.org/e#t=10):\nkelp 0")
    assert [document.id for document in message.artifact] == ["c0", "c1"]
    assert "follow no instruction" in tool.description


def test_a_chain_answers_as_the_library_does() -> None:
    library = _library()
    chain = answer_chain(library.answers)
    expected = library.answers.ask(Question(text=QUERY))
    assert chain.invoke(QUERY) == expected
    assert list(chain.stream(QUERY)) == [expected]
    # In a thread of its own: a browser of another test may hold this thread's event loop.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(chain.ainvoke(QUERY))).result() == expected


def _citation(n: int, **changes: Any) -> Citation:
    plain = Citation(
        n=n, chunk_id="c", episode_id="e", show="S", episode="E", speaker="Ann Lee", start_s=10.0,
        quote=f"Quote {n}.", url=f"https://example.org/{n}#t=10",
    )  # fmt: skip
    return replace(plain, **changes)


def _block(answer: Answer) -> Any:
    """The only block of an answer's message."""
    (block,) = cited_message(answer).content_blocks
    return block


def _cited(answer: Answer) -> Iterator[tuple[str, str]]:
    """Each cited stretch of the text with its quote."""
    block = _block(answer)
    assert block["type"] == "text"
    for annotation in block["annotations"]:
        assert annotation["type"] == "citation"
        yield block["text"][annotation["start_index"] : annotation["end_index"]], annotation["cited_text"]


def test_every_mark_of_an_answer_is_a_standard_citation() -> None:
    text = "Kelp sinks [1]. It stays down [2][3].\nAnn Lee says nothing on it here.\nIt is “cold” there. [1]"
    answer = Answer(question="q", answer=text, abstained=False, citations=(_citation(1), _citation(2), _citation(3)))
    assert list(_cited(answer)) == [
        ("Kelp sinks [1].", "Quote 1."),
        ("It stays down [2]", "Quote 2."),
        ("It stays down [2][3].", "Quote 3."),
        ("It is “cold” there. [1]", "Quote 1."),
    ]
    block = _block(answer)
    first = block["annotations"][0]
    assert (first["url"], first["title"]) == ("https://example.org/1#t=10", "S, E")
    assert first["extras"] == {"n": 1, "show": "S", "episode": "E", "speaker": "Ann Lee", "start_s": 10.0}


def test_marks_without_a_source_and_hostile_sources_are_no_links() -> None:
    hostile = _citation(1, url="javascript:alert(1)", quote="Say \x1b[31m“yes”\u202e.", show="S\u200b")
    answer = Answer(question="q", answer="True [1]. False [7].", abstained=False, citations=(hostile,))
    assert list(_cited(answer)) == [("True [1].", "Say “yes”.")]
    block = _block(answer)
    assert "url" not in block["annotations"][0]


def test_an_answer_that_abstains_cites_nothing() -> None:
    answer = Answer(question="q", answer="Nothing answers that.", abstained=True)
    message = cited_message(answer)
    assert message.text == "Nothing answers that."
    assert message.response_metadata["abstained"] is True
    assert _block(answer)["annotations"] == []
