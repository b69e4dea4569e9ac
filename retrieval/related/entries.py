"""An entry of a list as it is handed out, from what was found and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.types import Echo, Related

if TYPE_CHECKING:
    from retrieval.related.notes import RelationNote
    from retrieval.related.relation import Neighbour
    from retrieval.related.remarks import Remark
    from retrieval.related.shortlist import RelatedCandidate

__all__ = ["entry_of"]


def entry_of(group: Sequence[RelatedCandidate], neighbour: Neighbour, note: RelationNote) -> Related:
    """The first of a group as an entry, the others as those who say it too."""
    head = group[0].remark
    return Related(
        insight=head.insight,
        moment=head.hit,
        score=group[0].chance,
        why=note.why,
        also_said_by=tuple(_echo(other.remark) for other in group[1:]),
        same_guest=neighbour.same_guest,
        relation=note.relation,
    )


def _echo(remark: Remark) -> Echo:
    if remark.insight is not None:
        return Echo(
            insight_id=remark.insight.id, show=remark.show, speaker=remark.speaker, episode_id=remark.episode_id
        )
    second = remark.hit.highlight_s if remark.hit is not None else None
    return Echo(insight_id="", show=remark.show, speaker=remark.speaker, episode_id=remark.episode_id, start_s=second)
