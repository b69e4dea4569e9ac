"""Notes in Markdown, as Obsidian reads them: one an idea or one a day, with front matter and links to people, shows and themes.

A note is written once and then belongs to whoever edits it. Ideas that were written are listed in a file of the folder, so
that a note which was renamed, moved or thrown away does not come back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from briefs.entries import Entry
from briefs.markdown import escape, link
from briefs.view import Limits, item_view
from earmark.clean import cut, plain
from earmark.errors import PermanentError, UsageError
from earmark.language.folding import fold

__all__ = ["DEFAULT_TEMPLATE", "LEDGER", "NotesReport", "write_notes"]

LEDGER = ".earmark-notes"
"""The file of a folder that lists the ids of ideas that were written there."""
DEFAULT_TEMPLATE = (Path(__file__).parents[1] / "templates" / "note.md.j2").read_text(encoding="utf-8")
"""What a note looks like, for whoever wants to change it."""
_WHOLE = Limits(claim=2_000, body=20_000, quote=20_000, title=300, why=1_000)
"""A note has room."""
_NOT_IN_NAMES = re.compile(r'[\[\]#^|\\/:*?"<>.\x00-\x1f]+')
"""What a file or a wikilink cannot be called by in Obsidian, on any system."""
_NAME_BYTES = 220
"""Of a note's title: file systems take names of 255 bytes, and the day and an id are in them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesReport:
    """How many ideas were written, and how many had been written before."""

    written: int
    known: int


def write_notes(
    folder: Path, entries: Sequence[Entry], *, by_day: bool, template: str = DEFAULT_TEMPLATE
) -> NotesReport:
    """Writes what was not written yet; what is there is never changed, except that a day's note grows at its end.

    Args:
        folder: where the notes go; made if it is not there.
        entries: the ideas.
        by_day: one note a day in place of one an idea.
        template: of an idea, in Jinja; it is given ``idea``.

    Raises:
        UsageError: the template cannot be used.
        PermanentError: a file cannot be written.
    """
    made = _compiled(template)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = set(_listed(folder))
        new = [entry for entry in entries if entry.insight.id not in known]
        for group in _grouped(new, by_day=by_day):
            _write(folder, group, made, by_day=by_day)
            _note(folder, group)
    except OSError as error:
        raise PermanentError(f"cannot be written ({error.strerror})", subject=str(error.filename or folder)) from None
    return NotesReport(written=len(new), known=len(entries) - len(new))


def _grouped(entries: Sequence[Entry], *, by_day: bool) -> Iterable[list[Entry]]:
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.insight.id))
    if not by_day:
        return [[entry] for entry in ordered]
    return [list(group) for _, group in groupby(ordered, key=lambda entry: entry.day or entry.at.date())]


def _write(folder: Path, group: Sequence[Entry], template: jinja2.Template, *, by_day: bool) -> None:
    """Adds a group to the folder. A file that has its name already is another's, unless it is the note of the same day."""
    first = group[0]
    day = first.day or first.at.date()
    texts = [_render(template, entry) for entry in group]
    if by_day:
        path = folder / f"{day.isoformat()}.md"
        before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        opening = "" if path.exists() else f"{_front_matter({'date': day.isoformat()})}\n"
        # An idea that is there was written by a run that ended before it could note that.
        new = [text for text in texts if text not in before]
        if new:
            with path.open("a", encoding="utf-8") as file:
                file.write(opening + "\n".join(new) + "\n")
        return
    insight = first.insight
    title = _short(_name(insight.headline or insight.claim, 80)) or "idea"
    front = {
        "earmark": insight.id,
        "date": day.isoformat(),
        "show": f"[[{_name(insight.show)}]]",
        "episode": _name(insight.episode, 300),
        "people": [f"[[{_name(insight.speaker)}]]"] if insight.speaker else [],
        "themes": [f"[[{_name(first.theme)}]]"] if first.theme else [],
        "tags": [tag for tag in (re.sub(r"[^\w/-]+", "-", plain(tag)).strip("-") for tag in first.tags) if tag],
    }
    path = folder / f"{day.isoformat()} {title}.md"
    if path.exists():
        path = folder / f"{day.isoformat()} {title} ({insight.id[:8]}).md"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(f"{_front_matter(front)}\n{texts[0]}\n")
    except FileExistsError:
        return  # written before, by a run that ended before it could note that


def _render(template: jinja2.Template, entry: Entry) -> str:
    shown = item_view(1, entry.item, _WHOLE)
    idea = {
        "id": entry.insight.id,
        "headline": escape(plain(entry.insight.headline)),
        "claim": escape(shown.claim),
        "body": escape(shown.body),
        "quote": escape(shown.quote),
        "speaker": f"[[{_name(entry.insight.speaker)}]]" if entry.insight.speaker else "",
        "show": f"[[{_name(shown.show)}]]",
        "episode": link(shown.episode, shown.url),
        "time": link(shown.time, shown.time_url) if shown.time else "",
        "why": escape(shown.why),
        "note": [escape(line) for line in plain(entry.note, newlines=True).split("\n") if line],
        "tags": [escape(plain(tag)) for tag in entry.tags],
        "theme": f"[[{_name(entry.theme)}]]" if entry.theme else "",
        "related": [f"{link(other.claim, other.url)} ([[{_name(other.show)}]])" for other in shown.related],
    }
    try:
        return template.render(idea=idea).strip() + "\n"
    except (jinja2.TemplateError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise UsageError(f"cannot be filled in ({error})", subject="the template") from None


def _compiled(template: str) -> jinja2.Template:
    # Not autoescaped: what goes in is Markdown that shows exactly the text, and wikilinks.
    environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        return environment.from_string(template)
    except jinja2.TemplateError as error:
        raise UsageError(f"is no template ({error})", subject="the template") from None


def _front_matter(values: Mapping[str, object]) -> str:
    """YAML: every value is written as JSON, which YAML reads as it is."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
    return "\n".join(["---", *lines, "---", ""])


def _name(text: str | None, longest: int = 120) -> str:
    """The text as a name of a note: what a link and a file cannot hold is a space."""
    words = _NOT_IN_NAMES.sub(" ", plain(text or ""))
    name = cut(" ".join(words.split()), longest).strip(" .…")
    return f"{name} -" if fold(name) in {"con", "prn", "aux", "nul"} else name


def _short(name: str) -> str:
    """The name in at most ``_NAME_BYTES``: letters of many scripts take three bytes or four."""
    return name.encode()[:_NAME_BYTES].decode(errors="ignore").rstrip(" .")


def _listed(folder: Path) -> list[str]:
    try:
        return (folder / LEDGER).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


def _note(folder: Path, group: Sequence[Entry]) -> None:
    with (folder / LEDGER).open("a", encoding="utf-8") as file:
        file.writelines(f"{entry.insight.id}\n" for entry in group)
