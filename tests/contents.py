"""What a library holds, read from its catalog: to compare two of them, and to check quotes, speakers and times."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog import open_catalog
from earmark.catalog.content import transcripts
from earmark.catalog.schema import chunks, episodes, insights, shows

__all__ = ["check_contents", "contents"]


def check_contents(home: Path) -> dict[str, Any]:
    """Reads the catalog: are quotes verbatim, speakers kept, times sound?"""
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        stages = Counter(tx.execute(sa.select(episodes.c.stage)).scalars())
        texts: dict[str, str] = {}
        spoken: dict[str, set[str]] = {}
        for episode_id in tx.execute(sa.select(episodes.c.id).where(episodes.c.same_as == "")).scalars().all():
            transcript = transcripts.get(tx, episode_id)
            texts[episode_id] = _folded(" ".join(segment.text for segment in transcript.segments))
            spoken[episode_id] = {segment.speaker for segment in transcript.segments if segment.speaker}
        rows = tx.execute(
            sa.select(insights, shows.c.title).join(episodes, insights.c.episode_id == episodes.c.id).join(shows)
        ).all()
        passages = tx.execute(sa.select(chunks)).all()
    catalog.close()
    return {
        "stages": dict(stages),
        "chunks": len(passages),
        "insights": len(rows),
        "insights_by_show": dict(Counter(row.title for row in rows)),
        "quotes_not_verbatim": sum(_folded(row.quote) not in texts[row.episode_id] for row in rows),
        "insights_without_speaker": sum(row.speaker is None for row in rows),
        "speakers_not_in_transcript": sum(
            bool(row.speaker) and row.speaker not in spoken[row.episode_id] for row in rows
        ),
        "episodes_with_speakers": sum(bool(names) for names in spoken.values()),
        "bad_times": sum(
            row.start_s is not None and row.end_s is not None and row.end_s < row.start_s for row in passages
        ),
    }


def contents(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every chunk and insight, in an order of its own, to compare two libraries."""
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        held = {
            table.name: sorted((tuple(row) for row in tx.execute(sa.select(table))), key=repr)
            for table in (chunks, insights)
        }
    catalog.close()
    return held


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
