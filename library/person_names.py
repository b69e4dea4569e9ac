"""What an owner decides about the names of people: rules that give somebody another name, join spellings and split them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earmark.catalog import Connection
from earmark.catalog.content import episodes, names
from earmark.clean import cut, plain
from earmark.errors import NotFound, UsageError
from earmark.language.folding import fold
from earmark.name_rules import LONGEST_NAME, NameRule, NameRules
from earmark.scope import EVERYTHING, ShowScope
from library.named import speaking

__all__ = ["Naming", "checked_name"]

_MARKUP = re.compile(r"[<>\[\]{}|\\`*#]")
_SHOWN = 60
"""Characters of a name that an error repeats."""


def checked_name(given: str) -> str:
    """A name that somebody typed, with single spaces.

    Raises:
        UsageError: it has no letter, is too long, holds what nobody sees or what is markup, or is a label such as "Speaker 1".
    """
    from ingest.voices.labels import public_name

    spaced = " ".join(given.split())
    shown = cut(plain(spaced), _SHOWN)
    if len(spaced) > LONGEST_NAME:
        raise UsageError(f"a name has at most {LONGEST_NAME} characters", subject=shown)
    if plain(spaced) != spaced:
        raise UsageError("a name has no control characters and nothing invisible; type it once more", subject=shown)
    if _MARKUP.search(spaced):
        raise UsageError("a name has no markup in it; write it as a person would", subject=shown)
    if not any(character.isalpha() for character in spaced):
        raise UsageError("a name has letters; say what they are called", subject=shown)
    if public_name(spaced) is None:
        raise UsageError("is what transcripts call a voice without a name; say what they are called", subject=shown)
    return spaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One decision about a person: what is known when it is made, and the rules that it writes.

    Attributes:
        tx: the transaction in which it is made.
        rules: those in force.
        show_id: of the only show that it is about; empty for the whole library.
        now: when it is made.
    """

    tx: Connection
    rules: NameRules
    show_id: str
    now: datetime

    def rename(self, theirs: Sequence[str], name: str) -> None:
        """Has everybody who is called one of some names called another.

        Args:
            theirs: names that are the same but for case and accents, as they are shown.
            name: a checked one.

        Raises:
            UsageError: somebody else is called so.
            NotFound: no transcript of the only show has them.
        """
        folded = {fold(known) for known in theirs}
        if fold(name) not in folded and fold(name) in {fold(known) for known in speaking(self.tx, EVERYTHING)}:
            words = "somebody else is called so; if it is the same person, join the two"
            raise UsageError(words, subject=cut(name, _SHOWN))
        self.give(theirs, name)

    def give(self, theirs: Sequence[str], name: str) -> None:
        """The same, though somebody may be called so already: the two are one person from now on."""
        folded = {fold(known) for known in theirs}
        there = names.spellings(self.tx, theirs, self._scope)
        if self.show_id and not there:
            raise NotFound("does not speak in any transcript of this show", subject=cut(theirs[0], _SHOWN))
        made = [replace(rule, name=name, at=self.now) for rule in self._within() if fold(rule.name) in folded]
        known = {rule.key for rule in made}
        base = [spelling for spelling in there if self.show_id or fold(self.rules.shown(spelling)) in folded]
        former = [] if self.show_id else [shown for shown in theirs if fold(self.rules.shown(shown)) in folded]
        made += [
            self._rule(spelling, name)
            for spelling in dict.fromkeys((*base, *former))
            if (spelling, self.show_id, "") not in known
        ]
        names.put(self.tx, made)

    def split(self, theirs: Sequence[str], written: str, called: str) -> str:
        """Has whoever is written one way among some who have one name be somebody else; returns what they are called then.

        Args:
            theirs: names that are the same but for case and accents, as they are shown.
            written: a spelling, or a label of transcripts that was taken for one.
            called: the name to give, a checked one; empty for what is written.

        Raises:
            NotFound: none of them is written so.
            UsageError: it needs a name to tell the two apart.
        """
        spellings = list(names.spellings(self.tx, theirs, self._scope))
        meant = [spelling for spelling in spellings if spelling == written] or [
            spelling for spelling in spellings if fold(spelling) == fold(written)
        ]
        if not meant:
            return self._split_label(theirs, written, called, spellings)
        name = self._apart(theirs, called or meant[0])
        whole = fold(written) not in {fold(known) for known in theirs}
        moved = [spelling for spelling in spellings if fold(spelling) == fold(written)] if whole else meant
        if not self.show_id and len(moved) == len(spellings):
            raise UsageError("is the only way they are written; give them another name", subject=cut(written, _SHOWN))
        folded = {fold(known) for known in theirs}
        made = [
            replace(rule, name=name, alone=not whole, at=self.now)
            for rule in self._within()
            if rule.spelling in moved and not rule.label and fold(rule.name) in folded
        ]
        made += [self._rule(spelling, name, alone=not whole) for spelling in moved]
        names.put(self.tx, made)
        return name

    def _split_label(self, theirs: Sequence[str], written: str, called: str, spellings: Sequence[str]) -> str:
        from ingest.voices.labels import public_name, tidy_name

        taken = names.labelled(self.tx, theirs, self._scope)
        labels = {key: ids for key, ids in taken.items() if key[1] == written}
        labels = labels or {key: ids for key, ids in taken.items() if fold(key[1]) == fold(written)}
        if not labels:
            ways = ", ".join(cut(plain(way), _SHOWN) for way in dict.fromkeys((*spellings, *(key[1] for key in taken))))
            raise NotFound(f"is no spelling of theirs; they are written {ways}", subject=cut(plain(written), _SHOWN))
        named = public_name(tidy_name(written)) is not None
        name = self._apart(theirs, called or (checked_name(tidy_name(written)) if named else ""))
        for (spelling, label), episode_ids in labels.items():
            names.put(self.tx, [self._rule(spelling, name, place=episode_id, alone=True) for episode_id in episode_ids])
            if named:  # "Speaker 1" is somebody else in every episode
                names.put(self.tx, [self._rule(spelling, name, label=label)])
        return name

    def _apart(self, theirs: Sequence[str], name: str) -> str:
        """The name, where it tells them from those who keep theirs."""
        if not name or fold(name) in {fold(known) for known in theirs}:
            words = "say what the other is called: a name that differs by more than case and accents"
            raise UsageError(words, subject=cut(theirs[0], _SHOWN))
        return name

    @property
    def _scope(self) -> ShowScope:
        return ShowScope(frozenset([self.show_id])) if self.show_id else EVERYTHING

    def _within(self) -> Iterator[NameRule]:
        """The rules in force that are about nothing else than the show, or all."""
        places = {self.show_id, *(episode.id for episode in episodes.of_show(self.tx, self.show_id))}
        return (rule for rule in self.rules.every if not self.show_id or rule.place in places)

    def _rule(
        self, spelling: str, name: str, *, place: str | None = None, label: str = "", alone: bool = False
    ) -> NameRule:
        return NameRule(
            spelling=spelling,
            place=self.show_id if place is None else place,
            label=label,
            name=name,
            alone=alone,
            at=self.now,
        )
