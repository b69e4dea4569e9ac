"""Pages of their own as a reader gets them: what they say, to browsers and to programs, and where their links lead."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from earmark.addresses import insight_page, moment_page, person_named, person_page, show_page, theme_page
from earmark.settings import load_settings
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.own_pages import HOST, read, serving
from ui.pages.assets import assets, style_at, typeface
from ui.web.theme import DARK, LIGHT

FIRST = corpus.INSIGHTS[0]
THEME = corpus.themes_of(corpus.INSIGHTS)[0]
PAGES = {
    "insight": insight_page(FIRST.id),
    "brief": f"/b/{corpus.TODAY}",
    "show": show_page(FIRST.show_id),
    "person": person_page(FIRST.speaker or ""),
    "theme": theme_page(THEME.id),
    "moment": moment_page(FIRST.episode_id, 1934.0),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return serving(FakeLibrary(load_settings(home=tmp_path_factory.mktemp("home"), environ={})))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return serving(FakeLibrary(load_settings(home=tmp_path_factory.mktemp("home"), environ={}), hostile=True))


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_whole_html_that_carries_one_stylesheet_and_runs_nothing(client: TestClient, kind: str) -> None:
    got = client.get(PAGES[kind])
    assert got.status_code == 200
    seen = read(got.text)
    assert "script" not in seen.tags
    assert [load.rsplit(".", 1)[1] for load in seen.loads] == ["svg"]
    assert seen.tags.count("style") == 1
    assert all(client.get(load).status_code == 200 for load in seen.loads)
    assert seen.tags.count("h1") == 1
    assert seen.head["canonical"] == seen.head["og:url"] == f"http://localhost{PAGES[kind]}"
    assert 0 < len(seen.head["description"]) <= 300
    assert seen.head["og:title"] in got.text
    assert seen.head["robots"] == "noindex"
    policies = got.headers.get_list("content-security-policy")
    strict = next(policy for policy in policies if "default-src 'none'" in policy and "script-src" not in policy)
    digest = hashlib.sha256(_style(got.text).encode()).digest()
    assert f"style-src 'sha256-{base64.b64encode(digest).decode()}';" in strict


def test_an_insight_is_short_enough_for_the_first_packets(client: TestClient) -> None:
    got = client.get(PAGES["insight"])
    assert 2_000 < len(got.content) - len(_style(got.text)) < 8_000  # ten related ideas with their reasons included
    assert len(got.content) < 14_600  # ten packets, before which a server waits for no answer (RFC 6928)
    seen = read(got.text)
    for words in (FIRST.claim, FIRST.body, FIRST.quote, FIRST.speaker or "", FIRST.show, "What others said"):
        assert words in " ".join(seen.text.split())
    assert seen.head["og:type"] == "article"


@pytest.mark.heavy
@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind != "moment"])
def test_a_page_has_a_twin_in_markdown_that_says_the_same(client: TestClient, kind: str) -> None:
    page = read(client.get(PAGES[kind]).text)
    twin = client.get(urljoin(PAGES[kind], page.head["alternate"]))
    assert twin.headers["content-type"].startswith("text/markdown")
    rendered = read(MarkdownIt().render(twin.text))
    assert rendered.tags.count("h1") == 1
    assert {urlsplit(link).netloc for link in rendered.links} <= {"localhost", *_publishers()}
    own = [link for link in rendered.links if urlsplit(link).netloc == "localhost"]
    assert own
    assert all(client.get(urlsplit(link).path).status_code == 200 for link in own)


def test_related_links_walk_ten_steps_through_served_pages(client: TestClient) -> None:
    path, walked = PAGES["insight"], []
    for _ in range(10):
        walked.append(path)
        got = client.get(path)
        assert got.status_code == 200
        related = got.text.partition('<section class="related"')[2]
        links = [link for link in read(related).links if link.startswith("/i/")]
        assert links
        path = next((link for link in links if link not in walked), links[0])
    assert len(set(walked)) >= 7


def test_a_moment_leads_on_to_the_ideas_of_its_episode(client: TestClient) -> None:
    onward = client.get(PAGES["moment"]).text.partition('<section class="related"')[2]
    assert PAGES["insight"] in read(onward).links


@pytest.mark.heavy
@pytest.mark.parametrize("kind", PAGES)
def test_every_link_of_a_page_leads_to_a_page_of_its_own_or_to_the_app(client: TestClient, kind: str) -> None:
    seen = read(client.get(PAGES[kind]).text)
    inside = {link for link in seen.links if link.startswith("/")}
    app = {urlsplit(link).path for link in inside if not re.match(r"/[ibsptm]/", link)}
    assert app <= {"/", "/search", "/saved", "/insight", "/themes", "/account/alerts"}
    assert ("/account/alerts" in app) is (kind == "person")
    for link in inside:
        if re.match(r"/[ibsptm]/", link):
            assert client.get(link).status_code == 200, link
    outside = {urlsplit(link).netloc for link in seen.links if not link.startswith("/") and not link.endswith(".md")}
    assert outside <= _publishers()


def test_a_page_that_was_seen_is_not_sent_again(client: TestClient) -> None:
    got = client.get(PAGES["insight"])
    again = client.get(PAGES["insight"], headers={"if-none-match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert got.headers["cache-control"] == "private, no-cache"
    head = client.head(PAGES["insight"])
    assert head.headers["etag"] == got.headers["etag"]
    assert int(head.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize(
    "path",
    ["/i/a1c0", "/i/none", "/b/yesterday", "/b/1999-01-01", "/s/none", "/p/Nobody", "/t/none", "/m/none/1", "/i/x.md"],
)
def test_what_is_not_there_is_said_in_a_page(client: TestClient, path: str) -> None:
    got = client.get(path)
    assert got.status_code == 404
    assert "This page is not here" in got.text


def test_the_end_of_a_list_is_not_taken_for_somebody_of_whom_nothing_is_published(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    last = library.insights.newest(speaker=FIRST.speaker or "", limit=None)[-1]
    got = serving(library).get(PAGES["person"], params={"after": last.id})
    assert got.status_code == 404
    assert "nothing of theirs is older" in got.text and "published" not in got.text


def test_the_page_of_a_day_makes_no_brief(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}), empty=True)
    assert library.briefs.get(corpus.TODAY).date == corpus.TODAY  # the app's page would make it
    assert serving(library).get(PAGES["brief"]).status_code == 404


def test_a_withdrawn_insight_is_gone_for_good(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    client = serving(library)
    library.insights.withdraw(FIRST.id, because="not-meant")
    got = client.get(PAGES["insight"])
    assert got.status_code == 410
    assert "has been withdrawn" in got.text


def test_what_a_feed_or_a_model_says_is_never_markup_or_a_link(hostile: TestClient) -> None:
    person = person_page(corpus.HOSTILE.speaker or "")
    theme = f"{theme_page(corpus.theme_id_of(corpus.HOSTILE) or '')}/timeline"
    for path in (
        insight_page(corpus.HOSTILE.id),
        show_page(corpus.HOSTILE.show_id),
        person,
        f"/b/{corpus.TODAY}",
        theme,
        "/disagreements",
        f"{person}/ties" if person else "",
    ):
        if path:
            _check_harmless(hostile, path)


def _check_harmless(client: TestClient, path: str) -> None:
    got = client.get(path)
    seen = read(got.text)
    assert not {"script", "img", "iframe", "b"} & set(seen.tags)
    assert seen.tags.count("style") == 1 and _style(got.text) == style_at("/pages").text
    assert not any(name.startswith("on") for name in seen.attributes)
    assert "\u202e" not in got.text
    for link in (
        *seen.links,
        *(value for name, value in seen.head.items() if name in {"canonical", "og:url", "og:image"}),
    ):
        assert urlsplit(link).netloc in {"", "localhost", *_publishers()}, link
        assert urlsplit(link).scheme in {"", "http", "https"}, link
    twin = MarkdownIt("gfm-like", {"linkify": False}).render(client.get(f"{path}.md").text)
    assert {urlsplit(link).netloc for link in read(twin).links} <= {"localhost", *_publishers()}


def test_who_contradicts_whom_is_shown_with_both_quotes(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    seen = read(serving(library).get("/disagreements").text)
    (pair,) = library.insights.disagreements()
    assert pair.other.insight is not None
    for side in (pair.insight, pair.other.insight):
        assert side.claim in seen.text
        assert side.show in seen.text
        assert insight_page(side.id) in seen.links
    assert "Opposite claim" in seen.text
    empty = FakeLibrary(load_settings(home=tmp_path, environ={}), empty=True)
    assert "sure to contradict" in serving(empty).get("/disagreements").text


def test_a_person_leads_to_whom_they_agree_and_differ_with(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    client, place = serving(library), person_page(FIRST.speaker or "")
    assert f"{place}/ties" in read(client.get(place).text).links
    (tie,) = library.people.ties(FIRST.speaker or "")
    text = read(client.get(f"{place}/ties").text).text
    assert tie.name in text
    assert "1 agreement" in text and "difference" not in text
    assert tie.examples[0].insight.claim in text
    assert client.get("/p/Nobody/ties").status_code == 404


def test_a_person_is_shown_as_host_and_as_guest_to_people_and_to_programs(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    held = library.insights._held.insights
    name = FIRST.speaker or ""
    held[1] = replace(held[1], speaker=name)
    told = f"Host of {FIRST.show} (1 episode), guest on {held[1].show} (1)"
    client = serving(library)
    assert told in read(client.get(person_page(name)).text).text
    twin = MarkdownIt().render(client.get(f"{person_page(name)}.md").text)
    assert told in html.unescape(twin)
    assert told not in client.get(f"{person_page(name)}?after={FIRST.id}").text


def test_a_name_and_its_address_lead_to_one_another() -> None:
    for name in ("Yara Lindgren", "snake_case", "Max Welling, 2nd", "李 明", "a/b", "Ünal 100%", "_"):
        assert person_named(unquote(person_page(name).removeprefix("/p/"))) == name
    assert person_page(" ") == ""


def test_a_person_is_found_by_any_name(tmp_path: Path) -> None:
    """The address goes through a browser and a server: what they decode is decoded once."""
    library = FakeLibrary(load_settings(home=tmp_path, environ={}))
    client = serving(library)
    for name in ("Yara Lindgren", "snake_case", "李 明", "a/b", "Ünal 100%", "Ends in.md"):
        held = library.insights._held.insights
        held[0] = replace(held[0], speaker=name)
        got = client.get(person_page(name))
        assert got.status_code == 200, name
        assert name in read(got.text).text


def test_a_stranger_who_asks_too_often_has_to_wait(tmp_path: Path) -> None:
    values = {"app": {"allowed_hosts": [HOST], "requests_per_minute": 3}, "publish": {"what": "all"}}
    client = serving(FakeLibrary(load_settings(values, home=tmp_path, environ={})), host=HOST)
    answers = [client.get(PAGES["insight"]).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert int(client.get(PAGES["show"]).headers["retry-after"]) > 0


def test_the_colours_are_those_of_the_app() -> None:
    style = assets()["style"].body.decode()
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    for block, colours in ((light, LIGHT), (dark, DARK)):
        for name in ("paper", "ink", "rule", "accent"):
            assert f"--{name}: {colours[name]};" in block


def test_the_typeface_comes_with_streamlit(client: TestClient) -> None:
    assert typeface() is not None
    assert assets()["serif"].name in assets()["style"].body.decode()
    address = re.search(r'url\("([^"]+)"\)', _style(client.get(PAGES["insight"]).text))
    assert address is not None and client.get(address[1]).headers["content-type"] == "font/woff2"


def test_the_carried_stylesheet_says_what_the_file_says() -> None:
    carried, file = style_at("/pages").text, assets()["style"].body.decode()
    assert "/*" not in carried and "</" not in carried and "\n" not in carried
    bare = re.sub(r"/\*.*?\*/", "", file, flags=re.DOTALL)
    told = re.sub(r"\s", "", bare).replace(";}", "}").replace('url("', 'url("/pages/')
    assert re.sub(r"\s", "", carried) == told


def _style(page: str) -> str:
    """The stylesheet that a page carries."""
    return page.split("<style>", 1)[1].split("</style>", 1)[0]


def _publishers() -> set[str]:
    return {urlsplit(insight.url).netloc for insight in corpus.INSIGHTS} | {
        urlsplit(show.link).netloc for show in corpus.SHOWS
    }
