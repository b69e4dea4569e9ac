"""Private feeds: fetched with their secrets, shown without them, everywhere."""

from __future__ import annotations

import base64
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from earmark.catalog import Catalog, engine, open_catalog
from earmark.catalog.feeds import secrets, shows
from earmark.catalog.schema import metadata
from earmark.clock import FixedClock
from earmark.documents import dump
from earmark.errors import EarmarkError, FetchError
from earmark.net import redact
from earmark.private import Veil, concealed, is_private, shown, veil_of, veiled, with_login
from earmark.secret_names import names_secret
from earmark.settings import load_settings
from earmark.types import EpisodeData, FeedData
from ingest.feeds.opml import read_opml
from library.library import Library
from tests.world import TALK, vtt
from ui.cli.main import app

NAME, PASSWORD = "reader@example.org", "p:w/Canary-Password 1"
TOKEN, AUDIO_TOKEN, TEXT_TOKEN = "CanaryFeedToken42", "CanaryAudioToken77", "CanaryTextToken88"
CANARIES = ("Canary", "p%3Aw", base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode(), "reader%40")
PUBLIC = [
    "https://feeds.acast.com/public/shows/5f2a1b2c3d4e5f6a7b8c9d0e",
    "https://feeds.simplecast.com/dHoohVNH",
    "https://feeds.megaphone.fm/VMP5705694065",
    "https://www.omnycontent.com/d/playlist/e73c998e-6e60-432f-8610-ae210140c5b1/podcast.rss",
    "https://anchor.fm/s/1b2c3d4/podcast/rss",
    "https://example.org/rss?design=2&keyword=tea&signup=no",
    "https://www.youtube.com/feeds/videos.xml?playlist_id=PLabcdefghijklmnop1234567890ABCDEFGH",
    "https://example.org/plus/the-long-and-winding-show-42/feed.xml",
    "file:///home/me/private/a1b2c3d4e5f6",
]
PRIVATE = {
    "https://me:pw@example.org/feed.xml": "https://example.org/feed.xml",
    "https://www.patreon.com/rss/show?auth=abcDEF123&show=11": "https://www.patreon.com/rss/show?auth=***&show=11",
    "https://example.org/feed?access_token=x": "https://example.org/feed?access_token=***",
    "https://api.example.com/feed/12/private/8a0f5f5e-1111-2222-3333-444455556666.rss": (
        "https://api.example.com/feed/12/private/***.rss"
    ),
    "https://plus.acast.com/s/myshow/5f2a1b2c3d4e5f6a7b8c9d0e": "https://plus.acast.com/s/myshow/***",
    "https://h.example/content/eyJ0IjoicCIsImMiOiIxMjM0In0.abcDEFghi_jkl.rss": "https://h.example/content/***.rss",
}

SECRET_NAMES = """
token key auth secret pass sig access_token accessToken apikey api_key api-key X-Api-Key X-Amz-Signature Key-Pair-Id
AWSAccessKeyId authkey downloadToken clientSecret hdnts_token passcode userhash secretkey tokenId auth.token PASSWORD jwt
""".split()
PLAIN_NAMES = """
monkey turkey keyword keynote author authors design signal significant passage compass passenger sort id episode hashtag
assignment authenticate Expires
""".split()


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_address_is_not_taken_for_a_secret(url: str) -> None:
    assert not is_private(url)


@pytest.mark.realdata
def test_no_address_of_the_real_lists_is_taken_for_a_secret(realdata: Path) -> None:
    lists = (realdata / "feeds" / "opml").iterdir()
    addresses = {feed.url for path in lists for feed in read_opml(path.read_bytes())}
    for path in (realdata / "feeds" / "real").iterdir():
        text = path.read_bytes().decode("utf-8", "replace")
        addresses |= set(re.findall(r'rel="self"[^>]*href="([^"]+)"', text))
    assert len(addresses) > 40
    assert not {url for url in addresses if is_private(url)}


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_that_gives_access_is_recognised_and_shown_without_it(url: str) -> None:
    assert is_private(url)
    assert shown(url) == PRIVATE[url]
    veil = veil_of(url)
    assert veil(f"fetching {url} failed") == f"fetching {veil(url)} failed"
    assert not any(secret in shown(url) for secret in veil.secrets)


