"""Mails beside the brief: the one that asks whether mail is wanted, and a test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from briefs.mail_links import MailLinks
from briefs.render import subject, to_html, to_text
from earmark.clean import cut, plain
from earmark.types import Brief, Reader

__all__ = ["Letter", "confirmation", "trial"]

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail before it has a recipient."""

    subject: str
    text: str
    html: str


def confirmation(reader: Reader, link: str) -> Letter:
    """Asks whether the reader wants briefs at this address; nothing else is sent before the answer."""
    lines = (
        f"{_greeting(reader)}somebody asked for Earmark's daily brief to be sent to this address.",
        "If that was you, open this link and confirm it within a week:",
        "If it was not, do nothing: no further mail comes.",
    )
    text = f"{lines[0]}\n\n{lines[1]}\n{link}\n\n{lines[2]}\n"
    return Letter(
        subject="Confirm your brief from Earmark", text=text, html=_html(lines, link=link, button="Look, and confirm")
    )


def trial(reader: Reader, brief: Brief | None, links: MailLinks) -> Letter:
    """The brief as it would come, marked as a test; without a brief, a line that says that mail arrives."""
    if brief is None or not brief.items:
        line = f"{_greeting(reader)}this is a test. Mail from Earmark arrives here; there is no brief to show yet."
        return Letter(subject="Test: mail from Earmark arrives", text=f"{line}\n", html=_html((line,)))
    return Letter(
        subject=cut(f"Test: {subject(brief)}", 160),
        text=to_text(brief, reader=reader.name, links=links),
        html=to_html(brief, mail=True, reader=reader.name, links=links),
    )


def _greeting(reader: Reader) -> str:
    name = cut(plain(reader.name), 60)
    return f"Hello {name}, " if name else "Hello, "


def _html(lines: tuple[str, ...], *, link: str = "", button: str = "") -> str:
    return _template().render(lines=lines, link=link, button=button)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("letter.html.j2")
