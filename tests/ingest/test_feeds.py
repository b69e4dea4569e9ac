"""Feeds: what is read, what is worked around, what is refused; and real ones where they are at hand."""

from __future__ import annotations

import io
import os
import random
import re
import socket
import warnings
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import feedparser
import pytest

from earmark.errors import FeedError
from earmark.language.plaintext import decode, html_to_text
from earmark.types import Person
from ingest.feeds.durations import duration_s
from ingest.feeds.parse import parse_feed
from ingest.feeds.podcast_namespace import read_podcast_tags
from ingest.feeds.values import absolute, enclosure
from tests.counting import WatchedText, calls

DATA = Path(os.environ.get("EARMARK_TEST_DATA") or Path(__file__).resolve().parents[2] / ".." / "shared" / "data")
URL = "https://pod.example/feeds/show.xml"

FULL = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
  <title>Salt &amp;amp; Light</title><link>/home</link><language>en-gb</language>
  <description><![CDATA[<p>About <b>things</b>.</p><ul><li>One</li><li>Two</li></ul><script>bad()</script>]]></description>
  <itunes:author>Una Bell</itunes:author><itunes:image href="cover.jpg"/>
  <itunes:new-feed-url>https://pod.example/new.xml</itunes:new-feed-url>
  <podcast:person role="Host" href="https://x.example">Una Bell</podcast:person>
  <podcast:liveItem status="live"><title>Live</title><podcast:transcript url="live.vtt" type="text/vtt"/></podcast:liveItem>
  <item>
    <title>Two: <i>Tides</i></title><guid isPermaLink="false"> ep-2 </guid><link>https://pod.example/2</link>
    <pubDate>Mon, 02 Mar 2026 10:00:00 +0200</pubDate><itunes:duration>1:02:03</itunes:duration>
    <description>Short.</description>
    <enclosure url="../audio/2.mp3" type="audio/mpeg" length="12345"/>
    <podcast:transcript url="/t/2.txt" type="text/plain"/>
    <podcast:transcript url="/t/2.srt" type="application/x-subrip" rel="captions" language="en"/>
    <podcast:transcript url="/t/2.vtt?a=1&amp;b=2" type="text/vtt"/>
    <podcast:transcript url="/t/2.json" type="application/json"/>
    <podcast:person>Una Bell</podcast:person><podcast:person role="guest">Max &amp; <![CDATA[Moritz]]></podcast:person>
    <podcast:chapters url="/c/2.json" type="application/json+chapters"/>
  </item>
  <item>
    <pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate>
    <enclosure url="https://cdn.example/audio/the-first-one.mp3?session=77" type="audio/mpeg" length="0"/>
  </item>
