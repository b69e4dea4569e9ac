"""A library of any size that was never spoken: shows, episodes, insights and themes, written straight into a catalog.

What it says means nothing, but every number is as in a library that was followed for years: five insights an episode, themes
that hold a few hundred, a brief that was told. The same size gives the same library.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from earmark.catalog.content import clustering, insights
from earmark.catalog.content.clustering import ClusteringRun, Member, StoredTheme
from earmark.catalog.feeds import shows
from earmark.catalog.inserting import insert_whole
from earmark.catalog.readers import accounts, briefs
from earmark.ids import content_hash, make_id
from earmark.types import Brief, BriefItem, Reader, Related, Stage

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection

__all__ = ["BEGAN", "MadeSize", "episodes_of", "make_library", "pieces"]

T = TypeVar("T")

_SEED = 20_261_128
BEGAN = datetime(2022, 1, 1, 6, tzinfo=UTC)
"""When the first episode was published."""
_HOURS = 2
"""Between two episodes: 20,000 of them are four and a half years."""
_WAITING = 0.01
"""Share of episodes that are still to be read, as on a day in the middle of the work."""
_ALONE = 0.3
"""Share of insights in no theme."""
_DIMENSION = 384
_ITEMS, _RELATED = 5, 3
_WORDS = (
    "river harbour engine ledger orchard signal valley copper winter teacher market bridge garden lantern "
    "kelp battery clinic glacier voter tunnel harvest archive rocket nurse violin satellite bakery court"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSize:
    """How much there is of everything."""

    shows: int = 200
    episodes: int = 20_000
    insights: int = 100_000
    themes: int = 300


def make_library(catalog: Catalog, size: MadeSize, *, model_id: str, today: date, reader: Reader) -> None:
    """Fills an empty catalog; themes are of that embedding model, and today's brief is made for the reader."""
    chance = random.Random(_SEED)
    with catalog.write() as tx:
        episode_ids = episodes_of(tx, size, chance)
        insight_ids = _insights(tx, episode_ids, size, chance)
        _themes(tx, insight_ids, size, model_id, chance)
        _brief(tx, insight_ids, reader, today)


def episodes_of(tx: Connection, size: MadeSize, chance: random.Random) -> list[str]:
    """Puts shows and episodes into an empty catalog; gives the ids of the episodes that have been read."""
    show_ids = [
        shows.add(tx, f"https://made.invalid/{n}", title=f"Show {n}: {_said(chance, 2)}", now=BEGAN)[0].id
        for n in range(size.shows)
    ]
    rows, jobs, read = [], [], []
    for n in range(size.episodes):
        show_id, at = show_ids[n % len(show_ids)], BEGAN + timedelta(hours=_HOURS * n)
        episode_id = make_id("episode", show_id, str(n))
        waits = chance.random() < _WAITING
        stage = Stage.DISCOVERED if waits else Stage.INSIGHTS
        rows.append(_episode(episode_id, show_id, n, at, stage, _said(chance, 5)))
        jobs.append({"episode_id": episode_id, "turn": 0 if waits else None})
        if not waits:
            read.append(episode_id)
    insert_whole(tx, "episodes", rows)
    insert_whole(tx, "jobs", jobs)
    return read


def _episode(episode_id: str, show_id: str, n: int, at: datetime, stage: Stage, title: str) -> dict[str, Any]:
    return {
        "id": episode_id,
        "show_id": show_id,
        "guid": str(n),
        "title": title,
        "link": f"https://made.invalid/e/{n}",
        "published": at,
        "audio_url": f"https://made.invalid/e/{n}.mp3",
        "transcripts": [],
        "persons": [],
        "language": "en",
        "stage": stage.value,
        "discovered_at": at,
    }


def _insights(tx: Connection, episode_ids: Sequence[str], size: MadeSize, chance: random.Random) -> list[str]:
    rows = (_insight(n, episode_ids[n % len(episode_ids)], n // len(episode_ids), chance) for n in range(size.insights))
    ids: list[str] = []
    for part in pieces(rows):
        insert_whole(tx, "insights", part)
        ids += [row["id"] for row in part]
    return ids


def _insight(n: int, episode_id: str, seq: int, chance: random.Random) -> dict[str, Any]:
    claim = f"{_said(chance, 12)} {n}"
    return {
        "id": make_id("insight", episode_id, claim),
        "episode_id": episode_id,
        "seq": seq,
        "claim": claim,
        "body": _said(chance, 60),
        "quote": _said(chance, 25),
        "url": f"https://made.invalid/i/{n}",
        "speaker": f"Speaker {chance.randrange(2000)}",
        "start_s": 60.0 * seq,
        "end_s": 60.0 * seq + 30,
        "quality": chance.random(),
        "extractor": "made",
        "content_hash": content_hash("insight", claim),
    }


def _themes(tx: Connection, ids: Sequence[str], size: MadeSize, model_id: str, chance: random.Random) -> None:
    centroid = np.full(_DIMENSION, _DIMENSION**-0.5, dtype=np.float32)
    made = [
        StoredTheme(
            id=make_id("theme", str(n)),
            label=_said(chance, 3),
            label_by="rules",
            terms=tuple(_said(chance, 4).split()),
            centroid=centroid,
            created_at=BEGAN,
        )
        for n in range(size.themes)
    ]
    standing = [
        Member(
            insight_id=insight_id,
            theme_id=None if chance.random() < _ALONE else chance.choice(made).id,
            similarity=chance.random(),
            x=chance.random(),
            y=chance.random(),
        )
        for insight_id in ids
    ]
    mean = base64.b64encode(np.zeros(_DIMENSION, dtype="<f4").tobytes()).decode("ascii")
    parameters: Mapping[str, Any] = {"mean": mean, "said_mean": mean, "resolution": 1.0, "themes": size.themes}
    run = ClusteringRun(model=model_id, clustered_at=BEGAN, insights=len(ids), parameters=parameters)
    clustering.replace(tx, run, made, standing, {})


def _brief(tx: Connection, ids: Sequence[str], reader: Reader, today: date) -> None:
    told = ids[: _ITEMS * (_RELATED + 1)]
    known = insights.get_many(tx, told)
    items = tuple(
        BriefItem(
            insight=known[told[n]],
            why="",
            novelty=0.5,
            related=tuple(
                Related(insight=known[key], score=0.5, why="both")
                for key in told[_ITEMS + n * _RELATED : _ITEMS + (n + 1) * _RELATED]
            ),
        )
        for n in range(_ITEMS)
    )
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    brief = Brief(subscriber_id=reader.id, date=today, items=items, created_at=now, note="")
    accounts.put(tx, reader)
    briefs.put(tx, brief, now=now, ledger={item.insight.id: (item.insight.content_hash, True) for item in items})


def pieces(rows: Iterator[T], size: int = 2_000) -> Iterator[list[T]]:
    """What comes, so many at a time."""
    while piece := [row for _, row in zip(range(size), rows, strict=False)]:
        yield piece


def _said(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))
