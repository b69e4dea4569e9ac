"""The page around the pages: Streamlit's `index.html` under our name, with our script and without a white flash."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ui.web.theme import DARK, LIGHT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

__all__ = ["PATHS", "make_shell", "script_hashes", "shell_routes"]

PATHS = ("/", "/insight", "/moment", "/ask", "/search", "/themes", "/theme", "/shows")
"""The addresses of the pages."""

_ASSETS = Path(__file__).parent / "assets"

_NOSCRIPT = (
    "<noscript><p>Earmark's pages need JavaScript. Without it there is the command line: earmark brief</p></noscript>"
)

_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def make_shell(index: str) -> str:
    """Streamlit's index page with our title, first colours and script; what is not found in it is left as it is."""
    page = re.sub(r"<title>.*?</title>", "<title>Earmark</title>", index, count=1, flags=re.DOTALL)
    page = re.sub(r'<link rel="service-desc"[^>]*>', "", page)
    page = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT, page, count=1, flags=re.DOTALL)
    style = (
        f"<style>:root{{color-scheme:light dark}}html{{background:{LIGHT['paper']}}}"
        f"@media(prefers-color-scheme:dark){{html{{background:{DARK['paper']}}}}}</style>"
    )
    added = f'<meta name="robots" content="noindex">{style}<script src="./earmark.js" defer></script></head>'
    return page.replace("</head>", added, 1)


def script_hashes(page: str) -> list[str]:
    """The CSP hashes of the inline scripts of a page, so that these and no others may run."""
    return [
        "sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in _INLINE.findall(page)
    ]


def shell_routes(page: str) -> list[Route]:
    """Routes for every page's address, for our script and for our icon."""
    from starlette.responses import FileResponse, HTMLResponse
    from starlette.routing import Route

    async def shell(_request: Request) -> Response:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    async def script(_request: Request) -> Response:
        return FileResponse(_ASSETS / "earmark.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def icon(_request: Request) -> Response:
        return FileResponse(_ASSETS / "icon.svg", media_type="image/svg+xml")

    pages = [Route(path, shell) for path in PATHS]
    return [*pages, Route("/earmark.js", script), Route("/favicon.png", icon)]
