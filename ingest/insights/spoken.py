"""The spans of an episode that could be shown as an idea: runs of one to three sentences by one speaker, with their worth."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from earmark.language.segments import LONGEST_CHARS
from ingest.insights.antecedents import named
from ingest.insights.centrality import centrality
from ingest.insights.display import displayed
from ingest.insights.evidence import Evidence
from ingest.insights.numbered import NumberedTranscript, Span
from ingest.insights.standalone import dangling
from ingest.insights.vetoes import veto
from ingest.insights.words import content_words, tokens
from ingest.insights.worth import Worth, worths
from ingest.text.sentences import asks

__all__ = ["LEAST_ALONE", "SpokenSpan", "SpokenSpans", "rated_worth", "with_rating"]

MOST_SENTENCES = 3
SPAN_WORDS = (20, 70)
"""Words of a span as shown. Of 135 labelled spans below 20 words one was worth reading; beyond 70 it is no idea for a digest."""
SENTENCE_WORDS = (4, 48)
QUOTE_WORDS = 78
"""Words of a span as it was said, so that its quote passes the gate."""
CLAIM_WORDS = 8
"""Words that the first sentence has at least: it is the claim, and the others are its body."""
STANDS = 0.4
"""What the log odds of standing alone count beside those of being worth reading."""
CENTRAL = 0.4
"""What lying at the centre of the episode's subjects adds to the log odds."""
TURN = 0.45
"""What a set-up with its point ("… . But …") adds to the log odds, and what a set-up without it loses.

Of 166 labelled spans that turn round 12 % were worth reading, where their words alone made one expect 8 %.
"""
_TURN = re.compile(r"(?:but|however|yet|instead)\b", re.IGNORECASE)
_BUT = re.compile(r"but,? (?!(?:then|so|also|anyway|yeah|no|yes)\b)", re.IGNORECASE)
LEAST_STANDS = 0.3
"""Probability of standing alone below which a span is not printed."""
BIAS, A_COUNTED, A_RATING = 0.067, 0.453, 0.651
"""Of a logistic regression on the labelled spans near the decision, each rated by an encoder that saw nothing of its show.

.636 is taken off its bias: of spans that it gives .25 as many are printed as of those that counted words give .15, which is
`insights.min_quality`.
"""
LEAST_ALONE = 0.55
"""Probability of standing alone below which a span that was rated is not printed.

The highest at which, by labels of unseen shows, as many are printed as by counted words and two in five are worth reading.
With .65 and .349 less bias, labels of 748 spans of held-out shows promise 31 % worth reading in place of 24 %; of 44 further
episodes of those shows 60 ideas were printed in place of 86, and two readers found as few worth reading (16 %) and no more
that stand alone (71 % in place of 74 %).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSpan:
    """A span with its sentences as shown; ``score`` is by what spans of one episode are compared."""

    span: Span
    texts: tuple[str, ...]
    worth: Worth
    score: float

    @property
    def text(self) -> str:
        """The whole as shown."""
        return " ".join(self.texts)

    @property
    def claim(self) -> str:
        """Its first sentence, with the one after it where that turns it round: what is conceded is not the point."""
        first = self.texts[0]
        if not self._turns:
            return first
        return f"{first.removesuffix('.')}, but {_BUT.sub('', self.texts[1])}"

    @property
    def body(self) -> str:
        """What follows the claim, in the order in which it was said; empty where the claim is all."""
        return " ".join(self.texts[2 if self._turns else 1 :])

    @property
    def _turns(self) -> bool:
        """Whether its second sentence begins with "But", and both are one claim of a readable length."""
        if len(self.texts) < 2 or not _BUT.match(self.texts[1]) or not self.texts[0].endswith("."):
            return False
        return len(" ".join(self.texts[:2]).split()) <= SENTENCE_WORDS[1]

    @property
    def words(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(content_words(self.text))


class SpokenSpans:
    """The sentences of an episode as they may be shown, and the spans made of them."""

    def __init__(self, numbered: NumberedTranscript, evidence: Evidence) -> None:
        self._numbered = numbered
        self._sentences = numbered.sentences
        self._evidence = evidence
        content = frozenset(numbered.content)
        self._usable = [
            index in content and sentence.whole and len(sentence.text) <= LONGEST_CHARS
            for index, sentence in enumerate(self._sentences)
        ]
        self._written = frozenset(
            word for s in self._sentences for word in tokens(s.text[:LONGEST_CHARS]) if word.islower()
        )
        self._first = [self._shown(index, follows=False) for index in range(len(self._sentences))]
        self._later = [self._shown(index, follows=True) for index in range(len(self._sentences))]
        self._central = centrality([content_words(text) for text in self._first])

    def _shown(self, index: int, *, follows: bool) -> str:
        """A sentence as it is shown at the beginning of a span, or within one; empty where it may not be shown."""
        if not self._usable[index]:
            return ""
        text = self._sentences[index].text
        if text[-1:].isalnum() and asks(text):
            return ""  # a question that lost its mark
        text = displayed(text, written=self._written, follows=follows)
        return text if SENTENCE_WORDS[0] <= len(text.split()) <= SENTENCE_WORDS[1] else ""

    def best_first(self) -> list[SpokenSpan]:
        """All spans, unchecked, by descending score."""
        spans = list(self._spans())
        values = worths([" ".join(texts) for _, texts in spans])
        scored = [
            SpokenSpan(span=span, texts=texts, worth=value, score=self._score(span, texts, value))
            for (span, texts), value in zip(spans, values, strict=True)
            if value.stands >= LEAST_STANDS
        ]
        return sorted(scored, key=lambda spoken: (-spoken.score, spoken.span.first, spoken.span.last))

    def _spans(self) -> Iterator[tuple[Span, tuple[str, ...]]]:
        for first in range(len(self._sentences)):
            texts: tuple[str, ...] = ()
            said = 0
            for last in range(first, min(first + MOST_SENTENCES, len(self._sentences))):
                text = self._later[last] if texts else self._opening(first)
                if not text or self._sentences[last].speaker != self._sentences[first].speaker:
                    break
                texts = (*texts, text)
                said += len(self._sentences[last].text.split())
                words = sum(len(part.split()) for part in texts)
                if words > SPAN_WORDS[1] or said > QUOTE_WORDS:
                    break
                if words >= SPAN_WORDS[0]:
                    yield Span(first=first, last=last), texts

    def _opening(self, first: int) -> str:
        """The first sentence of a span, its subject named in brackets where it points back to a subject that is sure."""
        text = self._first[first]
        if not text or not first or self._sentences[first - 1].speaker != self._sentences[first].speaker:
            return text
        return named(text, self._first[first - 1])

    def _score(self, span: Span, texts: Sequence[str], value: Worth) -> float:
        central = float(self._central[span.first : span.last + 1].mean())
        spoken = self._sentences[span.first], self._sentences[span.last]
        backed = self._evidence.of(" ".join(texts), spoken[0].start_s, spoken[1].end_s)
        point = TURN * (any(_TURN.match(text) for text in texts[1:]) - self._turned_after(span.last))
        return _log_odds(value.value) + STANDS * _log_odds(value.stands) + CENTRAL * central + backed + point

    def _turned_after(self, last: int) -> bool:
        """Whether the same speaker turns a sentence round in the next one: it only prepares what is said there."""
        if last + 1 >= len(self._sentences) or self._sentences[last + 1].speaker != self._sentences[last].speaker:
            return False
        return bool(_TURN.match(self._sentences[last + 1].text))

    def said(self, spoken: SpokenSpan) -> str:
        """A span as it was said, with its fillers."""
        return self._numbered.quote(spoken.span)

    def objection(self, spoken: SpokenSpan) -> str:
        """Why a span is not printed, in a few words; empty where nothing speaks against it."""
        first, last = spoken.span.first, spoken.span.last
        after = self._sentences[last + 1].text if last + 1 < len(self._sentences) else ""
        asked = first > 0 and asks(self._sentences[first - 1].text)
        turn = first > 0 and self._sentences[first - 1].speaker != self._sentences[first].speaker
        if len(spoken.claim.split()) < CLAIM_WORDS:
            return "short claim"
        return veto(spoken.texts, after=after, answers=asked and turn) or dangling(spoken.claim)


def with_rating(spoken: SpokenSpan, glad: float, alone: float) -> SpokenSpan:
    """A span whose worth is told from counted words and from the log odds of a fine-tuned encoder together.

    Args:
        spoken: the span, its worth by counted words.
        glad: log odds that a reader is glad of it.
        alone: log odds that it can be read alone; they take the place of what counted words say.
    """
    worth = rated_worth(spoken.worth, glad, alone)
    gain = _log_odds(worth.value) - _log_odds(spoken.worth.value)
    return replace(spoken, worth=worth, score=spoken.score + gain + STANDS * (alone - _log_odds(spoken.worth.stands)))


def rated_worth(counted: Worth, glad: float, alone: float) -> Worth:
    """The worth by counted words and by the log odds of a fine-tuned encoder together, as `with_rating` has it."""
    both = BIAS + A_COUNTED * _log_odds(counted.value) + A_RATING * glad
    return Worth(value=_probability(both), stands=_probability(alone))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _log_odds(probability: float) -> float:
    return math.log(max(1e-6, probability) / max(1e-6, 1 - probability))
