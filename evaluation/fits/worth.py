"""Which spoken spans are worth a reader's morning, learned from labels: `python -m evaluation.fits.worth [DATA]`.

`evaluation/data/worth_labels.jsonl` holds judgements of spans of one to three sentences from 25 shows, as places in the
transcripts, without their text: ``worth`` 0 to 3 (2: a reader is glad to have it), ``stands`` (it points at nothing
outside), the first ``fault``. ``picked`` says how a span was drawn: ``top`` from those that the extractor of the time liked,
``random`` from the rest, ``ranked`` (only from the shows that are learned from) from what these weights liked. Language
models judged them by a written rubric; ``second`` is an independent sitting on 200. The sitting on the ranked ones was
the stricter, and had no faults noted. `NEAR` are 3,075 that lie near the decision, a dozen of each of 250 episodes, judged
twice as cards with claim and body: what may be printed and ranks highest (``near``), what some veto keeps back (``vetoed``),
and a few of the upper half (``half``).

`evaluation/data/worth_labels_later.jsonl` holds 2,436 more, judged once as cards, which the fine-tuned encoder
(`evaluation.fits.worth_encoder`) ranked highest of each episode (``chosen``) or which were drawn from the best 64
(``drawn``), 748 of them of the held-out shows. An encoder trained with the others too ranked the 748 better by itself
(average precision .306 after one pass, with all six layers .311, as it ships .256), but hardly so beside the counted words
(.296 and .285), so nothing is fitted to them.

Two linear regressions on counted words, for worth and for standing alone, are fitted on the shows that are not in
`HELD_OUT`, and written to `ingest/insights/worth_weights.json`, from which the product reads them. The spans near the
decision are not fitted on, for they made counted words no better. They are the harder test. Printed: the agreement of the two sittings, how well the scores rank spans of shows that they were not fitted
on (leave one show out), how well the weights that ship rank those of the held-out shows, and what is printed of the later ones.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.settings import InsightSettings, Settings
from earmark.types import Segment, Transcript
from ingest.insights.span_features import FEATURE_NAMES, span_features
from ingest.insights.spoken import LEAST_ALONE, rated_worth
from ingest.insights.worth import WEIGHTS, Head, scaled, worths
from ingest.text.sentences import joined_text
from retrieval.encoders.worth_adapter import open_rater

__all__ = [
    "HELD_OUT",
    "LABELS",
    "LATER",
    "NEAR",
    "LabelledSpan",
    "fitted",
    "held_out_scores",
    "labelled_spans",
    "main",
    "unseen_scores",
]

LABELS = Path(__file__).parents[1] / "data" / "worth_labels.jsonl"
LATER = LABELS.with_stem("worth_labels_later")
HELD_OUT = frozenset([
    "afk", "founders-talk", "ship-it", "rfc", "btc-london-bitcoin-devs", "btc-lets-talk-bitcoin", "the-changelog",
    "spotlight",
])  # fmt: skip
"""Shows on which the printed insights are judged: nothing is fitted on them."""
NEAR = ("near", "vetoed", "half")
"""How the spans near the decision were drawn."""
GLAD = 2
"""The lowest worth at which a reader is glad to have read a span."""
RATED_AT_ONCE = 64
ALPHA = 1000.0
"""Strength of the ridge penalty; between 300 and 3,000 the held-out figures move by less than .01."""
LEAST_SPREAD = 1e-3
"""Added to each standard deviation, so that what hardly ever occurs does not run away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan:
    """A span with its judgements; those of a ``second`` sitting are ``None`` where nobody else judged it."""

    show: str
    picked: str
    text: str
    worth: int
    stands: bool
    fault: str
    second_worth: int | None
    second_stands: bool | None


def labelled_spans(data: Path, labels: Path = LABELS) -> Iterator[LabelledSpan]:
    """The labelled spans whose text is still what was judged, show by show."""
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    for show in sorted({row["show"] for row in rows}):
        texts = _texts(data / "podcasts" / f"{show}.jsonl")
        for row in (row for row in rows if row["show"] == show):
            text = " ".join(texts.get(row["episode"], "")[row["start"] : row["end"]].split())
            if sha256(text.encode()).hexdigest()[:12] != row["sha256"]:
                continue
            second = row.get("second")
            yield LabelledSpan(
                show=show,
                picked=row["picked"],
                text=text,
                worth=row["worth"],
                stands=row["stands"],
                fault=row["fault"],
                second_worth=None if second is None else second["worth"],
                second_stands=None if second is None else second["stands"],
            )


