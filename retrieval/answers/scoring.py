"""How well each sentence that was found answers a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from earmark.language.words import content_terms
from retrieval.answers.signals import EvidenceProfile, QuestionProfile, met, met_in_talk, prompt_share, with_neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["sentence_scores"]

# On 330 questions of Spoken-SQuAD (part "tune" of `evaluation.splits`) the best sentence held the answer for .70 of
# them, one of the best five for .91; cosine, coverage and passage cosine alone gave .63 and .82.
_SOFT, _BESIDE, _PASSAGE, _TELLING, _RANK = 0.5, 0.5, 1.0, 0.15, 0.2
_TOLD = 6
"""Content words beyond the question's own from which a sentence tells something rather than names the subject."""
_COVERAGE, _NEARNESS = 0.5, 0.15


def sentence_scores(asked: QuestionProfile, heard: EvidenceProfile) -> NDArray[np.float64]:
    """A score for each sentence, of shape ``(len(heard.sentences),)``; they order the sentences of one question.

    It adds the cosine with the question; how well its words are met by the sentence, by the sentence with those beside
    it, and by the whole passage; the passage's place in the search; and whether the sentence says more than the
    question does. Without token vectors words are met where they are written.
    """
    cosines = np.asarray(heard.vectors @ asked.vector, dtype=np.float64)
    terms = [set(content_terms(text)) for text in heard.sentences]
    wanted = set(asked.terms)
    telling = np.array([min(1.0, len(held - wanted) / _TOLD) for held in terms])
    ranked = _RANK / (2.0 + heard.owners)
    held = [n for n, rows in enumerate(asked.tokens) if len(rows)]
    if not held or not len(heard.tokens):
        total = float(asked.rarities.sum()) or 1.0
        rarities = dict(zip(asked.terms, asked.rarities, strict=True))
        covered = np.array([float(sum(rarities[term] for term in wanted & have)) / total for have in terms])
        nearness = np.asarray(heard.cosines, dtype=np.float64)[heard.owners]
        return np.asarray(cosines + _COVERAGE * covered + _NEARNESS * nearness + _TELLING * telling + ranked)
    weights = asked.rarities[held] / asked.rarities[held].sum()
    by_word = met(asked, heard, held)
    in_talk = met_in_talk(asked, heard, held)
    beside = np.maximum(with_neighbours(by_word, heard.owners), in_talk)
    by_passage = np.zeros((len(heard.passages), len(held)))
    np.maximum.at(by_passage, heard.owners, in_talk)
    if heard.put is not None and heard.put_vectors is not None and len(heard.put_vectors):
        replying = np.flatnonzero(heard.put >= 0)
        prompt = heard.put[replying]
        by_prompt = prompt_share(heard, prompt) * (heard.put_vectors @ asked.vector)[prompt]
        cosines[replying] = np.maximum(cosines[replying], by_prompt)
    return np.asarray(
        cosines
        + _SOFT * (by_word @ weights)
        + _BESIDE * (beside @ weights)
        + _PASSAGE * (by_passage @ weights)[heard.owners]
        + _TELLING * telling
        + ranked
    )
