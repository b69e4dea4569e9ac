"""What somebody says on a show, to compare with an insight: the claim of another insight, or a statement of a passage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from earmark.embedding import chunk_text, insight_text
from earmark.ids import content_hash
from retrieval.search.moments import PassageHit, statement_hit

if TYPE_CHECKING:
    from earmark.catalog.content.chunks import LocatedPassage
    from earmark.ports import Statement
    from earmark.types import Hit, Insight

__all__ = ["Remark", "claimed", "stated", "statement_key", "statement_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A claim or a statement, and where it was said.

    ``text`` is the claim or the statement, ``around`` what it was said in (claim and body, or the passage), whose vector
    is kept under ``around_hash``. ``worth`` in 0..1 is how likely a reader is glad to have read it. Either ``insight`` or
    ``hit`` is what a reader opens.
    """

    key: str
    text: str
    around: str
    around_hash: str
    show_id: str
    show: str
    episode_id: str
    episode: str
    published: datetime | None
    audio_url: str
    speaker: str | None
    quote: str
    worth: float
    insight: Insight | None = None
    hit: Hit | None = None

    @property
    def text_hash(self) -> str:
        """What the vector of ``text`` is kept under."""
        return content_hash("claim", self.text)


def claimed(insight: Insight) -> Remark:
    """The claim of an insight."""
    return Remark(
        key=insight.id,
        text=insight.claim,
        around=insight_text(insight),
        around_hash=insight.content_hash,
        show_id=insight.show_id,
        show=insight.show,
        episode_id=insight.episode_id,
        episode=insight.episode,
        published=insight.published,
        audio_url=insight.audio_url,
        speaker=insight.speaker,
        quote=insight.quote,
        worth=insight.quality,
        insight=insight,
    )


def stated(located: LocatedPassage, statement: Statement) -> Remark:
    """A statement of a passage, which opens as a moment with that statement marked."""
    chunk = located.chunk
    span = (statement.start, statement.end)
    hit = statement_hit(PassageHit(located=located, score=0.0), span)
    text = statement_text(located, statement)
    return Remark(
        key=statement_key(located, statement),
        text=text,
        around=chunk_text(chunk),
        around_hash=chunk.content_hash,
        show_id=located.show_id,
        show=located.show,
        episode_id=chunk.episode_id,
        episode=located.episode,
        published=located.published,
        audio_url=located.audio_url,
        speaker=hit.speaker,
        quote=text,
        worth=statement.worth,
        hit=hit,
    )


def statement_key(located: LocatedPassage, statement: Statement) -> str:
    """What tells a statement from all others: its passage and its place there."""
    return f"{located.chunk.id}:{statement.start}:{statement.end}"


def statement_text(located: LocatedPassage, statement: Statement) -> str:
    """A statement's own words, on one line."""
    return " ".join(located.chunk.text[statement.start : statement.end].split())
