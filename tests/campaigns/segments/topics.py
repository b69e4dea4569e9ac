"""How well boundaries between subjects agree with those that people set, and what they do to search."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.ports import Encoder
from earmark.types import Chapter, Episode, EpisodeData, Stage, Transcript
from ingest.chapters.topics import boundaries
from ingest.passages.chunking import chunk
from ingest.text.sentences import Sentence, split_sentences
from tests.campaigns.segments.data import PartedEpisode, parted

__all__ = ["Memo", "passages", "topics"]

BLOCK_WORDS = 30
TOLERANCE = 2
"""Blocks by which a boundary may be off and still counts as found: half a minute."""
TUNED_ON = frozenset({"Bitcoin, Explained", "London Bitcoin Devs (talks)"})
EVERY = 20
"""Blocks of a part in the baselines: as many as the human ones of the tuning shows have about."""


class Memo:
    """An encoder that encodes a text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def model_id(self) -> str:
        """That of the encoder."""
        return self._encoder.model_id

    @property
    def dimension(self) -> int:
        """That of the encoder."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def topics(data: Path, encoder: Encoder) -> dict[str, Any]:
    """Pk, WindowDiff and F1 of each way, on the shows it was tuned on and on the others; means over episodes."""
    rng = random.Random(7)
    ways: dict[str, Callable[[Sequence[Sentence], int], set[int]]] = {
        "none": lambda _sentences, _blocks: set(),
        "equal": lambda _sentences, blocks: set(range(EVERY, blocks - EVERY // 2, EVERY)),
        "random": lambda _sentences, blocks: set(rng.sample(range(1, blocks), max(1, blocks // EVERY))),
        "texttiling": lambda sentences, _blocks: _tiling(sentences, encoder),
        "topics": lambda sentences, _blocks: _blocks_of(sentences, boundaries(sentences, encoder)),
    }
    scores: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for episode in parted(data):
        sentences = split_sentences(episode.transcript)
        truth = _blocks_of(sentences, _human(episode, sentences))
        blocks = 1 + max(_block_numbers(sentences))
        split = "tuned_on" if episode.show in TUNED_ON else "held_out"
        for name, way in ways.items():
            scores.setdefault((split, name), []).append(_agreement(truth, way(sentences, blocks), blocks))
    return {
        split: {
            "episodes": len(scores[split, "none"]),
            **{
                name: dict(
                    zip(("pk", "windowdiff", "f1"), np.mean(scores[split, name], axis=0).round(4).tolist(), strict=True)
                )
                for name in ways
            },
        }
        for split in ("tuned_on", "held_out")
    }


def passages(data: Path, encoder: Encoder) -> dict[str, Any]:
    """Looking for each human heading among the passages of its episode, by how these are cut (held-out shows).

    A passage is right where over half of it lies in the part with that heading; mean reciprocal rank of the first one.
    """
    ranks: dict[tuple[str, str], list[float]] = {}
    made: Counter[str] = Counter()
    for episode in (e for e in parted(data) if e.show not in TUNED_ON):
        sentences = split_sentences(episode.transcript)
        human = _human(episode, sentences)
        cuts = {"whole": (), "topics": boundaries(sentences, encoder), "publisher": human}
        for name, cut in cuts.items():
            chunks = chunk(_episode(episode), _cut(episode.transcript, sentences, cut), words=150)
            made[name] += len(chunks)
            texts = [passage.text for passage in chunks]
            vectors = encoder.encode([f"{episode.show} — {episode.title}\n{text}" for text in texts])
            middles = [((p.start_s or 0.0) + (p.end_s or 0.0)) / 2 for p in chunks]
            edges = [sentences[index].start_s or 0.0 for index in human]
            owner = [int(np.searchsorted(edges, middle, side="right")) for middle in middles]
            for part, title in enumerate(episode.titles, start=1):
                if not title or re.match(r"intro|outro|welcome", title, re.IGNORECASE):
                    continue
                dense = vectors @ encoder.encode([title])[0]
                words = _bm25(title, texts)
                for engine, scores in (("dense", dense), ("bm25", words), ("both", _z(dense) + _z(words))):
                    order = np.argsort(-scores, kind="stable")
                    first = next((1 / (rank + 1) for rank, i in enumerate(order) if owner[i] == part), 0.0)
                    ranks.setdefault((name, engine), []).append(first)
    return {
        name: {"passages": made[name]}
        | {engine: round(float(np.mean(ranks[name, engine])), 4) for engine in ("dense", "bm25", "both")}
        for name in ("whole", "topics", "publisher")
    }


def _human(episode: PartedEpisode, sentences: Sequence[Sentence]) -> tuple[int, ...]:
    """The sentences that begin a part, one for each heading."""
    firsts = [sentence.first_segment for sentence in sentences]
    return tuple(min(int(np.searchsorted(firsts, start)), len(sentences) - 1) for start in episode.starts)


def _block_numbers(sentences: Sequence[Sentence]) -> list[int]:
    """In which block each sentence begins."""
    lengths = [len(sentence.text.split()) for sentence in sentences]
    return [int(start) // BLOCK_WORDS for start in np.concatenate([[0], np.cumsum(lengths)[:-1]])]


def _blocks_of(sentences: Sequence[Sentence], starts: Sequence[int]) -> set[int]:
    numbers = _block_numbers(sentences)
    return {numbers[index] for index in starts} - {0}


def _agreement(truth: set[int], marked: set[int], blocks: int) -> tuple[float, float, float]:
    """Pk (Beeferman 1999) and WindowDiff (Pevzner and Hearst 2002), lower is better; F1 with ``TOLERANCE``."""
    window = max(2, round(blocks / (len(truth) + 1) / 2))
    sums = [np.cumsum([block in marks for block in range(blocks)]) for marks in (truth, marked)]
    real, made = (total[window:] - total[:-window] for total in sums)
    left, hits = set(truth), 0
    for block in sorted(marked):
        near = [other for other in left if abs(other - block) <= TOLERANCE]
        if near:
            left.remove(min(near, key=lambda other: (abs(other - block), other)))
            hits += 1
    f1 = 2 * hits / (len(truth) + len(marked)) if truth or marked else 0.0
    return float(np.mean((real > 0) != (made > 0))), float(np.mean(real != made)), f1


def _tiling(sentences: Sequence[Sentence], encoder: Encoder, *, width: int = 12, strict: float = 1.0) -> set[int]:
    """TextTiling (Hearst 1997) on the vectors of blocks: cuts where similarity dips by a deviation above the mean."""
    texts: dict[int, list[str]] = {}
    for number, sentence in zip(_block_numbers(sentences), sentences, strict=True):
        texts.setdefault(number, []).append(sentence.text)
    keys = sorted(texts)
    sums = np.vstack(
        [np.zeros(encoder.dimension), np.cumsum(encoder.encode([" ".join(texts[k])[:600] for k in keys]), 0)]
    )
    alike = np.ones(len(keys))
    for i in range(1, len(keys)):
        before, after = sums[i] - sums[max(0, i - width)], sums[min(len(keys), i + width)] - sums[i]
        alike[i] = before @ after / (np.linalg.norm(before) * np.linalg.norm(after) + 1e-9)
    depths = np.array([_peak(alike, i, -1) + _peak(alike, i, 1) - 2 * alike[i] for i in range(len(keys))])
    cuts: list[int] = []
    for i in np.argsort(-depths):
        if depths[i] <= depths.mean() + strict * depths.std():
            break
        if all(abs(int(i) - cut) >= 6 for cut in [0, *cuts]):
            cuts.append(int(i))
    return {keys[cut] for cut in cuts}


def _peak(alike: NDArray[np.float64], at: int, step: int) -> float:
    while 0 < at + step < len(alike) and alike[at + step] >= alike[at]:
        at += step
    return float(alike[at])


def _cut(transcript: Transcript, sentences: Sequence[Sentence], starts: Sequence[int]) -> Transcript:
    seconds = sorted({sentences[index].start_s or 0.0 for index in starts} - {0.0})
    chapters = tuple(Chapter(start_s=second) for second in [0.0, *seconds]) if seconds else ()
    return Transcript(segments=transcript.segments, source="text", chapters=chapters)


def _episode(episode: PartedEpisode) -> Episode:
    from datetime import UTC, datetime

    return Episode(
        id=f"{episode.show} {episode.title}",
        show_id=episode.show,
        show=episode.show,
        data=EpisodeData(guid=episode.title, title=episode.title),
        stage=Stage.TRANSCRIPT,
        discovered_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _z(scores: NDArray[Any]) -> NDArray[np.float64]:
    wide = scores.astype(np.float64)
    standard: NDArray[np.float64] = (wide - wide.mean()) / (wide.std() + 1e-9)
    return standard


def _bm25(query: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """BM25 with k1 0.9 and b 0.4."""
    documents = [Counter(_tokens(text)) for text in texts]
    lengths = np.array([max(1, sum(d.values())) for d in documents])
    scores = np.zeros(len(texts))
    for word in _tokens(query):
        holding = sum(word in d for d in documents)
        weight = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        counts = np.array([d[word] for d in documents])
        scores += weight * counts * 1.9 / (counts + 0.9 * (0.6 + 0.4 * lengths / lengths.mean()))
    return scores


def _tokens(text: str) -> list[str]:
    return [word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.lower())]
