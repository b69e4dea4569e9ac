"""Texts that people labelled by subject, as the ideas of small libraries: what a simulated reader wants is known of each.

Reads items.jsonl (``{"text": …, "label": …}``), of which several libraries of a few subjects are made, or corpus.jsonl with
editors' ``topics``, which is one library. Of what a label does not say, quality, show and day, each idea has some by chance,
as far apart as in a library of 150 real episodes: nothing but the subject tells what is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from earmark.catalog import Connection
from earmark.catalog.content import insights
from earmark.errors import UsageError
from earmark.types import EpisodeData
from evaluation.collection import put_show
from evaluation.given_insights import given_insight
from evaluation.judgements import json_lines
from evaluation.splits import PARTS, part

__all__ = ["TODAY", "LabelledLibrary", "LabelledText", "libraries", "stored"]

TODAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The first day on which briefs are made; all ideas are of the two months before it."""
_SUBJECTS = 12
"""Subjects of a library: a reader of one wants a twelfth of it."""
_IDEAS = 40
"""Ideas of a subject in a library: more than five briefs hold."""
_FEWEST = 25
"""Ideas of a subject that somebody is interested in: five briefs that hold nothing else."""
_SHOWS = 12
_DAYS = 60
_SEED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text and what it is about."""

    text: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledLibrary:
    """Texts of one library, and the subjects that simulated readers of it want."""

    texts: tuple[LabelledText, ...]
    subjects: tuple[str, ...]


def libraries(folder: Path, *, split: str = "", limit: int | None = None) -> list[LabelledLibrary]:
    """The libraries that a folder gives.

    Args:
        folder: holds items.jsonl, or corpus.jsonl with ``topics``.
        split: ``tune`` or ``test``, about half of the subjects each; empty for all.
        limit: libraries at most.

    Raises:
        UsageError: there is no such file, a line of it cannot be used, or too little is left.
    """
    if split and split not in PARTS:
        raise UsageError(f"choose one of {', '.join(PARTS)}", subject=f"--split {split}")
    items, corpus = folder / "items.jsonl", folder / "corpus.jsonl"
    made = list(_of_items(items, split) if items.is_file() else _of_corpus(corpus, split))[:limit]
    if not made or any(len(library.subjects) < 3 for library in made):
        raise UsageError("holds too few subjects; three with twenty-five texts each are needed", subject=str(folder))
    return made


def stored(tx: Connection, library: LabelledLibrary) -> dict[str, frozenset[str]]:
    """Puts a library into an empty catalog, an episode an idea; returns the labels by insight id."""
    chance = np.random.default_rng(_SEED)
    order = chance.permutation(len(library.texts))
    labels: dict[str, frozenset[str]] = {}
    for show in range(_SHOWS):
        members = [library.texts[n] for n in order[show::_SHOWS]]
        days = [TODAY - timedelta(days=int(day)) for day in chance.integers(1, _DAYS + 1, len(members))]
        data = [EpisodeData(guid=f"{show}.{n}", title=f"Episode {n}", published=day) for n, day in enumerate(days)]
        for text, episode_id in zip(members, put_show(tx, f"Show {show}", data), strict=True):
            # From .35 to .95, .55 in the middle: as the extractor's are in a library of 150 real episodes.
            quality = 0.35 + 0.6 * float(chance.beta(1.6, 3.0))
            idea = given_insight(episode_id, episode_id, claim=text.text, quality=quality)
            insights.replace(tx, episode_id, [idea], {})
            labels[idea.id] = text.labels
    return labels


def _of_items(path: Path, split: str) -> Iterator[LabelledLibrary]:
    """Libraries of ``_SUBJECTS`` each, put together by chance; the last takes what is left, or gives it up if that is little."""
    texts: dict[str, list[str]] = {}
    for where, line in json_lines(path):
        text, label = line.get("text"), line.get("label")
        if not (isinstance(text, str) and text.strip() and isinstance(label, str) and label):
            raise UsageError("needs a text and a label", subject=where)
        texts.setdefault(label, []).append(text)
    names = sorted(name for name, held in texts.items() if len(held) >= _FEWEST and split in ("", part(name)))
    names = [names[n] for n in np.random.default_rng(_SEED).permutation(len(names))]
    for first in range(0, len(names) - _SUBJECTS + 1, _SUBJECTS):
        chosen = names[first : first + _SUBJECTS]
        held = [
            LabelledText(text=text, labels=frozenset({name}))
            for name in chosen
            for text in _evenly(texts[name], _IDEAS)
        ]
        yield LabelledLibrary(texts=tuple(held), subjects=tuple(chosen))


def _of_corpus(path: Path, split: str) -> Iterator[LabelledLibrary]:
    """All documents as one library; wanted are topics that enough of them have."""
    texts = []
    for where, line in json_lines(path):
        topics = line.get("topics")
        if not isinstance(topics, list):
            raise UsageError("needs topics, a list of words", subject=where)
        words = ". ".join(str(line.get(name, "")) for name in ("title", "text") if line.get(name))
        texts.append(LabelledText(text=words, labels=frozenset(map(str, topics))))
    counts = Counter(topic for text in texts for topic in text.labels)
    names = sorted(name for name, count in counts.items() if count >= _FEWEST and split in ("", part(name)))
    yield LabelledLibrary(texts=tuple(texts), subjects=tuple(names))


def _evenly(texts: Sequence[str], most: int) -> list[str]:
    """So many different texts, from the beginning to the end."""
    different = list(dict.fromkeys(texts))
    return [different[n] for n in np.unique(np.linspace(0, len(different) - 1, min(most, len(different))).astype(int))]
