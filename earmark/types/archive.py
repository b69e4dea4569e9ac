"""All that is a reader's own, as it is taken out and put back."""

from __future__ import annotations

from dataclasses import dataclass

from earmark.name_rules import NameRule
from earmark.types.answers import Conversation, Turn
from earmark.types.briefs import Brief
from earmark.types.insights import Insight
from earmark.types.readers import Click, InsightState, Profile, Reader
from earmark.types.selections import Alert, ToldClaim

__all__ = ["Archive", "ArchivedTalk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedTalk:
    """A conversation with its questions and answers."""

    conversation: Conversation
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Everything that is a reader's own, without what a reader signs in with.

    ``insights`` are those that were saved, whole; ``told`` is what alerts told. ``names`` are an owner's decisions about what
    people are called, which other readers have none of.
    """

    reader: Reader
    profile: Profile
    states: tuple[InsightState, ...] = ()
    wishes: tuple[Click, ...] = ()
    talks: tuple[ArchivedTalk, ...] = ()
    briefs: tuple[Brief, ...] = ()
    insights: tuple[Insight, ...] = ()
    alerts: tuple[Alert, ...] = ()
    told: tuple[ToldClaim, ...] = ()
    names: tuple[NameRule, ...] = ()
