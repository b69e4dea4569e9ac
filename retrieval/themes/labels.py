"""Headings and telling words for the themes of a clustering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.clean import cut, plain
from earmark.embedding import insight_text
from earmark.errors import EarmarkError, ModelCallError
from retrieval.themes.cluster import into_space
from retrieval.themes.naming import MOST_CALLS, written_label
from retrieval.themes.phrases import Meaning, label_of, telling_phrases

if TYPE_CHECKING:
    from earmark.catalog.content.clustering import StoredTheme
    from earmark.ports import ChatModel, Encoder
    from earmark.types import Insight

__all__ = ["BY_TERMS", "ThemeHeading", "headings"]

BY_TERMS = "terms"
_READ = 150
"""Insights of a theme, most central first, that its words are taken from."""
_KEEP = 0.6
"""Overlap from which a theme that goes on keeps its heading: a reader looks for it under the words that were there."""
_CLAIM_CHARACTERS = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeHeading:
    """What a theme is called, by whom (``terms`` or ``llm <model>``), and its telling words, best first."""

    label: str
    by: str
    terms: tuple[str, ...]


def headings(
    members: Sequence[Sequence[Insight]],
    centroids: NDArray[np.float32],
    mean: NDArray[np.float32],
    *,
    encoder: Encoder,
    chat: ChatModel | None,
    before: Sequence[tuple[StoredTheme, float] | None],
) -> list[ThemeHeading]:
    """The headings of themes, given the insights of each, most central first.

    Args:
        members: insights by theme, largest theme first.
        centroids: the themes' middles, of shape ``(n_themes, d)``.
        mean: what the space of the clustering is centred on.
        encoder: weighs phrases by meaning; where it fails (an endpoint that is away) they are weighed by counts.
        chat: writes the headings of the largest themes, where there is one.
        before: what each theme was until now and how much of it is the same (``None`` for a new one).
    """
    texts = [[plain(insight_text(one), newlines=True) for one in theme[:_READ]] for theme in members]
    people = {one.speaker for theme in members for one in theme[:_READ] if one.speaker}
    titles = {one.show for theme in members for one in theme[:_READ]}
    try:
        phrases = telling_phrases(texts, people=people, titles=titles, meaning=_meaning(encoder, centroids, mean))
    except EarmarkError:
        phrases = telling_phrases(texts, people=people, titles=titles)
    found: list[ThemeHeading] = []
    taken: set[str] = set()
    calls = MOST_CALLS if chat else 0
    for number, theme in enumerate(members):
        terms = tuple(phrase.text for phrase in phrases[number])
        old = before[number]
        label, by = "", BY_TERMS
        if old is not None and old[1] >= _KEEP and (chat is None or old[0].label_by == f"llm {chat.name}"):
            label, by = old[0].label, old[0].label_by
        elif chat is not None and calls:
            calls -= 1
            try:
                label, by = written_label(chat, [one.claim for one in theme], terms), f"llm {chat.name}"
            except ModelCallError:
                calls = 0  # it is away: the other themes do not wait for it too
        if not label or label in taken:
            label, by = label_of(phrases[number], taken) or cut(plain(theme[0].claim), _CLAIM_CHARACTERS), BY_TERMS
        taken.add(label)
        found.append(ThemeHeading(label=label, by=by, terms=terms))
    return found


def _meaning(encoder: Encoder, centroids: NDArray[np.float32], mean: NDArray[np.float32]) -> Meaning:
    def near(texts: Sequence[str], themes: Sequence[int]) -> list[float]:
        vectors = into_space(encoder.encode(texts), mean)
        cosines: list[float] = np.einsum("ij,ij->i", vectors, centroids[np.asarray(themes)]).tolist()
        return cosines

    return near