</channel></rss>"""


def rss(*items: str, head: str = "<title>Show</title>", attributes: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel>{head}{inner}</channel></rss>'.encode()


def test_a_full_feed() -> None:
    feed = parse_feed(FULL.encode(), url=URL)
    assert (feed.title, feed.link, feed.language) == ("Salt & Light", "https://pod.example/home", "en-gb")
    assert feed.description == "About things.\n\nOne\n\nTwo"
    assert (feed.author, feed.image_url) == ("Una Bell", "https://pod.example/feeds/cover.jpg")
    assert feed.new_feed_url == "https://pod.example/new.xml"
    assert feed.persons == (Person(name="Una Bell", role="host"),)
    assert feed.problems == ()
    new, old = feed.episodes
    assert (new.guid, new.title, new.duration_s) == ("ep-2", "Two: Tides", 3723.0)
    assert new.published == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert (new.audio_url, new.audio_type, new.audio_bytes) == ("https://pod.example/audio/2.mp3", "audio/mpeg", 12345)
    assert [link.url.removeprefix("https://pod.example/t/") for link in new.transcripts] == [
        "2.vtt?a=1&b=2",
        "2.json",
        "2.srt",
        "2.txt",
    ]
    assert (new.transcripts[2].rel, new.transcripts[2].language) == ("captions", "en")
    assert new.persons == (Person(name="Una Bell"), Person(name="Max & Moritz", role="guest"))
    assert new.chapters_url == "https://pod.example/c/2.json"
    assert (old.title, old.audio_bytes) == ("Untitled (the first one)", None)
    assert old.guid.startswith("made:")


def test_a_made_guid_does_not_follow_the_query() -> None:
    again = parse_feed(FULL.replace("session=77", "session=78").encode(), url=URL)
    assert again.episodes[1].guid == parse_feed(FULL.encode(), url=URL).episodes[1].guid


@pytest.mark.parametrize(
    "uri",
    ["https://podcastindex.org/namespace/1.0", "http://podcastindex.org/namespace/1.0/",
     "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["podcast", "pc", "p20"])
def test_any_prefix_and_both_namespaces(uri: str, prefix: str) -> None:
    item = f"<guid>1</guid><{prefix}:transcript url='a.vtt' type='text/vtt'/><{prefix}:person>Jo</{prefix}:person>"
    (episode,) = parse_feed(rss(item, attributes=f'xmlns:{prefix}="{uri}"'), url=URL).episodes
    assert ([link.url for link in episode.transcripts], episode.persons) == (
        ["https://pod.example/feeds/a.vtt"],
        (Person(name="Jo"),),
    )


def test_a_foreign_namespace_under_that_prefix_is_none() -> None:
    item = "<guid>1</guid><podcast:transcript url='a.vtt'/>"
    tags = read_podcast_tags(rss(item, attributes='xmlns:podcast="https://other.example/"').decode())
    assert tags.items[0].transcripts == []


def test_broken_markup_keeps_what_can_be_read() -> None:
    broken = FULL.replace("</title><link>/home", "</titel><link>/home").replace("Short.", "Salt & pepper &nbsp; < 3")
    feed = parse_feed(broken.encode(), url=URL)
    assert [len(episode.transcripts) for episode in feed.episodes] == [4, 0]
    assert any("damaged" in problem for problem in feed.problems)


def test_an_item_the_parser_fails_at_is_left_out_alone() -> None:
    # feedparser 6.0 raises TypeError on a </width> that closes nothing.
    items = [f"<guid>{i}</guid><title>T{i}</title>" for i in range(9)]
    items[4] += "</width>"
    feed = parse_feed(rss(*items), url=URL)
    assert [episode.guid for episode in feed.episodes] == ["8", "7", "6", "5", "3", "2", "1", "0"]
    assert feed.problems == ("1 items could not be read and were skipped",)


def test_impossible_characters_do_no_harm() -> None:
    feed = parse_feed(rss("<guid>1</guid><title>a&#0;b&#xFFFFFFFF;c\x08&#xD800;</title>"), url=URL)
    assert feed.episodes[0].title == "a\ufffdb\ufffdc\ufffd"


def test_a_cut_off_feed_keeps_its_whole_items() -> None:
    items = "".join(f"<item><guid>{i}</guid><title>T{i}</title></item>" for i in range(5))
    body = f"<rss version='2.0'><channel><title>S</title>{items}<item><guid>5</gu".encode()
    assert [e.guid for e in parse_feed(body, url=URL).episodes][-5:] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("root", ["<rss version='2.0'><channel><title>S</title></channel></rss>", "<rss><channel/></rss>",
                                  "<feed xmlns='http://www.w3.org/2005/Atom'><title>S</title></feed>"])  # fmt: skip
def test_a_feed_without_items_is_an_empty_feed(root: str) -> None:
    assert parse_feed(root.encode(), url=URL).episodes == ()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<!doctype html><html><head><title>Hi</title></head><body>x</body></html>", "web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "not a feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not a feed"),
        (b"<opml><body/></opml>", "not a feed"),
        (b"http://127.0.0.1:1/feed.xml", "not a feed"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(body: bytes, message: str) -> None:
    with pytest.raises(FeedError, match=message):
        parse_feed(body, url="https://ann:secret@pod.example/x")


def test_a_page_that_names_its_feed_helps() -> None:
    page = b"<html><head><link rel=alternate type='application/rss+xml' href='/rss.xml'></head></html>"
    with pytest.raises(FeedError, match=r"names this feed: https://pod.example/rss\.xml"):
        parse_feed(page, url=URL)


def test_nothing_is_fetched_or_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    lol = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol" * 10}">' for i in range(9))
    doctype = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % d SYSTEM "http://127.0.0.1:1/d">%d;{lol}]>'
    )
    body = b'<?xml version="1.0"?>' + doctype.encode() + rss("<guid>1</guid><title>a &l8; &x; b</title>")[21:]
    text = str(parse_feed(body, url=URL))
    assert "root:" not in text
    assert len(text) < 20_000


@pytest.mark.heavy
@pytest.mark.parametrize(
    "bait", ["<!--", "<![CDATA[", "<item", '<a b="', "<item><podcast:person>", "&", "<a:b xmlns:c='d'"]
)
def test_twice_the_bait_is_twice_the_work(bait: str) -> None:
    once, twice = (WatchedText("<rss><item>" + bait * times) for times in (2_000, 4_000))
    calls_once, calls_twice = (calls(partial(read_podcast_tags, text)) for text in (once, twice))
    assert calls_twice <= 2.1 * calls_once
    assert twice.searched <= 2.1 * once.searched + len(bait)


@pytest.mark.parametrize("bait", ["<!--", "<![CDATA[", "&"])
def test_what_never_ends_is_not_read_as_an_episode(bait: str) -> None:
    assert len(read_podcast_tags("<rss><item>" + bait * 60_000).items) == 1


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-16"), ("utf-32-be", "utf-32be"), ("iso-8859-1", "iso-8859-1"),
     ("windows-1251", "windows-1251"), ("shift_jis", "shift_jis"), ("big5", "big5")],
)  # fmt: skip
def test_charsets(encoding: str, declared: str) -> None:
    word = {"windows-1251": "Подкаст", "shift_jis": "番組", "big5": "節目"}.get(encoding, "Größe")
    xml = (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>{word}</title></channel></rss>'
    )
    assert parse_feed(xml.encode(encoding), url=URL).title == word


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    body = "<rss version='2.0'><channel><title>Ärger über Öl und Übel, äußerst schön für Grüße</title></channel></rss>"
    feed = parse_feed(
        body.encode().replace(b"channel><title>", b"channel><description>\xff</description><title>", 1), url=URL
    )
    assert feed.title.startswith("Ärger über")


def test_the_header_names_the_charset() -> None:
    assert decode("żółw".encode("iso-8859-2"), content_type="text/xml; charset=ISO-8859-2") == "żółw"


def test_items_that_share_a_guid() -> None:
    def item(audio: str, title: str, day: int) -> str:
        date_ = f"<pubDate>Mon, {day:02} Mar 2026 10:00:00 GMT</pubDate>"
        return f"<guid>same</guid><title>{title}</title>{date_}<enclosure url='{audio}' type='audio/mpeg'/>"

    feed = parse_feed(rss(item("b.mp3", "B", 9), item("b.mp3", "B", 9), item("a.mp3", "A", 2)), url=URL)
    assert [episode.title for episode in feed.episodes] == ["B", "A"]
    assert feed.episodes[1].guid == "same"
    assert re.fullmatch(r"same#[0-9a-f]{12}", feed.episodes[0].guid)
    assert len(feed.problems) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [("3600", 3600), ("60:00", 3600), ("1:00:00", 3600), ("01:02:03.5", 3723.5), ("PT1H2M3S", 3723), ("1h 2m 3s", 3723),
     ("45 minutes", 2700), ("1 hr 5 min", 3900), (90, 90), ("0", None), ("", None), ("soon", None), ("1:2:3:4", None),
     ("99999999", None), (None, None), ("-5", None), ("01:05:00:00", 3900), ("65 Minuten", 3900), ("1h05", 3900), ("1 h 05 min", 3900),
     ("1 Std. 5 Min.", 3900), ("1 heure et 5 minutes", 3900), ("1 hora y 5 minutos", 3900), ("1 ora e 5 minuti", 3900), ("65 мин.", 3900),
     ("1 час 5 минут", 3900), ("65分", 3900), ("1時間5分", 3900), ("1小时5分钟", 3900), ("1시간 5분", 3900), ("1 saat 5 dakika", 3900),
     ("65'", 3900), ("65′ 30″", 3930), ("1:05 h", 3900), ("65:30 min", 3930), ("65:30 Minuten", 3930), ("1,5 Stunden", 5400), ("6５分", 3900),
     ("5 parts", None), ("5 m 1 h", None), ("5 m 6 m", None), ("1 h 5 6", None), ("12 Mai", None), ("5 km", None), ("hours", None), ("1h05x", None)],
)  # fmt: skip
def test_durations(value: object, expected: float | None) -> None:
    assert duration_s(value) == expected


@pytest.mark.parametrize(
    "written",
    [
        *('<enclosure url="https://a.example/get?id=1" type="mp3"/>', '<enclosure url="https://a.example/get?id=1"/>'),
        *('<enclosure url="https://a.example/get?id=1" type="application/octet-stream"/>', '<enclosure href="https://a.example/get?id=1"/>'),
        *("<enclosure>https://a.example/get?id=1</enclosure>", '<enclosure type="audio/mpeg">\nhttps://a.example/get?id=1 </enclosure>'),
        *('<link rel="enclosure" href="https://a.example/get?id=1"/>', '<enclosure src="https://a.example/get?id=1" type="binary"/>'),
        "<enclosure><url>https://a.example/get?id=1</url></enclosure>",
    ],
)  # fmt: skip
def test_the_only_enclosure_is_audio_however_it_is_written(written: str) -> None:
    (episode,) = parse_feed(rss(f"<title>T</title>{written}<guid>1</guid>"), url=URL).episodes
    assert (episode.audio_url, episode.guid) == ("https://a.example/get?id=1", "1")


@pytest.mark.parametrize("other", ["a.pdf", "a.jpg", "a.epub", "a.html", "dl?file=a.zip"])
def test_what_is_clearly_something_else_is_no_audio(other: str) -> None:
    (episode,) = parse_feed(rss(f"<guid>1</guid><enclosure url='https://a.example/{other}'/>"), url=URL).episodes
    assert episode.audio_url == ""
    typed = "<enclosure url='https://a.example/x' type='application/pdf'/>"
    assert parse_feed(rss(f"<guid>1</guid>{typed}"), url=URL).episodes[0].audio_url == ""


def test_a_picture_beside_an_item_is_no_audio() -> None:
    media = "<media:content xmlns:media='http://search.yahoo.com/mrss/' url='https://a.example/p?w=3'/>"
    assert parse_feed(rss(f"<guid>1</guid>{media}"), url=URL).episodes[0].audio_url == ""


def test_a_link_to_a_recording_is_one() -> None:
    (episode,) = parse_feed(rss("<guid>1</guid><link>https://a.example/talk.mp3</link>"), url=URL).episodes
    assert episode.audio_url == "https://a.example/talk.mp3"


def test_sound_goes_before_a_film_of_it() -> None:
    film = '<enclosure url="film.mp4" type="video/mp4" length="9"/>'
    other = '<podcast:alternateEnclosure type="{}"><podcast:source uri="{}"/></podcast:alternateEnclosure>'
    (episode,) = parse_feed(rss(f"<guid>1</guid>{film}{other.format('audio/mp4', 'sound.m4a')}"), url=URL).episodes
    assert (episode.audio_url, episode.audio_type) == ("https://pod.example/feeds/sound.m4a", "audio/mp4")
    (episode,) = parse_feed(rss(f"<guid>1</guid>{film}{other.format('video/mp4', 'small.mp4')}"), url=URL).episodes
    assert episode.audio_url == "https://pod.example/feeds/film.mp4"


def test_a_title_that_only_apple_is_told() -> None:
    feed = parse_feed(rss("<guid>1</guid><itunes:title>Low water</itunes:title>"), url=URL)
    assert feed.episodes[0].title == "Low water"


def test_audio_goes_before_video_and_type_before_extension() -> None:
    video = {"href": "v.mp4", "type": "video/mp4"}
    untyped = {"href": "a.mp3", "type": ""}
    typed = {"href": "stream", "type": "audio/aac", "length": "9"}
    image = {"href": "i.mp3", "type": "image/png"}
    assert enclosure(URL, [image, video, untyped, typed]).url.endswith("stream")
    assert enclosure(URL, [image, video, untyped]).url.endswith("a.mp3")
    assert enclosure(URL, [image, video]).url.endswith("v.mp4")
    assert enclosure(URL, [image, {"href": "javascript:alert(1)", "type": "audio/x"}]).url == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" a b.mp3\n", "https://pod.example/feeds/a%20b.mp3"), ("//cdn.example/x", "https://cdn.example/x"), ("mailto:a@b.c", ""),
     ("http://[::1", ""), (None, ""), ("", "")],
)  # fmt: skip
def test_addresses(value: object, expected: str) -> None:
    assert absolute(URL, value) == expected


def test_html_becomes_text() -> None:
    assert html_to_text("a < b and c > d") == "a < b and c > d"
    assert html_to_text("<p>x&amp;y<br/>z</p><style>p{}</style>\u202e") == "x&y\nz"
    assert html_to_text("<p>x</p><![y") == "x\n<![y"


def mutated(body: bytes, random_: random.Random) -> bytes:
    data = bytearray(body)
    baits = [
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<",
        b"&",
        b"&#0;",
        b"<item>",
        b"</channel>",
        b"<![x",
        b"\x00",
        b"\xff\xfe",
        b"http://[",
    ]
    for _ in range(random_.randint(1, 10)):
        at = random_.randrange(len(data) + 1)
        match random_.randrange(4):
            case 0:
                del data[at : at + random_.randint(1, 60)]
            case 1:
                data[at:at] = random_.choice(baits)
            case 2:
                data[at:at] = data[max(0, at - 200) : at]
            case _:
                data[at : at + 20] = data[at : at + 20][::-1]
    return bytes(data) or b"x"


@pytest.mark.heavy
def test_mutated_feeds_raise_nothing_else() -> None:
    random_ = random.Random(11)
    read = 0
    for _ in range(300):
        try:
            feed = parse_feed(mutated(FULL.encode(), random_), url=URL)
        except FeedError:
            continue
        read += 1
        guids = [episode.guid for episode in feed.episodes]
        assert all(guids)
        assert len(set(guids)) == len(guids)
        assert all("\x00" not in f"{episode.title}{episode.description}" for episode in feed.episodes)
    assert read > 100


@pytest.mark.realdata
@pytest.mark.parametrize("folder", ["real", "malformed", "encoding", "fixtures"])
def test_real_feeds_lose_nothing(folder: str) -> None:
    files = [file for file in sorted(DATA.glob(f"feeds/{folder}/**/*")) if file.is_file() and file.suffix != ".json"]
    if not files:
        pytest.skip(f"no feeds in {DATA / 'feeds' / folder}; set EARMARK_TEST_DATA")
    for file in files:
        body = file.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Only counted: what is in them is left as it is.
            parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
            entries = len(parsed.entries)
        try:
            feed = parse_feed(body, url=URL)
        except FeedError:
            assert entries == 0, file
            continue
        dropped = sum(int(problem.split()[0]) for problem in feed.problems if "were left out" in problem)
        assert len(feed.episodes) + dropped >= entries, file
        assert len({episode.guid for episode in feed.episodes}) == len(feed.episodes), file
        written = len(re.findall(rb"<podcast:transcript\s", body))
        assert sum(len(episode.transcripts) for episode in feed.episodes) == written, file


def test_chapters_in_the_feed() -> None:
    chapters = """<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">
        <psc:chapter start="00:03:07.250" title="Low &amp; high"/><psc:chapter start="00:00:00.000" title="Hello"/>
        <psc:chapter start="soon" title="Never"/></psc:chapters>
        <psc:chapters><psc:chapter start="9" title="Again"/></psc:chapters>"""
    (episode,) = parse_feed(rss(f"<guid>1</guid>{chapters}"), url=URL).episodes
    assert [(part.start_s, part.title, part.source) for part in episode.chapters] == [
        (0.0, "Hello", "feed"),
        (187.25, "Low & high", "feed"),
    ]


def test_soundbites_in_the_feed() -> None:
    bites = """<podcast:soundbite startTime="73.0" duration="60.5">Why &lt;b&gt;rye&lt;/b&gt; needs water</podcast:soundbite>
        <podcast:soundbite startTime="9" duration="20"/><podcast:soundbite startTime="soon" duration="9">Never</podcast:soundbite>
        <podcast:soundbite startTime="1" duration="9000">Too long to point at anything</podcast:soundbite>"""
    (episode,) = parse_feed(rss(f"<guid>1</guid>{bites}"), url=URL).episodes
    assert [(bite.start_s, bite.duration_s) for bite in episode.soundbites] == [(9.0, 20.0), (73.0, 60.5)]
    assert [bite.title for bite in episode.soundbites] == ["", "Why <b>rye</b> needs water"]


def test_an_alternate_enclosure_stands_in_for_a_missing_one() -> None:
    other = """<podcast:alternateEnclosure type="audio/opus" length="77"><podcast:source uri="low.opus"/>
        </podcast:alternateEnclosure>"""
    (data,) = parse_feed(rss(f"<guid>1</guid>{other}"), url=URL).episodes
    assert (data.audio_url, data.audio_type, data.audio_bytes) == (
        "https://pod.example/feeds/low.opus",
        "audio/opus",
        77,
    )
    usual = '<enclosure url="usual.mp3" type="audio/mpeg" length="1"/>'
    (data,) = parse_feed(rss(f"<guid>1</guid>{other}{usual}"), url=URL).episodes
    assert data.audio_url == "https://pod.example/feeds/usual.mp3"


def test_what_is_too_long_is_cut() -> None:
    (episode,) = parse_feed(
        rss(f"<guid>{'g' * 9_000}</guid><link>https://a.example/{'x' * 9_000}</link>"), url=URL
    ).episodes
    assert len(episode.guid) < 1_100
    assert episode.link == ""