def test_the_login_goes_to_the_feeds_own_host_only() -> None:
    feed = "https://me:pw@host.example:8443/feed"
    assert with_login(feed, "https://host.example:8443/a.mp3") == "https://me:pw@host.example:8443/a.mp3"
    for other in ("https://cdn.example/a.mp3", "http://host.example:8443/a.mp3", "https://host.example/a.mp3"):
        assert with_login(feed, other) == other


def test_errors_lose_their_secrets_and_keep_their_kind() -> None:
    url = "https://host.example/private/Canary12345/feed"
    with pytest.raises(FetchError) as caught, veiled(veil_of(url)):
        try:
            raise OSError(f"no route to {url}")
        except OSError as error:
            raise FetchError(f"{url} did not answer", subject=url, retry_after_s=5.0) from error
    assert "Canary" not in str(caught.value) and "Canary" not in repr(caught.value.args)
    assert caught.value.retry_after_s == 5.0
    with pytest.raises(ValueError, match=r"^\*\*\*$"), veiled(Veil(secrets=("Canary",))):
        raise ValueError("Canary")


def test_a_concealed_feed_tells_its_episodes_apart() -> None:
    feed = "https://host.example/feed?auth=CanaryToken1"
    episodes = tuple(
        EpisodeData(
            guid=f"https://host.example/private/Canary{n}abcdef/a.mp3?auth=CanaryToken1",
            title=f"Part {n}",
            description="Subscribe at https://host.example/feed?auth=CanaryToken1",
            audio_url=f"https://host.example/private/Canary{n}abcdef/a.mp3?auth=CanaryToken1",
            link=f"https://host.example/private/Canary{n}abcdef/a.mp3?auth=CanaryToken1",
        )
        for n in range(3)
    )
    hidden = concealed(FeedData(title="Members CanaryToken1", link=feed, episodes=episodes), feed)
    assert len({episode.guid for episode in hidden.episodes}) == 3
    assert [episode.audio_url for episode in hidden.episodes] == [episode.audio_url for episode in episodes]
    for masked in hidden.episodes:
        assert "Canary" not in masked.guid + masked.title + masked.description + masked.link
    assert "Canary" not in hidden.title + hidden.link
    assert concealed(hidden, feed) == hidden


def test_two_private_feeds_of_one_host_stay_two_and_a_new_password_is_taken_over(catalog: Catalog) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with catalog.write() as tx:
        first, new = secrets.add(tx, "https://a:one@h.example/feed", title="", now=now)
        second, _ = secrets.add(tx, "https://b:two@h.example/feed", title="", now=now)
        again, newer = secrets.add(tx, "https://a:changed@h.example/feed", title="", now=now)
    assert (new, newer) == (True, False)
    assert first.id == again.id != second.id
    assert (first.feed_url, second.feed_url) == ("https://h.example/feed#private", "https://h.example/feed#private-2")
    assert first.title == "https://h.example/feed#private"
    with catalog.read() as tx:
        assert secrets.address(tx, shows.get(tx, first.id)) == "https://a:changed@h.example/feed"
        assert secrets.every(tx)[second.id] == "https://b:two@h.example/feed"


