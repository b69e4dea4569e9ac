"""How an entry of a related list relates to the insight that it is listed under, and what a reader is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earmark.timeline import moved
from earmark.types import Related

__all__ = ["RELATION_WORDS", "Relation", "Utterance", "converse", "published", "utterance"]


class Relation(StrEnum):
    """What the entry is to the insight."""

    SAME = "same"
    OPPOSITE = "opposite"
    REASON = "reason"
    CONSEQUENCE = "consequence"
    EXAMPLE = "example"
    PARALLEL = "parallel"


_CONVERSE = {
    Relation.REASON.value: Relation.CONSEQUENCE.value,
    Relation.CONSEQUENCE.value: Relation.REASON.value,
    Relation.EXAMPLE.value: "",
}

RELATION_WORDS = {
    Relation.SAME.value: "Same claim",
    Relation.OPPOSITE.value: "Opposite claim",
    Relation.REASON.value: "A reason",
    Relation.CONSEQUENCE.value: "A consequence",
    Relation.EXAMPLE.value: "An example",
    Relation.PARALLEL.value: "Same mechanism elsewhere",
    "agrees": "Same claim",
    "disagrees": "Opposite claim",
    "extends": "Goes further",
}
"""What a reader is told, by the value of a relation; the last three are found in briefs of earlier versions."""


def converse(relation: str) -> str:
    """What the insight is to the entry; empty where that has no word."""
    return _CONVERSE.get(relation, relation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What an entry says, and where it was said. ``url`` is a page, ``audio_url`` an address of the audio; either may be empty.

    ``insight_id`` is empty where it is a moment of an episode. ``shift_s`` and ``about`` are as in `earmark.types.Insight`.
    """

    text: str
    show_id: str
    show: str
    episode_id: str
    episode: str
    speaker: str | None
    start_s: float | None
    url: str
    audio_url: str
    insight_id: str = ""
    shift_s: float = 0.0
    about: bool = False

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.start_s, self.shift_s)


def published(related: Related) -> datetime | None:
    """When an entry was published; ``None`` where no feed says."""
    said = related.insight or related.moment
    return said.published if said is not None else None


def utterance(related: Related) -> Utterance:
    """What a reader is shown of an entry, whether it is an insight or a moment of an episode.

    Raises:
        ValueError: it is neither.
    """
    if related.insight is not None:
        insight = related.insight
        return Utterance(
            text=insight.claim,
            show_id=insight.show_id,
            show=insight.show,
            episode_id=insight.episode_id,
            episode=insight.episode,
            speaker=insight.speaker,
            start_s=insight.start_s,
            url=insight.url,
            audio_url=insight.audio_url,
            insight_id=insight.id,
            shift_s=insight.shift_s,
            about=insight.about,
        )
    if related.moment is None:
        raise ValueError("an entry of a related list is an insight or a moment")
    moment = related.moment
    first, last = moment.highlight or (0, len(moment.text))
    return Utterance(
        text=" ".join(moment.text[first:last].split()),
        show_id=moment.show_id,
        show=moment.show,
        episode_id=moment.episode_id,
        episode=moment.episode,
        speaker=moment.speaker,
        start_s=moment.second,
        url=moment.url,
        audio_url="",
        shift_s=moment.shift_s,
        about=moment.about,
    )
