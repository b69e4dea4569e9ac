"""What every page has besides its words: a stylesheet, a typeface and the icon, each under a name that says its content.

A page that is served carries the stylesheet in itself: a browser shows nothing before it has it, and to fetch it is a way there
and back, a third of the time until a page can be read.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["ASSETS", "Asset", "Style", "assets", "style_at", "typeface"]

ASSETS = "/pages"
"""Where the app serves them."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file: its name, which changes with its content, its type and its bytes."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A stylesheet as a page carries it in itself, and the hash by which a Content-Security-Policy allows it."""

    text: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """The stylesheet (``style``), the icon (``icon``) and the typeface (``serif``), where Streamlit has it."""
    made: dict[str, Asset] = {}
    font = typeface()
    if font is not None:
        made["serif"] = _asset("serif", ".woff2", "font/woff2", font.read_bytes())
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    style = style.replace("serif.woff2", made["serif"].name if font else "none.woff2")
    made["style"] = _asset("style", ".css", "text/css", style.encode())
    icon = (_HERE.parent / "web" / "assets" / "icon.svg").read_bytes()
    made["icon"] = _asset("icon", ".svg", "image/svg+xml", icon)
    return made


@cache
def style_at(folder: str) -> Style:
    """The stylesheet for pages that carry it, without comments and spaces; the typeface lies in ``folder``."""
    text = assets()["style"].body.decode().replace('url("', f'url("{folder}/')
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r" ?([{};,]) ?", r"\1", " ".join(text.split())).replace(": ", ":").replace(";}", "}")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return Style(text=text, digest=f"sha256-{digest}")


def typeface() -> Path | None:
    """Source Serif 4 (Adobe, SIL Open Font License 1.1), which comes with Streamlit; ``None`` if it does no longer."""
    spec = find_spec("streamlit")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        for path in sorted((Path(folder) / "static" / "static" / "media").glob("SourceSerifVariable-Roman*.woff2")):
            return path
    return None


def _asset(stem: str, ending: str, media_type: str, body: bytes) -> Asset:
    return Asset(name=f"{stem}-{hashlib.sha256(body).hexdigest()[:10]}{ending}", media_type=media_type, body=body)
