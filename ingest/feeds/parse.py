"""A feed's bytes to ``FeedData``. The only module that knows ``feedparser``, which gets bytes and opens nothing.

Items that share a guid: an item that repeats another's enclosure and title is dropped; others are kept.
The one published first keeps the guid verbatim (it is the one a catalog is likely to hold already); the others get a
``#`` and a hash of enclosure and title after it, so that every episode of a feed has a guid of its own.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

import feedparser

from earmark.clean import plain
from earmark.errors import FeedError
from earmark.language.plaintext import decode, html_to_text, inline_text
from earmark.net import redact
from earmark.types import EpisodeData, FeedData, TranscriptLink
from ingest.dates.read import FeedDates
from ingest.feeds.durations import duration_s
from ingest.feeds.json_feed import read_json_feed
from ingest.feeds.order import newest_first
from ingest.feeds.podcast_namespace import PodcastItem, PodcastTags, read_podcast_tags
from ingest.feeds.salvage import harmless, salvaged, spared
from ingest.feeds.schedule import said_interval_s
from ingest.feeds.stand_ins import bounded, digest, made_guid, made_title
from ingest.feeds.values import Enclosure, absolute, enclosure, is_video, sorted_transcripts

__all__ = ["ACCEPT", "parse_feed"]

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
"""What servers are told that we read; many give feeds as something else."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_ALTERNATE = re.compile(r"""<link\b[^<>]*application/(?:rss|atom)\+xml[^<>]*>""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_PROLOG = re.compile(r"\A\s*<\?xml[^>]*\?>")
_LOOK = 4_096
_DATES = ("published", "updated", "created")
_MOST_EPISODES = 20_000
"""Episodes read of a feed, newest first: a daily show of fifty years."""
_MOST_TEXT = 20_000
"""Characters kept of a description; show notes beyond that are pasted transcripts."""


def parse_feed(body: bytes, *, url: str, content_type: str = "") -> FeedData:
    """What a feed says, worked around what is wrong with it; ``problems`` tells.

    Args:
        body: the document as served.
        url: where it came from; relative addresses are resolved against it.
        content_type: the Content-Type header, for its charset.

    Raises:
        FeedError: it is empty, a web page, or nothing that a feed can be read from. Nothing else is raised.
    """
    subject = redact(url)
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise FeedError("the address serves an empty document", subject=subject)
    text = decode(body, content_type=content_type)
    problems: list[str] = []
    if "\ufffd" in text:
        problems.append("characters that its encoding does not have were replaced")
    try:
        if (plainly := read_json_feed(text, url=url)) is not None:
            return _finished(plainly, url, problems)
        sound = harmless(text)
        parsed, entries = _parsed(spared(sound), problems)
        _refuse_what_is_no_feed(parsed, entries, text, url)
        return _build(parsed, entries, read_podcast_tags(sound), url, problems)
    except FeedError:
        raise
    # feedparser raises almost anything on damaged feeds; nothing of that is the caller's.
    except Exception as error:  # noqa: BLE001
        message = f"cannot be read as a feed ({type(error).__name__}); ask its publisher to validate it"
        raise FeedError(message, subject=subject) from None


def _parsed(text: str, problems: list[str]) -> tuple[Any, list[Mapping[str, Any]]]:
    try:
        parsed = _run_feedparser(text)
    except Exception:  # noqa: BLE001 - as above; what the parser fails at is left out
        parsed, entries, lost = salvaged(text, _run_feedparser)
        problems.append(f"{lost} items could not be read and were skipped")
        parsed["bozo"] = False  # said above; a head alone is damaged in any case
        return parsed, entries
    return parsed, list(parsed.entries)


def _run_feedparser(text: str) -> Any:
    # Given as UTF-8 with a new prolog: the charset has been found already, and better than feedparser would.
    document = b'<?xml version="1.0" encoding="utf-8"?>' + _PROLOG.sub("", text, count=1).encode("utf-8", "replace")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feedparser.parse(
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # every text is reduced to plain text below
            resolve_relative_uris=False,
        )


