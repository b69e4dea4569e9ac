"""What `--json` prints: one document a command, each with ``schema_version``.

The fields are a promise to scripts: they are added to, not renamed or removed, while ``schema_version`` stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from earmark.net import redact
from earmark.types import Answer, Brief, Conversation, Hit, Insight, Related, Show, Theme, Turn

if TYPE_CHECKING:
    from library.doctor import Check
    from library.shows import ImportReport, RefreshReport
    from library.status import Failed, ShowSummary, Status
    from library.values import IngestReport, Removed, SearchPage

__all__ = [
    "SCHEMA_VERSION",
    "answer_document",
    "brief_document",
    "conversation_document",
    "conversations_document",
    "doctor_document",
    "import_document",
    "ingest_document",
    "insights_document",
    "refresh_document",
    "related_document",
    "removed_document",
    "search_document",
    "show_document",
    "shows_document",
    "status_document",
    "theme_document",
    "themes_document",
]

SCHEMA_VERSION = 1

Document = dict[str, Any]


def insights_document(found: Iterable[Insight], novelty: Mapping[str, float]) -> Document:
    """Of `earmark insights`."""
    return _document(insights=[_insight(one, novelty.get(one.id)) for one in found])


def related_document(insight: Insight, related: Sequence[Related]) -> Document:
    """Of `earmark related`."""
    return _document(insight=_insight(insight), related=[_related(one) for one in related])


def search_document(query: str, page: SearchPage) -> Document:
    """Of `earmark search`: ``understood`` is the query with names put right, ``facets`` count passages."""
    return _document(
        query=query, understood=str(page.query), hits=[_hit(one) for one in page.hits], facets=asdict(page.facets)
    )


def answer_document(answer: Answer, *, conversation: str = "") -> Document:
    """Of `earmark ask`."""
    return _document(**_answer(answer), **({"conversation": conversation} if conversation else {}))


def conversations_document(found: Sequence[Conversation]) -> Document:
    """Of `earmark conversations`."""
    return _document(conversations=[_conversation(one) for one in found])


def conversation_document(conversation: Conversation, turns: Sequence[Turn]) -> Document:
    """Of `earmark conversations ID`."""
    asked = [{"asked_at": one.asked_at.isoformat(), **_answer(one.answer)} for one in turns]
    return _document(**_conversation(conversation), asked=asked)


def themes_document(themes: Iterable[Theme], *, alone: int) -> Document:
    """Of `earmark themes`: ``alone`` insights are in no theme."""
    return _document(themes=[_theme(one) for one in themes], alone=alone)


def theme_document(theme: Theme, insights: Iterable[Insight]) -> Document:
    """Of `earmark theme`: its insights, most central first."""
    return _document(theme=_theme(theme), insights=[_insight(one) for one in insights])


def brief_document(brief: Brief) -> Document:
    """Of `earmark brief`."""
    items = [
        {
            "insight": _insight(item.insight, item.novelty),
            "why": item.why,
            "related": [_related(r) for r in item.related],
        }
        for item in brief.items
    ]
    return _document(date=brief.date.isoformat(), items=items, note=brief.note)


def status_document(status: Status) -> Document:
    """Of `earmark status`."""
    shows = [_summary(one) for one in status.shows]
    return _document(
        shows=shows,
        episodes=status.episodes_by_stage,
        failures=[_failed(one) for one in (*status.feed_failures, *status.failures)],
        chunks=status.chunks,
        insights=status.insights,
        dropped=status.dropped,
        index={"points": status.index_points, "behind": status.index_behind},
        waiting=[
            {
                "show": one.show,
                "episode": one.episode,
                "episode_id": one.episode_id,
                "reason": one.reason,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in status.waiting
        ],
        in_hand=status.in_hand,
    )


def ingest_document(report: IngestReport) -> Document:
    """Of `earmark ingest`."""
    return _document(**asdict(report))


def show_document(show: Show) -> Document:
    """Of `earmark add`."""
    return _document(show=_show(show))


def shows_document(summaries: Iterable[ShowSummary]) -> Document:
    """Of `earmark show list` and `earmark show info`."""
    return _document(shows=[_summary(one) for one in summaries])


def refresh_document(report: RefreshReport) -> Document:
    """Of `earmark show refresh`: ``held`` are shows whose server asked not to be asked before ``hold_until``."""
    return _document(
        checked=[
            {**_show(one.show), "unchanged": one.unchanged, "new_episodes": one.new_episodes, "note": one.note}
            for one in report.checked
        ],
        failed=[{"show": one.show, "reason": one.reason, "gives_up": one.gives_up} for one in report.failed],
        held=[_show(one) for one in report.held],
    )


def removed_document(removed: Removed) -> Document:
    """Of `earmark show remove`: how many of each there were; ``briefs`` and ``answers`` were changed, not removed."""
    names = ("title", "episodes", "transcripts", "passages", "insights", "briefs", "answers", "revived")
    return _document(**{name: getattr(removed, name) for name in names})


def import_document(report: ImportReport) -> Document:
    """Of `earmark import`."""
    return _document(
        added=[_show(one) for one in report.added],
        known=[_show(one) for one in report.known],
        failed=[{"url": redact(url), "reason": reason} for url, reason in report.failed],
    )


def doctor_document(checks: Sequence[Check]) -> Document:
    """Of `earmark doctor`."""
    return _document(ok=all(one.ok is not False for one in checks), checks=[asdict(one) for one in checks])


def _document(**fields: Any) -> Document:
    return {"schema_version": SCHEMA_VERSION, **fields}


def _hit(hit: Hit) -> Document:
    fields = ("chunk_id", "episode_id", "show", "episode", "speaker", "start_s", "end_s", "text", "score", "url")
    return {name: getattr(hit, name) for name in fields} | {
        "published": hit.published.isoformat() if hit.published else None,
        "chunk_ids": list(hit.chunk_ids),
        "highlight": list(hit.highlight) if hit.highlight else None,
        "highlight_s": hit.highlight_s,
    }


def _answer(answer: Answer) -> Document:
    fields = ("n", "show", "episode", "speaker", "start_s", "quote", "url", "chunk_id")
    return {
        "question": answer.question,
        "answer": answer.answer,
        "abstained": answer.abstained,
        "writer": answer.writer,
        "citations": [
            {
                **{name: getattr(one, name) for name in fields},
                "published": one.published.isoformat() if one.published else None,
            }
            for one in answer.citations
        ],
        "understood": answer.understood,
        "narrowed": [asdict(one) for one in answer.narrowed],
        "note": answer.note,
        "views": [{"holder": one.holder, "cites": list(one.cites)} for one in answer.views],
        "confidence": answer.confidence,
    }


def _conversation(one: Conversation) -> Document:
    return {
        "id": one.id,
        "title": one.title,
        "created_at": one.created_at.isoformat(),
        "updated_at": one.updated_at.isoformat(),
        "turns": one.turns,
    }


def _insight(one: Insight, novelty: float | None = None) -> Document:
    return {
        "id": one.id,
        "claim": one.claim,
        "body": one.body,
        "quote": one.quote,
        "speaker": one.speaker,
        "start_s": one.start_s,
        "end_s": one.end_s,
        "show": one.show,
        "episode": one.episode,
        "published": one.published.isoformat() if one.published else None,
        "url": one.url,
        "scores": {"quality": round(one.quality, 3), "novelty": None if novelty is None else round(novelty, 3)},
    }


def _theme(one: Theme) -> Document:
    return {
        "id": one.id,
        "label": one.label,
        "label_by": one.label_by,
        "terms": list(one.terms),
        "size": one.size,
        "insight_id": one.insight_id,
        "claim": one.claim,
        "shows": [{"id": share.id, "name": share.name, "insights": share.count} for share in one.shows],
        "speakers": [{"name": share.name, "insights": share.count} for share in one.speakers],
        "months": [{"month": month.month, "insights": month.count} for month in one.months],
        "created_at": one.created_at.isoformat(),
    }


def _related(one: Related) -> Document:
    return {
        "insight": _insight(one.insight),
        "score": round(one.score, 4),
        "why": one.why,
        "also_said_by": [asdict(echo) for echo in one.also_said_by],
        "same_guest": one.same_guest,
        "relation": one.relation,
    }


def _summary(one: ShowSummary) -> Document:
    return {
        **_show(one.show),
        "episodes": one.episodes,
        "done": one.done,
        "failed": one.failed,
        "insights": one.insights,
        "newest": one.newest.isoformat() if one.newest else None,
    }


def _show(show: Show) -> Document:
    return {
        "id": show.id,
        "title": show.title,
        "feed_url": redact(show.feed_url),
        "status": show.status.value,
        "checked_at": show.checked_at.isoformat() if show.checked_at else None,
        "private": show.private,
        "folder": show.folder,
        "takes": show.backfill.partition("@")[0],
        "next_check": show.next_check.isoformat() if show.next_check else None,
        "hold_until": show.hold_until.isoformat() if show.hold_until else None,
        "failures": show.failures,
        "last_error": show.last_error,
    }


def _failed(one: Failed) -> Document:
    return {
        "show": one.show,
        "episode": one.episode,
        "stage": one.stage,
        "reason": one.reason,
        "gives_up": one.gives_up,
        "episode_id": one.episode_id,
        "attempts": one.attempts,
        "at": one.at.isoformat() if one.at else None,
        "again": one.again.isoformat() if one.again else None,
        "traceback": one.detail,
    }
