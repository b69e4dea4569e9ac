"""Writes what is published as a site of files, which any host can serve and any browser can open from a disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.addresses import absolute
from earmark.clean import cut, plain
from earmark.days import Days
from earmark.errors import NotFound, UsageError
from earmark.types import Insight, Theme
from ui.feeds.forms import FORMS
from ui.pages.answering import POLICY
from ui.pages.assets import assets
from ui.pages.cards import draw_card
from ui.pages.feed import PLACE, alternates, brief_feed
from ui.pages.making import PageMaker
from ui.pages.overviews import llms_txt, overview
from ui.pages.page import Head, Page, Section, Site
from ui.pages.twins import linked
from ui.pages.written.folder import SiteFolder
from ui.pages.written.links import FileLinks, brief_file, insight_file, person_file, show_file, theme_file
from ui.web.templating import led_by

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["SiteReport", "write_site"]

_SCRIPT = Path(__file__).parent / "search.js"
_ABOUT = (
    "Each with the sentence that carries it, word for word, who said it and when, and what other shows said about it."
)
_NEWEST = 40
_TITLE = 110
"""Characters that `ui.pages.page.Head` allows."""
_ASSETS = "assets"
_SEARCH_POLICY = f"{POLICY}; script-src 'self'"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was written: pages of each kind, and files that are new or changed, the same as before, or gone."""

    insights: int
    shows: int
    people: int
    themes: int
    briefs: int
    written: int
    kept: int
    removed: int


def write_site(library: LibraryPort, path: Path) -> SiteReport:
    """Writes what is published into a folder; the same files are not written again, and old ones are removed.

    Args:
        library: of an owner.
        path: an empty folder, or one that a site was written to before.

    Raises:
        UsageError: nothing is published, or the folder holds something else.
        StorageFull: the folder cannot be written.
    """
    if library.settings.publish.what == "nothing":
        raise UsageError("nothing is published; set it to shared or all (docs/pages.md)", subject="publish.what")
    insights = library.published.said(limit=None)
    if not insights:
        raise UsageError(
            "nothing is there to publish yet; `earmark share ID` shares an insight", subject="publish.what"
        )
    folder = SiteFolder(path)
    folder.open()
    return _Writer(library, folder, insights).write()


