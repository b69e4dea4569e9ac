"""A library of made talk (`evaluation.made_talk`), with passages, insights and their vectors, written straight into a catalog.

An episode speaks of one subject for the most part, now and then of another of its field or of any. Each passage of it is half
a minute, and one of its sentences is the claim of each insight, so that an insight is placed where it was said. Statements
of passages are kept, as they are when an episode is read; vectors of claims are not, which come with the first list.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earmark.catalog.inserting import insert_whole
from earmark.ids import content_hash, make_id
from earmark.ports import Statement
from earmark.statement_store import STATEMENTS, pack
from evaluation.made_library import MadeSize, episodes_of, pieces
from evaluation.made_talk import SUBJECTS, MadeTalk

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["PASSAGES", "fill"]

PASSAGES = 8
"""Passages of an episode: a few minutes of it, so that a hundred thousand insights do not need a million passages."""
_SENTENCES = 7
_PASSAGE_S = 60.0
_SEED = 20_261_129
_SAME, _NEAR = 0.6, 0.85
"""Up to these draws a passage is about the subject of its episode, and about another that follows it in number; else about any."""
_SPEAKERS = 2_000
_EPISODES_AT_ONCE = 250
_READABLE = 8
"""Words from which a sentence is a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A passage or an insight: its table and row, and the text that its vector is of."""

    table: str
    row: dict[str, Any]
    text: str
    kept: bytes = b""


def fill(catalog: Catalog, size: MadeSize, *, model_id: str) -> None:
    """Fills an empty catalog with so many shows, episodes and insights, and eight passages an episode."""
    chance, talk = random.Random(_SEED), MadeTalk()
    with catalog.write() as tx:
        episode_ids = episodes_of(tx, size, chance)
    each, more = divmod(size.insights, len(episode_ids))
    numbered = ((episode_id, each + (n < more)) for n, episode_id in enumerate(episode_ids))
    for part in pieces(numbered, _EPISODES_AT_ONCE):
        _put(catalog, talk, [_episode(talk, *counted, chance) for counted in part], chance, model_id)


def _episode(talk: MadeTalk, episode_id: str, insights: int, chance: random.Random) -> list[_Part]:
    (main,) = talk.subjects(1)
    subjects = [_beside(talk, main, chance.random()) for _ in range(PASSAGES)]
    said = [talk.sentences(subject, _SENTENCES) for subject in subjects]
    parts = [_passage(episode_id, seq, sentences, chance) for seq, sentences in enumerate(said)]
    for seq in range(insights):
        at = seq % PASSAGES
        body = " ".join(talk.sentences(subjects[at], 3))
        parts.append(_insight(episode_id, seq, at, said[at][seq // PASSAGES % _SENTENCES], body, chance))
    return parts


def _beside(talk: MadeTalk, main: int, draw: float) -> int:
    if draw < _SAME:
        return main
    return (main + 60) % SUBJECTS if draw < _NEAR else talk.subjects(1)[0]


def _passage(episode_id: str, seq: int, sentences: Sequence[str], chance: random.Random) -> _Part:
    text, hashed = " ".join(sentences), content_hash("chunk", f"{episode_id} {seq}")
    start, statements = 0, []
    for sentence in sentences:
        if len(sentence.split()) >= _READABLE:
            statements.append(Statement(start=start, end=start + len(sentence), worth=chance.random() ** 2 / 2))
        start += len(sentence) + 1
    row = {
        "id": make_id("chunk", episode_id, str(seq)),
        "episode_id": episode_id,
        "seq": seq,
        "text": text,
        "context": "",
        "speaker": _speaker(chance),
        "start_s": _PASSAGE_S * seq,
        "end_s": _PASSAGE_S * (seq + 1),
        "content_hash": hashed,
    }
    return _Part(table="chunks", row=row, text=text, kept=pack(statements))


def _insight(episode_id: str, seq: int, at: int, claim: str, body: str, chance: random.Random) -> _Part:
    row = {
        "id": make_id("insight", episode_id, str(seq)),
        "episode_id": episode_id,
        "seq": seq,
        "claim": claim,
        "body": body,
        "quote": claim,
        "url": "",
        "speaker": _speaker(chance),
        "start_s": _PASSAGE_S * at + 1,
        "end_s": _PASSAGE_S * at + 9,
        "quality": chance.random(),
        "extractor": "made",
        "content_hash": content_hash("insight", f"{episode_id} {seq}"),
    }
    return _Part(table="insights", row=row, text=f"{claim}\n{body}")


def _put(
    catalog: Catalog, talk: MadeTalk, episodes: Sequence[list[_Part]], chance: random.Random, model_id: str
) -> None:
    parts = [part for episode in episodes for part in episode]
    made = talk.vectors([part.text for part in parts])
    vectors = [
        {"content_hash": part.row["content_hash"], "model": model_id, "vector": vector.tobytes()}
        for part, vector in zip(parts, made, strict=True)
    ]
    vectors += [
        {"content_hash": part.row["content_hash"], "model": STATEMENTS, "vector": part.kept}
        for part in parts
        if part.table == "chunks"
    ]
    heard = [
        {"episode_id": episode[0].row["episode_id"], "name": name, "heard": True, "role": ""}
        for episode in episodes
        for name in sorted({_speaker(chance) for _ in range(2)})
    ]
    with catalog.write() as tx:
        for table in ("chunks", "insights"):
            insert_whole(tx, table, [part.row for part in parts if part.table == table])
        insert_whole(tx, "vectors", vectors)
        insert_whole(tx, "appearances", heard)


def _speaker(chance: random.Random) -> str:
    """One of so many people; a few of them say most."""
    number = int(_SPEAKERS * chance.random() ** 3)
    first, last = divmod(number, 50)
    return f"{_FIRST[first % len(_FIRST)]} {_LAST[last]}{'a' * (first // len(_FIRST))}"


_FIRST = "Ada Ben Cleo Dov Eva Finn Gwen Hugo Ines Jon Kaya Leo Mara Nils Olga Paul Quin Rosa Sven Tess".split()
_LAST = [
    f"{head}{tail}"
    for head in ("Aber", "Brom", "Cald", "Dorn", "Elk")
    for tail in "by den ford gate ham ley man son ton well".split()
]
