"""What other programs take in as a file: the followed shows, highlights and cards."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from earmark.types import Selection, SelectionKind
from ui.api.answering import file
from ui.api.params import Theirs

__all__ = ["cards", "export", "highlights"]


def _selected(
    of: Annotated[
        str,
        Query(
            max_length=300,
            pattern=r"^(saved|brief|(theme|person|search):.*[\p{L}\p{N}].*)$",
            description="`saved`, `brief`, `theme:` and an id, `person:` and a name, or `search:` and a query",
        ),
    ] = "saved",
) -> Selection:
    kind, _, value = of.partition(":")
    return Selection(kind=SelectionKind(kind), value=value)


Selected = Annotated[Selection, Depends(_selected)]


def export(request: Request, library: Theirs) -> Response:
    """OPML 2.0. Private feeds are there without login or key; folders of the machine are left out."""
    return file(request, library.shows.export_opml(), "text/x-opml", "earmark.opml")


def highlights(request: Request, library: Theirs, chosen: Selected) -> Response:
    """CSV, as Readwise's import takes it."""
    return file(request, library.takeout.readwise_csv(chosen), "text/csv", "highlights.csv")


def cards(request: Request, library: Theirs, chosen: Selected) -> Response:
    """A text file, as Anki's import takes it."""
    return file(request, library.takeout.anki(chosen), "text/plain", "cards.txt")
