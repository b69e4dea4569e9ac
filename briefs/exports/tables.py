"""Ideas as tables that other programs import: highlights for Readwise, cards for Anki."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from typing import Any

from briefs.entries import Entry
from briefs.view import ItemView, Limits, item_view
from earmark.clean import plain

__all__ = ["anki_text", "highlights", "readwise_csv"]

_WHOLE = Limits(claim=4_000, body=20_000, quote=8_000, title=500)
"""Readwise takes highlights of 8,191 characters, and titles of 511."""
_COLUMNS = ("Highlight", "Title", "Author", "URL", "Note", "Location", "Date")
"""What Readwise's import of CSV files reads."""
_FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would compute in place of showing."""


def highlights(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The ideas as Readwise's API takes them; sent again they are recognised and change nothing."""
    return [_highlight(entry) for entry in entries]


def readwise_csv(entries: Sequence[Entry]) -> str:
    """The ideas as a CSV file for Readwise's import."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for entry in entries:
        made = _highlight(entry)
        row = (
            made["text"],
            made["title"],
            made.get("author", ""),
            made.get("source_url", ""),
            made.get("note", ""),
            "",
        )
        writer.writerow([*(_inert(cell) for cell in row), entry.at.strftime("%Y-%m-%d %H:%M:%S")])
    return file.getvalue()


def anki_text(entries: Sequence[Entry]) -> str:
    """The ideas as a text file for Anki's import: who said what, where; a second import changes cards in place of adding them."""
    lines = ["#separator:tab", "#html:true", "#notetype:Basic", "#deck:Earmark", "#guid column:1", "#tags column:4"]
    return "\n".join([*lines, *("\t".join(_card(entry)) for entry in entries)]) + "\n"


def _highlight(entry: Entry) -> dict[str, Any]:
    shown = item_view(1, entry.item, _WHOLE)
    words = [line for line in (shown.claim if shown.quote else shown.body, plain(entry.note, newlines=True)) if line]
    tags = " ".join(f".{tag}" for tag in (re.sub(r"\W+", "-", plain(tag)).strip("-") for tag in entry.tags) if tag)
    made = {
        "text": shown.quote or shown.claim,
        "title": f"{shown.show}: {shown.episode}" if shown.episode else shown.show,
        "author": shown.speaker,
        "source_url": shown.url,
        "highlight_url": shown.time_url,
        "source_type": "earmark",
        "category": "podcasts",
        "note": "\n".join(part for part in (tags, *words) if part),
        "highlighted_at": entry.at.isoformat(),
    }
    return {name: value for name, value in made.items() if value}


def _card(entry: Entry) -> tuple[str, ...]:
    shown = item_view(1, entry.item, _WHOLE)
    who = shown.speaker or "somebody"
    where = f"{shown.show}, “{shown.episode}”" if shown.episode else shown.show
    front = f"What did {who} say on {where}?"
    if entry.insight.headline:
        front = f"{plain(entry.insight.headline)} – what did {who} say?"
    tags = " ".join(re.sub(r"\s+", "-", plain(tag)) for tag in ("earmark", *entry.tags))
    return entry.insight.id, _shown(front), _back(shown), html.escape(tags)


def _back(shown: ItemView) -> str:
    parts = [_shown(shown.claim)]
    parts += [f"<i>“{_shown(shown.quote)}”</i>"] if shown.quote else []
    url = shown.time_url or shown.url
    parts += [f'<a href="{_shown(url)}">{_shown(shown.time or "listen")}</a>'] if url else []
    return "<br><br>".join(parts)


def _shown(text: str) -> str:
    """The text as HTML of a card; Anki would run ``[latex]`` and play ``[sound:…]`` in it."""
    return html.escape(text).replace("[", "&#91;")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
