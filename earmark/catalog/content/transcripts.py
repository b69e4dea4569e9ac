"""Transcripts, one an episode."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.content import appearances
from earmark.catalog.schema import audio_files, episodes
from earmark.catalog.schema import transcripts as table
from earmark.errors import NotFound
from earmark.ids import content_hash
from earmark.types import Chapter, Segment, Stage, Transcript, Voice

__all__ = ["get", "published_before", "put", "recognised"]


def put(tx: sa.Connection, episode_id: str, transcript: Transcript) -> None:
    """Stores the transcript of an episode in place of an earlier one, whose timeline goes with it."""
    segments = [[s.text, s.start_s, s.end_s, s.speaker] for s in transcript.segments]
    tx.execute(table.delete().where(table.c.episode_id == episode_id))
    tx.execute(audio_files.delete().where(audio_files.c.episode_id == episode_id))
    tx.execute(
        table.insert().values(
            episode_id=episode_id,
            segments=segments,
            source=transcript.source,
            source_url=transcript.source_url,
            language=transcript.language,
            chapters=[asdict(chapter) for chapter in transcript.chapters],
            voices=[asdict(voice) for voice in transcript.voices],
            provenance=dict(transcript.provenance),
            content_hash=content_hash(json.dumps(segments, ensure_ascii=False)),
        )
    )
    appearances.put_voices(tx, episode_id, transcript.voices)


def get(tx: sa.Connection, episode_id: str) -> Transcript:
    """The transcript of an episode; raises ``NotFound`` if it has none yet, or no longer (``keep.transcripts_days``)."""
    row = tx.execute(sa.select(table).where(table.c.episode_id == episode_id)).one_or_none()
    if row is None:
        raise NotFound(_missing(tx, episode_id), subject=episode_id)
    segments = tuple(Segment(text=t, start_s=a, end_s=b, speaker=who) for t, a, b, who in row.segments)
    return Transcript(
        segments=segments,
        source=row.source,
        source_url=row.source_url,
        language=row.language,
        chapters=tuple(Chapter(**chapter) for chapter in row.chapters),
        voices=tuple(Voice(**voice) for voice in row.voices),
        provenance=row.provenance,
    )


def _missing(tx: sa.Connection, episode_id: str) -> str:
    stage = tx.execute(sa.select(episodes.c.stage).where(episodes.c.id == episode_id)).scalar()
    if stage in {None, Stage.DISCOVERED.value}:
        return "this episode has no transcript yet; `earmark ingest` makes it"
    return "the transcript of this episode was not kept (keep in docs/settings.md)"


def recognised(tx: sa.Connection, episode_id: str) -> bool:
    """Whether an episode's transcript was made from its audio, and not taken from its publisher."""
    made = sa.select(table.c.episode_id).where(table.c.episode_id == episode_id, table.c.source_url == "")
    return tx.execute(made).first() is not None


def published_before(tx: sa.Connection, show_id: str, moment: datetime, *, most: int) -> list[bool]:
    """For the latest episodes of a show that were published before then, whether their feed names a transcript."""
    query = (
        sa.select(episodes.c.transcripts)
        .where(episodes.c.show_id == show_id, episodes.c.published < moment)
        .order_by(episodes.c.published.desc())
        .limit(most)
    )
    return [bool(links) for links in tx.execute(query).scalars()]
