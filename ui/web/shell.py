"""The page around the pages: Streamlit's `index.html` under our name, with our script and without a white flash."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import EarmarkError
from ui.access.signed_in import library_of_page
from ui.web.first_view import first_view
from ui.web.packed import packed, takes_gzip
from ui.web.pages import PAGES
from ui.web.theme import DARK, LIGHT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from library.ports import LibraryPort

__all__ = ["make_shell", "preloads", "script", "script_hashes", "shell_routes"]

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("earmark.js", "first.js", "keys.js", "share.js", "player.js")
"""In the order in which they run: the first tells Streamlit's where their server is. They are sent as one."""
_SCRIPT = "earmark.js"
_LATE = ("media/SourceSerifVariable-Roman.*.woff2", "js/Html.*.js", "js/Button.*.js")
"""What every page needs of Streamlit and a browser would ask for only after others: its names below ``static``."""
_WORKER = "offline.js"
"""The service worker: it lies where the pages do, for it may answer for addresses below its own only."""
_ICONS = ("icon-180.png", "icon-192.png", "icon-512.png")
"""The icon for systems that draw no SVG: the first is Apple's."""

_NOSCRIPT = (
    "<noscript><p>Earmark's pages need JavaScript. Without it there is the command line: earmark brief</p></noscript>"
)

_INSTALLABLE = (
    '<link rel="manifest" href="./manifest.webmanifest" crossorigin="use-credentials">'
    '<link rel="apple-touch-icon" href="./icon-180.png">'
)
"""A browser asks for it with the reader's session: where readers sign in, it is theirs as the pages are."""

_NO_ICONS = '.stApp [data-testid="stExpander"] summary [data-testid="stIconMaterial"]{display:none}'
"""For one arrow Streamlit has a browser fetch a typeface of 376 KB; style.css draws ours. Here it holds before that is asked for."""
_SHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def make_shell(index: str, preloads: str = "") -> str:
    """Streamlit's index page with our title, first colours and script; parts missing from it are skipped.

    ``preloads`` are the tags of what is to be fetched early.
    """
    page = re.sub(r"<title>.*?</title>", "<title>Earmark</title>", index, count=1, flags=re.DOTALL)
    page = re.sub(r'<link rel="service-desc"[^>]*>', "", page)
    page = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT, page, count=1, flags=re.DOTALL)
    style = (
        f"<style>:root{{color-scheme:light dark}}html{{background:{LIGHT['paper']}}}"
        f"@media(prefers-color-scheme:dark){{html{{background:{DARK['paper']}}}}}{_NO_ICONS}</style>"
    )
    # Deferred scripts run in the order of the page, Streamlit's too: ours is the first.
    ours = f'<script defer src="./{_SCRIPT}?v={_version()}"></script>'
    # Nothing is painted before the stylesheet is there: it is asked for before seventy scripts are.
    sheets = "".join(_SHEET.findall(page))
    page = _SHEET.sub("", page).replace("<head>", f"<head>{sheets}{ours}{preloads}", 1)
    return page.replace("</head>", f'<meta name="robots" content="noindex">{_INSTALLABLE}{style}</head>', 1)


def preloads(static: Path) -> str:
    """The tags by which a browser fetches what every page needs as early as the page's own scripts; what is missing is skipped."""
    tags = []
    for pattern in _LATE:
        for path in sorted(static.glob(pattern))[:1]:
            address = f"./static/{path.relative_to(static).as_posix()}"
            kind = "modulepreload" if path.suffix == ".js" else 'preload" as="font" type="font/woff2'
            tags.append(f'<link rel="{kind}" crossorigin href="{address}">')
    return "".join(tags)


@cache
def script() -> str:
    """Our script, which knows the addresses of the pages."""
    paths = json.dumps([page.path for page in PAGES])
    whole = "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return whole.replace("/* pages */ []", paths)


@cache
def _version() -> str:
    """What changes with our script."""
    return hashlib.sha256(script().encode()).hexdigest()[:10]


def script_hashes(page: str) -> list[str]:
    """The CSP hashes of the inline scripts of a page, so that these and no others may run."""
    return [
        "sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in _INLINE.findall(page)
    ]


def shell_routes(page: str, library: LibraryPort | None = None) -> list[Route]:
    """Routes for every page's address, for our script and for our icon; with a library its front page holds today's brief."""
    from starlette.responses import FileResponse
    from starlette.responses import Response as Answer
    from starlette.routing import Route

    ours, version = script(), _version()

    def front(request: Request) -> Response:
        whole = _with_brief(page, request, library)
        return _html(request, whole, kept="private, no-cache" if whole is page else "no-store")

    async def shell(request: Request) -> Response:
        return _html(request, page)

    async def our_script(request: Request) -> Response:
        kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == version else "no-cache"
        return Answer(ours, media_type="text/javascript", headers={"Cache-Control": kept})

    async def worker(_request: Request) -> Response:
        return FileResponse(_ASSETS / _WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def icon(_request: Request) -> Response:
        return FileResponse(_ASSETS / "icon.svg", media_type="image/svg+xml")

    async def picture(request: Request) -> Response:
        return FileResponse(_ASSETS / request.url.path.rpartition("/")[2], media_type="image/png")

    async def manifest(_request: Request) -> Response:
        return FileResponse(_ASSETS / "manifest.webmanifest", media_type="application/manifest+json")

    pages = [Route(f"/{page.path}", shell if page.path else front) for page in PAGES]
    return [
        *pages,
        Route("/manifest.webmanifest", manifest),
        Route(f"/{_SCRIPT}", our_script),
        Route(f"/{_WORKER}", worker),
        *(Route(f"/{name}", picture) for name in _ICONS),
        Route("/favicon.png", icon),
    ]


def _with_brief(page: str, request: Request, library: LibraryPort | None) -> str:
    """The page with today's brief in it, where its reader has one and no other day is asked for."""
    if library is None or request.query_params:
        return page
    try:
        view = first_view(library_of_page(library, request.headers))
    except EarmarkError:  # Streamlit's script says what is in the way
        return page
    return page.replace('<div id="root">', f'{view}<div id="root">', 1)


def _html(request: Request, page: str, *, kept: str = "private, no-cache") -> Response:
    """The answer, packed where the browser takes that: Streamlit leaves the front page as it is.

    ``kept`` says whether a browser may keep it: not with a reader's brief in it, which would outlive signing out.
    """
    from starlette.responses import HTMLResponse

    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding, Cookie"}
    if not takes_gzip(request.headers):
        return HTMLResponse(page, headers=headers)
    return HTMLResponse(packed(page), headers=headers | {"Content-Encoding": "gzip"})