@pytest.mark.heavy
def test_secret_addresses_of_an_older_catalog_are_hidden(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.sqlite'}"
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    old = {
        "one": "https://example.org/feed.xml",
        "two": "https://reader:Canary-1@example.org/members.xml",
        "three": "https://reader:Canary-2@example.org/members.xml",
    }
    database = sa.create_engine(url)
    with database.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0002")
        for show_id, address in old.items():
            added = sa.text("INSERT INTO shows (id, feed_url, status, added_at) VALUES (:id, :url, 'active', :now)")
            tx.execute(added, {"id": show_id, "url": address, "now": "2026-03-01 00:00:00"})
    database.dispose()
    catalog = open_catalog(url)
    with catalog.read() as tx:
        followed = {show.id: show for show in shows.every(tx)}
        assert {show.id: secrets.address(tx, show) for show in followed.values()} == old
    catalog.close()
    assert {show.id for show in followed.values() if show.private} == {"two", "three"}
    assert len({show.feed_url for show in followed.values()}) == 3
    assert not any("Canary" in show.feed_url for show in followed.values())


def test_a_new_catalog_is_for_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "there" / "catalog.sqlite"
    open_catalog(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# all exits


def _feed(title: str, items: list[str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>{title}</title><description>For members</description>{''.join(items)}</channel></rss>"
    )


def _item(number: int, audio: str, transcript: str) -> str:
    audio, transcript = audio.replace("&", "&amp;"), transcript.replace("&", "&amp;")
    return (
        f"<item><title>Part {number}</title><guid>{audio}</guid><link>{audio}</link>"
        f"<description>Listen at {audio}</description><pubDate>Fri, 2{number} Nov 2026 05:00:00 +0000</pubDate>"
        f'<enclosure url="{audio}" length="0" type="audio/mpeg"/>'
        f'<podcast:transcript url="{transcript}" type="text/vtt"/></item>'
    )


@pytest.fixture
def members(httpserver: HTTPServer) -> HTTPServer:
    """Two private feeds: one behind a login, one with tokens; of each a second episode cannot be fetched."""
    base = httpserver.url_for("").rstrip("/")

    def guarded(body: str, kind: str) -> Any:
        def handler(request: Request) -> Response:
            login = request.authorization
            if login is None or (login.username, login.password) != (NAME, PASSWORD):
                return Response("no", status=401, headers={"WWW-Authenticate": "Basic"})
            return Response(body, content_type=kind)

        return handler

    own = f'<atom:link rel="self" href="{base}/rss/feed?auth={TOKEN}"/><link>{base}/rss/feed?auth={TOKEN}</link>'
    with_login = _feed("Locked", [_item(n, f"{base}/l/{n}.mp3", f"{base}/l/{n}.vtt") for n in (0, 1)])
    audio = [f"{base}/media/{n}.mp3?token={AUDIO_TOKEN}{n}" for n in (0, 1)]
    texts = [f"{base}/media/{n}.vtt?key={TEXT_TOKEN}{n}" for n in (0, 1)]
    with_token = _feed("Tokened", [own, *(_item(n, audio[n], texts[n]) for n in (0, 1))])
    other = tuple((who, text.replace("kettle", "teapot").replace("40", "30")) for who, text in TALK)
    httpserver.expect_request("/l/feed.xml").respond_with_handler(guarded(with_login, "application/rss+xml"))
    httpserver.expect_request("/l/0.vtt").respond_with_handler(guarded(vtt(), "text/vtt"))
    httpserver.expect_request("/rss/feed", query_string={"auth": TOKEN}).respond_with_data(
        with_token, content_type="application/rss+xml"
    )
    httpserver.expect_request("/media/0.vtt", query_string={"key": f"{TEXT_TOKEN}0"}).respond_with_data(
        vtt(other), content_type="text/vtt"
    )
    return httpserver


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    values = {"fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}, "asr": {"enabled": False}}
    settings = load_settings(values, home=tmp_path / "home", environ={})
    with Library.open(settings=settings, clock=clock) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.usefixtures("members")
def test_no_secret_leaves_by_any_exit(members: HTTPServer, library: Library, tmp_path: Path) -> None:
    base = members.url_for("").rstrip("/")
    word = tmp_path / "password"
    word.write_text(PASSWORD + "\n")
    word.chmod(0o600)
    env = {"EARMARK_ASR__ENABLED": "false", "EARMARK_FETCH__ATTEMPTS": "1"}
    outputs: dict[str, str] = {}

    def earmark(*words: str, code: int = 0) -> str:
        command = ["--home", str(library.settings.home), "--allow-private", "127.0.0.1", *words]
        result = CliRunner().invoke(app, command, env=env)
        assert result.exit_code == code, (words, result.output)
        outputs[" ".join(words)] = result.output.replace(str(word), "")
        return result.stdout

    earmark("add", f"{base}/l/feed.xml", "--login", NAME, "--password-file", str(word))
    outputs.pop(next(iter(outputs)))  # what was typed is known to whom typed it; the shows it made are listed below
    assert library.shows.add(f"{base}/rss/feed?auth={TOKEN}").private
    with pytest.raises(EarmarkError) as refused:
        library.shows.add(f"{base}/rss/feed?auth={TOKEN}wrong")
    outputs["refused"] = str(refused.value)
    earmark("ingest", "--events", code=3)
    done = library.status()
    assert done.insights > 0
    assert {failure.episode for failure in done.failures} == {"Part 1"}
    private = [summary.show for summary in library.shows.summaries()]
    assert all(show.private for show in private)
    for words in (
        ("status",),
        ("status", "--json"),
        ("show", "list"),
        ("show", "list", "--json"),
        ("show", "info", "Locked"),
        ("show", "info", "Tokened", "--json"),
        ("show", "refresh", "--all", "--json"),
        ("insights", "--json"),
        ("search", "kettle", "--json"),
        ("search", "kettle"),
        ("ask", "What shortens the life of a kettle?", "--json", "--conversation", "new"),
        ("themes", "--json"),
        ("brief", "--json"),
        ("brief", "--format", "html"),
        ("brief", "--format", "markdown"),
        ("brief", "--format", "text"),
        ("export", "-"),
        ("doctor", "--json"),
    ):
        earmark(*words)
    real = library.shows.export_opml(with_secrets=True)
    assert TOKEN in real and "p%3Aw%2FCanary-Password%201" in real
    first = library.insights.newest()[0]
    for name, value in {
        "insights": library.insights.newest(),
        "related": library.insights.related(first.id),
        "brief": library.briefs.get(),
        "hits": library.search.hits("kettle teapot"),
        "shows": [summary.show for summary in library.shows.summaries()],
        "page": library.search.page("kettle"),
        "transcripts": [library.episodes.transcript(insight.episode_id) for insight in library.insights.newest()],
    }.items():
        outputs[name] = str([dump(entry) for entry in value] if isinstance(value, list) else repr(value))
    for show in private:
        outputs[f"failed {show.title}"] = str([episode.last_error for episode in library.episodes.of_show(show.id)])
    outputs |= _columns(library.catalog)
    library.close()
    outputs |= {
        str(path): path.read_bytes().decode("latin-1")
        for path in library.settings.home.rglob("*")
        if path.is_file() and not path.name.startswith("catalog.sqlite")
    }
    leaks = {name: canary for name, text in outputs.items() for canary in CANARIES if canary in text}
    assert not leaks, {name: outputs[name][:2000] for name in leaks}


def _columns(catalog: Catalog) -> dict[str, str]:
    """Every column of every table but those that are fetched from."""
    fetched = {("episodes", "audio_url"), ("episodes", "transcripts"), ("episodes", "chapters_url")}
    columns = {}
    with catalog.read() as tx:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if table.name != "show_secrets" and (table.name, column.name) not in fetched:
                    columns[f"{table.name}.{column.name}"] = str(tx.execute(sa.select(column)).scalars().all())
    return columns


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_the_name_of_a_secret_is_known_as_one(name: str) -> None:
    assert names_secret(name)
    assert redact(f"https://a.example/feed?page=2&{name}=Canary77") == f"https://a.example/feed?page=2&{name}=***"


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_a_word_with_a_secret_inside_it_is_none(name: str) -> None:
    assert not names_secret(name)
    address = f"https://a.example/feed?page=2&{name}=plain"
    assert redact(address) == address