def _refuse_what_is_no_feed(parsed: Any, entries: Sequence[object], text: str, url: str) -> None:
    if entries or parsed.version or (parsed.feed.get("title") and not _PAGE.search(text[:_LOOK])):
        return
    if _ROOT.search(text[:_LOOK]) and not _PAGE.search(text[:_LOOK]):
        return
    if _PAGE.search(text):
        hint = ""
        if (link := _ALTERNATE.search(text)) and (href := _HREF.search(link[0])):
            hint = f"; it names this feed: {redact(absolute(url, href[1]))}"
        raise FeedError(f"is a web page, not a feed{hint or '; look there for an RSS link'}", subject=redact(url))
    raise FeedError("is not a feed; check the address", subject=redact(url))


def _build(parsed: Any, entries: list[Mapping[str, Any]], tags: PodcastTags, url: str, problems: list[str]) -> FeedData:
    feed: Mapping[str, Any] = parsed.feed
    if parsed.bozo:
        reason = parsed.get("bozo_exception")
        problems.append(f"its XML is damaged and was read as far as possible: {plain(str(reason))[:120]}")
    items = _matched(entries, tags.items)
    language = plain(_text(feed, "language"))[:35]
    dates = FeedDates([_text(entry, name) for entry in entries for name in _DATES], language)
    episodes = [_episode(entry, item, url, dates) for entry, item in zip(entries, items, strict=True)]
    image = feed.get("image")
    read = FeedData(
        title=inline_text(_text(feed, "title") or _text(feed, "itunes_title"))[:500],
        description=_description(feed, "subtitle", "summary"),
        author=inline_text(_text(feed, "author"))[:200],
        link=absolute(url, _text(feed, "link")),
        language=language,
        image_url=absolute(url, image.get("href")) if isinstance(image, Mapping) else "",
        new_feed_url=absolute(url, _text(feed, "itunes_new-feed-url") or _text(feed, "newlocation")),
        ttl_s=said_interval_s(
            ttl=_text(feed, "ttl"),
            period=_text(feed, "sy_updateperiod"),
            frequency=_text(feed, "sy_updatefrequency"),
        ),
        persons=tuple(dict.fromkeys(tags.channel.persons)),
        episodes=tuple(episodes),
    )
    return _finished(read, url, problems)


def _finished(feed: FeedData, url: str, problems: list[str]) -> FeedData:
    """A feed with a title, each episode once, no more than are read, and what was wrong with it."""
    kept = _newest(_distinct(newest_first(feed.episodes), problems), _MOST_EPISODES, problems)
    return replace(feed, title=feed.title or _host(url), episodes=tuple(kept), problems=tuple(problems))


def _episode(entry: Mapping[str, Any], item: PodcastItem, url: str, dates: FeedDates) -> EpisodeData:
    media = _media(entry, item, url)
    # Only texts: feedparser's own readers fill in what a date lacks from the day on which they read it.
    given = (dates.read(_text(entry, name)) for name in _DATES)
    published = next((moment for moment in given if moment is not None), None)
    link = absolute(url, _text(entry, "link"))
    title = inline_text(_text(entry, "title") or _text(entry, "itunes_title"))[:500]
    transcripts = item.transcripts or _feedparser_transcripts(entry)
    return EpisodeData(
        guid=bounded(item.guid or _text(entry, "id")) or made_guid(media.url, title, link, published),
        title=title or made_title(link or media.url, published),
        description=_description(entry, "summary", "content"),
        link=link,
        published=published,
        duration_s=duration_s(entry.get("itunes_duration")),
        audio_url=media.url,
        audio_type=media.type,
        audio_bytes=media.bytes,
        transcripts=sorted_transcripts(url, transcripts),
        persons=tuple(dict.fromkeys(item.persons)),
        chapters_url=absolute(url, item.chapters_url),
        chapters=tuple(sorted(dict.fromkeys(item.chapters), key=lambda chapter: chapter.start_s)),
        soundbites=tuple(sorted(dict.fromkeys(item.soundbites), key=lambda soundbite: soundbite.start_s)),
    )


