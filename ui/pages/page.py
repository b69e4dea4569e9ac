"""A page of its own: what its head says, and its words as HTML and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ui.web.templating import render

__all__ = ["Alternate", "Head", "Page", "Section", "Site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An entry of the navigation."""

    address: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """What else tells of these pages, and in which media type."""

    address: str
    media_type: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is around every page.

    Attributes:
        icon: address of the icon.
        style: address of the stylesheet, where pages share a file.
        carried: the stylesheet itself, where each page carries it.
        home: where the wordmark leads; empty for nowhere.
        sections: the navigation.
        listed: whether search engines may list the pages.
        policy: the Content-Security-Policy that a page carries itself, where no server says it.
        app: whether the pages of the app are beside it, in which a reader saves and hides.
        feeds: the feeds of what is published, which feed readers find by a page.
    """

    icon: str
    style: str = ""
    carried: str = ""
    home: str = ""
    sections: tuple[Section, ...] = ()
    listed: bool = False
    policy: str = ""
    app: bool = False
    feeds: tuple[Alternate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says about itself to browsers, search engines and whoever shows a card of it.

    Attributes:
        title: in at most 110 characters.
        description: in at most 240 characters.
        address: the whole address under which it is known; empty where nobody said where the pages are.
        kind: of Open Graph.
        twin: where it is in Markdown.
        picture: the whole address of its picture, 1200 × 630; empty for none.
        published: when what it tells of was published.
    """

    title: str
    description: str
    address: str = ""
    kind: str = "website"
    twin: str = ""
    picture: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that can be rendered; ``status`` is that of HTTP."""

    head: Head
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    twin: Callable[[], str] | None = None
    status: int = 200

    def html(self, site: Site) -> str:
        """The page as a document."""
        # What the app's own pages say at each link is taken for granted in a page that no app is around. Every text is
        # escaped by then, quotes too, so that this can only be an attribute.
        return render(self.template, head=self.head, site=site, **self.values).replace(' target="_self"', "")

    def markdown(self) -> str:
        """Its twin; empty if it has none."""
        return self.twin() if self.twin else ""