class _Writer:
    def __init__(self, library: LibraryPort, folder: SiteFolder, insights: Sequence[Insight]) -> None:
        self._published = library.published
        self._settings = library.settings.publish
        self._days = Days.named(library.reader.timezone)
        self._folder = folder
        self._insights = insights
        self._themes = library.published.themes()
        self._dates = library.published.days()

    def write(self) -> SiteReport:
        """Writes every file; pages come after what they load, and the lists after what they lead to."""
        for asset in assets().values():
            self._folder.put(f"{_ASSETS}/{asset.name}", asset.body)
        for insight in self._insights:
            self._page(insight_file(insight.id), partial(PageMaker.insight, insight_id=insight.id))
            self._folder.put(
                f"{insight_file(insight.id)}.png",
                draw_card(insight.headline or insight.claim, insight.speaker or "", insight.show),
            )
        shows = {insight.show_id: insight.show for insight in self._insights}
        people = {insight.speaker for insight in self._insights if insight.speaker}
        for key in shows:
            self._page(show_file(key), partial(PageMaker.show, show_id=key))
        for name in sorted(people):
            self._page(person_file(name), partial(PageMaker.person, name=name))
        self._moved(people)
        for theme in self._themes:
            self._page(theme_file(theme.id), partial(PageMaker.theme, theme_id=theme.id))
        for day in self._dates:
            self._page(brief_file(day), partial(PageMaker.brief, day=day))
        for name, page, policy in self._lists(shows):
            with led_by(FileLinks(), self._days):
                self._folder.put(name, page.html(self._site("", policy)))
        self._feeds()
        self._programs()
        self._folder.close()
        return SiteReport(
            insights=len(self._insights),
            shows=len(shows),
            people=len(people),
            themes=len(self._themes),
            briefs=len(self._dates),
            written=self._folder.written,
            kept=self._folder.kept,
            removed=self._folder.removed,
        )

    def _page(self, file: str, make: Callable[[PageMaker], Page]) -> None:
        """A page one folder down, and its twin."""
        links = FileLinks(up="../")
        maker = PageMaker(
            reading=self._published,
            links=links,
            twin_links=FileLinks(up="../", ending=".md"),
            days=self._days,
            base=self._settings.url,
            places=FileLinks(up="/", ending=""),
            ending=".html",
            most=None,
        )
        with led_by(links, self._days):
            try:
                page = make(maker)
            except NotFound:  # withdrawn, or shared no longer, since the list was read
                return
            self._folder.put(f"{file}.html", page.html(self._site("../", POLICY)))
            self._folder.put(f"{file}.md", page.markdown())

    def _moved(self, people: Collection[str]) -> None:
        """Pages that lead on from a name that was published before; no other former name is told."""
        for name, now in self._published.former_names():
            file, links = person_file(name), FileLinks(up="../")
            if not self._folder.had(f"{file}.html") or now not in people:
                continue
            address = links.person(now)
            head = Head(
                title=cut(plain(now), _TITLE),
                description="This page has another address by now.",
                address=absolute(self._settings.url, FileLinks(up="/").person(now)) if self._settings.url else "",
            )
            values = {"heading": now, "text": head.description, "links": [(address, "What they said")]}
            page = Page(head=head, template="site_moved.html", values=values)
            with led_by(links, self._days):
                self._folder.put(f"{file}.html", page.html(self._site("../", POLICY)))
            self._folder.put(f"{file}.md", f"{linked(now, FileLinks(up='../', ending='.md').person(now))}\n")

    def _lists(self, shows: dict[str, str]) -> Iterator[tuple[str, Page, str]]:
        links, counts = FileLinks(), self._counts()
        front = {"insights": self._insights[:_NEWEST], "days": self._dates[:_NEWEST], "about": _ABOUT}
        yield "index.html", self._list_page("Ideas from podcasts", "index.html", "site_front.html", front), POLICY
        named = [_NameEntry(address=links.show(key), words=title, count=counts[key]) for key, title in shows.items()]
        named.sort(key=lambda entry: entry.words.casefold())
        yield (
            "shows.html",
            self._list_page("Shows", "shows.html", "site_names.html", {"name": "Shows", "entries": named}),
            POLICY,
        )
        entries = [_theme(theme, links) for theme in self._themes]
        values = {"name": "Themes", "entries": entries}
        yield "themes.html", self._list_page("Themes", "themes.html", "site_names.html", values), POLICY
        search = {"index": f"{_ASSETS}/ideas.js", "script": f"{_ASSETS}/search.js", "total": len(self._insights)}
        yield "search.html", self._list_page("Search", "search.html", "site_search.html", search), _SEARCH_POLICY

    def _list_page(self, title: str, name: str, template: str, values: Mapping[str, object]) -> Page:
        address = f"{self._settings.url}/{'' if name == 'index.html' else name}" if self._settings.url else ""
        return Page(head=Head(title=title, description=_ABOUT, address=address), template=template, values=values)

    def _feeds(self) -> None:
        """The briefs as feeds, whose entries need whole addresses: without that of the site there are none."""
        url = self._settings.url
        if not url:
            return
        places = FileLinks(up="/")
        feed = brief_feed(
            self._published,
            base=url,
            home=f"{url}/",
            page=lambda insight_id: absolute(url, places.insight(insight_id)),
        )
        for end, form in FORMS.items():
            self._folder.put(f"{PLACE}/{end}".removeprefix("/"), form.write(feed))

    def _programs(self) -> None:
        """The search, and what programs read first."""
        names = sorted({insight.show for insight in self._insights})
        places = {name: place for place, name in enumerate(names)}
        ideas = [
            [
                insight_file(insight.id).removeprefix("i/"),
                plain(insight.claim),
                places[insight.show],
                plain(insight.speaker or ""),
            ]
            for insight in self._insights
        ]
        index = json.dumps({"shows": [plain(name) for name in names], "ideas": ideas}, separators=(",", ":"))
        self._folder.put(f"{_ASSETS}/search.js", _SCRIPT.read_bytes())
        self._folder.put(f"{_ASSETS}/ideas.js", f"const EARMARK={index};\n")
        self._folder.put("llms.txt", llms_txt(overview(self._published), FileLinks(ending=".md")))
        self._folder.put("robots.txt", "User-agent: *\nAllow: /\n")

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for insight in self._insights:
            counts[insight.show_id] = counts.get(insight.show_id, 0) + 1
        return counts

    def _site(self, up: str, policy: str) -> Site:
        sections = [("search.html", "Search"), ("shows.html", "Shows")]
        sections += [("themes.html", "Themes")] if self._themes else []
        return Site(
            style=f"{up}{_ASSETS}/{assets()['style'].name}",
            icon=f"{up}{_ASSETS}/{assets()['icon'].name}",
            home=f"{up}index.html",
            sections=tuple(Section(address=f"{up}{address}", words=words) for address, words in sections),
            listed=self._settings.index,
            policy=policy,
            feeds=alternates(f"{up}{PLACE.removeprefix('/')}") if self._settings.url else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _NameEntry:
    """An entry of a list of names."""

    address: str
    words: str
    count: int
    about: str = ""


def _theme(theme: Theme, links: FileLinks) -> _NameEntry:
    return _NameEntry(address=links.theme(theme.id), words=theme.label, count=theme.size, about=theme.claim)
