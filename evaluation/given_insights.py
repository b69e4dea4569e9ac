"""Texts as the insights of a library, each of an episode of its own."""

from __future__ import annotations

from collections.abc import Mapping

from earmark.catalog import Connection
from earmark.catalog.content import insights
from earmark.ids import content_hash, make_id
from earmark.types import EpisodeData, Insight
from evaluation.collection import put_show

__all__ = ["given_insight", "put_insights"]


def given_insight(
    key: str, episode_id: str, *, claim: str, body: str = "", seq: int = 0, quality: float = 0.5
) -> Insight:
    """An insight that nothing is known of but its words and how good it is; its id is that of the key."""
    return Insight(
        id=make_id("insight", key),
        episode_id=episode_id,
        show_id="",
        show="",
        episode="",
        published=None,
        url="",
        audio_url="",
        seq=seq,
        claim=claim,
        body=body,
        quote=body,
        speaker=None,
        start_s=None,
        end_s=None,
        quality=quality,
        extractor="given",
        content_hash=content_hash(f"{claim}\n{body}"),
    )


def put_insights(tx: Connection, texts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Puts texts (title and text by key) into a catalog, each in a show of its own; returns the keys by insight id.

    The title is the claim and the text its body; where there is no title, the text is the claim.
    """
    keys: dict[str, str] = {}
    for key, (title, text) in texts.items():
        (episode_id,) = put_show(tx, key, [EpisodeData(guid=key, title=key)])
        insight = given_insight(key, episode_id, claim=title or text, body=text if title else "")
        insights.replace(tx, episode_id, [insight], {})
        keys[insight.id] = key
    return keys
