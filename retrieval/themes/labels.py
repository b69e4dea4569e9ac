"""Headings and telling words for the themes of a clustering."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.clean import cut, plain
from earmark.embedding import insight_text
from earmark.errors import EarmarkError, ModelCallError
from retrieval.themes.cluster import into_space
from retrieval.themes.joined_phrases import label_of
from retrieval.themes.naming import MOST_WRITTEN, written_label
from retrieval.themes.phrases import Meaning, telling_phrases

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
    """The heading of a theme, its author (``terms`` or ``llm <model>``), and its telling words, best first."""

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
    people: Iterable[str] = (),
) -> list[ThemeHeading]:
    """The headings of themes, given the insights of each, most central first.

    Args:
        members: insights by theme, largest theme first.
        centroids: the themes' middles, of shape ``(n_themes, d)``.
        mean: what the space of the clustering is centred on.
        encoder: weighs phrases by meaning; where it fails (an endpoint that is away) they are weighed by counts.
        chat: writes the headings of the largest themes, where there is one.
        before: what each theme was until now and how much of it is the same (``None`` for a new one).
        people: whose names are no subject, those who say the insights aside: speakers, hosts and guests of the library.
    """
    texts = [[plain(insight_text(insight), newlines=True) for insight in theme[:_READ]] for theme in members]
    known = {*people, *(insight.speaker for theme in members for insight in theme if insight.speaker)}
    titles = {insight.show for theme in members for insight in theme[:_READ]}
    try:
        phrases = telling_phrases(texts, people=known, titles=titles, meaning=_meaning(encoder, centroids, mean))
    except EarmarkError:
        phrases = telling_phrases(texts, people=known, titles=titles)
    made: list[ThemeHeading] = []
    taken: set[str] = set()
    writer = _Writer(chat, known)
    for theme, telling, old in zip(members, phrases, before, strict=True):
        terms = tuple(phrase.text for phrase in telling)
        label, by = writer.kept(old) or writer.written(theme, terms) or ("", BY_TERMS)
        if not label or label in taken:
            label, by = label_of(telling, taken) or cut(plain(theme[0].claim), _CLAIM_CHARACTERS), BY_TERMS
        taken.add(label)
        made.append(ThemeHeading(label=label, by=by, terms=terms))
    return made


class _Writer:
    """Headings by a language model, if there is one; for as many themes as it may be asked for."""

    def __init__(self, chat: ChatModel | None, people: Collection[str]) -> None:
        self._chat = chat
        self._by = f"llm {chat.name}" if chat else ""
        self._left = MOST_WRITTEN
        self._people = people

    def kept(self, old: tuple[StoredTheme, float] | None) -> tuple[str, str] | None:
        """The heading that a theme keeps, and its author; ``None`` if it has changed or another model wrote it."""
        if old is None or old[1] < _KEEP or (self._chat is not None and old[0].label_by != self._by):
            return None
        return old[0].label, old[0].label_by

    def written(self, theme: Sequence[Insight], terms: Sequence[str]) -> tuple[str, str] | None:
        """A new heading, and its author; ``None`` without a model, or if it is asked for no more."""
        if self._chat is None or not self._left:
            return None
        self._left -= 1
        try:
            claims = [insight.claim for insight in theme]
            return written_label(self._chat, claims, terms, people=self._people), self._by
        except ModelCallError:
            self._left = 0  # it is away: the other themes do not wait for it too
            return None


def _meaning(encoder: Encoder, centroids: NDArray[np.float32], mean: NDArray[np.float32]) -> Meaning:
    def near(texts: Sequence[str], themes: Sequence[int]) -> list[float]:
        vectors = into_space(encoder.encode(texts), mean)
        cosines: list[float] = np.einsum("ij,ij->i", vectors, centroids[np.asarray(themes)]).tolist()
        return cosines

    return near
