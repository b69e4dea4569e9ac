"""The typeface of every page, and the files that pages of their own are served with, each under a name that says its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["ASSETS", "Asset", "named", "serif", "typeface"]

ASSETS = "/pages"
"""Where the app serves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file: its name, which changes with its content, its type and its bytes."""

    name: str
    media_type: str
    body: bytes


def named(stem: str, ending: str, media_type: str, body: bytes) -> Asset:
    """A file under a name that says its content."""
    return Asset(name=f"{stem}-{hashlib.sha256(body).hexdigest()[:10]}{ending}", media_type=media_type, body=body)


@cache
def serif() -> Asset | None:
    """The typeface as a file that is served; ``None`` where Streamlit does not have it."""
    font = typeface()
    return None if font is None else named("serif", ".woff2", "font/woff2", font.read_bytes())


def typeface() -> Path | None:
    """Source Serif 4 (Adobe, SIL Open Font License 1.1), which comes with Streamlit; ``None`` if it does no longer."""
    spec = find_spec("streamlit")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        for path in sorted((Path(folder) / "static" / "static" / "media").glob("SourceSerifVariable-Roman*.woff2")):
            return path
    return None
