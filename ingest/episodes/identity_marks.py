"""What the rules of `ingest.episodes.identity` compare of an episode: its keys, its title's words and figures, its page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from earmark.ids import content_hash
from earmark.types import EpisodeData
from ingest.episodes.audio_address import audio_address

__all__ = ["KnownEpisode", "Marks", "folded_title", "keys"]

_AGAIN = (
    r"(?:re-?(?:broadcast|run|release|issue|air|play|post|upload|publish)(?:ed)?|encore|best of|repeat"
    r"|from the (?:archives?|vault)|fixed(?: audio)?|updated)"
)
_MARK = re.compile(
    rf"\A\s*(?:[\[(]\s*{_AGAIN}\s*[\])]\s*[:|–—-]?|{_AGAIN}\s*[:|–—-])\s*|\s*[\[(]\s*{_AGAIN}\s*[\])]\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class KnownEpisode:
    """An episode of the catalog: what is known of it, and all keys by which it has been known (`keys`)."""

    id: str
    data: EpisodeData
    keys: frozenset[str] = frozenset()

    @cached_property
    def marks(self) -> Marks:
        """What the rules look at."""
        return Marks(self.data, self.keys)


class Marks:
    """What the rules compare of an episode, made once.

    ``guids`` and ``audio`` are keys, past ones too; ``title`` is folded, ``words`` is it without marks of a rerun,
    ``numbers`` are the figures in it, ``link`` the page without its scheme (empty for a home page).
    """

    __slots__ = ("audio", "data", "guids", "link", "numbers", "title", "words")

    def __init__(self, data: EpisodeData, more: Iterable[str] = ()) -> None:
        every = {*keys(data), *more}
        self.data = data
        self.guids = sorted(key for key in every if key.startswith("guid:"))
        self.audio = {key for key in every if key.startswith("audio:")}
        self.title = folded_title(data.title)
        self.words = folded_title(_MARK.sub("", data.title))
        self.numbers = frozenset(re.findall(r"\d+", self.title))
        self.link = _page(data.link)


def keys(data: EpisodeData) -> tuple[str, ...]:
    """The keys that an episode is found by: ``guid:``, ``audio:`` and ``title:``, each with a hash behind it.

    Hashes, because an address may hold a subscriber's secret.
    """
    names = [f"guid:{_hash(_folded_guid(data.guid))}"] if data.guid else []
    if audio := audio_address(data.audio_url):
        names.append(f"audio:{_hash(audio)}")
    if title := folded_title(_MARK.sub("", data.title)):
        names.append(f"title:{_hash(title)}")
    return tuple(names)


def folded_title(title: str) -> str:
    """Words and figures of a title in lower case, without accents, punctuation and leading zeros."""
    flat = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    bare = "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "").replace("\u2019", "")
    return " ".join(re.sub(r"\A0+(?=\d)", "", word) for word in re.findall(r"\w+", bare))


def _page(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{parts.netloc.lower().removeprefix('www.')}{path}?{parts.query}" if path or parts.query else ""


def _folded_guid(guid: str) -> str:
    text = guid.strip()
    if re.match(r"https?://", text, re.IGNORECASE):
        text = re.sub(r"\Ahttps?://(?:www\.)?", "", text, flags=re.IGNORECASE).rstrip("/")
    return text.casefold()


def _hash(text: str) -> str:
    return content_hash(text)[:24]
