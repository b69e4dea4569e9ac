"""What every page loads besides itself: one stylesheet, one typeface and the icon, each under a name that says its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Asset", "assets", "typeface"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file: its name, which changes with its content, its type and its bytes."""

    name: str
    media_type: str
    body: bytes


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