def _media(entry: Mapping[str, Any], item: PodcastItem, url: str) -> Enclosure:
    """The recording: the item's enclosure, however it is written; sound rather than a film of it; a link to a recording."""
    media = enclosure(url, _links(entry), _mappings(entry, "media_content"))
    if not media.url:
        media = enclosure(url, item.enclosures)
    if not media.url or is_video(media):
        other = enclosure(url, item.alternates)
        if other.url and (not media.url or not is_video(other)):
            media = other
    return media if media.url else enclosure(url, (), [{"href": _text(entry, "link")}])


def _matched(entries: Sequence[Mapping[str, Any]], items: list[PodcastItem]) -> list[PodcastItem]:
    """The namespace's item of each entry: by order where both saw the same number, else by a guid seen once."""
    if len(entries) == len(items):
        return items
    seen = Counter(item.guid for item in items)
    by_guid = {item.guid: item for item in items if item.guid and seen[item.guid] == 1}
    return [by_guid.get(_text(entry, "id"), PodcastItem()) for entry in entries]


def _distinct(episodes: list[EpisodeData], problems: list[str]) -> list[EpisodeData]:
    groups: dict[str, list[int]] = defaultdict(list)
    for position, episode in enumerate(episodes):
        groups[episode.guid].append(position)
    changed: dict[int, EpisodeData | None] = {}
    for guid, positions in groups.items():
        if len(positions) == 1:
            continue
        said: dict[tuple[str, str], int] = {}
        for position in positions:
            key = (episodes[position].audio_url, episodes[position].title)
            if key in said:
                changed[position] = None
            said.setdefault(key, position)
        for position in _all_but_the_first_published(list(said.values()), episodes):
            told = digest(episodes[position].audio_url, episodes[position].title)[:12]
            changed[position] = replace(episodes[position], guid=f"{guid}#{told}")
    dropped = sum(episode is None for episode in changed.values())
    if dropped:
        problems.append(f"{dropped} items repeat another and were left out")
    if len(changed) > dropped:
        problems.append(f"{len(changed) - dropped} items share the guid of another and were told apart")
    result = (changed.get(position, episode) for position, episode in enumerate(episodes))
    return [episode for episode in result if episode is not None]


def _all_but_the_first_published(positions: list[int], episodes: list[EpisodeData]) -> list[int]:
    """Without dates the last of the feed counts as the first published: feeds list the newest first."""
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(positions, key=lambda p: (episodes[p].published or never, -p))[1:]


def _newest(episodes: list[EpisodeData], most: int, problems: list[str]) -> list[EpisodeData]:
    """The newest of too many, in the order of the feed; what has no date goes first."""
    if len(episodes) <= most:
        return episodes
    problems.append(f"of its {len(episodes)} items the newest {most} were read")
    never = datetime.min.replace(tzinfo=UTC)
    ranked = sorted(range(len(episodes)), key=lambda p: (episodes[p].published or never, -p), reverse=True)
    kept = set(ranked[:most])
    return [episode for position, episode in enumerate(episodes) if position in kept]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "Untitled"
    except ValueError:
        return "Untitled"


def _raw(values: Mapping[str, Any], name: str) -> Any:
    """A field; ``dict.get`` goes around feedparser's aliases, which warn and mislead."""
    return dict.get(cast("dict[str, Any]", values), name)


def _text(values: Mapping[str, Any], name: str) -> str:
    """A field where it is text."""
    value = _raw(values, name)
    return value if isinstance(value, str) else ""


def _mappings(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = _raw(values, name)
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _links(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in _mappings(entry, "links") if link.get("rel") == "enclosure"]


def _description(values: Mapping[str, Any], *names: str) -> str:
    """The longest of the fields as plain text (summary and content often say the same, one of them cut short)."""
    texts = [_text(values, name) for name in names]
    texts += [_text(part, "value") for part in _mappings(values, "content")]
    longest = max(texts, key=len, default="")
    return html_to_text(longest)[:_MOST_TEXT].rstrip()


def _feedparser_transcripts(entry: Mapping[str, Any]) -> list[TranscriptLink]:
    """What feedparser saw where the scan saw none: the last one, under the usual prefix."""
    value = _raw(entry, "podcast_transcript")
    url = value.get("url") if isinstance(value, Mapping) else None
    if not isinstance(url, str) or not isinstance(value, Mapping):
        return []
    return [TranscriptLink(url=url, type=plain(str(value.get("type") or "")).lower())]
