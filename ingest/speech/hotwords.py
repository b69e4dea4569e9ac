"""The names that speech recognition should spell rightly: of the people, the episode, the show, and its notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from earmark.types import Episode
from ingest.speech.checks import whisper_language

__all__ = ["hotwords_for"]

_WORD = re.compile(r"[^\W_][\w'’&+#.-]*\w|[^\W_]")
_SENTENCE = re.compile(r"(?<=[.!?:…])\s+|[\n\r•*|–—]+|\s-\s")
_UNUSUAL = re.compile(r"[^\W\d_].*[A-Z0-9]|^[A-Z]{2,}s?$")
"""Written as no ordinary word is: ComfyUI, GPT4, BGP."""
_TITLE_PARTS = re.compile(r"\s*(?:[:|–—•]|\s-\s|\bwith\b|\bfeat\.?|\bft\.?)\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:(?:episode|ep|part|season|s|e)\.?\s*)?[#№]?\d+(?:e\d+)?[.:)]*\s+|^[#№]\d+$", re.IGNORECASE)
_SMALL = {"of", "de", "la", "le", "van", "von", "der", "den", "di", "da", "del", "bin", "al", "y", "the"}
_COMMON_WORDS = (
    "a an and are as at be but by can do for from get go has have he her here his how i if in into is it its just let "
    "like may more my new no not now of on one or our out over she so than that the their them then there these they "
    "this those to too two up us was we what when where which who whom whose why will with you your all also any about "
    "after before because been being both each even every first last many most much next only other same some such "
    "episode podcast show guest guests host hosts hosted join joins joined joining listen subscribe follow sponsor "
    "sponsors sponsored links link support thanks thank today tomorrow week welcome recorded season part bonus interview "
    "chapters transcript notes discuss discusses learn read watch visit sign free monday tuesday wednesday thursday "
    "friday saturday sunday january february march april june july august september october november december"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_BOILERPLATE = re.compile(
    r"privacy|policy|notice|cookie|omny|acast|megaphone|patreon|patrons?$|youtube|spotify", re.IGNORECASE
)
_LABEL = re.compile(r"^(speaker|voice|unknown|host|guest|caller)\W*\w?\d*$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$")
_NOUNS_CAPITALISED = {"de", "lb"}
_FROM_NOTES = 12
_LONGEST_WORD = 40
_LONGEST_TITLE = 500
_LONGEST_NOTES = 20_000
_MOST_NAMES = 60
"""Bounds, since feeds are anybody's text."""


def hotwords_for(episode: Episode) -> tuple[str, ...]:
    """The names of an episode, the most useful first, each once.

    First the people that the feed names, then the names in the episode's title, the show, and at most 12 of the
    description, those that are said most often first. A name is a person, or capitalised words in a row that no
    sentence begins with, or a word written like none (ComfyUI, BGP). What is over is cut by `hotword_line`.
    """
    data = episode.data
    show = _tidy(episode.show)
    german = whisper_language(episode.language) in _NOUNS_CAPITALISED
    names = [_person(person.name) for person in data.persons if not _LABEL.match(person.name.strip())]
    title = " ".join(word for word in data.title[:_LONGEST_TITLE].split() if _is_text(word))
    names += _in_title(re.sub(re.escape(show), " ", title, flags=re.IGNORECASE) if show else title)
    names.append(show)
    counted = Counter(name for name in _in_text(data.description) if not _BOILERPLATE.search(name))
    names += [name for name, _ in counted.most_common(_FROM_NOTES)]
    kept: list[str] = []
    for name in names[:_MOST_NAMES]:
        if german and name != show and " " not in name and not _UNUSUAL.search(name):
            continue  # where every noun is capitalised, only two in a row look like a name
        # "Ada" tells nothing that "Ada Lovelace" does not.
        if name and not any(f" {name} ".casefold() in f" {other} ".casefold() for other in kept):
            kept.append(name)
    return tuple(kept)


def _person(name: str) -> str:
    """A person's name without titles and degrees: ``Mireille Reece, Psy.D`` is said as Mireille Reece."""
    return _tidy(name.partition(",")[0])


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _in_title(title: str) -> Iterator[str]:
    """The names in a title. In a title most words are capitalised, so only parts that read like a name are taken."""
    for part in _TITLE_PARTS.split(_NUMBERED.sub("", _tidy(title))):
        words = _WORD.findall(part)
        plain = [word for word in words if word.casefold() in _COMMON or not (word[0].isupper() or word[0].isdigit())]
        if 1 <= len(words) <= 4 and not plain and any(len(word) > 1 and not word.isdigit() for word in words):
            yield " ".join(words)
        else:
            yield from _runs(words, opens=True)


def _in_text(text: str) -> Iterator[str]:
    lines = (" ".join(word for word in line.split() if _is_text(word)) for line in text[:_LONGEST_NOTES].splitlines())
    for sentence in _SENTENCE.split("\n".join(lines)):
        for clause in re.split(r"[,;()\[\]\"“”]", sentence):
            yield from _runs(_WORD.findall(clause), opens=sentence.startswith(clause))


def _is_text(word: str) -> bool:
    """Whether it is no link, no address and no blob."""
    return len(word) <= _LONGEST_WORD and "://" not in word and "@" not in word and not word.startswith("www.")


def _runs(words: list[str], *, opens: bool) -> Iterator[str]:
    """Capitalised words in a row, with small words between them (``Ursula von der Leyen``)."""
    run: list[str] = []
    first = 0
    for position, word in enumerate([*words, ""]):
        if word[:1].isupper() and word.casefold() not in _COMMON:
            first = position if not run else first
            run.append(word)
            continue
        if run and word in _SMALL and words[position + 1 : position + 2] and words[position + 1][:1].isupper():
            run.append(word)
            continue
        while run and run[-1] in _SMALL:
            run.pop()
        if run and _is_name(run, begins=opens and first == 0):
            yield _POSSESSIVE.sub("", " ".join(run))
        if not run and _UNUSUAL.search(word):
            yield word
        run = []


def _is_name(run: list[str], *, begins: bool) -> bool:
    """Whether capitalised words are a name. A single word at the start of a sentence is capitalised anyway."""
    return len(run) > 1 or bool(_UNUSUAL.search(run[0])) or not begins
