"""Pages of their own over a library, behind the guard and the door, without the rest of the app; and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from library.ports import LibraryPort
from ui.access.gate import open_gate
from ui.access.signed_in import SignInDoor
from ui.api.guard import RequestGuard
from ui.pages.face import OPEN, ServedPages

__all__ = ["HOST", "PageContents", "read", "serving"]

HOST = "earmark.example"
OWN_TOKEN = "token-of-app.json"


def serving(
    library: LibraryPort, *, client: tuple[str, int] = ("127.0.0.1", 5000), host: str = "localhost"
) -> TestClient:
    """A client of the pages of a library."""
    routes = ServedPages(library, open_gate(library, own_token=OWN_TOKEN)).routes()
    middleware = [
        Middleware(RequestGuard, hosts=[HOST]),
        Middleware(SignInDoor, library=library, open_doors=OPEN),
    ]
    app = Starlette(routes=routes, middleware=middleware)
    return TestClient(app, f"http://{host}", follow_redirects=False, client=client, headers={"accept": "text/html"})


@dataclass(slots=True)
class PageContents:
    """What a browser would make of a page: its tags, links, text and what its head says."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = PageContents()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.seen.tags.append(tag)
        self.seen.attributes |= given.keys()
        if tag == "a":
            self.seen.links.append(given.get("href", ""))
        elif (tag == "link" and given.get("rel") in {"stylesheet", "icon"}) or tag in {"script", "img", "source"}:
            self.seen.loads.append(given.get("href") or given.get("src", ""))
        elif tag == "link":
            self.seen.head[given.get("rel", "")] = given.get("href", "")
        elif tag == "meta":
            self.seen.head[given.get("property") or given.get("name", "")] = given.get("content", "")

    def handle_data(self, data: str) -> None:
        if not self.cdata_elem:  # a stylesheet is not shown
            self.seen.text += data


def read(html: str) -> PageContents:
    """A page as a browser would read it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen
