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
from pathlib import Path

from ui.web.typeface import ASSETS, Asset, named, serif, typeface

__all__ = ["ASSETS", "Asset", "Style", "assets", "style_at", "typeface"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A stylesheet as a page carries it in itself, and the hash by which a Content-Security-Policy allows it."""

    text: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """The stylesheet (``style``), the icon (``icon``) and the typeface (``serif``), where Streamlit has it."""
    made: dict[str, Asset] = {}
    font = serif()
    if font is not None:
        made["serif"] = font
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    style = style.replace("serif.woff2", font.name if font else "none.woff2")
    made["style"] = named("style", ".css", "text/css", style.encode())
    icon = (_HERE.parent / "web" / "assets" / "icon.svg").read_bytes()
    made["icon"] = named("icon", ".svg", "image/svg+xml", icon)
    return made


@cache
def style_at(folder: str) -> Style:
    """The stylesheet for pages that carry it, without comments and spaces; the typeface lies in ``folder``."""
    text = assets()["style"].body.decode().replace('url("', f'url("{folder}/')
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r" ?([{};,]) ?", r"\1", " ".join(text.split())).replace(": ", ":").replace(";}", "}")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return Style(text=text, digest=f"sha256-{digest}")
