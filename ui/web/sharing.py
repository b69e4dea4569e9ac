"""What may be shown to others: the address of a page that strangers can open, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefs.calendar_words import date_words
from earmark.addresses import absolute, brief_page, insight_page
from earmark.errors import NotFound
from earmark.types import Role
from ui.access.gate import serves_this_machine_only

if TYPE_CHECKING:
    from earmark.types import Brief, Insight
    from library.ports import LibraryPort

__all__ = ["Share", "brief_share", "insight_share"]

_NOBODY = "Only readers of this library can open its page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a reader hands on.

    Attributes:
        title: what it is, in words.
        address: of the page; a path where nobody said under which address others open the app. Empty for a private one.
        why: why it is private, and what makes it public; empty where it is.
    """

    title: str
    address: str = ""
    why: str = ""


def insight_share(library: LibraryPort, insight: Insight) -> Share:
    """An insight as its reader can share it."""
    title = insight.headline or insight.claim
    try:
        library.published.insight(insight.id)
    except NotFound:
        return Share(title=title, why=_private_insight(library))
    return _public(library, title, insight_page(insight.id))


def brief_share(library: LibraryPort, brief: Brief) -> Share:
    """A day's brief as its reader can share it: as much of it as is published."""
    title = f"The brief of {date_words(brief.date)}"
    try:
        published = library.published.brief(brief.date)
    except NotFound:
        return Share(title=title, why=f"{_NOBODY} A brief is published with the ideas of it that are.")
    if {item.insight.id for item in published.items} <= {item.insight.id for item in brief.items}:
        return _public(library, title, brief_page(brief.date))
    # Strangers get that of the machine's own reader, which is not the brief that this reader sees.
    return Share(title=title, why="Your brief is yours alone. Its ideas can be shared one by one.")


def _public(library: LibraryPort, title: str, path: str) -> Share:
    settings = library.settings
    if settings.sign_in.url or not serves_this_machine_only(settings.app):
        return Share(title=title, address=absolute(settings.sign_in.url, path) or path)
    if settings.publish.url:
        return Share(title=title, address=f"{absolute(settings.publish.url, path)}.html")
    return Share(
        title=title,
        why="It is published, but the app is open to this machine only. earmark publish writes its page for any host.",
    )


def _private_insight(library: LibraryPort) -> str:
    owner, what = library.reader.role is Role.OWNER, library.settings.publish.what
    if not owner:
        return f"{_NOBODY} An owner of the library can publish it."
    if what == "all":
        return f"{_NOBODY} Its show is private, and nothing of it is published."
    if what == "shared":
        return f"{_NOBODY} To publish it, open it and press “Share it with everybody”."
    return f"{_NOBODY} To publish ideas, set publish.what to shared (docs/pages.md says how)."
