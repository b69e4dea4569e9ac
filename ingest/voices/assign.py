"""From evidence to names: a calibrated confidence for each pair of a voice and a name, then one name a voice.

Two logistic regressions, one on the other: the first judges a pair by what was said, the second also by its rivals (other
names for the voice, other voices for the name) and by what is left over when everybody else has a name. Both were fitted
on 13 shows with true speakers (`python -m evaluation.fits.voices`) and are measured on 12 others
(`pytest -m campaign tests/campaigns/test_voices.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from earmark.name_rules import SURE
from ingest.voices.evidence import FEATURES, Evidence, NameCandidate

__all__ = ["FLOOR", "GUESS", "Match", "assign", "rivals"]

FLOOR = SURE
"""Confidence under which nobody is named: of the words named at or above it, 99 % have the right name on shows that had no
part in the fit (docs/transcripts.md)."""
GUESS = 0.5
"""Confidence from which a name is at least kept beside the transcript, without being shown."""

_BIAS = -2.92
_WEIGHTS = {
    "self": 3.55,
    "self_short": 3.16,
    "self_weak": -0.19,
    "introduced_next": 1.30,
    "introduced_else": -1.13,
    "called_next": 5.12,
    "called_before": 0.87,
    "called_else": -0.79,
    "says_it": -1.83,
    "self_elsewhere": -1.63,
    "self_other_name": -1.23,
    "from_feed": 1.65,
    "from_notes": 1.59,
    "partial": -1.22,
    "two_voices": 1.00,
    "names_fit_voices": 0.51,
    "hosts_like": 1.41,
    "small": -0.24,
}
_WITHOUT_FEED = (0.85, 0.71, -1.84, -2.27, 0.00, 0.00)
_WITH_FEED = (0.19, 0.85, -4.82, -3.32, 1.55, 2.54)
"""The second regression where the feed names nobody and where it does: the constant; weights of the first judgement
(log-odds), the best other name for the voice, the best other voice for the name, the best pair of the others where there are
as many names as voices, and whether the feed gives the name."""
_FIT = FEATURES.index("names_fit_voices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A voice with the name it has, at a confidence in 0..1."""

    label: str
    candidate: NameCandidate
    confidence: float


def assign(evidence: Evidence, *, least: float = GUESS) -> tuple[Match, ...]:
    """The names of voices, one a voice and one voice a name, the surest first; none under ``least``."""
    pairs = [(label, candidate) for label in evidence.labels for candidate in evidence.candidates]
    features = [evidence.features(label, candidate) for label, candidate in pairs]
    first = [_BIAS + sum(_WEIGHTS[n] * v for n, v in zip(FEATURES, row, strict=True)) for row in features]
    names = [(label, candidate.name) for label, candidate in pairs]
    second = rivals(names, [_probability(z) for z in first], [row[_FIT] for row in features])
    matches = []
    fed = any(candidate.by == "person" for candidate in evidence.candidates)
    constant, *weights = _WITH_FEED if fed else _WITHOUT_FEED
    for (label, candidate), z, other in zip(pairs, first, second, strict=True):
        values = (z, *other, float(candidate.by == "person"))
        score = constant + sum(w * v for w, v in zip(weights, values, strict=True))
        matches.append(Match(label=label, candidate=candidate, confidence=round(_probability(score), 3)))
    matches.sort(key=lambda match: (-match.confidence, match.label, match.candidate.name))
    return _one_to_one(matches, least)


def rivals(
    pairs: Sequence[tuple[str, str]], probabilities: Sequence[float], fits: Sequence[float]
) -> list[tuple[float, float, float]]:
    """For each pair ``(label, name)`` the best of its rivals.

    Three probabilities: of its label's other names, of its name's other labels, and of pairs that share neither (0 where
    the names do not fit the voices in number).
    """
    rows = list(zip(pairs, probabilities, fits, strict=True))
    result = []
    for (label, name), _, fit in rows:
        same_label = max((p for (o, n), p, _ in rows if o == label and n != name), default=0.0)
        same_name = max((p for (o, n), p, _ in rows if o != label and n == name), default=0.0)
        rest = max((p for (o, n), p, f in rows if o != label and n != name and f), default=0.0)
        result.append((same_label, same_name, rest * fit))
    return result


def _one_to_one(matches: Sequence[Match], least: float) -> tuple[Match, ...]:
    kept: list[Match] = []
    labels: set[str] = set()
    names: set[str] = set()
    for match in matches:
        if match.confidence < least:
            break
        if match.label not in labels and match.candidate.name not in names:
            kept.append(match)
            labels.add(match.label)
            names.add(match.candidate.name)
    return tuple(kept)


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, log_odds))))
