"""The best sentences read together with the question, and their scores after that."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelNotFound
from retrieval.answers.evidence import Neighbours, PassageSentence, sentences_of
from retrieval.encoders.cross_encoder import CrossEncoder, SpokenSentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST", "read_together"]

_log = logging.getLogger(__name__)

MOST = 48
"""Sentences that are read, the best ones: of 68 sentences that answer 63 are among the best 24, and 66 among these."""
_WEIGHT = 0.3
"""What a unit of the logarithm of the odds counts in a score."""


def read_together(
    reader: CrossEncoder,
    question: str,
    sentences: Sequence[PassageSentence],
    near: Sequence[Neighbours],
    scores: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The scores with what reading adds, of the same shape: nothing for the sentence that answers best, less for others.

    They stay as they are where the reader cannot be loaded, as the encoder goes on with another engine.

    Args:
        reader: reads a question with a sentence.
        question: as it was asked.
        sentences: with at least one.
        near: of each sentence's passage.
        scores: of the sentences; those that are not read count as the worst one that is.
    """
    best = np.argsort(-scores, kind="stable")[:MOST]
    own = {id(sentences[n].hit): sentences_of(sentences[n].hit) for n in best}
    spoken = [_spoken(sentences[n], own[id(sentences[n].hit)], near[n]) for n in best]
    try:
        odds = reader.log_odds(question, spoken)
    except ModelNotFound as error:
        _log.warning("sentences are not read with the question: %s", error)
        return scores
    if not np.isfinite(odds).all():
        return scores
    added = np.full(len(scores), odds.min())
    added[best] = odds
    return np.asarray(scores + _WEIGHT * (added - odds.max()))


def _spoken(sentence: PassageSentence, own: Sequence[PassageSentence], near: Neighbours) -> SpokenSentence:
    earlier = [other for other in own if other.offset + len(other.text) <= sentence.offset]
    if not earlier and near.before is not None:
        earlier = sentences_of(near.before)
    before = ""
    if earlier:
        last = earlier[-1]
        another = last.speaker and last.speaker != sentence.speaker
        before = f"{last.speaker}: {last.text}" if another else last.text
    return SpokenSentence(sentence.text, f"{before} {sentence.speaker}:" if sentence.speaker else before)
