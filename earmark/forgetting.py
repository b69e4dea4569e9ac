"""What a brief or an answer is without a show that has been removed: nothing that came from it, the rest as it was."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from earmark.clean import plain
from earmark.types import Answer, Brief, BriefItem, Related

__all__ = ["Gone", "answer_without", "brief_without", "speaks_of", "words_of"]

_PIECE = re.compile(r".*?(?:\[\d+\]\s*)+[\"”’)\].!?…]*\s*|.+\Z", re.DOTALL)
"""A stretch of an answer up to the citations that it ends in."""
_CITED = re.compile(r"\[(\d+)\]")
_EMPTY_BRIEF = "What was in this brief came from a show that has been removed."
_EMPTY_ANSWER = "What this answer rested on came from a show that has been removed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was removed: the show's id and title, and the ids of its episodes and insights."""

    show_id: str
    title: str
    episodes: frozenset[str]
    insights: frozenset[str]


def brief_without(brief: Brief, gone: Gone) -> Brief:
    """The brief without the show's ideas, without it among what others said, and without its name in the reasons."""
    items = tuple(_item(one, gone) for one in brief.items if one.insight.show_id != gone.show_id)
    emptied = bool(brief.items) and not items
    return replace(brief, items=items, note=_EMPTY_BRIEF if emptied else _clauses(brief.note, gone, ". "))


def answer_without(answer: Answer, gone: Gone) -> Answer:
    """The answer without the sentences and citations that rest on the show; one that loses all of them says so.

    A sentence that cites it and others goes too: its words may be from either.
    """
    lost = {one.n for one in answer.citations if one.episode_id in gone.episodes}
    narrowed = tuple(one for one in answer.narrowed if one.kind != "show" or plain(one.label) != plain(gone.title))
    if not lost:
        return replace(answer, narrowed=narrowed, note=_clauses(answer.note, gone, ". "))
    kept = [piece for piece in _PIECE.findall(answer.answer) if not lost & {int(n) for n in _CITED.findall(piece)}]
    text = "".join(kept).strip()
    cited = {int(n) for n in _CITED.findall(text)}
    views = tuple(replace(one, cites=tuple(n for n in one.cites if n in cited)) for one in answer.views)
    return replace(
        answer,
        answer=text if cited else _EMPTY_ANSWER,
        abstained=answer.abstained or not cited,
        citations=tuple(one for one in answer.citations if one.n in cited),
        understood="",  # a follow-up is understood by names that were said
        narrowed=narrowed,
        note=_clauses(answer.note, gone, ". ") if cited else "",
        views=views if all(one.cites for one in views) else (),
    )


def words_of(text: str) -> set[str]:
    """The words of a text, folded, as they are compared."""
    return set(re.findall(r"\w+", text.casefold()))


def _item(item: BriefItem, gone: Gone) -> BriefItem:
    related = tuple(_related(one, gone) for one in item.related if one.insight.show_id != gone.show_id)
    return replace(item, why=_clauses(item.why, gone, "; ") or "From what you follow.", related=related)


def _related(one: Related, gone: Gone) -> Related:
    echoes = tuple(echo for echo in one.also_said_by if echo.insight_id not in gone.insights)
    return replace(one, also_said_by=echoes, why=_clauses(one.why, gone, "; "))


def _clauses(text: str, gone: Gone, separator: str) -> str:
    """The text without the clauses that name the show."""
    name = plain(gone.title)
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")  # a show "AI" is not named by "chAIrs"
    if not name or not named.search(text):
        return text
    return separator.join(clause for clause in text.split(separator) if not named.search(clause))


def speaks_of(text: str, said: Collection[str]) -> bool:
    """Whether all words of a text (but the shortest) are among those that were said."""
    return all(word in said for word in words_of(text) if len(word) > 2)
