"""Conversations: questions that follow on each other, with the answers that were given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from earmark.catalog.content import names
from earmark.catalog.content.placing import placed_answer, timelines
from earmark.catalog.inserting import insert_new
from earmark.catalog.readers.present_names import answer_with_names
from earmark.catalog.schema import conversations as table
from earmark.catalog.schema import turns as turns_table
from earmark.clean import cut, plain
from earmark.documents import dump, load
from earmark.errors import NotFound, UsageError
from earmark.types import Answer, Conversation, Turn

__all__ = ["LONGEST_TITLE", "add_turn", "every", "get", "remove", "rename", "rewrite", "turns"]

LONGEST_TITLE = 120
"""Characters of a title."""


def every(tx: sa.Connection, reader_id: str, *, limit: int | None = None) -> list[Conversation]:
    """A reader's conversations, the one last spoken in first, each with how many turns it has."""
    rows = tx.execute(_counted(reader_id).order_by(table.c.updated_at.desc(), table.c.id).limit(limit))
    return [_conversation(row) for row in rows]


def get(tx: sa.Connection, reader_id: str, conversation_id: str) -> Conversation:
    """The reader's conversation with that id; raises ``NotFound``."""
    row = tx.execute(_counted(reader_id).where(table.c.id == conversation_id)).one_or_none()
    if row is None:
        raise NotFound("no conversation has this id; `earmark conversations` lists them", subject=conversation_id)
    return _conversation(row)


def turns(tx: sa.Connection, reader_id: str, conversation_id: str) -> list[Turn]:
    """The questions and answers of a reader's conversation in the order they were given; none if it is not known.

    What an answer cites leads to the second at which a listener hears it today.
    """
    query = sa.select(turns_table).where(_turns_of(reader_id, conversation_id)).order_by(turns_table.c.seq)
    told = [(row.question, load(Answer, row.answer), row.asked_at) for row in tx.execute(query)]
    lines = timelines(tx, (citation.episode_id for _, answer, _ in told for citation in answer.citations))
    rules = names.load(tx)
    return [
        Turn(question=asked, answer=answer_with_names(placed_answer(answer, lines), rules), asked_at=at)
        for asked, answer, at in told
    ]


def add_turn(tx: sa.Connection, reader_id: str, conversation_id: str, answer: Answer, *, now: datetime) -> Turn:
    """Stores an answer as the latest turn of a reader's conversation, which is created if it is missing."""
    mine = _mine(reader_id, [conversation_id])
    if tx.execute(table.update().where(mine).values(updated_at=now)).rowcount == 0:
        title = cut(plain(answer.question), LONGEST_TITLE)
        made = {"reader_id": reader_id, "id": conversation_id, "title": title, "created_at": now, "updated_at": now}
        insert_new(tx, table, made)  # two first questions at once are one conversation
    last = sa.select(sa.func.max(turns_table.c.seq)).where(_turns_of(reader_id, conversation_id))
    key = {
        "reader_id": reader_id,
        "conversation_id": conversation_id,
        "seq": (tx.execute(last).scalar_one() or 0) + 1,
    }
    values = {"question": answer.question, "answer": dump(answer), "asked_at": now}
    tx.execute(turns_table.insert().values(key | values))
    return Turn(question=answer.question, answer=answer, asked_at=now)


def rename(tx: sa.Connection, reader_id: str, conversation_id: str, title: str) -> None:
    """Gives a reader's conversation another title.

    Raises:
        NotFound: there is no such conversation.
        UsageError: the title is empty.
    """
    cleaned = cut(plain(title), LONGEST_TITLE)
    if not cleaned:
        raise UsageError("a conversation needs a title; type a few words", subject=conversation_id)
    get(tx, reader_id, conversation_id)
    tx.execute(table.update().where(_mine(reader_id, [conversation_id])).values(title=cleaned))


def remove(tx: sa.Connection, reader_id: str, conversation_ids: Sequence[str]) -> int:
    """Removes conversations of a reader with their turns; returns how many there were."""
    return int(tx.execute(table.delete().where(_mine(reader_id, conversation_ids))).rowcount)


def rewrite(tx: sa.Connection, change: Callable[[Answer], Answer]) -> int:
    """Puts what ``change`` makes of every kept answer, of all readers, in its place; returns how many it changed.

    One that can no longer be read is removed with its question: nobody can say what is in it.
    """
    changed = 0
    for row in tx.execute(sa.select(turns_table)).all():
        mine = _turns_of(row.reader_id, row.conversation_id) & (turns_table.c.seq == row.seq)
        try:
            before = load(Answer, row.answer)
        except ValidationError:
            tx.execute(turns_table.delete().where(mine))
            continue
        after = change(before)
        if after != before:
            tx.execute(turns_table.update().where(mine).values(answer=dump(after)))
            changed += 1
    return changed


def _mine(reader_id: str, conversation_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    return (table.c.reader_id == reader_id) & table.c.id.in_(conversation_ids)


def _turns_of(reader_id: str, conversation_id: str) -> sa.ColumnElement[bool]:
    return (turns_table.c.reader_id == reader_id) & (turns_table.c.conversation_id == conversation_id)


def _counted(reader_id: str) -> sa.Select[Any]:
    theirs = (turns_table.c.reader_id == table.c.reader_id) & (turns_table.c.conversation_id == table.c.id)
    count = sa.select(sa.func.count()).where(theirs).scalar_subquery()
    return sa.select(table, count.label("turns")).where(table.c.reader_id == reader_id)


def _conversation(row: sa.Row[Any]) -> Conversation:
    return Conversation(
        id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at, turns=row.turns
    )
