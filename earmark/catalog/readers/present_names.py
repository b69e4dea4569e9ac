"""What readers were given before, with people by the names that they are called by now: briefs and answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from earmark.catalog.content import insights, names
from earmark.name_rules import NameRules
from earmark.types import Answer, Brief, BriefItem, Echo, Hit, Insight, Related

__all__ = ["answer_with_names", "with_names"]


def with_names(tx: sa.Connection, brief: Brief, insight_ids: Collection[str]) -> Brief:
    """A brief that was made before, which names insights with these ids; of what is gone a name may be a former one."""
    rules = names.load(tx)
    if not rules:
        return brief
    now = _Names(rules, insights.get_many(tx, sorted(insight_ids)))
    return replace(brief, items=tuple(now.item(item) for item in brief.items))


def answer_with_names(answer: Answer, rules: NameRules) -> Answer:
    """An answer that was given before, with who is quoted; its sentences stay as they were written."""
    if not rules:
        return answer
    citations = tuple(
        replace(cite, speaker=cite.speaker and rules.shown(cite.speaker, episode_id=cite.episode_id))
        for cite in answer.citations
    )
    holders = {old.speaker: new.speaker for old, new in zip(answer.citations, citations, strict=True)}
    views = tuple(replace(view, holder=holders.get(view.holder) or view.holder) for view in answer.views)
    return replace(answer, citations=citations, views=views)


class _Names:
    """The present names of who says what."""

    def __init__(self, rules: NameRules, known: dict[str, Insight]) -> None:
        self._rules = rules
        self._known = known

    def item(self, item: BriefItem) -> BriefItem:
        return replace(
            item, insight=self._insight(item.insight), related=tuple(self._related(other) for other in item.related)
        )

    def _related(self, other: Related) -> Related:
        return replace(
            other,
            insight=other.insight and self._insight(other.insight),
            moment=other.moment and self._moment(other.moment),
            also_said_by=tuple(self._echo(echo) for echo in other.also_said_by),
        )

    def _insight(self, insight: Insight) -> Insight:
        return replace(insight, speaker=self._speaker(insight.id, insight.speaker, insight.episode_id, insight.show_id))

    def _moment(self, moment: Hit) -> Hit:
        return replace(moment, speaker=self._speaker("", moment.speaker, moment.episode_id, moment.show_id))

    def _echo(self, echo: Echo) -> Echo:
        return replace(echo, speaker=self._speaker(echo.insight_id, echo.speaker, echo.episode_id, ""))

    def _speaker(self, insight_id: str, name: str | None, episode_id: str, show_id: str) -> str | None:
        if insight_id in self._known:
            return self._known[insight_id].speaker
        return name and self._rules.shown(name, episode_id=episode_id, show_id=show_id)
