"""Today's brief in the HTML of the front page: it is read while Streamlit's scripts are still on their way.

What Streamlit draws takes its place (`ui/web/assets/first.js`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.days import Days
from ui.web.links import AppLinks
from ui.web.packed import files
from ui.web.pages import NAVIGATION
from ui.web.templating import led_by, render
from ui.web.theme import BASE_PX
from ui.web.views.brief import head_values

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["first_view"]

_STYLE = Path(__file__).parent / "style.css"
_FACES = {
    ("Source Serif", "normal"): "SourceSerifVariable-Roman.*.woff2",
    ("Source Serif", "italic"): "SourceSerifVariable-Italic.*.woff2",
    ("Source Sans", "normal"): "SourceSansVF-Upright.*.woff2",
}
"""Faces that Streamlit's pages have too, by family and style: a browser shows this text in another until they are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A face of a typeface, and where it is served."""

    family: str
    style: str
    address: str


def first_view(library: LibraryPort) -> str:
    """The masthead and today's ideas as HTML, without their buttons; empty until there is a brief, for none is made here."""
    today = library.briefs.today()
    if today not in library.briefs.dates():
        return ""
    brief = library.briefs.get(today)
    if not brief.items:
        return ""
    with led_by(AppLinks(), Days.named(library.reader.timezone)):
        return render(
            "first_view.html",
            style=_STYLE.read_text(encoding="utf-8"),
            faces=_faces(),
            base_px=BASE_PX,
            pages=NAVIGATION,
            current="",
            **head_values(library, brief),
        )


@cache
def _faces() -> list[Face]:
    media = files() / "media"
    return [
        Face(family=family, style=style, address=f"./static/media/{path.name}")
        for (family, style), pattern in _FACES.items()
        for path in sorted(media.glob(pattern))[:1]
    ]
