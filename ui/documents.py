"""What `--json` prints: one document a command, each with ``schema_version``.

The fields are a promise to scripts: they are added to, not renamed or removed, while ``schema_version`` stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from earmark.net import redact
from earmark.types import Answer, Brief, Hit, Insight, Related, Show

if TYPE_CHECKING:
    from ingest.run import IngestReport
    from ui.doctor import Check
    from ui.library import ImportReport
    from ui.status import Failed, Status

__all__ = [
    "SCHEMA_VERSION",
    "answer_document",
    "brief_document",
    "doctor_document",
    "import_document",
    "ingest_document",
    "insights_document",
    "related_document",
    "search_document",
    "show_document",
    "status_document",
]

SCHEMA_VERSION = 1

Document = dict[str, Any]


def insights_document(found: Iterable[Insight], novelty: Mapping[str, float]) -> Document:
    """Of `earmark insights`."""
    return _document(insights=[_insight(one, novelty.get(one.id)) for one in found])


def related_document(insight: Insight, related: Sequence[Related]) -> Document:
    """Of `earmark related`."""
    return _document(insight=_insight(insight), related=[_related(one) for one in related])


def search_document(query: str, hits: Iterable[Hit]) -> Document:
    """Of `earmark search`."""
    fields = ("chunk_id", "episode_id", "show", "episode", "speaker", "start_s", "end_s", "text", "score", "url")
    return _document(query=query, hits=[{name: getattr(hit, name) for name in fields} for hit in hits])


def answer_document(answer: Answer) -> Document:
    """Of `earmark ask`."""
    fields = ("n", "show", "episode", "speaker", "start_s", "quote", "url", "chunk_id")
    return _document(
        question=answer.question,
        answer=answer.answer,
        abstained=answer.abstained,
        writer=answer.writer,
        citations=[{name: getattr(one, name) for name in fields} for one in answer.citations],
    )


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
    shows = [
        {
            **_show(one.show),
            "episodes": one.episodes,
            "done": one.done,
            "failed": one.failed,
            "insights": one.insights,
            "newest": one.newest.isoformat() if one.newest else None,
        }
        for one in status.shows
    ]
    return _document(
        shows=shows,
        episodes=status.episodes_by_stage,
        failures=[_failed(one) for one in (*status.feed_failures, *status.failures)],
        chunks=status.chunks,
        insights=status.insights,
        dropped=status.dropped,
        index={"points": status.index_points, "behind": status.index_behind},
    )


def ingest_document(report: IngestReport) -> Document:
    """Of `earmark ingest`."""
    return _document(**asdict(report))


def show_document(show: Show) -> Document:
    """Of `earmark add`."""
    return _document(show=_show(show))


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


def _related(one: Related) -> Document:
    return {
        "insight": _insight(one.insight),
        "score": round(one.score, 4),
        "why": one.why,
        "also_said_by": [asdict(echo) for echo in one.also_said_by],
        "same_guest": one.same_guest,
    }


def _show(show: Show) -> Document:
    return {
        "id": show.id,
        "title": show.title,
        "feed_url": redact(show.feed_url),
        "status": show.status.value,
        "checked_at": show.checked_at.isoformat() if show.checked_at else None,
    }


def _failed(one: Failed) -> Document:
    return {
        "show": one.show,
        "episode": one.episode,
        "stage": one.stage,
        "reason": one.reason,
        "gives_up": one.gives_up,
    }
