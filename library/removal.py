"""The removal of a show and everything derived from it: rows, past briefs, saved answers, themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from earmark.catalog import removal
from earmark.catalog.readers import briefs, conversations
from earmark.catalog.retention import had_by_readers
from earmark.forgetting import RemovedShow

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["RemovalReport", "remove_show"]

KeptIdeas = Literal["nothing", "saved", "told"]
"""The ideas of a removed show that stay, as ``keep.removed_shows`` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalReport:
    """The numbers of removed things; ``briefs`` and ``answers`` count those that were changed.

    ``episode_ids`` name the audio that may lie about. ``revived`` counts episodes of other feeds that had been taken
    for the same as ones of this show, and are worked on themselves now. ``kept`` counts ideas that stayed.
    """

    title: str
    episode_ids: tuple[str, ...] = ()
    transcripts: int = 0
    passages: int = 0
    insights: int = 0
    briefs: int = 0
    answers: int = 0
    revived: int = 0
    kept: int = 0

    @property
    def episodes(self) -> int:
        """The number of episodes."""
        return len(self.episode_ids)


def remove_show(catalog: Catalog, show_id: str, *, keep: KeptIdeas = "nothing") -> RemovalReport:
    """Removes a show and what came from it in one transaction, and tells the index; raises ``NotFound``.

    ``keep`` names the ideas that stay: those that readers saved, or also those that they were told, in a show that is
    paused then. Where any stays, past briefs and answers stay whole too.
    """
    from briefs.forgetting import brief_without
    from retrieval.answers.forgetting import answer_without
    from retrieval.themes.forgetting import reword

    with catalog.write() as tx:
        had = had_by_readers(tx, saved_only=keep == "saved") if keep != "nothing" else frozenset()
        taken = removal.remove_but(tx, show_id, had)
        reword(tx, taken.theme_ids)
        if taken.kept:
            return RemovalReport(
                title=taken.title,
                episode_ids=taken.episode_ids,
                transcripts=taken.transcripts,
                passages=taken.passages,
                insights=len(taken.insight_ids),
                revived=taken.revived,
                kept=taken.kept,
            )
        gone = RemovedShow(
            show_id=show_id,
            title=taken.title,
            episodes=frozenset(taken.episode_ids),
            insights=frozenset(taken.insight_ids),
        )
        return RemovalReport(
            title=taken.title,
            episode_ids=taken.episode_ids,
            transcripts=taken.transcripts,
            passages=taken.passages,
            insights=len(taken.insight_ids),
            briefs=briefs.rewrite(tx, lambda brief: brief_without(brief, gone)),
            answers=conversations.rewrite(tx, lambda answer: answer_without(answer, gone)),
            revived=taken.revived,
        )
