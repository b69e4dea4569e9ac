"""The shapes of requests and answers, as OpenAPI describes them.

Answers are made by `earmark.documents` and `earmark.error_documents`, the one codec; what stands here only describes them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from earmark.documents import SCHEMA_VERSION
from earmark.name_rules import LONGEST_NAME
from earmark.types import Because, Conversation, Direction, Insight, SelectionKind, Theme, Turn
from library.marks import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from library.profile import LONGEST_PROFILE
from library.remote import LONGEST

__all__ = [
    "AlertBody",
    "AskBody",
    "Day",
    "Document",
    "DropBody",
    "JoinBody",
    "Listing",
    "NamesBody",
    "NoteBody",
    "PersonNameBody",
    "PreviewBody",
    "Problem",
    "ProfileBody",
    "SelectionBody",
    "SplitBody",
    "Talk",
    "TextBody",
    "ThemeInsights",
    "TitleBody",
    "WishBody",
    "Words",
    "WrongBody",
]

T = TypeVar("T")

_ID = r"^[A-Za-z0-9_-]{0,64}$"


def _iso_day(given: object) -> object:
    """Only ``2026-11-02``: pydantic would take seconds since 1970 for a day as well."""
    if not isinstance(given, str):
        return given
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        raise ValueError("takes a day like 2026-11-02")
    return date.fromisoformat(given)


Day = Annotated[date, BeforeValidator(_iso_day)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"[\p{L}\p{N}]")]
"""A query or a question: there is a letter or a number in it, of any script."""


class Document(BaseModel, Generic[T]):
    """One result, with the version of the shapes in it."""

    schema_version: int = SCHEMA_VERSION
    result: T


class Listing(BaseModel, Generic[T]):
    """A page of a list; ``next`` is the cursor of the page that follows, empty on the last."""

    schema_version: int = SCHEMA_VERSION
    result: list[T]
    next: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). ``kind`` names the error, ``error`` and ``detail`` say it in one line."""

    type: str
    title: str
    status: int
    detail: str
    kind: str
    error: str
    kinds: list[str]
    message: str
    subject: str
    details: dict[str, Any]


class ThemeInsights(BaseModel):
    """A theme and its insights."""

    theme: Theme
    insights: list[Insight]


class Talk(BaseModel):
    """A conversation and what was asked in it."""

    conversation: Conversation
    turns: list[Turn]


_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff" + "\U000e0000-\U000e0fff"
)
_NAME = rf"[^{_HIDDEN}<>\[\]{{}}|\\`*#]*"
"""What may stand beside the letter that a name has: nothing that nobody sees, no markup (`library.person_names.checked_name`)."""
PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=rf"^{_NAME}\p{{L}}{_NAME}$")
]
ShowOfPerson = Annotated[str, StringConstraints(max_length=500)]
"""An id, a title or a part of one; empty for all shows."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskBody(_Body):
    """A question, and what it is narrowed to."""

    question: Words
    shows: list[str] = Field([], max_length=50, description="ids, titles or parts of titles")
    speakers: list[str] = Field([], max_length=50)
    episodes: list[str] = Field([], max_length=50, description="ids")
    after: Day | None = None
    before: Day | None = Field(None, description="exclusive")
    conversation: str = Field("", pattern=_ID, description="known or new; the answer is kept in it")
    narrowing: bool = Field(True, description="whether names and times in the question narrow the search")


class WrongBody(_Body):
    """Why an insight is wrong."""

    because: Annotated[Because, Field(strict=False)]
    note: str = Field("", max_length=2_000, description="the reader's own words")


class NoteBody(_Body):
    """The reader's own words on an insight that is saved."""

    note: str = Field("", max_length=LONGEST_NOTE)
    tags: list[Annotated[str, StringConstraints(max_length=LONGEST_TAG)]] = Field([], max_length=MOST_TAGS)


class WishBody(_Body):
    """What the reader wants of insights like one."""

    direction: Annotated[Direction, Field(strict=False)]


class SelectionBody(_Body):
    """What a reader follows; `value` is a theme's id, a person's name or a query, else empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"properties": {"kind": {"enum": ["brief", "saved"]}, "value": {"maxLength": 0}}},
                {
                    "properties": {"kind": {"enum": ["theme", "person", "search"]}, "value": {"pattern": r"\w"}},
                    "required": ["value"],
                },
            ]
        }
    )

    kind: Annotated[SelectionKind, Field(strict=False)]
    value: str = Field("", max_length=300)


class AlertBody(_Body):
    """What a reader is told of: `value` is a theme's id, a person's name or a query."""

    kind: Literal["theme", "person", "search"]
    value: str = Field(max_length=300, pattern=r"\w")


class ProfileBody(_Body):
    """A profile in Markdown; ``version`` is the one that was edited, so that no change made meanwhile is lost."""

    text: str = Field(max_length=LONGEST_PROFILE)
    version: Annotated[int, Field(strict=False, ge=0)] | None = None


class TextBody(_Body):
    """A text."""

    text: str = Field(max_length=LONGEST_PROFILE)


class PreviewBody(_Body):
    """A day, and a profile in place of the one in force."""

    day: Day
    profile: str = Field(max_length=LONGEST_PROFILE)


class DropBody(_Body):
    """An idea that is to leave the next brief; with ``swap`` another comes in its place."""

    insight_id: Annotated[str, StringConstraints(min_length=1, pattern=_ID)]
    swap: bool = False


class NamesBody(_Body):
    """Shows and episodes; none for all."""

    names: list[Annotated[str, StringConstraints(min_length=1, max_length=500)]] = Field(
        [], max_length=200, description="ids, titles or parts of titles of shows, and ids of episodes"
    )


class PersonNameBody(_Body):
    """What somebody is called, on one show or on all."""

    name: PersonName
    show: ShowOfPerson = ""


class JoinBody(_Body):
    """A name that is somebody's too, on one show or on all."""

    other: PersonName
    show: ShowOfPerson = ""


class SplitBody(_Body):
    """How the other person is written, and what they are called: by default so."""

    written: PersonName
    called: Annotated[str, StringConstraints(max_length=LONGEST_NAME, pattern=rf"^({_NAME}\p{{L}}{_NAME})?$")] = ""
    show: ShowOfPerson = ""


class TitleBody(_Body):
    """Another title."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
