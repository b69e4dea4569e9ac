"""Answers are kept in the conversation that they belong to, unless that is gone by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from earmark.settings import Settings
from earmark.types import Answer, Question, Turn
from library.library import Library
from library.local import LocalOwner
from retrieval.answers.answerer import Answerer
from retrieval.search.ways import Marked
from tests.retrieval.library import fill

pytestmark = pytest.mark.heavy


class _Forgetful:
    """Answers as the answerer that it wraps does, and has the conversation forgotten meanwhile."""

    def __init__(self, library: Library, real: Answerer) -> None:
        self._library = library
        self._real = real

    def stream(self, question: Question, *, history: Sequence[Turn], marked_as: Marked) -> Iterator[Answer]:
        self._library.conversations.forget(["kelp"])
        yield from self._real.stream(question, history=history, marked_as=marked_as)


def test_what_was_forgotten_while_an_answer_was_written_stays_forgotten(tmp_path: Path) -> None:
    with Library.open(settings=Settings(home=tmp_path / "home", offline=True)) as library:
        fill(library.catalog)
        library.answers.ask(Question(text="What does kelp do with carbon?", conversation="kelp"))
        assert [conversation.turns for conversation in library.conversations.newest()] == [1]
        owner = library.wiring.owner()
        assert isinstance(owner, LocalOwner)
        forgetful = _Forgetful(library, owner._engines.answerer)
        owner._engines.answerer = forgetful  # type: ignore[assignment]
        assert library.answers.ask(Question(text="And how fast?", conversation="kelp")).question
        assert library.conversations.newest() == []
