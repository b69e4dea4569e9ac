"""The hard facts of a text: its numbers and its proper names, and whether a source holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from earmark.language.numbers import NUMBER_WORDS, SCALES, TENS
from ingest.insights.words import FUNCTION_WORDS, tokens

__all__ = ["Source", "held", "numbers", "told"]

_DIGITS = re.compile(r"(?P<digits>\d+(?:[.,]\d+)*)(?:(?:(?P<thousand>[Kk])|(?P<large>[MB]))(?!\w))?")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
"""A number that a transcriber from elsewhere wrote: "7,5 billion"."""
_SHORT = {"M": "million", "B": "billion"}
_LARGE = frozenset([*SCALES, "trillion", "dozen"])
_OPENERS = frozenset([
    "despite", "unlike", "without", "within", "beyond", "among", "amid", "besides", "since", "because", "although",
    "though", "while", "whereas", "unless", "until", "when", "whenever", "if", "once", "after", "before", "rather",
    "instead", "however", "building", "using", "making", "having", "being", "getting", "running", "writing",
    "choosing", "adding", "treating", "separating", "measuring", "companies", "people", "teams", "developers",
    "engineers", "founders", "organizations", "users", "customers", "researchers", "leaders", "businesses",
    "individuals", "good", "great", "bad", "true", "real", "many", "most", "few", "several",
])  # fmt: skip
"""Words that open an English sentence and are no names."""


def numbers(text: str) -> frozenset[str]:
    """Every number of a text in one spelling: ``50,000`` and ``50000``, ``twenty-five`` and ``25`` are the same.

    "One" counts only as a digit; in words it is mostly a pronoun. "Million" and the like count by themselves: ``5M`` is
    ``5 million``.
    """
    return frozenset({_plain(match["digits"]) for match in _DIGITS.finditer(text)} | _in_letters(text))


def told(text: str) -> frozenset[str]:
    """The numbers of a text that must be `held` where it comes from; of those with a K, ``80k`` and not 80."""
    figures = {_plain(match["digits"]) + "k" * bool(match["thousand"]) for match in _figures(text)}
    return frozenset(figures | _in_letters(text))


def held(text: str) -> frozenset[str]:
    """What a text bears out of what may be `told`: 80K for 80,000 and the other way round, a 401(k) for a 401k."""
    thousands = {
        _plain(str(Decimal(digits) * 1000))
        for match in _figures(text)
        if match["thousand"] and (digits := _pointed(match["digits"])).count(".") < 2
    }
    short = {
        figure.removesuffix("000") + "k" for figure in numbers(text) if figure.isdigit() and figure.endswith("000")
    }
    return told(text) | thousands | short


def _figures(text: str) -> Iterator[re.Match[str]]:
    return _DIGITS.finditer(re.sub(r"(?<=\d)\(k\)", "k", text))


def _in_letters(text: str) -> set[str]:
    """The numbers of a text that are words or letters: ``twenty-five`` as 25, the ``million`` of "5M"."""
    named = {_SHORT[match["large"]] for match in _DIGITS.finditer(text) if match["large"]}
    words = re.findall(r"[a-z]+", text.lower())
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in TENS and 0 < NUMBER_WORDS.get(after, 0) < 10:
            named.add(str(NUMBER_WORDS[word] + NUMBER_WORDS[after]))
        elif (
            word in NUMBER_WORDS
            and word not in ("one", "zero")
            and not (at and words[at - 1] in TENS and NUMBER_WORDS[word] < 10)
        ):
            named.add(str(NUMBER_WORDS[word]))
        elif word.removesuffix("s") in _LARGE:
            named.add(word.removesuffix("s"))
    return named


def _plain(digits: str) -> str:
    whole = _pointed(digits)
    return (whole.rstrip("0").rstrip(".") if "." in whole else whole) or "0"


def _pointed(digits: str) -> str:
    """Digits without grouping; only a point stands before decimals."""
    return digits.replace(",", "." if _DECIMAL_COMMA.fullmatch(digits) else "")


class Source:
    """What may be stated: the numbers and names of some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        text = "\n".join(texts)
        self._numbers = held(text)
        words = [part for token in tokens(text) for part in _parts(token)]
        self._words = frozenset(words)
        self._stems = frozenset(word[:5] for word in words if len(word) >= 5)
        self._pairs = frozenset(pairwise(words))

    def missing_number(self, text: str) -> str:
        """A number of the text that the source does not have; empty where it has all."""
        return next(iter(sorted(told(text) - self._numbers)), "")

    def missing_name(self, text: str) -> str:
        """A capitalised word, or pair of them, that the source does not have; empty where it has all.

        The first word of a sentence counts as a name only where the source has nothing like it. Pairs are checked
        too, so that no person is made of one's first and another's last name.
        """
        for sentence in re.split(r"(?<=[.!?:])[\"'”’)]*\s+", text):
            before: tuple[str, ...] = ()
            written = ""
            for index, token in enumerate(sentence.split()):
                core = str(token).strip("\"'“”‘’()[],.;:!?*")
                if not core[:1].isalpha() or not any(c.isupper() for c in core):
                    before, written = (), ""
                    continue
                parts = tuple(part for word in tokens(core) for part in _parts(word))
                opening = index == 0 and core[1:] == core[1:].lower()
                if any(part not in self._words and not (opening and self._is_plain(part)) for part in parts):
                    return core
                ordinary = opening or all(part in FUNCTION_WORDS for part in parts)
                if before and parts and not ordinary and (before[-1], parts[0]) not in self._pairs:
                    return f"{written} {core}"
                before, written = ((), "") if ordinary or token[-1:] in ",;:" else (parts, core)
        return ""

    def _is_plain(self, word: str) -> bool:
        return word in FUNCTION_WORDS or word in _OPENERS or word[:5] in self._stems or word.endswith(("ing", "ly"))


def _parts(token: str) -> list[str]:
    """A token in lower case without its possessive or plural of an acronym, split at hyphens."""
    word = token.replace("’", "'")
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 2 and word[-1] == "s" and word[:-1].isupper():
        word = word[:-1]
    return [part for part in word.casefold().split("-") if part]
