"""What speaks for and against passages holding the answer to a question, as numbers that a probability is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.language.numbers import NUMBER_WORDS, SCALES
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import TokenVectors

__all__ = [
    "MET",
    "NAMES",
    "TOKEN_NAMES",
    "EvidenceProfile",
    "QuestionProfile",
    "aligned",
    "asked_words",
    "covers",
    "measure",
    "met",
    "met_by",
    "met_in_talk",
    "prompt_share",
    "with_neighbours",
]

NAMES = (
    "sentence_cosine",
    "passage_cosine",
    "joint",
    "gap",
    "passage_coverage",
    "missing_rarest",
    "missing_name",
    "kind_met",
    "nearly_written",
    "cosine_lead",
)
"""Signals from vectors of whole texts and from words, in the order of `measure`.

The cosine of the best sentence; that of the best passage; the best passage's cosine and coverage together, and by how
much that stands out from the other passages; the share of the question's words, by rarity, that the best passage has;
how rare the rarest is that it lacks; the share of names and numbers that it lacks; whether a question for a number or a
time meets one; the share of the words that the best sentences have as they are written or nearly (recognised speech
misspells names); by how much the best passage's cosine leads the second.
"""
TOKEN_NAMES = ("weakest", "second_weakest", "soft_gap", "soft_lead", "rank", "unmet", "both_gap")
"""Signals from the vectors of single tokens, which follow those of `NAMES`.

Each word of the question is met in a passage as well as by the nearest token there. How well the word is met that is
met worst in the best passage, and the second worst; by how much that passage stands out in this from the others, and
leads the second; its place in the search; the share, by rarity, of the words that no token there is near to; by how
much the best sentence stands out when the cosine is added.
"""

_COVERAGE = 0.5
_TOP_SENTENCES = 5
_WHOLE = 0.999
MET = 0.55
"""Cosine of a word's tokens from which some token meets it: what the default model gives for forms of one word."""

_ASKED, _TOLD_BEFORE = 0.85, 0.7
"""What being asked on air what is asked here counts for a reply, against saying it; and having been told of it."""

