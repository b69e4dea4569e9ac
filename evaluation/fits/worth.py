"""Which spoken spans are worth a reader's morning, learned from labels: `python -m evaluation.fits.worth [DATA]`.

`evaluation/data/worth_labels.jsonl` holds judgements of 2,176 spans of one to three sentences from 25 shows, as places in the
transcripts, without their text: ``worth`` 0 to 3 (2: a reader is glad to have it), ``stands`` (it points at nothing
outside), the first ``fault``. Nine in fifteen of each episode were drawn from the spans that the extractor of the time
liked, the rest at random. A language model judged them by a written rubric in ten sittings; ``second`` is an independent
sitting on 200 of them.

Printed: the agreement of the two, and how well a ridge regression on counted words ranks the spans of shows that it was
not fitted on (leave one show out): the area under the ROC curve for a worth of 2 or more, and Spearman's correlation.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.types import Segment, Transcript
from ingest.insights.clean import clean
from ingest.insights.features import features
from ingest.insights.standalone import dangling
from ingest.insights.words import FUNCTION_WORDS, tokens
from ingest.text.sentences import joined_text

__all__ = ["LABELS", "LabelledSpan", "labelled_spans", "main", "span_features"]

LABELS = Path(__file__).parents[1] / "data" / "worth_labels.jsonl"
GLAD = 2
"""The lowest worth at which a reader is glad to have read a span."""
ALPHA = 1000.0
"""Strength of the ridge penalty; between 30 and 1,000 the held-out figures move by less than .01."""

_COUNTED = {
    "first_person": r"i|i'm|i've|i'd|i'll|my|me|mine|myself",
    "we": r"we|we're|we've|our|us|we'll|we'd",
    "you": r"you|you're|your|you've|you'll|yourself",
    "third_person": r"he|she|him|her|his|they|them|their|they're",
    "it": r"it|it's|its|this|that|that's|these|those",
    "hedges": r"maybe|perhaps|i think|i guess|kind of|sort of|probably|i mean|you know|i don't know|basically|literally",
    "fillers": r"um|uh|yeah|yep|okay|ok|right|well|so|anyway|oh|wow|cool|awesome|laughs?|sure|exactly|absolutely",
    "cause": r"because|therefore|thus|hence|which means|that means|leads? to|led to|results? in|so that|due to|the reason"
    r"|as a result|in order to|causes?|enables?|allows?|makes? it|forces?|prevents?",
    "contrast": r"but|however|although|though|whereas|instead|rather|not just|not only|unlike|despite|yet|even if|while",
    "general": r"every|always|never|most|all|any|people|companies|everyone|nobody|anyone|everything|often|usually|tend",
    "compares": r"more|less|better|worse|than|best|worst|bigger|smaller|faster|slower|higher|lower|easier|harder|cheaper",
    "condition": r"if|when|unless|until|once|whenever|as long as",
    "negation": r"not|no|never|none|nothing|without|can't|don't|isn't|won't|doesn't",
    "numbers": r"\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion|percent",
    "past": r"was|were|had|did|went|said|came|got|took|made|started|wanted|\w{3,}ed",
    "modal": r"should|must|need to|have to|ought|can|could|would|might|may|will",
    "meta": r"episode|podcast|show|listeners?|link|today|thanks?|welcome|guest|question|conversation|talk about|mentioned",
    "weight": r"key|problem|reason|important|matters?|risk|trade-?off|cost|value|incentive|mistake|lesson|surpris\w+"
    r"|turns out|truth|hard|difficult|fundamental\w*",
}
_PATTERNS = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _COUNTED.items()}
_MARKS = {
    "quotes": re.compile(r"[\"“”]"),
    "exclaims": re.compile(r"!"),
    "asks": re.compile(r"\?"),
    "commas": re.compile(","),
}
_OPENINGS = (
    "and",
    "but",
    "so",
    "yeah",
    "the",
    "it",
    "i",
    "you",
    "we",
    "if",
    "that",
    "this",
    "they",
    "there",
    "what",
    "when",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan:
    """A span with its judgements; ``second_worth`` is ``None`` where nobody else judged it."""

    show: str
    text: str
    worth: int
    stands: bool
    second_worth: int | None


def labelled_spans(data: Path) -> Iterator[LabelledSpan]:
    """The labelled spans whose text is still what was judged, show by show."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    for show in sorted({row["show"] for row in rows}):
        texts = _texts(data / "podcasts" / f"{show}.jsonl")
        for row in (row for row in rows if row["show"] == show):
            text = " ".join(texts.get(row["episode"], "")[row["start"] : row["end"]].split())
            if sha256(text.encode()).hexdigest()[:12] != row["sha256"]:
                continue
            second = row.get("second")
            yield LabelledSpan(
                show=show,
                text=text,
                worth=row["worth"],
                stands=row["stands"],
                second_worth=None if second is None else second["worth"],
            )


