"""Answers with citations: retrieve, weigh the evidence, and write or quote, or say that there is none.

Two steps: ``gather`` finds the evidence and how sure it is; ``write`` makes the answer. `retrieval.langchain` has both
as a chain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelCallError
from earmark.types import Answer, Filters
from retrieval.evidence import Evidence, sentences_of
from retrieval.extract import extractive_answer
from retrieval.search import clean_query
from retrieval.terms import Library, content_terms
from retrieval.written import written_answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import ChatModel, Encoder
    from retrieval.search import Searcher

__all__ = ["ABSTAIN_BELOW", "NOTHING", "Answerer"]

ABSTAIN_BELOW = 0.57
"""Confidence below which the library is said not to answer.

On 180 questions of Spoken-SQuAD (recognised speech, 22.7 % of words wrong, half of the questions about paragraphs left
out whose neighbours are in): of what it abstained on 76 % had no answer, of what had none it abstained on 63 %, and it
answered 80 % of what had one. Questions foreign to a library score .2 to .5, its own .6 to 1.
"""
NOTHING = "Nothing in your library answers this. Try other words, or follow shows that talk about it."

_PASSAGES = 10
_SHORTEST = 6
"""Words from which on a sentence can be quoted alone."""
_COVERAGE_WEIGHT = 0.5
_PASSAGE_WEIGHT = 0.15
_TELLING_WEIGHT = 0.15
_TELLING = 6
"""Content words beyond the question's own from which a sentence tells something rather than names the subject."""
_MOST_SENTENCES = 96


class Answerer:
    """Safe to share between threads.

    Args:
        searcher: finds the passages.
        encoder: compares their sentences with the question.
        chat: writes the answer; without one, or when it fails, the answer is quoted.
    """

    def __init__(self, searcher: Searcher, encoder: Encoder, chat: ChatModel | None = None) -> None:
        self._searcher = searcher
        self._encoder = encoder
        self._chat = chat
        self._library = Library(searcher.catalog)

    def ask(self, question: str, *, filters: Filters | None = None) -> Answer:
        """The answer to a question; abstains, in words, where the evidence is weak.

        Raises:
            UsageError: an empty question.
        """
        return self.write(self.gather(question, filters=filters))

    def gather(self, question: str, *, filters: Filters | None = None) -> Evidence:
        """The passages found, their sentences with scores, and how sure it is that they answer; raises ``UsageError``."""
        text = clean_query(question)
        hits = tuple(self._searcher.search(text, filters=filters, limit=_PASSAGES))
        sentences = [one for hit in hits for one in sentences_of(hit) if _quotable(one.text)][:_MOST_SENTENCES]
        if not sentences:
            return Evidence(question=text, hits=hits, sentences=(), scores=(), confidence=0.0)
        rarity = self._library.rarity()
        wanted = content_terms(text)
        vectors = self._encoder.encode([text, *(one.text for one in sentences)])
        cosines = vectors[1:] @ vectors[0]
        covered = np.array([rarity.coverage(wanted, content_terms(one.text)) for one in sentences])
        nearness = np.array([one.hit.cosine or 0.0 for one in sentences])
        telling = np.array([min(1.0, len(set(content_terms(one.text)) - set(wanted)) / _TELLING) for one in sentences])
        scores = cosines + _COVERAGE_WEIGHT * covered + _PASSAGE_WEIGHT * nearness + _TELLING_WEIGHT * telling
        passages = [rarity.coverage(wanted, content_terms(f"{hit.episode} {hit.speaker} {hit.text}")) for hit in hits]
        return Evidence(
            question=text,
            hits=hits,
            sentences=tuple(sentences),
            scores=tuple(float(score) for score in scores),
            confidence=_confidence(cosines, [hit.cosine or 0.0 for hit in hits], passages),
        )

    def write(self, evidence: Evidence) -> Answer:
        """The answer that evidence gives."""
        if not evidence.sentences or evidence.confidence < ABSTAIN_BELOW:
            return _abstained(evidence.question, "extractive")
        if self._chat is not None:
            try:
                answer = written_answer(evidence, self._chat)
            except ModelCallError:
                answer = None  # no model makes it stop
            if answer is not None:
                return _abstained(evidence.question, answer.writer) if answer.abstained else answer
        vectors: NDArray[np.float32] = self._encoder.encode([one.text for one in evidence.sentences])
        return extractive_answer(evidence, vectors)


def _confidence(cosines: NDArray[np.float32], passage_cosines: list[float], passage_coverage: list[float]) -> float:
    """How sure it is that the evidence answers: the best sentence's cosine and the best passage's, with its coverage.

    A passage that covers the question's rare words and is near it as a whole counts, not the best of each from
    different passages.
    """
    joint = max(
        cosine + _COVERAGE_WEIGHT * covered for cosine, covered in zip(passage_cosines, passage_coverage, strict=True)
    )
    return float(0.5 * float(cosines.max()) + 0.5 * joint)


def _quotable(text: str) -> bool:
    """Whether a sentence can stand in an answer: long enough to say something, not a question."""
    return len(text.split()) >= _SHORTEST and not re.search(r"\?[\"'”’)\]]*$", text)


def _abstained(question: str, writer: str) -> Answer:
    return Answer(question=question, answer=NOTHING, abstained=True, writer=writer)
