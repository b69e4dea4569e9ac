"""What people are called where an owner has decided it: the names to show for the spellings of transcripts.

A rule says that whoever is written one way is called another way: in the whole library, on one show or in one episode. Rules are
kept by `earmark.catalog.content.names`, which gives passages and insights the names that follow from them. Whoever has another
text with names, or a name that a reader typed, asks `NameRules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from earmark.language.folding import fold, holds
from earmark.language.sentences import turns

__all__ = ["LONGEST_NAME", "SURE", "NameRule", "NameRules"]

LONGEST_NAME = 100
"""Characters of a name: the longest of real people have some sixty."""
SURE = 0.85
"""Confidence from which the voice behind a label of a transcript has its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """An owner's word on a spelling.

    Attributes:
        spelling: as passages and insights had the name when they were read.
        place: the id of the only show or episode that it is about; empty for the whole library.
        label: only where the transcript itself has this label, which was taken for the spelling; empty for any.
        name: what they are called.
        alone: whether it is about exactly this spelling, and not about one in another case or with other accents as well.
        at: when it was decided.
    """

    spelling: str
    place: str = ""
    label: str = ""
    name: str
    alone: bool = False
    at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one rule for: spelling, place and label."""
        return self.spelling, self.place, self.label


class NameRules:
    """The rules of a library; false where there are none."""

    def __init__(self, every: Iterable[NameRule] = ()) -> None:
        self.every = tuple(sorted(every, key=lambda rule: (rule.at, rule.key)))
        self._exact: dict[tuple[str, str], str] = {}
        self._folded: dict[tuple[str, str], str] = {}
        for rule in self.every:
            if rule.label:
                continue
            self._exact[rule.place, rule.spelling] = rule.name
            if not rule.alone:
                self._folded.setdefault((rule.place, fold(rule.spelling)), rule.name)
        self._named = frozenset(fold(rule.name) for rule in self.every)

    def __bool__(self) -> bool:
        """Whether anything was decided."""
        return bool(self.every)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameRules) and self.every == other.every

    def __hash__(self) -> int:
        return hash(self.every)

    def shown(self, spelling: str, *, episode_id: str = "", show_id: str = "") -> str:
        """What somebody is called who is written so in an episode of a show: the rule that says most of its place counts."""
        for place in dict.fromkeys((episode_id, show_id, "")):
            exact = self._exact.get((place, spelling))
            if name := exact or self._folded.get((place, fold(spelling))):
                return name
        return spelling

    def meant(self, typed: str) -> tuple[str, ...]:
        """Every name that a reader who typed one may mean by now: the name itself too, if it is called so anywhere still."""
        folded = fold(typed)
        theirs = [
            rule
            for rule in self.every
            if not rule.label and (rule.spelling == typed or (not rule.alone and fold(rule.spelling) == folded))
        ]
        everywhere = any(not rule.place for rule in theirs)
        return tuple(dict.fromkeys([*([] if everywhere else [typed]), *(rule.name for rule in theirs)]))

    def former(self, present: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Names that nobody of some present ones has any more, each with the one that a present person has in its place."""
        folded = {fold(name) for name in present}
        gone = sorted({rule.spelling for rule in self.every if not rule.label and fold(rule.spelling) not in folded})
        return tuple((name, now) for name in gone if fold(now := self.meant(name)[0]) in folded)

    def named_by(self, part: str) -> tuple[str, ...]:
        """The same for a reader who may have typed a part of a name: also those whose former name has it as whole words."""
        folded = fold(part)
        moved = (rule for rule in self.every if not rule.label and not rule.alone)
        return tuple(
            dict.fromkeys((*self.meant(part), *(rule.name for rule in moved if holds(fold(rule.spelling), folded))))
        )

    def confirmed(self, name: str) -> bool:
        """Whether an owner gave somebody this name, or said that it is right."""
        return fold(name) in self._named

    def headed(self, text: str, *, episode_id: str, show_id: str) -> str:
        """A passage with the names before its turns as they are shown; not a word that is spoken changes."""
        if not self.every or "\n" not in text:
            return text
        for turn in reversed(turns(text)):
            name = self.shown(turn.name, episode_id=episode_id, show_id=show_id) if turn.name else ""
            if name != turn.name:
                begin = text.rindex(turn.name, 0, turn.start)
                text = f"{text[:begin]}{name}{text[begin + len(turn.name) :]}"
        return text
