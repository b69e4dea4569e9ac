"""Pages of their own as a face of the app: HTML that a browser can show at once, and each page's twin in Markdown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from earmark.addresses import person_named
from earmark.days import Days
from earmark.errors import EarmarkError, NotFound
from ui.access.gate import Refused
from ui.access.signed_in import ENTRANCE, sign_in_required
from ui.access.statuses import headers_of, status_of
from ui.face import Face
from ui.pages.answering import answer
from ui.pages.assets import assets
from ui.pages.links import ServedLinks
from ui.pages.making import PageMaker
from ui.pages.page import Head, Page, Section, Site
from ui.pages.readable import OwnReading
from ui.pages.visitors import library_of_visitor
from ui.web.templating import led_by
from ui.web.turns import second_in

if TYPE_CHECKING:
    from starlette.requests import Request

    from library.ports import LibraryPort
    from ui.access.gate import Gate
    from ui.face import AppContext

__all__ = ["OPEN", "ServedPages", "make_face"]

_ASSETS = "/pages"
OPEN = ("/i", "/b", "/s", "/p", "/t", "/m", _ASSETS)
"""Addresses at which strangers are answered too, with what is published."""
_FOREVER = "public, max-age=31536000, immutable"


def make_face(context: AppContext) -> Face:
    """``/i/{id}``, ``/b/{day}``, ``/s/{show}``, ``/p/{person}``, ``/t/{theme}``, ``/m/{episode}/{second}``."""
    pages = ServedPages(context.library, context.gate)
    return Face(routes=tuple(pages.routes()), open_doors=OPEN)


class ServedPages:
    """Answers for pages of their own.

    Args:
        library: that of the reader of this machine.
        gate: tells whose a token is.
    """

    def __init__(self, library: LibraryPort, gate: Gate) -> None:
        self._library = library
        self._gate = gate
        self._settings = library.settings

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/i/{name}", self._served(_insight)),
            Route("/b/{name}", self._served(_brief)),
            Route("/s/{name}", self._served(_show)),
            Route("/p/{name:path}", self._served(_person)),
            Route("/t/{name}", self._served(_theme)),
            Route("/m/{name}", self._served(_moment)),
            Route("/m/{name}/{second}", self._served(_moment)),
            Route(f"{_ASSETS}/{{name}}", _asset),
        ]

    def _served(self, make: Callable[[PageMaker, str, Request], Page]) -> Callable[[Request], Response]:
        """The endpoint of one kind of page: the page for whoever asks, or one that says that it is not there."""

        def endpoint(request: Request) -> Response:
            name, twin = _asked(request)
            try:
                library = library_of_visitor(request, self._library, self._gate)
                if library is None:
                    return self._not_there(request, stranger=True)
                return self._page(request, library, lambda maker: make(maker, name, request), twin=twin)
            except NotFound:
                return self._not_there(request, stranger=False)
            except EarmarkError as error:
                status = error.status if isinstance(error, Refused) else status_of(error)
                return Response(f"{error}\n", status, headers_of(error), "text/plain")

        return endpoint

    def _page(
        self, request: Request, library: LibraryPort, make: Callable[[PageMaker], Page], *, twin: bool
    ) -> Response:
        base = self._base(request)
        days = Days.named(library.reader.timezone)
        links = ServedLinks()
        maker = PageMaker(
            reading=OwnReading(library),
            links=links,
            twin_links=ServedLinks(base=base, ending=".md"),
            days=days,
            base=base,
        )
        with led_by(links, days):
            page = make(maker)
            if twin and page.twin:
                return answer(request, page.markdown(), "text/markdown; charset=utf-8", status=page.status)
            return answer(request, page.html(_reader_site()), "text/html", status=page.status)

    def _not_there(self, request: Request, *, stranger: bool) -> Response:
        """The same for what is not there and for what is not to be seen, so that nobody can tell them apart."""
        text, links = "It may have been replaced when its episode was read again.", [("/", "Today's brief")]
        if stranger:
            text = "It is not there, or it is not published."
            links = []
            if sign_in_required(self._settings):
                links = [(f"{ENTRANCE}?next={quote(request.url.path, safe='')}", "Sign in")]
        values = {"heading": "This page is not here", "text": text, "links": links}
        head = Head(title="Not here", description=text)
        page = Page(head=head, template="site_notice.html", values=values)
        return answer(request, page.html(_bare_site()), "text/html", status=404)

    def _base(self, request: Request) -> str:
        """The address under which readers open the app: that of the settings, else the one that was asked."""
        return self._settings.sign_in.url or str(request.base_url).rstrip("/")


def _insight(maker: PageMaker, name: str, _request: Request) -> Page:
    try:
        return maker.insight(name)
    except NotFound:
        return maker.withdrawn(name)


def _brief(maker: PageMaker, name: str, _request: Request) -> Page:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        raise NotFound("is not a day", subject=name) from None
    return maker.brief(day)


def _show(maker: PageMaker, name: str, request: Request) -> Page:
    return maker.show(name, after=request.query_params.get("after", ""))


def _person(maker: PageMaker, name: str, request: Request) -> Page:
    return maker.person(person_named(name), after=request.query_params.get("after", ""))


def _theme(maker: PageMaker, name: str, _request: Request) -> Page:
    return maker.theme(name)


def _moment(maker: PageMaker, name: str, request: Request) -> Page:
    return maker.moment(name, second_in(request.path_params.get("second", "")), request.query_params.get("near", ""))


def _asked(request: Request) -> tuple[str, bool]:
    """The name of what is asked for, and whether its twin is."""
    name: str = request.path_params["name"]
    return name.removesuffix(".md"), name.endswith(".md")


def _asset(request: Request) -> Response:
    for asset in assets().values():
        if asset.name == request.path_params["name"]:
            return Response(asset.body, 200, {"Cache-Control": _FOREVER}, asset.media_type)
    return Response("there is nothing here\n", 404, media_type="text/plain")


def _reader_site() -> Site:
    sections = (
        Section(address="/", words="Today"),
        Section(address="/search", words="Search"),
        Section(address="/saved", words="Saved"),
    )
    return Site(style=_asset_address("style"), icon=_asset_address("icon"), home="/", sections=sections, app=True)


def _bare_site() -> Site:
    return Site(style=_asset_address("style"), icon=_asset_address("icon"))


def _asset_address(name: str) -> str:
    return f"{_ASSETS}/{assets()[name].name}"
