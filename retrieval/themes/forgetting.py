"""Themes after insights went: those that nothing is left of go, the others lose the words that only those brought."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from earmark.catalog import Connection
from earmark.catalog.content import themes
from earmark.scope import ShowScope
from earmark.types import Insight

__all__ = ["reword", "reword_without", "reworded", "reworded_within"]

_ENOUGH = 40
"""Insights in the middle of a theme, which nearly always say all its words; the others are read only where they do not."""


def reword(tx: Connection, theme_ids: Collection[str]) -> None:
    """Takes what is no longer said out of the headings of these themes, after insights of theirs were removed."""
    themes.silence_retired(tx)
    for heading in themes.headings(tx, theme_ids):
        left = themes.central(tx, heading.id)
        if left:
            themes.put_heading(tx, heading.id, *reworded(heading.label, heading.terms, left))
        else:
            themes.remove(tx, heading.id)


def reword_without(tx: Connection, theme_id: str, insight: Insight) -> None:
    """Takes out of a theme's heading what only an insight said that has just been withdrawn.

    What nobody said before (the words of a model) stays.
    """
    for heading in themes.headings(tx, [theme_id]):
        left = themes.central(tx, heading.id)
        if not left:
            themes.remove(tx, heading.id)
            continue
        before, after = _words(_text([insight, *left])), _words(_text(left))
        lost = {words for words in (heading.label, *heading.terms) if _said(words, before) and not _said(words, after)}
        if not lost:
            continue
        terms = tuple(term for term in heading.terms if term not in lost)
        label, _ = reworded(heading.label, terms, left) if heading.label in lost else (heading.label, terms)
        themes.put_heading(tx, heading.id, label, terms)


def reworded(label: str, terms: Sequence[str], insights: Sequence[Insight]) -> tuple[str, tuple[str, ...]]:
    """A theme's label and telling words, as far as its insights (most central first) still say them.

    A label that they no longer say is made of the words that stay, or of the most central claim.
    """
    said = _words(_text(insights))
    kept = tuple(term for term in terms if _said(term, said))
    return label if _said(label, said) else ", ".join(kept[:3]) or insights[0].claim, kept


def reworded_within(
    tx: Connection,
    theme_id: str,
    label: str,
    terms: Sequence[str],
    scope: ShowScope,
    *,
    among: Collection[str] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """A theme's label and telling words as far as these shows still say them, in the insights ``among`` these ids if given."""
    central = themes.central(tx, theme_id, limit=_ENOUGH, scope=scope, among=among)
    words = reworded(label, terms, central)
    if words == (label, tuple(terms)) or len(central) < _ENOUGH:
        return words
    return reworded(label, terms, themes.central(tx, theme_id, scope=scope, among=among))


def _text(insights: Sequence[Insight]) -> str:
    return " ".join(f"{insight.claim} {insight.body} {insight.quote}" for insight in insights)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _said(text: str, said: Collection[str]) -> bool:
    """Whether all words of a text (but the shortest) are among those that were said."""
    return all(word in said for word in _words(text) if len(word) > 2)
