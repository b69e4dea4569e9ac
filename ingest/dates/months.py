"""Names of months in the languages that people publish in, by Unicode's CLDR. The only module that knows ``babel``."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

__all__ = ["month_of"]

_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_PARTS = ("whole", "begun")
"""A name or usual abbreviation goes before the beginning of another language's name."""
_LEAST = 3
"""Letters from which the beginning of a name is enough: Mär, févr, okt."""
_LOCALES = (
    "af", "ar", "ar_DZ", "ar_LB", "ar_MA", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "de_AT", "el", "en", "es", "et",
    "eu", "fa", "fi", "fil", "fo", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk",
    "km", "kn", "ko", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nb", "ne", "nl", "nn", "pa",
    "pl", "ps", "pt", "rm", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sr_Latn", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur",
    "uz", "vi", "zh",
)  # fmt: skip
"""The locales whose names are known. All that CLDR has would take two seconds to load, and the small ones blur the large."""
_MORE = {"de": {"mrz": 3, "jän": 1, "maerz": 3}, "nl": {"mrt": 3}}
"""Short forms in use that CLDR does not have and that do not begin the name."""


def month_of(word: str, language: str = "") -> int | None:
    """The month (1 to 12) that a word names, in full or shortened; ``None`` of any other word.

    English goes first, as the standards of feeds have it; then ``language``; then all others, where they agree.
    """
    key = _key(word)
    if not key:
        return None
    if len(key) >= _LEAST and key.isascii():
        for number, name in enumerate(_ENGLISH, start=1):
            if name.startswith(key) or (key == "sept" and number == 9):
                return number
    names = _names()
    key = key.removeprefix("ב") if key.startswith("ב") else key  # "in March"
    layers = (
        *(names.get(f"{language.casefold()[:2]} {part}", {}) for part in _PARTS),
        *(names[part] for part in _PARTS),
    )
    return next((number for layer in layers if (number := layer.get(key, 0))), None)


@cache
def _names() -> Mapping[str, Mapping[str, int]]:
    """Names, and beginnings of names, of each language (``de whole``) and of all; 0 for a word that may mean several months."""
    from babel import Locale  # read where a feed needs it, which few do

    names: dict[str, dict[str, int]] = defaultdict(dict)
    for code in _LOCALES:
        language, locale = code.partition("_")[0], Locale.parse(code)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[form][width].items():
                    _add(names, language, _key(name), number)
    for language, more in _MORE.items():
        for name, number in more.items():
            _add(names, language, _key(name), number)
    return names


def _add(names: dict[str, dict[str, int]], language: str, key: str, number: int) -> None:
    if not key or any(letter.isdigit() for letter in key):
        return  # 3月: the reader of dates knows these
    for part, forms in (("whole", [key]), ("begun", [key[:length] for length in range(_LEAST, len(key))])):
        for place in (f"{language} {part}", part):
            for form in forms:
                names[place][form] = number if names[place].get(form, number) == number else 0


def _key(word: str) -> str:
    """A word without case, accents of Latin letters, and full stops: März, MARZ and marz are the same."""
    text = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(letter for letter in text if not "\u0300" <= letter <= "\u036f")
    return "".join(letter for letter in bare if letter not in ".\u05f3\u200f\u200e ")
