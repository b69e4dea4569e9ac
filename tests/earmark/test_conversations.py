from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from earmark.catalog import open_catalog
from earmark.catalog.readers import conversations
from earmark.errors import NotFound, UsageError
from earmark.types import Answer, Citation, Narrowing, View

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def answer(question: str) -> Answer:
    cite = Citation(
        n=1, chunk_id="c", episode_id="e", show="S", episode="E", speaker="A", start_s=1.0, quote="q", url="",
        published=NOW,
    )  # fmt: skip
    return Answer(
        question=question, answer="q [1]", abstained=False, citations=(cite,), understood="whole",
        narrowed=(Narrowing(kind="dates", label="2025"),), views=(View(holder="A", cites=(1,)),), confidence=0.5,
    )  # fmt: skip


def test_a_conversation_is_kept_and_survives_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    catalog = open_catalog(url)
    with catalog.write() as tx:
        conversations.add_turn(tx, "local", "one", answer("First?"), now=NOW)
        conversations.add_turn(tx, "local", "two", answer("Other?"), now=NOW + timedelta(minutes=1))
        conversations.add_turn(tx, "local", "one", answer("Second?"), now=NOW + timedelta(minutes=2))
    catalog.close()
    catalog = open_catalog(url)
    with catalog.read() as tx:
        assert [(talk.id, talk.title, talk.turns) for talk in conversations.every(tx, "local")] == [
            ("one", "First?", 2),
            ("two", "Other?", 1),
        ]
        assert [turn.answer for turn in conversations.turns(tx, "local", "one")] == [
            answer("First?"),
            answer("Second?"),
        ]
        assert conversations.turns(tx, "local", "none") == []
    catalog.close()


def test_a_conversation_is_renamed_and_forgotten_with_its_turns(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with catalog.write() as tx:
        conversations.add_turn(tx, "local", "one", answer("First?"), now=NOW)
        conversations.rename(tx, "local", "one", " Buses \u202e and bells ")
        assert conversations.get(tx, "local", "one").title == "Buses and bells"
        with pytest.raises(UsageError):
            conversations.rename(tx, "local", "one", " ")
        with pytest.raises(NotFound):
            conversations.rename(tx, "local", "none", "x")
        assert conversations.remove(tx, "local", ["one", "none"]) == 1
        assert conversations.turns(tx, "local", "one") == []
        with pytest.raises(NotFound):
            conversations.get(tx, "local", "one")
    catalog.close()
