"""Fits the weights in `ingest.voices.assign` on the shows that are not reported on: `python -m evaluation.fits.voices [DATA]`.

Prints them; they are copied by hand, so that what ships is what was measured. The second regression is fitted on judgements
of the first that were made without the show at hand (five folds over shows).
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.fits.voices_cases import CONDITIONS, cases, is_right, shows
from ingest.voices.assign import rivals
from ingest.voices.evidence import FEATURES, gather
from ingest.voices.notes import noted_persons

__all__ = ["main"]

_FOLDS = 5
_SURE_WORDS = 500
"""Pairs of a voice with fewer words count in proportion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _VoicePair:
    show: str
    episode: str
    label: str
    name: str
    given: bool
    right: bool
    weight: float
    features: list[float]


def main() -> None:
    """Fits and prints."""
    import numpy as np

    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    if not (data / "podcasts").is_dir():
        sys.exit(f"there are no podcasts in {data}; give the folder with the real data, or set EARMARK_TEST_DATA")
    pairs = list(_pairs(data))
    x = np.array([pair.features for pair in pairs])
    y = np.array([pair.right for pair in pairs])
    weights = np.array([pair.weight for pair in pairs])
    names = sorted({pair.show for pair in pairs})
    fold = np.array([names.index(pair.show) % _FOLDS for pair in pairs])
    held_out = np.zeros(len(pairs))
    for i in range(_FOLDS):
        held_out[fold == i] = _fitted(x[fold != i], y[fold != i], weights[fold != i]).decision_function(x[fold == i])
    first = _fitted(x, y, weights)
    rivalled = _second(pairs, held_out)
    out = [f"_BIAS = {first.intercept_[0]:.2f}", "_WEIGHTS = {"]
    out += [f'    "{name}": {value:.2f},' for name, value in zip(FEATURES, first.coef_[0], strict=True)]
    out.append("}")
    for given in (False, True):
        rows = np.array([pair.given == given for pair in pairs])
        second = _fitted(rivalled[rows], y[rows], weights[rows])
        values = ", ".join(f"{value:.2f}" for value in (second.intercept_[0], *second.coef_[0]))
        out.append(f"{'_WITH_FEED' if given else '_WITHOUT_FEED'} = ({values})")
    out.append(f"# {len(pairs)} pairs")
    sys.stdout.write("\n".join(out) + "\n")


def _pairs(data: Path) -> Any:
    for slug in shows(data)[0]:
        for case in cases(data, slug):
            labels = list(dict.fromkeys(s.speaker for s in case.transcript.segments if s.speaker))
            noted = noted_persons(title=case.title, notes=case.notes, show=case.show)
            for condition in CONDITIONS:
                evidence = gather(case.transcript.segments, labels, case.persons(condition), noted)
                for label in case.truth:
                    for candidate in evidence.candidates:
                        yield _VoicePair(
                            show=slug,
                            episode=f"{slug}/{case.title}/{condition}",
                            label=label,
                            name=candidate.name,
                            given=condition != "nobody",
                            right=is_right(candidate.name, case.truth[label]),
                            weight=min(1.0, case.words.get(label, 0) / _SURE_WORDS) + 0.1,
                            features=evidence.features(label, candidate),
                        )


def _fitted(x: Any, y: Any, weights: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=5000).fit(x, y, sample_weight=weights)


def _second(pairs: list[_VoicePair], log_odds: Any) -> Any:
    import numpy as np

    result = np.zeros((len(pairs), 5))
    probability = 1.0 / (1.0 + np.exp(-log_odds))
    episodes = defaultdict(list)
    for i, pair in enumerate(pairs):
        episodes[pair.episode].append(i)
    fit, fed = FEATURES.index("names_fit_voices"), FEATURES.index("from_feed")
    for rows in episodes.values():
        names = [(pairs[i].label, pairs[i].name) for i in rows]
        others = rivals(names, [float(probability[i]) for i in rows], [pairs[i].features[fit] for i in rows])
        for i, other in zip(rows, others, strict=True):
            result[i] = (log_odds[i], *other, pairs[i].features[fed])
    return result


if __name__ == "__main__":
    main()
