"""A brief as text, Markdown, HTML page and HTML mail. Markup in its texts stays text in all four."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import css_inline
import jinja2

from briefs.mail_links import MailLinks
from briefs.markdown import escape, link
from briefs.view import LIMITS, BriefView, ItemView, RelatedView, view
from earmark.clean import cut, plain
from earmark.language.spans import plural
from earmark.types import Brief

__all__ = ["MAIL_BYTES", "subject", "to_html", "to_markdown", "to_text"]

MAIL_BYTES = 102_000
"""Gmail shows a message's HTML up to 102 KB and hides the rest."""

NO_LINKS = MailLinks()
"""Of a brief that is no mail."""

_TEMPLATES = Path(__file__).parent / "templates"


def subject(brief: Brief) -> str:
    """One line for the head of a mail, at most 150 characters: the first claim, and how many more there are."""
    shown = view(brief)
    if not shown.items:
        return f"{shown.title or 'Earmark'}: nothing new on {shown.day}"
    if shown.title:
        return cut(f"{shown.title}: {shown.items[0].claim}", 150)
    more = len(brief.items) - 1
    rest = f" (and {more} more {plural(more, 'idea')})" if more else ""
    return f"{cut(shown.items[0].claim, 120)}{rest}"


def to_text(brief: Brief, *, width: int = 88, reader: str = "", links: MailLinks = NO_LINKS) -> str:
    """The brief as plain text, wrapped at ``width`` columns; addresses are on lines of their own, unwrapped.

    ``links`` are those of a mail, at its end.
    """
    shown = view(brief, reader=reader, home=links.home)
    lines = [
        " · ".join(part for part in ("EARMARK", shown.title, shown.day) if part),
        *_wrap(_opening(shown), width),
        "",
    ]
    for item in shown.items:
        lines += [*_text_item(item, width), ""]
    for gone in shown.withdrawn:
        lines += [*_wrap(gone, width), ""]
    if shown.note:
        lines += [*_wrap(shown.note, width), ""]
    for words, url in (("When and whether it comes:", links.change), ("No more mails:", links.leave)):
        lines += [words, url] if url else []
    return "\n".join(lines).rstrip() + "\n"


def to_markdown(brief: Brief, *, reader: str = "") -> str:
    """The brief as Markdown without raw HTML and images; links are http and https only."""
    shown = view(brief, reader=reader)
    blocks = [f"# {escape(shown.title or 'Earmark')}: {escape(shown.day)}", escape(_opening(shown))]
    for item in shown.items:
        blocks += _markdown_item(item)
    blocks += [f"*{escape(gone)}*" for gone in shown.withdrawn]
    if shown.note:
        blocks.append(f"*{escape(shown.note)}*")
    return "\n\n".join(blocks) + "\n"


def to_html(brief: Brief, *, mail: bool = False, reader: str = "", links: MailLinks = NO_LINKS) -> str:
    """The brief as one HTML document that loads nothing.

    For ``mail`` the styles are put on the elements, and texts and lists are cut until it is under ``MAIL_BYTES``;
    ``links`` are at its end.
    """
    if not mail:
        return _page(view(brief, reader=reader), NO_LINKS, mail=False)
    html = ""
    for limits in LIMITS:
        html = _inliner().inline(_page(view(brief, reader=reader, limits=limits, home=links.home), links, mail=True))
        if len(html.encode()) <= MAIL_BYTES:
            break
    return html


def _opening(shown: BriefView) -> str:
    return f"Good morning, {shown.greeting}. {shown.summary}" if shown.greeting else shown.summary


def _text_item(item: ItemView, width: int) -> Iterator[str]:
    margin = " " * 4
    if item.section:
        yield from (*_wrap(item.section.upper(), width), "")
    yield from _wrap(item.claim, width, first=f"{item.number:>2}. ", rest=margin)
    if item.body:
        yield ""
        yield from _wrap(item.body, width, first=margin)
    yield ""
    if item.quote:
        yield from _wrap(f"“{item.quote}”", width, first=margin + "| ")
    yield from _wrap(_source(item), width, first=margin + "  — ", rest=margin + "    ")
    if item.time_url or item.url:
        yield f"{margin}    {item.time_url or item.url}"
    if item.page:
        yield f"{margin}    {item.page}"
    yield ""
    if item.mark:
        yield from _wrap(item.mark, width, first=margin)
    if item.why:
        yield from _wrap(f"Why: {item.why}", width, first=margin)
    if item.related:
        yield from ("", f"{margin}On other shows:")
    for other in item.related:
        yield from _wrap(_related_line(other), width, first=margin + "- ", rest=margin + "  ")
        if other.url:
            yield f"{margin}  {other.url}"


def _markdown_item(item: ItemView) -> Iterator[str]:
    if item.section:
        yield f"**{escape(item.section)}**"
    yield f"## {item.number}. {escape(item.claim)}"
    if item.body:
        yield escape(item.body)
    who = [escape(item.speaker)] if item.speaker else []
    where = [escape(item.show), link(item.episode, item.url)]
    when = [
        *([escape(item.published)] if item.published else []),
        *([link(item.time, item.time_url)] if item.time else []),
    ]
    source = f"— {', '.join(part for part in [*who, *where, *when] if part)}"
    yield f"> “{escape(item.quote)}”\n>\n> {source}" if item.quote else source
    if item.mark:
        yield f"*{escape(item.mark)}*"
    if item.why:
        yield f"*{escape(item.why)}*"
    if item.related:
        yield "**On other shows**"
        yield "\n".join(f"- {_markdown_related(other)}" for other in item.related)


def _markdown_related(other: RelatedView) -> str:
    place = ", ".join(part for part in (other.speaker, other.show, other.time) if part)
    return f"{link(other.claim, other.url)} ({escape(place)}){escape(_remarks(other))}"


def _source(item: ItemView) -> str:
    return ", ".join(part for part in (item.speaker, item.show, item.episode, item.published, item.time) if part)


def _related_line(other: RelatedView) -> str:
    place = ", ".join(part for part in (other.speaker, other.show, other.time) if part)
    return f"{other.claim} ({place}){_remarks(other)}"


def _remarks(other: RelatedView) -> str:
    """How it relates and why, and who else said it, after a dash each or in a sentence of its own."""
    told = ". ".join(part for part in (other.relation, other.why) if part)
    remarks = f" — {told}" if told else ""
    if other.same_guest:
        remarks += " · the same guest"
    return f"{remarks} · also said by {other.also}" if other.also else remarks


def _wrap(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        plain(text),
        width=max(width, 40),
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )


def _page(shown: BriefView, links: MailLinks, *, mail: bool) -> str:
    title = shown.items[0].claim if shown.items else shown.day
    return _template().render(brief=shown, opening=_opening(shown), title=title, mail=mail, links=links)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html.j2")


@cache
def _inliner() -> css_inline.CSSInliner:
    # The @media rules (dark, narrow) cannot be inlined and stay in the head; nothing is ever loaded.
    return css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, resolve_css_variables=True
    )