def span_features(text: str) -> list[float]:
    """What is counted in a span of speech, in the order of no name: the regression does not read them."""
    words = text.split()
    low = [token.casefold() for token in tokens(text)]
    opening = re.sub(r"[^a-z]", "", words[0].lower()) if words else ""
    first = re.split(r"(?<=[.!?])\s", text)[0]
    per = 20 / max(len(words), 8)
    return [
        *(len(pattern.findall(text)) * per for pattern in (*_PATTERNS.values(), *_MARKS.values())),
        *(
            float(bool(_PATTERNS[name].search(text)))
            for name in ("cause", "contrast", "numbers", "condition", "weight")
        ),
        float(np.log(max(len(words), 1))),
        len(first.split()) / 20,
        sum(word in FUNCTION_WORDS for word in low) / max(1, len(low)),
        len(set(low)) / max(1, len(low)),
        sum(len(word) >= 8 for word in low) / max(1, len(low)),
        float(bool(dangling(clean(first)))),
        float(bool(dangling(clean(text)))),
        *(float(opening == word) for word in _OPENINGS),
        *map(float, features(clean(text), central=0.0, local=0.0, title=frozenset())),
    ]


def held_out_scores(x: NDArray[np.float64], worth: NDArray[np.int64], shows: NDArray[np.str_]) -> NDArray[np.float64]:
    """A score for each span by a regression that saw no span of its show, of shape ``(n_spans,)``."""
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    scores = np.zeros(len(worth))
    for show in sorted(set(shows.tolist())):
        seen = shows != show
        scale = StandardScaler().fit(x[seen])
        model = Ridge(alpha=ALPHA).fit(scale.transform(x[seen]), worth[seen])
        scores[~seen] = model.predict(scale.transform(x[~seen]))
    return scores


def main() -> None:
    """Prints the agreement and the held-out figures."""
    from scipy.stats import spearmanr
    from sklearn.metrics import cohen_kappa_score, roc_auc_score

    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    if not (data / "podcasts").is_dir():
        sys.exit(f"there are no podcasts in {data}; give the folder with the real data, or set EARMARK_TEST_DATA")
    spans = list(labelled_spans(data))
    worth = np.array([span.worth for span in spans])
    shows = np.array([span.show for span in spans])
    twice = [(span.worth, span.second_worth) for span in spans if span.second_worth is not None]
    first, second = zip(*twice, strict=True)
    kappa = cohen_kappa_score(first, second, weights="quadratic")
    scores = held_out_scores(np.array([span_features(span.text) for span in spans]), worth, shows)
    names = [show for show in sorted(set(shows.tolist())) if (worth[shows == show] >= GLAD).any()]
    aucs = [roc_auc_score(worth[shows == show] >= GLAD, scores[shows == show]) for show in names]
    rhos = [spearmanr(worth[shows == show], scores[shows == show])[0] for show in sorted(set(shows.tolist()))]
    lines = [
        f"{len(spans)} spans of {len(set(shows.tolist()))} shows; worth 2 or more: {(worth >= GLAD).sum()}",
        f"two sittings on {len(twice)}: quadratic kappa {kappa:.2f}",
        f"held-out shows: AUC for 2 or more {roc_auc_score(worth >= GLAD, scores):.3f} pooled, {np.mean(aucs):.3f} by show",
        f"held-out shows: Spearman {spearmanr(worth, scores)[0]:.3f} pooled, {np.mean(rhos):.3f} by show",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


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