_NUMBER_WORDS = (*NUMBER_WORDS, *SCALES, "dozen", "half", "third", "quarter", "percent")
_MONTHS = "january february march april may june july august september october november december"
_TIMES = f"{_MONTHS} monday tuesday wednesday thursday friday saturday sunday year month week century decade ago"
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_TIME = re.compile(rf"\d|\b(?:{'|'.join((*_TIMES.split(), *_NUMBER_WORDS))})s?\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(r"\bhow (?:many|much|long|far|old|often|tall|big|large|deep|high)\b|\bpercent", re.IGNORECASE)
_MEASURE = re.compile(
    r"\bhow (?:often|long|far|old|tall|big|large|deep|high|fast|quickly|soon|well|likely|strongly)\b", re.IGNORECASE
)
"""Words that ask for a measure, which an answer gives in numbers and not in these words."""
_ASKS_TIME = re.compile(
    r"\b(?:when|what (?:year|month|day|date|century|decade)|which (?:year|month|day))\b", re.IGNORECASE
)


_FEW = 4
"""Passages from which the best can be said to stand out; if there are fewer, all may be on topic (a young library)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionProfile:
    """A question: its content words, how rare each is, and the vectors of their tokens.

    ``rarities`` has shape ``(len(terms),)``; ``tokens[n]`` has shape ``(tokens of term n, dimension)``, and ``tokens`` is
    empty if the encoder gives no token vectors. ``unknown`` are the terms that the library does not have.
    """

    text: str
    terms: tuple[str, ...]
    rarities: NDArray[np.float32]
    vector: NDArray[np.float32]
    tokens: tuple[NDArray[np.float32], ...] = ()
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceProfile:
    """What was found: sentences with their passage's number, and passages as text (with title and speaker).

    ``vectors`` has shape ``(len(sentences), dimension)``, ``cosines`` those of the passages with the question, shape
    ``(len(passages),)``. ``tokens`` holds the token vectors of each sentence, or nothing. ``put`` says for each sentence
    which prompt it replies to (what somebody else said before), -1 for none; ``put_asks`` is which prompts are questions,
    ``put_vectors`` and ``put_tokens`` are theirs.
    """

    sentences: Sequence[str]
    owners: NDArray[np.int64]
    vectors: NDArray[np.float32]
    passages: Sequence[str]
    cosines: NDArray[np.float32]
    tokens: Sequence[NDArray[np.float32]] = ()
    put: NDArray[np.int64] | None = None
    put_asks: NDArray[np.bool_] | None = None
    put_vectors: NDArray[np.float32] | None = None
    put_tokens: Sequence[NDArray[np.float32]] = ()

    def first(self, passages: int) -> EvidenceProfile:
        """The profile of the first passages alone."""
        count = int(np.searchsorted(self.owners, passages))
        return replace(
            self,
            sentences=self.sentences[:count],
            owners=self.owners[:count],
            vectors=self.vectors[:count],
            passages=self.passages[:passages],
            cosines=self.cosines[:passages],
            tokens=self.tokens[:count],
            put=None if self.put is None else self.put[:count],
        )


def asked_words(text: str) -> list[str]:
    """The content words of a question as written, each once; all words if none carries content."""
    text = _MEASURE.sub("how", text)
    content = [word for word in words(text) if stem(word) not in STOPWORDS and (len(word) > 1 or word.isdigit())]
    return list({stem(word): word for word in content or words(text)}.values())


def aligned(vectors: TokenVectors, pieces: Sequence[NDArray[np.int32]]) -> tuple[NDArray[np.float32], ...]:
    """The vectors, in a question, of each word whose own token ids are given: found in order, from left to right.

    A word that the tokenizer cuts otherwise inside the question gets no row.
    """
    aligned_rows = []
    ids = vectors.token_ids
    for piece in pieces:
        size = len(piece)
        at = next((n for n in range(len(ids) - size + 1) if size and np.array_equal(ids[n : n + size], piece)), None)
        aligned_rows.append(vectors.tokens[at : at + size] if at is not None else vectors.tokens[:0])
    return tuple(aligned_rows)


def measure(asked: QuestionProfile, heard: EvidenceProfile) -> NDArray[np.float64]:
    """The signals by `NAMES` and, where there are token vectors, `TOKEN_NAMES`; at least one sentence is needed."""
    cosines = heard.vectors @ asked.vector
    wanted = dict(zip(asked.terms, asked.rarities, strict=True))
    passage_terms = [set(content_terms(text)) for text in heard.passages]
    covered = np.array([_coverage(wanted, held) for held in passage_terms])
    joint = heard.cosines + _COVERAGE * covered
    best = int(joint.argmax())
    missing = [weight for term, weight in wanted.items() if term not in passage_terms[best]]
    strongest = float(asked.rarities.max()) if len(asked.rarities) else 1.0
    top = [heard.sentences[int(n)] for n in np.argsort(-cosines)[:_TOP_SENTENCES]]
    signals = [
        float(cosines.max()),
        float(heard.cosines.max()),
        float(joint[best]),
        _gap(joint),
        float(covered[best]),
        max(missing, default=0.0) / strongest,
        _missing_name(asked.text, heard.passages[best]),
        _kind_met(asked.text, " ".join(top)),
        max(_nearly_written(wanted, text) for text in top),
        _lead(heard.cosines),
    ]
    if asked.tokens and len(heard.tokens):
        signals += _token_signals(asked, heard, cosines)
    return np.array(signals, dtype=np.float64)


def covers(signals: NDArray[np.float64]) -> bool:
    """Whether the best passage has every content word of the question, as it is written or in another form of it."""
    values = dict(zip(NAMES + TOKEN_NAMES, signals, strict=False))
    return bool(values["passage_coverage"] >= _WHOLE or values.get("weakest", 0.0) >= MET)


def _token_signals(asked: QuestionProfile, heard: EvidenceProfile, cosines: NDArray[np.float32]) -> list[float]:
    """How well each word of the question is met by some token near it, in the best passage and the best sentence."""
    held = [n for n, rows in enumerate(asked.tokens) if len(rows)]
    if not held:
        return [0.0] * len(TOKEN_NAMES)
    weights = asked.rarities[held] / asked.rarities[held].sum()
    by_word = met_in_talk(asked, heard, held)
    by_passage = np.zeros((len(heard.passages), len(held)))
    np.maximum.at(by_passage, heard.owners, by_word)
    soft = by_passage @ weights
    best = int(soft.argmax())
    order = np.sort(by_passage[best])
    both = np.full(len(heard.passages), -1.0)
    np.maximum.at(both, heard.owners, by_word @ weights + cosines)
    return [
        float(order[0]),
        float(order[min(1, len(order) - 1)]),
        _gap(soft),
        _lead(soft),
        best / 10,
        float(weights[by_passage[best] < MET].sum()),
        _gap(both),
    ]


def met(asked: QuestionProfile, heard: EvidenceProfile, held: Sequence[int]) -> NDArray[np.float64]:
    """How well each sentence meets each held word, of shape ``(sentences, words)``: its tokens' best cosines' mean."""
    return met_by(asked, heard.tokens, held)


def met_by(asked: QuestionProfile, texts: Sequence[NDArray[np.float32]], held: Sequence[int]) -> NDArray[np.float64]:
    """How well each text, given as its token vectors, meets each held word, of shape ``(len(texts), words)``."""
    rows = np.concatenate([asked.tokens[n] for n in held])
    word = np.repeat(np.arange(len(held)), [len(asked.tokens[n]) for n in held])
    counts = np.bincount(word)
    best = np.zeros((len(texts), len(held)))
    for n, tokens in enumerate(texts):
        if len(tokens):
            best[n] = np.bincount(word, weights=(rows @ tokens.T).max(axis=1), minlength=len(held)) / counts
    return best


def met_in_talk(asked: QuestionProfile, heard: EvidenceProfile, held: Sequence[int]) -> NDArray[np.float64]:
    """As `met`, where a reply also meets what it was asked on air, and less so what it was told."""
    by_word = met(asked, heard, held)
    if heard.put is None or heard.put_asks is None or not heard.put_tokens:
        return by_word
    replying = np.flatnonzero(heard.put >= 0)
    prompt = heard.put[replying]
    by_prompt = prompt_share(heard, prompt)[:, None] * met_by(asked, heard.put_tokens, held)[prompt]
    by_word[replying] = np.maximum(by_word[replying], by_prompt)
    return by_word


def prompt_share(heard: EvidenceProfile, prompt: NDArray[np.int64]) -> NDArray[np.float64]:
    """What prompts count for their replies, of shape ``(len(prompt),)``."""
    if heard.put_asks is None:
        return np.zeros(len(prompt))
    return np.asarray(np.where(heard.put_asks[prompt], _ASKED, _TOLD_BEFORE))


def with_neighbours(by_word: NDArray[np.float64], owners: NDArray[np.int64]) -> NDArray[np.float64]:
    """How well each sentence meets each word together with the sentences before and after it in its passage."""
    best = by_word.copy()
    same = owners[1:] == owners[:-1]
    best[1:][same] = np.maximum(best[1:][same], by_word[:-1][same])
    best[:-1][same] = np.maximum(best[:-1][same], by_word[1:][same])
    return best


def _gap(values: NDArray[np.floating[Any]]) -> float:
    """By how much the best value is above the mean of the others; nan where they are too few to say."""
    if len(values) < _FEW:
        return math.nan
    return float(values.max() - np.delete(values, values.argmax()).mean())


def _lead(values: NDArray[np.floating[Any]]) -> float:
    """By how much the best value is above the second; nan where there are too few to say."""
    if len(values) < _FEW:
        return math.nan
    second, first = np.sort(values)[-2:]
    return float(first - second)


def _coverage(wanted: dict[str, np.float32], held: set[str]) -> float:
    total = float(sum(wanted.values()))
    return float(sum(weight for term, weight in wanted.items() if term in held)) / total if total else 0.0


def _nearly_written(wanted: dict[str, np.float32], text: str) -> float:
    """Coverage in which a word counts by how many of its groups of three letters the nearest word has (Jaccard)."""
    total = float(sum(wanted.values()))
    held = [_trigrams(term) for term in set(content_terms(text))]
    if not total or not held:
        return 0.0
    met = 0.0
    for term, weight in wanted.items():
        own = _trigrams(term)
        met += float(weight) * max(len(own & other) / len(own | other) for other in held)
    return met / total


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[n : n + 3] for n in range(len(padded) - 2)}


def _missing_name(question: str, passage: str) -> float:
    """The share of the question's names and numbers that a passage lacks."""
    marked = [word for word in words(question)[1:] if word[0].isupper() or word[0].isdigit()]
    names = {stem(word) for word in marked} - STOPWORDS
    held = {stem(word) for word in words(passage)}
    return len(names - held) / len(names) if names else 0.0


def _kind_met(question: str, text: str) -> float:
    """1 where the question wants a number or a time and the text has one, -1 where it has none, 0 for other questions."""
    for asks, gives in ((_ASKS_TIME, _TIME), (_ASKS_NUMBER, _NUMBER)):
        if asks.search(question):
            return 1.0 if gives.search(text) else -1.0
    return 0.0
