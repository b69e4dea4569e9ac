"""Synthetic libraries of any size: words as the sample speaks them and a long tail, vectors that lie in clusters.

The same seed gives the same library. Passages are drawn from the sample's own words and from invented ones, whose ranks
follow Zipf's law; vectors gather around centres of uneven size and spread in few dimensions, as those of texts do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.catalog.content import chunks, episodes, vectors
from earmark.catalog.feeds import shows
from earmark.ids import make_id
from earmark.types import Chunk, EpisodeData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog

__all__ = ["DIMENSION", "SHOWS", "Corpus", "fill", "passages"]

SAMPLE = Path(__file__).parents[1] / "sample"
DIMENSION = 384
SHOWS = 50
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = 2000
_EPISODE = 30
"""Passages of an episode: an hour and a half at 150 words a passage is twice that."""
_INVENTED = 60_000
_CENTRES = 400
_SPREAD = 40
"""Dimensions in which a cluster is wide; the others carry a little noise."""
_PIECE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A synthetic library of ``size`` passages; ``vectors`` is of shape ``(size, DIMENSION)``, rows of length 1."""

    size: int
    seed: int
    vectors: NDArray[np.float32]

    @classmethod
    def make(cls, size: int, *, seed: int = 7) -> Corpus:
        """The library with that seed."""
        rng = np.random.default_rng(seed)
        centres = rng.standard_normal((_CENTRES, DIMENSION)).astype(np.float32)
        basis = rng.standard_normal((_SPREAD, DIMENSION)).astype(np.float32) / np.sqrt(DIMENSION)
        weights = 1 / np.arange(1, _CENTRES + 1) ** 0.7
        vectors = np.empty((size, DIMENSION), dtype=np.float32)
        for start in range(0, size, _PIECE):
            rows = vectors[start : start + _PIECE]
            which = rng.choice(_CENTRES, size=len(rows), p=weights / weights.sum())
            wide = rng.standard_normal((len(rows), _SPREAD)).astype(np.float32) @ basis
            noise = rng.standard_normal(rows.shape).astype(np.float32)
            rows[:] = centres[which] / np.sqrt(DIMENSION) + 0.25 * wide + 0.6 / np.sqrt(DIMENSION) * noise
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return cls(size=size, seed=seed, vectors=vectors)

    def texts(self) -> Iterator[list[str]]:
        """The passages' texts, in order, piece by piece; 110 words on average."""
        words, share = _vocabulary()
        rng = np.random.default_rng(self.seed + 1)
        rising = np.cumsum(share)
        for start in range(0, self.size, _PIECE):
            lengths = rng.integers(60, 161, size=min(_PIECE, self.size - start))
            drawn = words[np.searchsorted(rising, rng.random(int(lengths.sum())) * rising[-1])]
            yield [" ".join(part) for part in np.split(drawn, np.cumsum(lengths)[:-1])]

    def queries(self, count: int) -> tuple[NDArray[np.float32], list[str]]:
        """Vectors near passages, of shape ``(count, DIMENSION)``, and three to eight words each."""
        rng = np.random.default_rng(self.seed + 2)
        near = self.vectors[rng.integers(0, self.size, count)]
        vectors = near + 0.6 / np.sqrt(DIMENSION) * rng.standard_normal((count, DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        words, share = _vocabulary()
        asked = [" ".join(rng.choice(words, size=int(rng.integers(3, 9)), p=share / share.sum())) for _ in range(count)]
        return vectors.astype(np.float32), asked

    def show(self, number: int) -> int:
        """The show, of ``SHOWS``, that a passage belongs to."""
        return number // _EPISODE % SHOWS

    def day(self, number: int) -> datetime:
        """The publication date of the passage's episode."""
        return _BEGAN + timedelta(days=number // _EPISODE * 7 % _DAYS)


def fill(catalog: Catalog, corpus: Corpus, model: str) -> list[str]:
    """Puts a library into an empty catalog, vectors and all; returns the ids of the passages, in order."""
    count = -(-corpus.size // _EPISODE)
    homes: list[str] = [""] * count
    with catalog.write() as tx:
        for show in range(SHOWS):
            own = list(range(show, count, SHOWS))
            added, _ = shows.add(tx, f"https://bench.invalid/{show}", title=f"Show {show}", now=_BEGAN)
            data = [EpisodeData(guid=str(n), title=f"Episode {n}", published=corpus.day(n * _EPISODE)) for n in own]
            episodes.add_new(tx, added.id, data, language="en", now=_BEGAN)
            for n in own:
                homes[n] = make_id("episode", added.id, str(n))
    ids = [make_id("chunk", str(number)) for number in range(corpus.size)]
    start = 0
    for texts in corpus.texts():
        part = range(start, start + len(texts))
        made = [_chunk(ids[n], homes[n // _EPISODE], n, text) for n, text in zip(part, texts, strict=True)]
        with catalog.write() as tx:
            chunks.add(tx, made)
            vectors.put_bytes(tx, model, {ids[n]: corpus.vectors[n].tobytes() for n in part})
        start += len(texts)
    return ids


def _chunk(chunk_id: str, episode_id: str, number: int, text: str) -> Chunk:
    return Chunk(
        id=chunk_id,
        episode_id=episode_id,
        seq=number % _EPISODE,
        text=text,
        speaker=f"Speaker {number % 7}",
        content_hash=chunk_id,
    )


def passages() -> list[str]:
    """Passages of about 150 words from the sample's transcripts."""
    from ingest.transcripts import parse_transcript

    passages = []
    for path in sorted(SAMPLE.glob("*/transcripts/*")):
        words = " ".join(
            s.text for s in parse_transcript(path.read_bytes(), url=path.name, content_type="").segments
        ).split()
        passages += [" ".join(words[n : n + 150]) for n in range(0, len(words) - 75, 150)]
    return passages


def _vocabulary() -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Words with the probability of each: three in four from the sample, the rest invented, by Zipf's law."""
    counted = Counter(re.findall(r"[a-z']+", " ".join(passages()).lower()))
    own, counts = zip(*counted.most_common(), strict=True)
    rng = np.random.default_rng(11)
    syllables = np.array([a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il")])
    invented = ["".join(parts) for parts in rng.choice(syllables, size=(_INVENTED, 3))]
    tail = 1 / np.arange(5, _INVENTED + 5)
    share = np.concatenate([0.75 * np.array(counts) / sum(counts), 0.25 * tail / tail.sum()])
    return np.array([*own, *invented]), share
