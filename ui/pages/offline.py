"""Today's brief as a page that a browser keeps, to be read without a network (``ui/web/assets/offline.js`` keeps it)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from earmark.days import Days
from earmark.errors import EarmarkError, NotFound
from ui.access.signed_in import library_of_page
from ui.access.statuses import status_of
from ui.pages.answering import answer
from ui.pages.page import Head, Page, Site
from ui.web.templating import led_by

if TYPE_CHECKING:
    from starlette.requests import Request

    from library.ports import LibraryPort

__all__ = ["NoLinks", "OfflineBrief"]


class NoLinks:
    """A `ui.web.links.Links` for a page that nothing can be reached from."""

    def insight(self, insight_id: str) -> str:
        """No link."""
        return ""

    def moment(self, episode_id: str, start_s: float | None, quote: str = "") -> str:
        """No link."""
        return ""

    def theme(self, theme_id: str) -> str:
        """No link."""
        return ""

    def show(self, show_id: str) -> str:
        """No link."""
        return ""

    def person(self, name: str) -> str:
        """No link."""
        return ""

    def brief(self, day: date) -> str:
        """No link."""
        return ""

    def themes(self) -> str:
        """No link."""
        return ""

    def own_page(self, insight_id: str) -> str:
        """No link."""
        return ""


class OfflineBrief:
    """``/offline/brief``: today's brief of the reader who is signed in.

    Args:
        library: that of the reader of this machine.
        site: what is around the page, which carries its stylesheet.
        serif: the typeface's address; empty if there is none.
    """

    def __init__(self, library: LibraryPort, *, site: Site, serif: str) -> None:
        self._library = library
        self._site = site
        self._serif = serif

    def route(self) -> Route:
        """Its address."""
        return Route("/offline/brief", self.show)

    def show(self, request: Request) -> Response:
        """The page; 404 before there is a brief today, for asking makes none."""
        try:
            library = library_of_page(self._library, request.headers)
            page = self._page(library)
        except EarmarkError as error:
            return Response("there is nothing here\n", status_of(error), {"Cache-Control": "no-store"}, "text/plain")
        with led_by(NoLinks(), Days.named(library.reader.timezone)):
            return answer(request, page.html(self._site), "text/html")

    def _page(self, library: LibraryPort) -> Page:
        today = library.briefs.today()
        brief = library.briefs.get(today) if today in library.briefs.dates() else None
        if brief is None or not brief.items:
            raise NotFound("there is no brief of today", subject=today.isoformat())
        values = {"brief": brief, "name": library.reader.name, "serif": self._serif}
        return Page(
            head=Head(title="The brief", description="Kept on this device."),
            template="offline_brief.html",
            values=values,
        )
