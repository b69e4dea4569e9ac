"""Small values to test with."""

from __future__ import annotations

from earmark.ids import content_hash, make_id
from earmark.types import Chunk, Episode, Insight

__all__ = ["make_chunk", "make_insight"]


def make_chunk(episode: Episode, seq: int, text: str = "") -> Chunk:
    """A passage of an episode."""
    words = text or f"Passage number {seq} says something about kettles."
    return Chunk(
        id=make_id("chunk", episode.id, words),
        episode_id=episode.id,
        seq=seq,
        text=words,
        context=f"{episode.show} — {episode.data.title}",
        speaker="Ada Finch",
        start_s=seq * 30.0,
        end_s=seq * 30.0 + 28,
        content_hash=content_hash(words),
    )


def make_insight(
    episode: Episode, seq: int, claim: str = "", *, quality: float = 0.6, speaker: str = "Ada Finch"
) -> Insight:
    """An insight of an episode."""
    text = claim or f"Kettle number {seq} boils faster than its makers promised."
    return Insight(
        id=make_id("insight", episode.id, text),
        episode_id=episode.id,
        show_id=episode.show_id,
        show=episode.show,
        episode=episode.data.title,
        published=episode.data.published,
        url=episode.data.link,
        audio_url=episode.data.audio_url,
        seq=seq,
        claim=text,
        body="It was measured twice.",
        quote=text,
        speaker=speaker,
        start_s=seq * 60.0,
        end_s=seq * 60.0 + 9,
        quality=quality,
        extractor="extractive",
        content_hash=content_hash(text, "It was measured twice."),
    )
