"""The ``podcast:`` elements of a feed and Podlove's ``psc:chapters``, read from the same bytes that feedparser gets.

feedparser keeps the last transcript of an item, no names of persons, and fails at some chapters. This is a scanner, not an XML parser: it
resolves no entity but the predefined and numeric ones, opens nothing, takes time linear in its input, and reads on
through markup at which a parser would stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape

from earmark.clean import plain
from earmark.types import Chapter, Person, Soundbite, TranscriptLink
from ingest.feeds.values import play_time_s

__all__ = ["PodcastItem", "PodcastTags", "read_podcast_tags"]

_NAMESPACES = {
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
}
_CHAPTERS = {"https://podlove.org/simple-chapters"}
# No '<' inside quotes (XML forbids it), so that a quote left open cannot make every tag scan to the end.
_TAG = re.compile(r"""<(/?)([^\s<>/!?"'=]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_ITEMS = {"item", "entry"}
_TEXTS = {"guid", "id", "person", "soundbite", "enclosure"}
_OUR_TEXTS = {"person", "soundbite"}
_ADDRESSES = ("url", "href", "src", "link", "uri")
_MOST = 200
"""Most persons and transcripts kept of an item; real feeds have under thirty."""
_MOST_CHAPTERS = 1_000
_MOST_SOUNDBITES = 50
_LONGEST_SOUNDBITE_S = 600.0
"""The specification asks for 15 to 120 seconds; what is far longer points at nothing."""


@dataclass(slots=True, kw_only=True)
class PodcastItem:
    """What the namespace says of an item (or of the channel). ``guid`` is the item's own, verbatim."""

    guid: str = ""
    transcripts: list[TranscriptLink] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    chapters_url: str = ""
    chapters: list[Chapter] = field(default_factory=list)
    soundbites: list[Soundbite] = field(default_factory=list)
    alternates: list[dict[str, str]] = field(default_factory=list)
    """Sources of ``podcast:alternateEnclosure``, with ``href``, ``type`` and ``length``."""
    enclosures: list[dict[str, str]] = field(default_factory=list)
    """Enclosures, also those whose address is in another attribute than ``url``, or is their text."""


@dataclass(slots=True, kw_only=True)
class PodcastTags:
    """The channel's elements and those of each item, in the order of the document; URLs as written."""

    channel: PodcastItem = field(default_factory=PodcastItem)
    items: list[PodcastItem] = field(default_factory=list)


def read_podcast_tags(text: str) -> PodcastTags:
    """The ``podcast:`` elements of a feed under any prefix; a broken document gives what can be read of it."""
    return _Scan().run(text)


class _Scan:
    def __init__(self) -> None:
        self.tags = PodcastTags()
        self.prefixes = {"podcast"}  # feeds exist that never declare it
        self.chapter_prefixes = {"psc"}
        self.chapter_lists = 0
        self.alternate: dict[str, str] = {}
        self.enclosure: dict[str, str] = {}
        self.item: PodcastItem | None = None
        self.item_tag = ""
        self.aside = 0  # depth inside elements that look like items but are none (podcast:liveItem, Atom's source)
        self.open = ""  # the element whose text is being gathered
        self.role = ""
        self.soundbite: Soundbite | None = None
        self.pieces: list[str] = []

    def run(self, text: str) -> PodcastTags:
        for name, closing, attributes, before, verbatim in _pieces(text):
            if self.open:
                self.pieces += (unescape(before) if "&" in before else before, verbatim)
            if name:
                prefix, _, local = name.rpartition(":")
                if closing:
                    self._end(prefix, local.lower())
                else:
                    self._start(prefix, local.lower(), attributes)
        return self.tags

    def _start(self, prefix: str, local: str, raw: str) -> None:
        values: dict[str, str] = {}
        if "=" in raw:
            values = {m[1]: unescape(m[2] if m[2] is not None else m[3]) for m in _ATTRIBUTE.finditer(raw)}
            if "xmlns:" in raw:
                self._declare(values)
        closed = raw.rstrip().endswith("/")
        ours = prefix in self.prefixes or (not prefix and "xmlns" in values and _is_ours(values["xmlns"]))
        if (ours and local == "liveitem") or (not ours and local == "source" and not closed):
            self.aside += not closed
        if self.aside:
            return
        if local in _ITEMS and not ours and prefix in {"", "atom", "rss", "a"}:
            self.item, self.item_tag, self.chapter_lists = PodcastItem(), local, 0
            self.tags.items.append(self.item)
        elif ours:
            self._podcast(local, {name.lower(): value.strip() for name, value in values.items()})
        elif local in {"chapters", "chapter"} and prefix in self.chapter_prefixes:
            self._podlove(local, values)
        enclosing = local == "enclosure" or (local == "link" and values.get("rel") == "enclosure")
        if enclosing and not ours and self._enclosed(values, closed):
            return
        if not closed and not self.open and local in _TEXTS and (ours == (local in _OUR_TEXTS)):
            self.open, self.role, self.pieces = local, values.get("role", "").strip(), []

    def _enclosed(self, values: dict[str, str], closed: bool) -> bool:
        """Keeps an enclosure; whether that is all of it, and its address is not to be looked for in its text."""
        self.enclosure = {"type": values.get("type", ""), "length": values.get("length", "")}
        address = next((values[name] for name in _ADDRESSES if values.get(name)), "")
        if address and self.item is not None and len(self.item.enclosures) < _MOST:
            self.item.enclosures.append(self.enclosure | {"href": address})
        return bool(address) or closed

    def _podcast(self, local: str, values: dict[str, str]) -> None:
        here = self.item or self.tags.channel
        if local == "transcript" and values.get("url") and len(here.transcripts) < _MOST:
            link = TranscriptLink(
                url=values["url"],
                type=plain(values.get("type", "")).lower(),
                language=plain(values.get("language", "")),
                rel=plain(values.get("rel", "")),
            )
            here.transcripts.append(link)
        elif local == "chapters" and values.get("url"):
            here.chapters_url = here.chapters_url or values["url"]
        elif local == "soundbite":
            self._soundbite(values)
        elif local == "alternateenclosure":
            self.alternate = {"type": values.get("type", ""), "length": values.get("length", "")}
        elif local == "source" and values.get("uri") and len(here.alternates) < _MOST:
            here.alternates.append(self.alternate | {"href": values["uri"]})

    def _soundbite(self, values: dict[str, str]) -> None:
        """Keeps a moment; its title, if any, is the element's text."""
        start_s, length_s = (play_time_s(values.get(name, "")) for name in ("starttime", "duration"))
        self.soundbite = None
        if self.item is None or start_s is None or not length_s or length_s > _LONGEST_SOUNDBITE_S:
            return
        if len(self.item.soundbites) < _MOST_SOUNDBITES:
            self.soundbite = Soundbite(start_s=start_s, duration_s=length_s)
            self.item.soundbites.append(self.soundbite)

    def _podlove(self, local: str, values: dict[str, str]) -> None:
        if local == "chapters":
            self.chapter_lists += 1  # the first list counts, others repeat it
            return
        start_s = play_time_s(values.get("start", ""))
        if self.item is None or start_s is None or self.chapter_lists > 1 or len(self.item.chapters) >= _MOST_CHAPTERS:
            return
        self.item.chapters.append(Chapter(start_s=start_s, title=plain(values.get("title", ""))[:300], source="feed"))

    def _end(self, prefix: str, local: str) -> None:
        if self.aside:
            self.aside -= local == "source" or (local == "liveitem" and prefix in self.prefixes)
            return
        if self.item is not None and local == self.item_tag and prefix not in self.prefixes:
            self.item, self.open = None, ""
        if not self.open or local != self.open:
            return
        text = "".join(self.pieces).strip()
        if self.open == "person":
            here, name = self.item or self.tags.channel, plain(text)[:200]
            if name and len(here.persons) < _MOST:
                here.persons.append(Person(name=name, role=plain(self.role).lower()[:100]))
        elif self.open == "soundbite":
            if self.soundbite is not None and self.item is not None and self.item.soundbites:
                self.item.soundbites[-1] = replace(self.soundbite, title=plain(text)[:300])
            self.soundbite = None
        elif self.open == "enclosure":
            if self.item is not None and len(self.item.enclosures) < _MOST:
                self.item.enclosures.append(self.enclosure | {"href": text})
        elif self.item is not None and not self.item.guid:
            self.item.guid = text
        self.open = ""

    def _declare(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            if name.startswith("xmlns:"):
                (self.prefixes.add if _is_ours(value) else self.prefixes.discard)(name[6:])
                if _is_ours(value, _CHAPTERS):
                    self.chapter_prefixes.add(name[6:])


def _is_ours(uri: str, namespaces: set[str] = _NAMESPACES) -> bool:
    uri = uri.strip().lower().rstrip("/")
    return ("https" + uri[4:] if uri.startswith("http:") else uri) in namespaces


def _pieces(text: str) -> Iterator[tuple[str, bool, str, str, str]]:
    """``(name, closing, attributes, text before, verbatim text)`` of each tag and CDATA section; comments are left out."""
    position, size = 0, len(text)
    while position < size:
        mark = text.find("<", position)
        if mark < 0:
            return
        before = text[position:mark]
        if text.startswith("<![CDATA[", mark):
            end = text.find("]]>", mark)
            if end < 0:
                return
            yield "", False, "", before, text[mark + 9 : end]
            position = end + 3
        elif text.startswith("<!--", mark):
            end = text.find("-->", mark + 4)
            if end < 0:
                return
            yield "", False, "", before, ""
            position = end + 3
        elif match := _TAG.match(text, mark):
            yield match[2], bool(match[1]), match[3], before, ""
            position = match.end()
        else:
            yield "", False, "", before, ""
            position = mark + 1
