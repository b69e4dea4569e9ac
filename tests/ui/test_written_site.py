"""The written site: every link leads to a file, a second run changes nothing, what is gone goes, and what was killed is taken up."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from earmark.errors import UsageError
from earmark.settings import load_settings
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.own_pages import read
from ui.pages.written.folder import NOTE, SiteFolder
from ui.pages.written.links import person_file
from ui.pages.written.site import write_site

FIRST = corpus.INSIGHTS[0]
URL = "https://ideas.example.org"


def library(home: Path, what: str = "all", *, hostile: bool = False) -> FakeLibrary:
    settings = load_settings({"publish": {"what": what, "url": URL}}, home=home, environ={})
    return FakeLibrary(settings, hostile=hostile)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site")
    write_site(library(path.parent, hostile=True), path)
    return path


@pytest.mark.heavy
def test_every_link_and_everything_a_page_loads_is_a_file_of_the_site(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    linked: set[Path] = set()
    for page in pages:
        seen = read(page.read_text(encoding="utf-8"))
        for link in (*seen.links, *seen.loads, *([seen.head["alternate"]] if "alternate" in seen.head else [])):
            parts = urlsplit(link)
            if parts.netloc:
                assert parts.netloc in _publishers(), (page, link)
                continue
            target = (page.parent / unquote(parts.path)).resolve()
            assert target.is_file(), (page, link)
            linked.add(target)
        assert seen.head["canonical"].startswith(URL)
    # Whoever begins at the front page gets to every page.
    assert {page.resolve() for page in pages} <= linked


def test_twins_and_the_list_for_programs_lead_to_files(site: Path) -> None:
    for twin in (*site.rglob("*.md"), site / "llms.txt"):
        for link in read(MarkdownIt().render(twin.read_text(encoding="utf-8"))).links:
            if not urlsplit(link).netloc:
                assert (twin.parent / unquote(link)).is_file(), (twin, link)
            else:
                assert urlsplit(link).netloc in _publishers()


def test_ten_steps_lead_from_insight_to_insight(site: Path) -> None:
    page, walked = site / "i" / f"{FIRST.id}.html", []
    for _ in range(10):
        walked.append(page)
        related = page.read_text(encoding="utf-8").partition('<section class="related"')[2]
        links = [(page.parent / link).resolve() for link in read(related).links if "/i/" in link]
        page = next((link for link in links if link not in walked), links[0])
    assert len(set(walked)) >= 7


def test_a_page_says_where_it_will_be_and_has_a_picture(site: Path) -> None:
    seen = read((site / "i" / f"{FIRST.id}.html").read_text(encoding="utf-8"))
    assert seen.head["og:url"] == f"{URL}/i/{FIRST.id}.html"
    assert seen.head["og:image"] == f"{URL}/i/{FIRST.id}.png"
    assert (site / "i" / f"{FIRST.id}.png").read_bytes().startswith(b"\x89PNG")
    assert seen.head["robots"] == "noindex"


def test_only_the_search_has_scripts_and_they_are_files(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count("<script") == (2 if page.name == "search.html" else 0)
        assert "unsafe-inline'" not in text.replace("style-src-attr &#39;unsafe-inline", "")
        if page.name != "search.html":
            assert "script-src" not in text
    ideas = json.loads(
        (site / "assets" / "ideas.js").read_text(encoding="utf-8").removeprefix("const EARMARK=").rstrip(";\n")
    )
    assert len(ideas["ideas"]) == len(corpus.INSIGHTS) + 1


def test_no_transcript_and_nothing_of_the_reader_is_in_it(site: Path) -> None:
    written = " ".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    assert "Let us hold on to that" not in written  # said around an insight, and in none
    assert "/insight?" not in written
    assert "/moment" not in written
    assert "Why:" not in "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.md"))


def test_a_person_is_shown_as_host_or_guest(site: Path) -> None:
    seen = read((site / f"{person_file(FIRST.speaker or '')}.html").read_text(encoding="utf-8"))
    assert f"Host of {FIRST.show} (1 episode)" in seen.text


def test_a_second_run_writes_nothing_and_takes_away_what_is_no_longer_published(tmp_path: Path) -> None:
    held, path = library(tmp_path, "shared"), tmp_path / "site"
    for insight in corpus.INSIGHTS[:2]:
        held.sharing.share(insight.id)
    first = write_site(held, path)
    assert first.insights == 2
    again = write_site(held, path)
    assert (again.written, again.removed, again.kept) == (0, 0, first.written)
    held.sharing.share(FIRST.id, on=False)
    assert write_site(held, path).removed >= 3
    assert not (path / "i" / f"{FIRST.id}.html").exists()
    assert not list(path.rglob(f"*{FIRST.id}*"))


@pytest.mark.heavy
def test_the_address_of_a_name_that_was_published_leads_on_after_a_rename(tmp_path: Path) -> None:
    held, path = library(tmp_path), tmp_path / "site"
    write_site(held, path)
    former, now = FIRST.speaker or "", "Dana <b>Vale</b>"
    held.people.rename(former, now)
    held.published.former = {former: now, "Never Published": now}
    for _ in range(2):  # it stays where it is
        write_site(held, path)
        seen = read((path / f"{person_file(former)}.html").read_text(encoding="utf-8"))
        (onward,) = (link for link in seen.links if link.startswith("../p/"))
        assert (path / "p" / onward).resolve() == (path / f"{person_file(now)}.html").resolve()
        assert "b" not in seen.tags
        assert f'content="0; url={onward}"' in (path / f"{person_file(former)}.html").read_text(encoding="utf-8")
        assert not (path / f"{person_file('Never Published')}.html").exists()
    held.published.former = {}
    write_site(held, path)
    assert not (path / f"{person_file(former)}.html").exists()


def test_a_run_that_was_killed_is_taken_up_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "site"
    killed = SiteFolder(path)
    killed.open()
    killed.put("i/old.html", "half a site")
    (path / "i" / ".old.html.new").write_text("half a file")
    report = write_site(library(tmp_path), path)
    assert report.removed == 1
    assert {file.name for file in path.iterdir() if file.name.startswith(".")} == {NOTE}
    assert not list((path / "i").glob(".*"))


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.mkdir()
    (path / "thesis.html").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        write_site(library(tmp_path), path)
    assert (path / "thesis.html").read_text() == "mine"


@pytest.mark.heavy
def test_a_note_that_was_changed_leads_out_of_no_folder(tmp_path: Path) -> None:
    path, outside = tmp_path / "site", tmp_path / "thesis.html"
    outside.write_text("mine")
    write_site(library(tmp_path), path)
    note = path / NOTE
    note.write_text(json.dumps({"files": json.loads(note.read_text())["files"] | {"../thesis.html": "x"}}))
    write_site(library(tmp_path), path)
    assert outside.read_text() == "mine"


@pytest.mark.parametrize("what", ["nothing", "shared"])
def test_nothing_to_publish_is_said_and_nothing_written(tmp_path: Path, what: str) -> None:
    with pytest.raises(UsageError, match="publish"):
        write_site(library(tmp_path, what), tmp_path / "site")
    assert not (tmp_path / "site").exists()


@pytest.mark.heavy
def test_names_make_files_that_no_disk_confuses() -> None:
    names = ["Max Welling", "max welling", "李明", "a/b", "../../etc/passwd", "CON", "." * 300, "Ünal"]
    files = [person_file(name) for name in names]
    assert len({file.lower() for file in files}) == len(names)
    assert all(file.removeprefix("p/").replace("-", "").isalnum() and file.isascii() for file in files)
    assert max(map(len, files)) < 60


def _publishers() -> set[str]:
    return {urlsplit(insight.url).netloc for insight in corpus.INSIGHTS} | {
        urlsplit(show.link).netloc for show in corpus.SHOWS
    }
