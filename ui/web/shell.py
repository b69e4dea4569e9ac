"""The page around the pages: Streamlit's `index.html` under our name, with our script and without a white flash."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ui.web.pages import PAGES
from ui.web.theme import DARK, LIGHT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

__all__ = ["make_shell", "script", "script_hashes", "shell_routes"]

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("keys.js", "share.js", "player.js")
"""Served as they are, in the order in which they run."""
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

_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def make_shell(index: str) -> str:
    """Streamlit's index page with our title, first colours and script; parts missing from it are skipped."""
    page = re.sub(r"<title>.*?</title>", "<title>Earmark</title>", index, count=1, flags=re.DOTALL)
    page = re.sub(r'<link rel="service-desc"[^>]*>', "", page)
    page = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT, page, count=1, flags=re.DOTALL)
    style = (
        f"<style>:root{{color-scheme:light dark}}html{{background:{LIGHT['paper']}}}"
        f"@media(prefers-color-scheme:dark){{html{{background:{DARK['paper']}}}}}</style>"
    )
    # First of all scripts: it tells Streamlit's where their server is.
    scripts = "".join(f'<script src="./{name}"></script>' for name in ("earmark.js", *_SCRIPTS))
    page = page.replace("<head>", f"<head>{scripts}", 1)
    return page.replace("</head>", f'<meta name="robots" content="noindex">{_INSTALLABLE}{style}</head>', 1)


def script() -> str:
    """Our script, which knows the addresses of the pages."""
    paths = json.dumps([page.path for page in PAGES])
    return (_ASSETS / "earmark.js").read_text(encoding="utf-8").replace("/* pages */ []", paths)


def script_hashes(page: str) -> list[str]:
    """The CSP hashes of the inline scripts of a page, so that these and no others may run."""
    return [
        "sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in _INLINE.findall(page)
    ]


def shell_routes(page: str) -> list[Route]:
    """Routes for every page's address, for our script and for our icon."""
    from starlette.responses import FileResponse, HTMLResponse
    from starlette.responses import Response as Answer
    from starlette.routing import Route

    ours = script()

    async def shell(_request: Request) -> Response:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    async def our_script(_request: Request) -> Response:
        return Answer(ours, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def other_script(request: Request) -> Response:
        return FileResponse(
            _ASSETS / request.url.path.rpartition("/")[2],
            media_type="text/javascript",
            headers={"Cache-Control": "no-cache"},
        )

    async def icon(_request: Request) -> Response:
        return FileResponse(_ASSETS / "icon.svg", media_type="image/svg+xml")

    async def picture(request: Request) -> Response:
        return FileResponse(_ASSETS / request.url.path.rpartition("/")[2], media_type="image/png")

    async def manifest(_request: Request) -> Response:
        return FileResponse(_ASSETS / "manifest.webmanifest", media_type="application/manifest+json")

    pages = [Route(f"/{page.path}", shell) for page in PAGES]
    return [
        *pages,
        Route("/manifest.webmanifest", manifest),
        Route("/earmark.js", our_script),
        *(Route(f"/{name}", other_script) for name in (*_SCRIPTS, _WORKER)),
        *(Route(f"/{name}", picture) for name in _ICONS),
        Route("/favicon.png", icon),
    ]