def held_out_scores(
    x: NDArray[np.float64], values: NDArray[np.float64], shows: NDArray[np.str_]
) -> NDArray[np.float64]:
    """A score for each span by a regression that saw no span of its show, of shape ``(n_spans,)``."""
    return unseen_scores(x, values, shows, x, shows)


def unseen_scores(
    x: NDArray[np.float64],
    values: NDArray[np.float64],
    shows: NDArray[np.str_],
    others: NDArray[np.float64],
    their_shows: NDArray[np.str_],
) -> NDArray[np.float64]:
    """A score for each of the other spans by a regression on ``x`` that saw no span of its show, of shape ``(n_others,)``."""
    scores = np.zeros(len(others))
    for show in sorted(set(their_shows.tolist())):
        seen, asked = shows != show, their_shows == show
        mean, spread = _scale(x[seen])
        weights, bias = _ridge(scaled(x[seen], mean, spread), values[seen])
        scores[asked] = scaled(others[asked], mean, spread) @ weights + bias
    return scores


def fitted(
    x: NDArray[np.float64], values: NDArray[np.float64], wanted: NDArray[np.bool_], shows: NDArray[np.str_]
) -> Head:
    """A regression of ``values`` on all rows, with the log odds of ``wanted`` fitted on scores of held-out shows."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = _ridge(scaled(x, *_scale(x)), values)
    odds = LogisticRegression(C=1e6).fit(held_out_scores(x, values, shows)[:, None], wanted)
    return Head(weights=weights, bias=bias, slope=float(odds.coef_[0, 0]), offset=float(odds.intercept_[0]))


def main() -> None:
    """Fits, prints the agreement and the held-out figures, and writes the weights."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    if not (data / "podcasts").is_dir():
        sys.exit(f"there are no podcasts in {data}; give the folder with the real data, or set EARMARK_TEST_DATA")
    spans = list(labelled_spans(data))
    learned = [span for span in spans if span.show not in HELD_OUT and span.picked not in NEAR]
    x, shows = _features(learned), _shows(learned)
    worth, stands = _judged(learned)
    value_head = fitted(x, worth, worth >= GLAD, shows)
    stands_head = fitted(x, stands, stands > 0, shows)
    _write(x, value_head, stands_head)
    lines = [
        f"{len(spans)} spans of {len({span.show for span in spans})} shows, {len(learned)} of them learned from",
        f"of the first, {_agreement([span for span in spans if span.picked not in NEAR])}",
        f"near the decision, {_agreement([span for span in spans if span.picked in NEAR])}",
    ]
    for name, drawn in (("top and random", ("top", "random")), ("ranked", ("ranked",)), ("near the decision", NEAR)):
        if tested := [span for span in spans if span.picked in drawn and span.show not in HELD_OUT]:
            features, theirs = _features(tested), _shows(tested)
            value, alone = (unseen_scores(x, values, shows, features, theirs) for values in (worth, stands))
            lines.append(f"leave one show out, {name}: {_figures(tested, value, alone)}")
    if tested := [span for span in spans if span.show in HELD_OUT]:
        features = scaled(_features(tested), *_scale(x))
        lines.append(
            "held-out shows: " + _figures(tested, features @ value_head.weights, features @ stands_head.weights)
        )
    later = list(labelled_spans(data, LATER))
    for name, held in (("shows learned from", False), ("held-out shows", True)):
        lines.append(f"labelled later, {name}: {_as_printed([s for s in later if (s.show in HELD_OUT) is held], data)}")
    sys.stdout.write("\n".join(lines) + "\n")


