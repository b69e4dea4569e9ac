"""Pages of their own as a face of the app: HTML that a browser can show at once, and each page's twin in Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from earmark.addresses import person_named
from earmark.days import Days
from earmark.errors import EarmarkError, NotFound
from earmark.types import Role
from ui.access.gate import Refused
from ui.access.limits import Limiter
from ui.access.signed_in import ENTRANCE, client_address, sign_in_required
from ui.access.statuses import headers_of, status_of
from ui.account.person_names import PersonNames
from ui.face import Face
from ui.feeds.forms import FORMS, FeedForm
from ui.pages.answering import answer
from ui.pages.assets import ASSETS, assets, style_at
from ui.pages.cards import draw_card
from ui.pages.feed import PLACE, alternates, brief_feed
from ui.pages.links import ServedLinks
from ui.pages.making import PageMaker, PageMoved
from ui.pages.offline import OfflineBrief
from ui.pages.overviews import llms_txt, overview, robots_txt
from ui.pages.page import Alternate, Head, Page, Section, Site
from ui.pages.reading import OwnReading
from ui.pages.visitors import library_of_visitor
from ui.timed_value import TimedValue
from ui.web.templating import led_by
from ui.web.turns import second_in

if TYPE_CHECKING:
    from starlette.requests import Request

    from library.ports import LibraryPort
    from ui.access.gate import Gate
    from ui.face import AppContext

__all__ = ["OPEN", "ServedPages", "make_face"]

OPEN = ("/i", "/b", "/s", "/p", "/t", "/m", ASSETS, "/robots.txt", "/llms.txt")
"""Addresses at which strangers are answered too, with what is published."""
_SECTIONS = (
    Section(address="/", words="Today"),
    Section(address="/search", words="Search"),
    Section(address="/saved", words="Saved"),
)
_KEPT_S = 60.0
"""How long strangers are told of the same: whoever asks again and again must not have every theme read each time."""
_FOREVER = "public, max-age=31536000, immutable"


def make_face(context: AppContext) -> Face:
    """``/i/{id}``, ``/b/{day}``, ``/s/{show}``, ``/p/{person}``, ``/t/{theme}``, ``/m/{episode}/{second}``."""
    pages = ServedPages(context.library, context.gate)
    serif = _asset_address("serif") if "serif" in assets() else ""
    offline = OfflineBrief(context.library, site=_site(), serif=serif)
    return Face(routes=(*pages.routes(), offline.route()), open_doors=OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visitor's pages: what makes them, what is around them, and whether anybody may see them."""

    maker: PageMaker
    site: Site
    public: bool

    def answer(self, request: Request, page: Page, *, twin: bool) -> Response:
        """A page, or its twin."""
        body, kind = (page.markdown(), "text/markdown") if twin and page.twin else (page.html(self.site), "text/html")
        return answer(request, body, kind, status=page.status, public=self.public, listed=self.site.listed)


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
        self._limiter = Limiter(library.settings.app.requests_per_minute)
        self._published = TimedValue(lambda: overview(library.published), _KEPT_S)
        self._feeds = alternates(PLACE) if library.settings.publish.what != "nothing" else ()

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/i/{name}.png", self.card),
            Route("/i/{name}", self._served(_insight)),
            *(Route(f"{PLACE}/{end}", self._feed(form)) for end, form in FORMS.items()),
            Route("/b/{name}", self._served(_brief)),
            Route("/s/{name}", self._served(_show)),
            Route("/p/{name}", self._served(_person)),
            Route("/p/{name}/timeline", self._served(_over_time)),
            Route("/p/{name}/ties", self._served(_agreeing)),
            *PersonNames(self._library).routes(),
            Route("/t/{name}", self._served(_theme)),
            Route("/t/{name}/timeline", self._served(_theme_over_time)),
            Route("/disagreements", self._served(_contradicting)),
            Route("/m/{name}", self._served(_moment)),
            Route("/m/{name}/{second}", self._served(_moment)),
            Route(f"{ASSETS}/{{name}}", _asset),
            Route("/robots.txt", self.robots),
            Route("/llms.txt", self.llms),
        ]

    def _served(self, make: Callable[[PageMaker, str, Request], Page]) -> Callable[[Request], Response]:
        """The endpoint of one kind of page: the page for whoever asks, or one that says that it is not there."""

        def endpoint(request: Request) -> Response:
            name, twin = _asked(request)
            try:
                library = library_of_visitor(request, self._library, self._gate)
                visit = self._visit(request, library)
                try:
                    with led_by(visit.maker.links, visit.maker.days):
                        return visit.answer(request, make(visit.maker, name, request), twin=twin)
                except PageMoved as moved:
                    return RedirectResponse(
                        f"{moved.address}{'.md' if twin else ''}", 302, {"Cache-Control": "no-store"}
                    )
                except NotFound as missing:
                    why = str(missing) if make is _person else ""
                    return self._not_there(request, stranger=library is None, why=why)
            except EarmarkError as error:
                return _refused(error)

        return endpoint

    def _feed(self, form: FeedForm) -> Callable[[Request], Response]:
        """The endpoint of the published briefs in one form, the same for a reader as for a stranger."""

        def endpoint(request: Request) -> Response:
            try:
                visit = self._visit(request, None)
                base, maker = self._base(request), visit.maker
                links = ServedLinks(base=base, strangers=True)
                newest = maker.reading.days(latest=1)
                home = links.brief(newest[0]) if newest else f"{base}/"
                written = form.write(brief_feed(maker.reading, base=base, home=home, page=links.insight))
            except EarmarkError as error:
                return _refused(error)
            return answer(request, written, form.media_type, public=True, listed=visit.site.listed)

        return endpoint

    def card(self, request: Request) -> Response:
        """The picture of an insight, for whoever may see the insight."""
        try:
            library = library_of_visitor(request, self._library, self._gate)
            visit = self._visit(request, library)
            insight = visit.maker.reading.insight(request.path_params["name"])
        except EarmarkError as error:
            return _refused(error)
        drawn = draw_card(insight.headline or insight.claim, insight.speaker or "", insight.show)
        return answer(request, drawn, "image/png", public=visit.public, listed=visit.site.listed)

    def robots(self, request: Request) -> Response:
        """Where crawlers may go."""
        return answer(
            request, robots_txt(published=self._settings.publish.what != "nothing"), "text/plain", public=True
        )

    def llms(self, request: Request) -> Response:
        """What there is for whoever asks."""
        try:
            visit = self._visit(request, library_of_visitor(request, self._library, self._gate))
            there = self._published.get() if visit.public else overview(visit.maker.reading)
            said = llms_txt(there, visit.maker.twin_links)
        except EarmarkError as error:
            return _refused(error)
        return answer(request, said, "text/plain", public=visit.public, listed=visit.site.listed)

    def _visit(self, request: Request, library: LibraryPort | None) -> Visit:
        """What a visitor gets: a reader the own library, a stranger what is published.

        Raises:
            Refused: a stranger asks too often.
        """
        base, listed = self._base(request), self._settings.publish.index
        if library is None:
            wait_s = self._limiter.wait_s(client_address(request, self._settings.sign_in))
            if wait_s:
                raise Refused("too many requests; ask again later", status=429, retry_after_s=wait_s)
            links = ServedLinks(strangers=True)
            twin_links = ServedLinks(base=base, ending=".md", strangers=True)
            days = Days.named(self._library.reader.timezone)
            maker = PageMaker(
                reading=self._library.published, links=links, places=links, twin_links=twin_links, days=days, base=base
            )
            return Visit(maker=maker, site=_site(listed=listed, feeds=self._feeds), public=True)
        own = OwnReading(library, library.people)
        maker = PageMaker(
            reading=own,
            links=ServedLinks(),
            places=ServedLinks(),
            twin_links=ServedLinks(base=base, ending=".md"),
            days=Days.named(library.reader.timezone),
            talk=own.talk,
            base=base,
            naming=library.reader.role is Role.OWNER,
            somebody=library.people.get,
            timeline=library.people.timeline,
            theme_timeline=library.themes.timeline,
            ties=library.people.ties,
            disagreements=library.insights.disagreements,
        )
        return Visit(maker=maker, site=_site(app=True, feeds=self._feeds), public=False)

    def _not_there(self, request: Request, *, stranger: bool, why: str = "") -> Response:
        """The same for what is not there and for what is not to be seen, so that nobody can tell them apart.

        A reader is told why, where that is known.
        """
        text = why or "It may have been replaced when its episode was read again."
        links = [("/", "Today's brief")]
        if stranger:
            text = "It is not there, or it is not published."
            links = []
            if sign_in_required(self._settings):
                links = [(f"{ENTRANCE}?next={quote(request.url.path, safe='')}", "Sign in")]
        values = {"heading": "This page is not here", "text": text, "links": links}
        head = Head(title="Not here", description=text)
        page = Page(head=head, template="site_notice.html", values=values)
        return answer(request, page.html(_site()), "text/html", status=404)

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


