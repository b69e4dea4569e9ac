"""An answer without a show that has been removed: nothing that rests on it, the rest as it was."""

from __future__ import annotations

import re
from dataclasses import replace

from earmark.clean import plain
from earmark.forgetting import RemovedShow, clauses_without
from earmark.types import Answer

__all__ = ["answer_without"]

_PIECE = re.compile(r".*?(?:\[\d+\]\s*)+[\"”’)\].!?…]*\s*|.+\Z", re.DOTALL)
"""A stretch of an answer up to the citations that it ends in."""
_CITED = re.compile(r"\[(\d+)\]")
_EMPTY = "What this answer rested on came from a show that has been removed."


def answer_without(answer: Answer, gone: RemovedShow) -> Answer:
    """The answer without the sentences and citations that rest on the show; an answer that loses all of them says so.

    A sentence that cites it and others goes too: its words may be from either.
    """
    lost = {citation.n for citation in answer.citations if citation.episode_id in gone.episodes}
    narrowed = tuple(
        narrowing
        for narrowing in answer.narrowed
        if narrowing.kind != "show" or plain(narrowing.label) != plain(gone.title)
    )
    if not lost:
        return replace(answer, narrowed=narrowed, note=clauses_without(answer.note, gone, ". "))
    kept = [piece for piece in _PIECE.findall(answer.answer) if not lost & {int(n) for n in _CITED.findall(piece)}]
    text = "".join(kept).strip()
    cited = {int(n) for n in _CITED.findall(text)}
    views = tuple(replace(view, cites=tuple(n for n in view.cites if n in cited)) for view in answer.views)
    return replace(
        answer,
        answer=text if cited else _EMPTY,
        abstained=answer.abstained or not cited,
        citations=tuple(citation for citation in answer.citations if citation.n in cited),
        understood="",  # a follow-up is understood by names that were said
        narrowed=narrowed,
        note=clauses_without(answer.note, gone, ". ") if cited else "",
        views=views if all(view.cites for view in views) else (),
    )
