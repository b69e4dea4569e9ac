"""The feeds as a face of the app: ``/feed/SECRET/atom.xml`` and ``/feed/SECRET/feed.json``.

The secret is the only key: feed readers cannot sign in. Reading changes nothing for the
reader; it is noted when a feed was last asked for, and since when it says what it says.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from briefs.feeds.document import feed_document
from earmark.errors import EarmarkError
from earmark.ids import content_hash
from ui.access.limits import Limiter
from ui.access.signed_in import client_address
from ui.access.statuses import status_of
from ui.conditional import http_date, is_known, tag_of
from ui.face import Face
from ui.feeds.addresses import ROOT
from ui.feeds.forms import FORMS

if TYPE_CHECKING:
    from starlette.requests import Request

    from library.ports import LibraryPort
    from ui.face import AppContext

__all__ = ["feed_routes", "make_face"]

_BUSY_S = 60
"""When a feed reader that came too early may come again."""


def make_face(context: AppContext) -> Face:
    """The feeds, which ask for no sign-in: their addresses are secrets."""
    library = context.library
    home = library.settings.sign_in.url or context.address.url
    limiter = Limiter(library.settings.app.requests_per_minute)
    return Face(routes=tuple(feed_routes(library, home, limiter)), own_doors=(ROOT,))


def feed_routes(library: LibraryPort, home: str, limiter: Limiter) -> list[Route]:
    """The addresses, for an app at ``home``; ``limiter`` counts the requests of each address."""

    def read(request: Request) -> Response:
        wait_s = limiter.wait_s(client_address(request, library.settings.sign_in))
        if wait_s:
            return _refused("too many requests", 429, retry_s=math.ceil(wait_s))
        form = FORMS.get(request.path_params["form"])
        feed = library.feeds.opened(request.path_params["secret"]) if form else None
        if form is None or feed is None:
            return _refused("there is no feed at this address, or no longer", 404)
        try:
            theirs = library if feed.reader_id == library.reader.id else library.for_reader(feed.reader_id)
            shown = feed_document(feed, theirs.feeds.entries(feed.selection), home=home)
            since = theirs.feeds.same_since(feed, content_hash(repr(shown)))
        except EarmarkError as error:
            return _refused("the feed cannot be made now", status_of(error), retry_s=_BUSY_S)
        return _answer(request, form.write(shown), f"{form.media_type}; charset=utf-8", since)

    return [Route(f"{ROOT}/{{secret}}/{{form}}", read, methods=["GET"])]


def _answer(request: Request, body: bytes, kind: str, since: datetime) -> Response:
    tag = tag_of(body)
    marks = {
        "ETag": tag,
        "Last-Modified": http_date(since),
        "Cache-Control": "private, max-age=300",
        "X-Robots-Tag": "noindex",
    }
    if is_known(request.headers, tag, since):
        return Response(status_code=304, headers=marks)
    return Response(body, media_type=kind, headers=marks)


def _refused(why: str, status: int, *, retry_s: int | None = None) -> Response:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(retry_s)} if retry_s else {})
    return PlainTextResponse(why, status, headers)
