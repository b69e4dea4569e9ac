"""What a language model wrote, checked: which sentences may be shown, and what each of them may cite.

A sentence is kept only where it cites a passage that was found, where the passages it cites have its content words,
and every number and every name in it; and only where it holds no address. Markup is taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from earmark.clean import plain
from earmark.language.numbers import values
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Hit
from retrieval.answers.evidence import date_of

__all__ = ["bare_text", "has_address", "may_cite", "names_beyond"]

_SHARE = 0.5
"""The share of its content words that a sentence must have in common with what it cites, all together."""
_SHARED = 2
"""Content words that a sentence has in common with each passage that it cites (all of them, where it has fewer)."""

_SCHEME = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,15}\s?:\s?/\s?/|\b(?:javascript|data|mailto|vbscript|file|tel|hxxps?)\s*:|\bwww\d?\s?[.。．｡]",
    re.IGNORECASE,
)
_TOPS = (
    "com org net edu gov mil int info biz io ai app dev co me tv fm xyz site online shop store tech club live top link "
    "click example test invalid local onion page zip mov uk us de fr es it nl eu ru cn jp in au ca br ch se no fi dk pl"
)
_DOMAIN = re.compile(
    # Of a name only its end is looked at: the last letter or digit before a dot, parts that end in a dash, and the top.
    r"[^\W_](?:\s?[.。．｡]\s?[\w-]++(?<=[-_]))*(?:[.。．｡]|\s?\[\.\]\s?|\s?\(\.\)\s?|\s(?:\[dot\]|\(dot\)|dot)\s)"
    rf"(?:{'|'.join(_TOPS.split())}|xn--[\w-]+)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\]]*)\]\s*\(([^)]*)\)|!?\[([^\]]+)\]\s*\[[^\]]*[^\]\d\s,][^\]]*\]")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_TAG = re.compile(r"<[^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_MARK = re.compile(
    r"\[\s*\^?\d+(?:\s*[,;–-]\s*\d+)*\s*\]|[<>`*|~\\{}\[\]]|(?<!\w)[\^#]+|(?<![^\W_])_+|_+(?![^\W_])|【[^】]*】"
)


def bare_text(text: str) -> str:
    """Plain words without markup, marks or tags; links keep their label, and a date is written in words."""
    folded = _DATE.sub(_in_words, unicodedata.normalize("NFKC", plain(text)))
    without = _TAG.sub(" ", _LINK.sub(lambda match: match[1] or match[3] or "", folded))
    return re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", " ".join(_MARK.sub("", without).split())).strip(" ()-")


def _in_words(written: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(written[0])
    except ValueError:
        return written[0]
    return f"{day.day} {day:%B %Y}"


def has_address(text: str) -> bool:
    """Whether a text, as the model wrote it, has an address in it, in a link or bare, spelled out or disguised."""
    folded = unicodedata.normalize("NFKC", plain(text))
    return bool(_SCHEME.search(folded) or _DOMAIN.search(folded) or re.search(r"\w@\w", folded))


def may_cite(text: str, cites: Sequence[int], hits: Sequence[Hit]) -> list[int]:
    """Those of the passages (numbered from 1) that a sentence may cite; none if it may not be shown.

    Its numbers have to be in what it cites. Its names may be in any passage of the same episode that was given: a talk names
    its subject once.

    Args:
        text: the sentence, bare.
        cites: the numbers that the model gave.
        hits: the passages that it was given.
    """
    own = set(content_terms(text))
    if not own:
        return []
    held = {n: _held(hits[n - 1]) for n in dict.fromkeys(cites) if 1 <= n <= len(hits)}
    kept = [n for n, terms in held.items() if len(own & terms) >= min(_SHARED, len(own))]
    together = set().union(*(held[n] for n in kept)) if kept else set()
    if not kept or len(own & together) < _SHARE * len(own):
        return []
    source = " ".join(_source(hits[n - 1]) for n in kept)
    episodes = {hits[n - 1].episode_id for n in kept}
    talk = " ".join(_source(hit) for hit in hits if hit.episode_id in episodes)
    return kept if values(text) <= values(source) and not names_beyond(text, talk) else []


def names_beyond(text: str, *sources: str) -> set[str]:
    """The names of a sentence that none of some texts has, as they are compared."""
    return _names(text) - _forms(" ".join(sources))


def _held(hit: Hit) -> set[str]:
    return set(content_terms(f"{hit.speaker or ''} {hit.text}"))


def _source(hit: Hit) -> str:
    """All that a sentence about a passage may draw a name or a number from."""
    return f"{hit.show} {hit.episode} {hit.speaker or ''} {date_of(hit)} {hit.text}"


def _names(text: str) -> set[str]:
    """Words in capitals that do not begin the sentence, as they are compared."""
    tokens = words(text)[1:]
    return {_plain(stem(word)) for word in tokens if word[0].isupper() and stem(word) not in STOPWORDS}


def _plain(term: str) -> str:
    """A term without the dots of an abbreviation: "Ph.D." is "PhD"."""
    return term.replace(".", "")


def _forms(text: str) -> set[str]:
    """The words of a text as they are compared, and the parts of those with hyphens."""
    tokens = words(text)
    whole = {_plain(stem(word)) for word in tokens}
    return whole | {stem(part) for word in tokens for part in re.split(r"[-.’']", word)}
