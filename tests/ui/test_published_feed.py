"""The feed of the published briefs: found from a page, read by a feed reader, and without what is not published."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient

from earmark.addresses import insight_page
from earmark.settings import load_settings
from earmark.types import BriefItem, Theme
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.own_pages import HOST, serving
from ui.pages.written.site import write_site

SITE = "https://ideas.example.org"
ATOM, JSON_FEED = "/b/atom.xml", "/b/feed.json"
_ALTERNATE = r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">'


def library(home: Path, what: str = "all", **publish: object) -> FakeLibrary:
    values = {"publish": {"what": what, **publish}, "app": {"allowed_hosts": [HOST]}}
    return FakeLibrary(load_settings(values, home=home, environ={}))


def stranger(held: FakeLibrary) -> TestClient:
    held.briefs.get(corpus.TODAY)  # made by its reader
    return serving(held, host=HOST, client=("203.0.113.9", 5000))


@pytest.mark.heavy
def test_a_page_names_the_feeds_and_both_say_the_same(tmp_path: Path) -> None:
    client = stranger(library(tmp_path))
    page = client.get(f"/b/{corpus.TODAY}").text
    links = dict(re.findall(_ALTERNATE, page))
    assert (links["application/atom+xml"], links["application/feed+json"]) == (ATOM, JSON_FEED)
    atom, listed = client.get(ATOM), client.get(JSON_FEED)
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert listed.headers["content-type"].startswith("application/feed+json")
    read = feedparser.parse(atom.content)
    assert not read.bozo
    assert {link.rel: link.href for link in read.feed.links} == {
        "self": f"http://{HOST}{ATOM}",
        "alternate": f"http://{HOST}/b/{corpus.TODAY}",
    }
    assert listed.json()["feed_url"] == f"http://{HOST}{JSON_FEED}"
    briefs = library(tmp_path).briefs
    told = [item.insight for day in briefs.dates() for item in briefs.get(day).items]
    assert {entry.link for entry in read.entries} == {f"http://{HOST}{insight_page(insight.id)}" for insight in told}
    assert [entry.id for entry in read.entries] == [item["id"] for item in listed.json()["items"]]
    assert all(client.get(entry.link).status_code == 200 for entry in read.entries)
    assert "Why:" not in atom.text + listed.text


def ideas_of(home: Path) -> tuple[BriefItem, ...]:
    return library(home).briefs.get(corpus.TODAY).items


def test_a_feed_reader_that_has_it_gets_nothing_again(tmp_path: Path) -> None:
    client = stranger(library(tmp_path))
    first = client.get(ATOM)
    assert first.headers["cache-control"] == "public, max-age=300"
    again = client.get(ATOM, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(ATOM, headers={"if-none-match": '"x"'}).content == first.content
    assert client.head(ATOM).headers["etag"] == first.headers["etag"]


def test_what_is_withdrawn_or_shared_no_longer_leaves_it_and_the_rest_keeps_its_ids(tmp_path: Path) -> None:
    held = library(tmp_path, "shared")
    client = stranger(held)
    assert feedparser.parse(client.get(ATOM).content).entries == []
    assert client.get(JSON_FEED).json()["items"] == []
    first, second, third = (item.insight for item in ideas_of(tmp_path)[:3])
    for insight in (first, second, third):
        held.sharing.share(insight.id)
    before = {entry.link: entry.id for entry in feedparser.parse(client.get(ATOM).content).entries}
    assert len(before) == 3
    held.sharing.share(first.id, on=False)
    held.insights.withdraw(second.id, because="not-meant")
    after = {entry.link: entry.id for entry in feedparser.parse(client.get(ATOM).content).entries}
    assert after == {f"http://{HOST}{insight_page(third.id)}": before[f"http://{HOST}{insight_page(third.id)}"]}


@pytest.mark.parametrize("path", [ATOM, JSON_FEED])
def test_a_reader_gets_what_strangers_get(tmp_path: Path, path: str) -> None:
    held = library(tmp_path, "shared")
    held.sharing.share(ideas_of(tmp_path)[0].insight.id)
    outside = stranger(held).get(path).text
    assert serving(held, host=HOST, client=("127.0.0.1", 5000)).get(path).text == outside


def test_where_nothing_is_published_there_is_no_feed_and_no_page_names_one(tmp_path: Path) -> None:
    held = FakeLibrary(load_settings({"app": {"allowed_hosts": [HOST]}}, home=tmp_path, environ={}))
    client = stranger(held)
    assert [client.get(path).status_code for path in (ATOM, JSON_FEED)] == [404, 404]
    own = serving(FakeLibrary(load_settings(home=tmp_path, environ={}))).get(f"/b/{corpus.TODAY}").text
    assert re.findall(_ALTERNATE, own) == [("text/markdown", f"{corpus.TODAY}.md")]


@pytest.mark.heavy
def test_a_site_of_files_has_it_where_its_address_is_known(tmp_path: Path) -> None:
    held, path = library(tmp_path, url=SITE), tmp_path / "site"
    held.briefs.get(corpus.TODAY)
    write_site(held, path)
    read = feedparser.parse((path / "b" / "atom.xml").read_bytes())
    assert {link.rel: link.href for link in read.feed.links} == {"self": f"{SITE}{ATOM}", "alternate": f"{SITE}/"}
    assert read.entries
    for entry in read.entries:
        assert (path / entry.link.removeprefix(f"{SITE}/")).is_file()
    for page, place in ((path / "index.html", "b"), (path / "b" / f"{corpus.TODAY}.html", "../b")):
        links = dict(re.findall(_ALTERNATE, page.read_text(encoding="utf-8")))
        assert links["application/atom+xml"] == f"{place}/atom.xml"
        assert (page.parent / links["application/feed+json"]).resolve() == path / "b" / "feed.json"
    assert write_site(held, path).written == 0


def test_a_site_without_an_address_has_none(tmp_path: Path) -> None:
    held, path = library(tmp_path), tmp_path / "site"
    held.briefs.get(corpus.TODAY)
    write_site(held, path)
    assert not (path / "b" / "atom.xml").exists()
    assert "application/atom+xml" not in (path / "index.html").read_text(encoding="utf-8")


def test_the_list_for_programs_is_made_once_for_all_strangers_and_afresh_for_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = library(tmp_path)
    asked: list[int] = []
    client, own = stranger(held), serving(FakeLibrary(load_settings(home=tmp_path, environ={})))
    themes = held.published.themes

    def counted() -> list[Theme]:
        asked.append(1)
        return themes()

    monkeypatch.setattr(held.published, "themes", counted)
    first = client.get("/llms.txt")
    assert insight_page(ideas_of(tmp_path)[0].insight.id) in first.text
    assert [client.get("/llms.txt").text for _ in range(3)] == [first.text] * 3
    assert len(asked) == 1
    assert own.get("/llms.txt").status_code == 200
    assert stranger(library(tmp_path, "nothing")).get("/llms.txt").status_code == 404
