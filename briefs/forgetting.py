"""A brief without a removed show: everything from that show is left out, the rest stays."""

from __future__ import annotations

from dataclasses import replace

from earmark.forgetting import RemovedShow, clauses_without
from earmark.relations import utterance
from earmark.types import Brief, BriefItem, Related

__all__ = ["brief_without"]

_EMPTY = "What was in this brief came from a show that has been removed."


def brief_without(brief: Brief, gone: RemovedShow) -> Brief:
    """The brief without the show's ideas, without it among what others said, and without its name in the reasons."""
    items = tuple(_item(item, gone) for item in brief.items if item.insight.show_id != gone.show_id)
    emptied = bool(brief.items) and not items
    return replace(brief, items=items, note=_EMPTY if emptied else clauses_without(brief.note, gone, ". "))


def _item(item: BriefItem, gone: RemovedShow) -> BriefItem:
    related = tuple(_related(other, gone) for other in item.related if utterance(other).show_id != gone.show_id)
    return replace(item, why=clauses_without(item.why, gone, "; "), related=related)


def _related(related: Related, gone: RemovedShow) -> Related:
    echoes = tuple(echo for echo in related.also_said_by if echo.insight_id not in gone.insights)
    return replace(related, also_said_by=echoes, why=clauses_without(related.why, gone, "; "))
