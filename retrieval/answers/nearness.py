"""Whether what is asked is said in one place: its words, names and numbers in a sentence and those beside it.

A passage can have all words of a question and yet not its answer, since they are said of another person, place or year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from earmark.language.numbers import values
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from retrieval.answers.attributes import wanted
from retrieval.answers.signals import MET, EvidenceProfile, QuestionProfile, met, met_in_talk, with_neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ALIKE", "WINDOW_NAMES", "alike", "holds_any", "names_in", "told_in_one_place", "unheld", "window_signals"]

WINDOW_NAMES = ("window_unheld", "window_told", "named_elsewhere", "never_named", "other_figure")
"""Signals of the sentence that meets most of a question, with those beside it, in the order of `window_signals`.

The share of the question's names and numbers that are not there; 1, -1 or 0 for a wanted number, time or cause that is
there, that is not, and for other questions; whether a name of the question that the library has is in none of the passages;
whether a name is in none that the library does not have either, which can be one that was recognised wrongly; and whether
a figure of the question (a year) is not in the passage of that sentence.
"""
_SPELLED_YEAR = re.compile(
    r"\b(?:nineteen|twenty|eighteen|seventeen)[ -](?:\w+teen|\w+ty|ten|eleven|twelve|oh)\b", re.IGNORECASE
)
"""Years as recognised speech has them; what year one is, no figure says."""
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_TELLS = 0.1
"""Share of a question's words that telling the wanted number, time or cause counts as much as."""
_WHOLE_QUESTION = 2
"""Words of a question from which it is enough that a sentence has them all."""
ALIKE = 0.33
"""Share of groups of three letters from which a word is a name as recognised speech may have it."""


def window_signals(asked: QuestionProfile, heard: EvidenceProfile) -> NDArray[np.float64]:
    """The signals by `WINDOW_NAMES`; at least one sentence is needed."""
    held = [n for n, rows in enumerate(asked.tokens) if len(rows)] if len(heard.tokens) else []
    if held:
        weights = asked.rarities[held] / asked.rarities[held].sum()
        by_word = with_neighbours(met_in_talk(asked, heard, held), heard.owners)
    else:
        total = float(asked.rarities.sum()) or 1.0
        weights = asked.rarities / total
        terms = [set(content_terms(text)) for text in heard.sentences]
        by_word = with_neighbours(
            np.array([[float(term in own) for term in asked.terms] for own in terms]), heard.owners
        )
    if not by_word.shape[1]:
        return np.zeros(len(WINDOW_NAMES))
    share = by_word @ weights
    marked = names_in(asked.text)
    attribute = wanted(asked.text)
    if attribute is not None:  # of two places that meet as much of the question, the one that tells what it wants
        share = share + _TELLS * np.array([attribute.told(text) for text in heard.sentences])
    best = int(share.argmax())
    text = " ".join(heard.sentences[n] for n in _window(best, heard.owners))
    told = 0.0 if attribute is None else 1.0 if attribute.told(text) else -1.0
    missing = len(unheld(asked.text, [text])) / len(marked) if marked else 0.0
    absent = {word for word in unheld(asked.text, heard.passages) if not word[0].isdigit()}
    strange = {word for word in absent if stem(word) in asked.unknown}
    passage = heard.passages[int(heard.owners[best])]
    figure = any(word[0].isdigit() for word in unheld(asked.text, [passage])) and not _SPELLED_YEAR.search(passage)
    return np.array([missing, told, float(bool(absent - strange)), float(bool(strange)), float(figure)])


def told_in_one_place(asked: QuestionProfile, heard: EvidenceProfile) -> bool:
    """Whether one sentence has all words and names of a question, and the number or time in the form that it asks for."""
    attribute = wanted(asked.text)
    held = [n for n, rows in enumerate(asked.tokens) if len(rows)]
    if attribute is None or attribute.form is None or len(held) < _WHOLE_QUESTION or not len(heard.tokens):
        return False
    whole = met(asked, heard, held).min(axis=1) >= MET
    return any(
        attribute.told_in_form(text) and not unheld(asked.text, [text])
        for text, has_all in zip(heard.sentences, whole, strict=True)
        if has_all
    )


def names_in(question: str) -> list[str]:
    """The names and numbers of a question, each once, as written: words in capitals after the first, and figures."""
    marked = [
        word
        for n, word in enumerate(words(_GROUPS.sub("", question)))
        if (n and word[0].isupper() and word != "I") or word[0].isdigit()
    ]
    return list(dict.fromkeys(word for word in marked if stem(word) not in STOPWORDS))


def unheld(question: str, texts: Sequence[str]) -> list[str]:
    """The names and numbers of a question that none of some texts has, nearly written as recognised speech has them."""
    spoken = " ".join(texts)
    said, numbers = {stem(word) for word in words(spoken)}, values(spoken)
    parts = said | {part for word in said for part in word.split("-")}
    return [word for word in names_in(question) if not _holds(word, parts, numbers)]


def holds_any(terms: Sequence[str], text: str) -> bool:
    """Whether a text has one of some words, given as they are compared, as it is or nearly so."""
    held = {stem(word) for word in words(text)}
    return any(term in held or any(alike(term, other) >= ALIKE for other in held) for term in terms)


def _holds(word: str, said: set[str], numbers: set[str]) -> bool:
    if word[0].isdigit():
        return stem(word) in said or bool(values(word) and values(word) <= numbers)
    own = stem(word)
    return own in said or any(abs(len(own) - len(other)) <= 3 and alike(own, other) >= ALIKE for other in said)


def alike(word: str, other: str) -> float:
    """The share of groups of three letters that two words have in common."""
    mine, yours = ({f"^{text}$"[n : n + 3] for n in range(len(text))} for text in (word, other))
    return len(mine & yours) / len(mine | yours)


def _window(best: int, owners: NDArray[np.int64]) -> list[int]:
    return [n for n in (best - 1, best, best + 1) if 0 <= n < len(owners) and owners[n] == owners[best]]