def _as_printed(spans: Sequence[LabelledSpan], data: Path) -> str:
    """How well the product rates spans with its fine-tuned encoder, and what it prints of them."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    rater = open_rater(Settings(home=data, offline=True))
    if rater is None:
        return "no fine-tuned encoder"
    texts = [span.text for span in spans]
    parts = [texts[at : at + RATED_AT_ONCE] for at in range(0, len(texts), RATED_AT_ONCE)]
    rated = np.concatenate([rater.rate(part) for part in parts])
    values = [rated_worth(worth, *odds) for worth, odds in zip(worths(texts), rated.tolist(), strict=True)]
    value = np.array([each.value for each in values])
    printed = np.array([each.stands >= LEAST_ALONE for each in values]) & (value >= InsightSettings().min_quality)
    worth, alone = _judged(spans)
    return (
        f"{len(spans)} spans, {(worth >= GLAD).sum():.0f} worth 2 or more; AUC for those "
        f"{roc_auc_score(worth >= GLAD, value):.3f}, average precision {average_precision_score(worth >= GLAD, value):.3f}; "
        f"{printed.sum()} printed: {(worth[printed] >= GLAD).mean():.3f} worth 2 or more, "
        f"{alone[printed].mean():.3f} stand alone, {(worth[printed] == 0).mean():.3f} worth 0"
    )


def _features(spans: Sequence[LabelledSpan]) -> NDArray[np.float64]:
    return np.array([span_features(span.text) for span in spans])


def _shows(spans: Sequence[LabelledSpan]) -> NDArray[np.str_]:
    return np.array([span.show for span in spans])


def _judged(spans: Sequence[LabelledSpan]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([float(span.worth) for span in spans]), np.array([float(span.stands) for span in spans])


def _agreement(spans: Sequence[LabelledSpan]) -> str:
    from sklearn.metrics import cohen_kappa_score

    twice = [(span.worth, span.second_worth) for span in spans if span.second_worth is not None]
    first, second = zip(*twice, strict=True)
    return f"two sittings on {len(twice)}: quadratic kappa {cohen_kappa_score(first, second, weights='quadratic'):.2f}"


def _figures(spans: Sequence[LabelledSpan], value: NDArray[np.float64], stands: NDArray[np.float64]) -> str:
    """How well the two scores rank spans: area under the ROC curve and Spearman's correlation, pooled and by show; average precision."""
    from scipy.stats import spearmanr
    from sklearn.metrics import average_precision_score, roc_auc_score

    worth, alone = _judged(spans)
    shows = np.array([span.show for span in spans])
    names = [show for show in sorted(set(shows.tolist())) if (worth[shows == show] >= GLAD).any()]
    by_show = [roc_auc_score(worth[shows == show] >= GLAD, value[shows == show]) for show in names]
    rhos = [spearmanr(worth[shows == show], value[shows == show])[0] for show in sorted(set(shows.tolist()))]
    return (
        f"{len(spans)} spans, {(worth >= GLAD).sum():.0f} worth 2 or more; "
        f"AUC for those {roc_auc_score(worth >= GLAD, value):.3f} pooled, {np.mean(by_show):.3f} by show, "
        f"average precision {average_precision_score(worth >= GLAD, value):.3f}; "
        f"Spearman {spearmanr(worth, value)[0]:.3f} pooled, {np.mean(rhos):.3f} by show; "
        f"standing alone AUC {roc_auc_score(alone > 0, stands):.3f}"
    )


def _write(x: NDArray[np.float64], value: Head, stands: Head) -> None:
    """The table that the product reads: mean, spread and the two weights of each feature, then the two scales."""
    mean, spread = _scale(x)
    columns = (mean, spread, value.weights, stands.weights)
    rows = {name: [round(float(c[at]), 4) for c in columns] for at, name in enumerate(FEATURE_NAMES)}
    scales = {
        name: {key: round(getattr(head, key), 4) for key in ("bias", "slope", "offset")}
        for name, head in (("value", value), ("stands", stands))
    }
    lines = [f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items()]
    table = ",\n".join(lines)
    ends = ",\n".join(f"  {json.dumps(name)}: {json.dumps(scale)}" for name, scale in scales.items())
    WEIGHTS.write_text(f'{{\n  "features": {{\n{table}\n  }},\n{ends}\n}}\n', encoding="utf-8")


def _scale(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return x.mean(axis=0), x.std(axis=0) + LEAST_SPREAD


def _ridge(rows: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    bias = float(values.mean())
    penalty = ALPHA * np.eye(rows.shape[1])
    weights = np.linalg.solve(rows.T @ rows + penalty, rows.T @ (values - bias))
    return np.asarray(weights, dtype=np.float64), bias


def _texts(path: Path) -> dict[str, str]:
    """The joined text of each episode of a show."""
    texts: dict[str, str] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            episode = json.loads(line)
            segments = tuple(Segment(text=segment["text"]) for segment in episode["segments"])
            texts[episode["episode_id"]] = joined_text(Transcript(segments=segments, source="text"))
    return texts


if __name__ == "__main__":
    main()
