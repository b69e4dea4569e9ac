"""Answers are kept in the conversation that they belong to, unless that is gone by then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from earmark.settings import Settings
from earmark.types import Answer, Turn
from library.answers import LocalReading
from library.library import Library
from tests.retrieval.library import fill


class _Forgetful:
    """Answers as what it stands before, and has the conversation forgotten meanwhile."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._real = library._read()._answerer  # type: ignore[attr-defined]

    def stream(self, question: str, *, history: list[Turn], **rest: object) -> Iterator[Answer]:
        self._library.forget_conversations(["kelp"])
        yield from self._real.stream(question, history=history, **rest)


def test_what_was_forgotten_while_an_answer_was_written_stays_forgotten(tmp_path: Path) -> None:
    with Library.open(settings=Settings(home=tmp_path / "home", offline=True)) as library:
        fill(library.catalog)
        library.ask("What does kelp do with carbon?", conversation="kelp")
        assert [one.turns for one in library.conversations()] == [1]
        reading = library._read()
        assert isinstance(reading, LocalReading)
        reading._answerer = _Forgetful(library)  # type: ignore[assignment]
        assert library.ask("And how fast?", conversation="kelp").question
        assert library.conversations() == []
