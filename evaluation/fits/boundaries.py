"""Where sentences end in speech without marks, learned from edited transcripts: `python -m evaluation.fits.boundaries [DATA]`.

The transcripts lose marks, capitals, speakers and pauses; what is learned is where a mark stood. The shows of
`HELD_OUT` are not learned from: on them the found boundaries are measured, as `tests/campaigns/test_segments.py` does. How
readily a boundary is put is chosen on `CHOSEN_ON`, by weights that did not see these either. Only the strongest weights are
kept and fitted once more. Printed: precision, recall and F1 for each number of weights, and how often a boundary is right
that is given at least so much probability.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.types import Segment, Transcript
from ingest.text.boundaries import WEIGHTS, BoundaryWeights, classed, gap_features
from ingest.text.sentences import joined_text, split_sentences

__all__ = ["CHOSEN_ON", "HELD_OUT", "main"]

HELD_OUT = ("python-bytes", "security-now", "go-time", "btc-chaincode", "btc-bitcoin-explained", "ship-it")
CHOSEN_ON = ("js-party", "practical-ai", "btc-stephan-livera")
WORDS_A_SHOW = 150_000
COMMON = 60
"""How often a word occurs that is known by itself."""
FEWEST = 12
"""How often a feature occurs at least."""
KEPT = 6_000
"""Weights that are kept: with 3,000 the F1 is .01 lower, with all of them no higher."""
SHIFTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
ALPHA = 3e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The words of an episode, and before which of them a sentence begins."""

    words: tuple[str, ...]
    begins: frozenset[int]


