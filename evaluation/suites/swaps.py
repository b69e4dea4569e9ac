"""Near questions that nobody answers: judged questions in which one name or number is another question's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answers.nearness import names_in

if TYPE_CHECKING:
    from evaluation.judgements import JudgedCollection, JudgedQuery

__all__ = ["MARK", "swapped"]

MARK = "~swapped"
"""What the id of such a question ends in."""


def swapped(queries: Sequence[JudgedQuery], judged: JudgedCollection) -> list[JudgedQuery]:
    """Each question that has a name or a number, with that of another in its place; in the order of the questions.

    A figure takes the place of a figure and a name that of a name. What takes it is in none of the documents that answer
    the question, so nothing is said there of that person, place or year. The same in every run: hashes decide.
    """
    pool = sorted({name for query in queries for name in names_in(query.text)}, key=_order)
    spoiled = (_spoiled(query, pool, judged) for query in queries)
    return [query for query in spoiled if query is not None]


def _spoiled(query: JudgedQuery, pool: Sequence[str], judged: JudgedCollection) -> JudgedQuery | None:
    own = names_in(query.text)
    if not own:
        return None
    taken = min(own, key=lambda name: _order(f"{query.id} {name}"))
    told = " ".join(judged.documents[key].text for key in judged.relevant[query.id]).casefold()
    start = _order(query.id) % len(pool)
    for other in (*pool[start:], *pool[:start]):
        alike = other[0].isdigit() == taken[0].isdigit() and other.casefold() not in query.text.casefold()
        if alike and other.casefold() not in told:
            text = re.sub(rf"(?<!\w){re.escape(taken)}(?!\w)", other, query.text, count=1)
            return replace(query, id=f"{query.id}{MARK}", text=text)
    return None


def _order(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4])
