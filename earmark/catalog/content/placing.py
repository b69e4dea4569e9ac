"""Values with the second at which a listener hears them: the one place where a timeline meets what is handed out.

What was stored with a brief or an answer has the shift of that day; it is placed again when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import audio_files
from earmark.language.links import at_second
from earmark.timeline import AS_WRITTEN, Timeline, moved
from earmark.types import Answer, Brief, BriefItem, Citation, Hit, Insight, Related

__all__ = ["placed_answer", "placed_brief", "placed_insight", "timelines"]


def timelines(tx: sa.Connection, episode_ids: Iterable[str]) -> dict[str, Timeline]:
    """The timelines of those of these episodes whose file has changed, by episode id."""
    moved_files: dict[str, Timeline] = {}
    query = sa.select(audio_files.c.episode_id, audio_files.c.anchors).where(audio_files.c.anchors.is_not(None))
    for part in batches(sorted(set(episode_ids))):
        for row in tx.execute(query.where(audio_files.c.episode_id.in_(part))):
            moved_files[row.episode_id] = Timeline.load(row.anchors)
    return moved_files


def placed_insight(insight: Insight, timeline: Timeline) -> Insight:
    """The insight with its shift, and its address with the second that a listener hears it at."""
    shift = timeline.at(insight.start_s)
    if (shift.shift_s, shift.about) == (insight.shift_s, insight.about):
        return insight
    second = moved(insight.start_s, shift.shift_s)
    return replace(insight, shift_s=shift.shift_s, about=shift.about, url=_at(insight.url, insight.audio_s, second))


def placed_brief(tx: sa.Connection, brief: Brief) -> Brief:
    """A stored brief with the shifts of today."""
    related = [other for item in brief.items for other in item.related]
    said = [*(item.insight for item in brief.items), *(part for other in related for part in _said(other))]
    lines = timelines(tx, (part.episode_id for part in said))
    if not lines and not any(part.shift_s or part.about for part in said):
        return brief
    return replace(brief, items=tuple(_placed_item(item, lines) for item in brief.items))


def placed_answer(answer: Answer, lines: Mapping[str, Timeline]) -> Answer:
    """A stored answer with the shifts of today."""
    citations = tuple(
        _placed_citation(citation, lines.get(citation.episode_id, AS_WRITTEN)) for citation in answer.citations
    )
    return replace(answer, citations=citations) if citations != answer.citations else answer


def _placed_item(item: BriefItem, lines: Mapping[str, Timeline]) -> BriefItem:
    related = tuple(_placed_related(other, lines) for other in item.related)
    insight = placed_insight(item.insight, lines.get(item.insight.episode_id, AS_WRITTEN))
    return replace(item, insight=insight, related=related)


def _placed_related(related: Related, lines: Mapping[str, Timeline]) -> Related:
    insight, moment = related.insight, related.moment
    if insight is not None:
        insight = placed_insight(insight, lines.get(insight.episode_id, AS_WRITTEN))
    if moment is not None:
        moment = _placed_hit(moment, lines.get(moment.episode_id, AS_WRITTEN))
    return replace(related, insight=insight, moment=moment)


def _said(related: Related) -> list[Insight | Hit]:
    return [part for part in (related.insight, related.moment) if part is not None]


def _placed_hit(hit: Hit, timeline: Timeline) -> Hit:
    shift = timeline.at(hit.second)
    second = moved(hit.second, shift.shift_s)
    return replace(hit, shift_s=shift.shift_s, about=shift.about, url=_at(hit.url, hit.audio_s, second))


def _placed_citation(citation: Citation, timeline: Timeline) -> Citation:
    shift = timeline.at(citation.start_s)
    second = moved(citation.start_s, shift.shift_s)
    url = _at(citation.url, citation.audio_s, second)
    return replace(citation, shift_s=shift.shift_s, about=shift.about, url=url)


def _at(url: str, before: float | None, second: float | None) -> str:
    """The address with another second, where it leads to the one before."""
    base, mark, given = url.rpartition("#t=")
    if second is None or before is None or not mark or given != str(int(before)):
        return url
    return at_second(base, second)