def main() -> None:
    """Fits, measures and writes the weights."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    if not (data / "podcasts").is_dir():
        sys.exit(f"there are no podcasts in {data}; give the folder with the real data, or set EARMARK_TEST_DATA")
    shows = sorted(path.stem for path in (data / "podcasts").glob("*.jsonl"))
    talks = {show: _talks(data, show) for show in shows}
    learned = [show for show in shows if show not in HELD_OUT]
    first = _fitted([talk for show in learned if show not in CHOSEN_ON for talk in talks[show]])
    tried = {shift: _scores(first, {s: talks[s][:4] for s in CHOSEN_ON}, shift) for shift in SHIFTS}
    shift = max(SHIFTS, key=lambda value: tried[value]["f1"])
    final = _fitted([talk for show in learned for talk in talks[show]])
    shown = BoundaryWeights(bias=final.bias + shift, common=final.common, weights=final.weights)
    _write(shown)
    held = {show: talks[show][:4] for show in HELD_OUT}
    lines = [
        f"{sum(len(talk.words) for show in learned for talk in talks[show]):,} words of {len(learned)} shows",
        f"shift {shift}, chosen on {', '.join(CHOSEN_ON)}: {tried[shift]}",
        f"held-out shows: {_scores(final, held, shift)}",
        *(f"  {show}: {_scores(final, {show: some}, shift)}" for show, some in held.items()),
        f"right at a probability of at least: {_sure(shown, held)}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _talks(data: Path, show: str) -> list[Talk]:
    """Episodes of a show up to `WORDS_A_SHOW` words, without those that are as good as unpunctuated themselves."""
    talks: list[Talk] = []
    with (data / "podcasts" / f"{show}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            segments = tuple(Segment(text=segment["text"]) for segment in json.loads(line)["segments"])
            talk = _stripped(Transcript(segments=segments, source="text"))
            if len(talk.words) > 500 and len(talk.words) < 30 * len(talk.begins):
                talks.append(talk)
            if sum(len(talk.words) for talk in talks) > WORDS_A_SHOW:
                break
    return talks


def _stripped(transcript: Transcript) -> Talk:
    text = joined_text(transcript)
    words: list[str] = []
    begins: set[int] = set()
    for sentence in split_sentences(transcript):
        said = re.sub(r"\[[^\]]*\]", " ", text[sentence.start : sentence.end]).lower().replace("’", "'")
        words += [word for raw in said.split() if (word := re.sub(r"[^a-z0-9']", "", raw))]
        begins.add(len(words))
    return Talk(words=tuple(words), begins=frozenset(begins - {0, len(words)}))


def _fitted(talks: Sequence[Talk]) -> BoundaryWeights:
    counts = Counter(word for talk in talks for word in talk.words)
    common = frozenset(word for word, count in counts.items() if count >= COMMON)
    seen: Counter[str] = Counter()
    for talk in talks[::2]:
        classes = classed(talk.words, common)
        for index in range(1, len(classes)):
            seen.update(gap_features(classes, index))
    names = [name for name, count in seen.items() if count >= FEWEST]
    del seen
    rows, begins = _rows(talks, common, names)
    weights, _ = _regression(rows, begins)
    often = np.asarray(rows.sum(axis=0)).ravel()
    strongest = np.argsort(-np.abs(weights) * np.sqrt(often))[:KEPT]
    weights, bias = _regression(rows[:, strongest], begins)
    kept = {names[at]: float(weight) for at, weight in zip(strongest, weights, strict=True)}
    return BoundaryWeights(bias=bias, common=common, weights=kept)


def _rows(talks: Sequence[Talk], common: frozenset[str], names: Sequence[str]) -> tuple[Any, NDArray[np.bool_]]:
    """A sparse matrix with a row for each gap, and whether a sentence begins there."""
    from scipy.sparse import csr_matrix

    places = {name: place for place, name in enumerate(names)}
    columns: list[int] = []
    ends = [0]
    begins: list[bool] = []
    for talk in talks:
        classes = classed(talk.words, common)
        for index in range(1, len(classes)):
            columns += [places[name] for name in gap_features(classes, index) if name in places]
            ends.append(len(columns))
            begins.append(index in talk.begins)
    ones = np.ones(len(columns), dtype=np.float32)
    shape = (len(begins), len(names))
    return csr_matrix((ones, np.array(columns, dtype=np.int32), np.array(ends)), shape=shape), np.array(begins)


def _regression(rows: Any, begins: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(loss="log_loss", alpha=ALPHA, max_iter=4, tol=None, average=True, random_state=0)
    model.fit(rows, begins)
    return model.coef_[0], float(model.intercept_[0])


def _odds(fit: BoundaryWeights, talk: Talk, shift: float) -> NDArray[np.float64]:
    classes = classed(talk.words, fit.common)
    weight = fit.weights.get
    sums = (sum(weight(name, 0.0) for name in gap_features(classes, at)) for at in range(1, len(classes)))
    return fit.bias + shift + np.array([0.0, *sums])


def _scores(fit: BoundaryWeights, talks: dict[str, list[Talk]], shift: float) -> dict[str, float]:
    """Precision, recall and F1 of boundaries with odds above even, each the mean over shows."""
    rates = []
    for some in talks.values():
        hits = made = real = 0
        for talk in some:
            put = set((np.flatnonzero(_odds(fit, talk, shift)[1:] > 0) + 1).tolist())
            hits, made, real = hits + len(put & talk.begins), made + len(put), real + len(talk.begins)
        rates.append((hits / max(1, made), hits / max(1, real), 2 * hits / max(1, made + real)))
    means = np.mean(rates, axis=0)
    return dict(zip(("precision", "recall", "f1"), (round(float(mean), 3) for mean in means), strict=True))


def _sure(fit: BoundaryWeights, talks: dict[str, list[Talk]]) -> dict[float, tuple[float, float]]:
    """By probability: which share of the boundaries that have it is right, and which share of all they are."""
    odds = np.concatenate([_odds(fit, talk, 0.0)[1:] for some in talks.values() for talk in some])
    real = np.array([at in talk.begins for some in talks.values() for talk in some for at in range(1, len(talk.words))])
    shares = 1 / (1 + np.exp(-odds))
    rows = {}
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        sure = shares >= least
        right = float((sure & real).sum())
        rows[least] = (round(right / max(1.0, float(sure.sum())), 3), round(right / float(real.sum()), 3))
    return rows


def _write(fit: BoundaryWeights) -> None:
    entries = sorted(fit.weights.items())
    table = {
        "bias": round(fit.bias, 3),
        "common": " ".join(sorted(fit.common)),
        "weights": {name: round(weight, 2) for name, weight in entries},
    }
    WEIGHTS.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
