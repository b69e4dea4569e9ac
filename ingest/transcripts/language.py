"""Which language a text is in, as far as its commonest words or its script say; no model, no guess where unsure."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["base_language", "language_of", "spoken_words"]

_WORDS = {
    "en": "the and that of it is you was this have with they what but not for are we so just",
    "de": "und die der das ist nicht ich wir auch ein eine mit auf sich dass für aber wie sind haben",
    "fr": "les des est une que dans pour pas qui sur nous vous avec mais cette sont être c'est ça du",
    "es": "que los las una por con para como pero está muy esto cuando porque más hay nos sus eso y",
    "it": "che di è una per non con come ma questo sono della anche perché gli più nel cosa abbiamo il",
    "pt": "que não uma para com como mas isso você são mais muito também tem nós dos pelo ao ele eu",
    "nl": "het een dat van niet ook maar zijn voor met wij hebben dit wat nog naar heeft deze worden aan",
    "sv": "och att det som på är inte jag vi för har också med den ett från eller mycket när så",
    "da": "og at det som på er ikke jeg vi for har også med den et fra eller meget når af",
    "no": "og at det som på er ikke jeg vi for har også med den et fra eller mye når av",
    "pl": "nie się że jest na do jak ale to tak jego przez tym który też są bardzo czy już po",
    "cs": "že není jsem ale také jako jsou když tak nebo který bylo pro jeho už ještě by se co to",
    "fi": "ja on ei että se oli myös mutta kun niin tämä ovat hän joka mitä sitten nyt siitä kuin me",
    "tr": "bir ve bu için ama çok daha gibi olarak ne var değil ben sonra kadar mi da de şey biz",
    "ro": "și nu este care pentru din mai sunt dar acest prin sau fost foarte când această într cu o de",
    "hu": "és hogy nem egy az ez is csak van de meg már volt mint ha azt még ezt kell lehet",
}
"""Twenty of the commonest words of spoken text, by ISO 639-1 code."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґ]", re.IGNORECASE)),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_LOOK = 20_000
_ENOUGH = 100
"""Words below which nothing is said of a text."""
_SHARE = 0.08
"""Share of its words that the commonest twenty must make up; 0.20 to 0.30 in running speech of their own language."""
_MARGIN = 1.25
"""How far ahead of the next language the first must be."""
_FOREIGN_SCRIPT = 0.3
_SIGN = 0.02
"""Share of letters that makes a sign of one language (kana, Ukrainian letters) count among its neighbours' script."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u0e00-\u0e7f]")
_OLD = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "cmn": "zh"}
_CLOSE = ({"no", "da", "sv"}, {"ru", "uk", "be", "bg", "sr", "mk"}, {"ar", "fa", "ur"}, {"hi", "mr", "ne"})
"""Languages that the check cannot or need not tell apart; the one expected is taken."""


def base_language(tag: str) -> str:
    """The language part of a tag (``en-US``, ``pt_BR``) in lower case; empty for a tag without one."""
    code = re.split(r"[-_]", tag.strip().casefold(), maxsplit=1)[0]
    return _OLD.get(code, code) if re.fullmatch(r"[a-z]{2,3}", code) else ""


def language_of(text: str, *, expected: str = "") -> str:
    """The ISO 639-1 code of the language that the text is in; empty if that is not clear.

    Args:
        text: a hundred words or more; the first 20,000 characters are looked at.
        expected: the code that is given where the text might as well be in it (Danish for Norwegian).
    """
    sample = text[:_LOOK]
    language = _by_script(sample) or _by_words(sample)
    if any(language in group and expected in group for group in _CLOSE):
        return expected
    return language


def spoken_words(text: str) -> float:
    """How many words are said; scripts without spaces count two signs as a word."""
    return len(text.split()) + len(_SPACELESS.findall(text)) / 2


def _by_script(text: str) -> str:
    letters = sum(map(str.isalpha, text)) or 1
    shares = {code: len(pattern.findall(text)) / letters for code, pattern in _SCRIPTS}
    shares["ja"], shares["zh"] = (shares["ja"] + shares["zh"], 0.0) if shares["ja"] > _SIGN else (0.0, shares["zh"])
    if shares["uk"] > _SIGN:
        shares["uk"], shares["ru"] = max(shares["uk"], shares["ru"]), 0.0
    code = max(shares, key=lambda name: shares[name])
    return code if shares[code] > _FOREIGN_SCRIPT else ""


def _by_words(text: str) -> str:
    words = Counter(word.replace("’", "'") for word in _WORD.findall(text.casefold()))
    total = sum(words.values())
    if total < _ENOUGH:
        return ""
    shares = sorted(((sum(words[w] for w in listed.split()) / total, code) for code, listed in _WORDS.items()))
    (second, _), (first, code) = shares[-2:]
    close = {code, shares[-2][1]} <= _CLOSE[0]
    return code if first >= _SHARE and (close or first >= _MARGIN * second) else ""