def _over_time(maker: PageMaker, name: str, _request: Request) -> Page:
    return maker.over_time(person_named(name))


def _agreeing(maker: PageMaker, name: str, _request: Request) -> Page:
    return maker.agreeing(person_named(name))


def _contradicting(maker: PageMaker, _name: str, _request: Request) -> Page:
    return maker.contradicting()


def _theme(maker: PageMaker, name: str, _request: Request) -> Page:
    return maker.theme(name)


def _theme_over_time(maker: PageMaker, name: str, _request: Request) -> Page:
    return maker.theme_over_time(name)


def _moment(maker: PageMaker, name: str, request: Request) -> Page:
    return maker.moment(name, second_in(request.path_params.get("second", "")), request.query_params.get("near", ""))


def _asked(request: Request) -> tuple[str, bool]:
    """The name of what is asked for, empty where there is one page of its kind, and whether its twin is."""
    name: str = request.path_params.get("name", "")
    return name.removesuffix(".md"), name.endswith(".md")


def _refused(error: EarmarkError) -> Response:
    """One line for a program; of what is not there, not even what was asked for."""
    words = "there is nothing here" if isinstance(error, NotFound) else str(error)
    return Response(f"{words}\n", status_of(error), headers_of(error), "text/plain")


def _asset(request: Request) -> Response:
    for asset in assets().values():
        if asset.name == request.path_params["name"]:
            return Response(asset.body, 200, {"Cache-Control": _FOREVER}, asset.media_type)
    return Response("there is nothing here\n", 404, media_type="text/plain")


def _site(*, app: bool = False, listed: bool = False, feeds: tuple[Alternate, ...] = ()) -> Site:
    """What is around a page: for a reader, the way to the app."""
    carried, icon = style_at(ASSETS).text, _asset_address("icon")
    if not app:
        return Site(carried=carried, icon=icon, listed=listed, feeds=feeds)
    return Site(carried=carried, icon=icon, home="/", sections=_SECTIONS, app=True, feeds=feeds)


def _asset_address(name: str) -> str:
    return f"{ASSETS}/{assets()[name].name}"
