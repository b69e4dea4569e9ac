"""What a reader wrote down about their interests, what their clicks taught, and what either does to the next brief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from briefs.preferences import LONGEST as LONGEST_PROFILE
from briefs.preferences import TEMPLATE, Preferences, read, with_interests
from briefs.subjects import subjects_in
from earmark.catalog.content import insights, themes
from earmark.catalog.feeds import shows
from earmark.catalog.readers import clicks
from earmark.types import BriefItem, Direction, Insight
from library.briefs import next_day
from library.profile_keeping import ProfileKeeper, profile_path

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.types import Brief
    from library.owner import Desk
    from library.profile_keeping import KeptProfile
    from library.sight import Sight

__all__ = ["LONGEST_PROFILE", "SEEDS", "BriefChange", "Learned", "ProfilePart", "ReaderProfile"]

SEEDS = 10
"""Ideas that somebody new picks from."""
_LOOKED_AT = 1_000
"""The newest ideas, of which those are the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderProfile:
    """A reader's profile as it is shown and edited.

    Attributes:
        text: the Markdown; that of the file where this cannot be read, and a text to begin with where there is none.
        version: grows by one with each change; 0 where nothing was written yet.
        says: what is in force.
        trouble: why the file is not in force: the line and what to do; else empty.
        notes: what is in force and will do nothing, in sentences.
        undoable: whether there was another text before.
        path: the file, for an owner; else empty.
        updated_at: when the text in force was written.
    """

    text: str
    version: int
    says: Preferences
    trouble: str = ""
    notes: tuple[str, ...] = ()
    undoable: bool = False
    path: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Ideas about one thing that a reader asked for more or less of; ``theme`` is what the library calls it, or empty."""

    direction: Direction
    theme: str
    insights: tuple[Insight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefChange:
    """What another profile does to the next brief, that of ``day``: ideas that come, that go and that stay."""

    day: date
    come: tuple[BriefItem, ...] = ()
    go: tuple[BriefItem, ...] = ()
    stay: tuple[BriefItem, ...] = ()


class ProfilePart:
    """The profile of one reader."""

    def __init__(self, catalog: Catalog, home: Path, clock: Clock, sight: Sight, *, desk: Callable[[], Desk]) -> None:
        self._catalog = catalog
        self._home = home
        self._clock = clock
        self._sight = sight
        self._desk = desk
        self._keeper = ProfileKeeper(catalog, clock, home)

    def get(self) -> ReaderProfile:
        """The profile, with what was changed in its file."""
        return self._shown(self._keeper.current(self._sight.reader))

    def set(self, text: str, *, after: int | None = None) -> ReaderProfile:
        """Changes the profile, in the catalog and in its file.

        Args:
            text: the Markdown.
            after: the version that was edited; by default whichever is in force.

        Raises:
            UsageError: a line makes no sense; the message says which and what to do.
            LeaseLost: the profile was changed meanwhile.
        """
        version = self._keeper.current(self._sight.reader).profile.version if after is None else after
        return self._shown(self._keeper.put(self._sight.reader, text, after=version))

    def undo(self) -> ReaderProfile:
        """Puts the text before the last change back; done twice, the last change is back. Nothing happens before any."""
        kept = self._keeper.current(self._sight.reader)
        profile = kept.profile
        if profile.before == profile.text:
            return self._shown(kept)
        return self._shown(self._keeper.put(self._sight.reader, profile.before, after=profile.version))

    def reset(self, *, learned: bool = False) -> ReaderProfile:
        """Empties the profile, which `undo` can take back; with ``learned``, takes back every click too, for good."""
        if learned:
            with self._catalog.write() as tx:
                clicks.undo_all(tx, self._sight.reader.id, now=self._clock.now())
        return self.set("")

    def compare(self, text: str) -> BriefChange:
        """What the next brief would be with this text in place of the profile; nothing is stored.

        Raises:
            UsageError: a line makes no sense.
        """
        read(text)
        day = next_day(self._catalog, self._sight.reader, self._clock)
        before, after = self._desk().preview(day), self._desk().preview(day, profile=text)
        held, wanted = _ids(before), _ids(after)
        return BriefChange(
            day=day,
            come=tuple(item for item in after.items if item.insight.id not in held),
            go=tuple(item for item in before.items if item.insight.id not in wanted),
            stay=tuple(item for item in after.items if item.insight.id in held),
        )

    def preview(self, day: date, profile: str) -> Brief:
        """The brief that would be made of a day now with this text in place of the profile; nothing is stored.

        Raises:
            UsageError: a line of the text makes no sense.
        """
        return self._desk().preview(day, profile=profile)

    def learned(self) -> list[Learned]:
        """What the reader's clicks taught, those about one theme together, the latest first."""
        with self._catalog.read() as tx:
            done = clicks.every(tx, self._sight.reader.id)[::-1]
            here = insights.get_many(tx, [click.insight_id for click in done])
            scope = self._sight.scope(tx)
            inside = {
                key: themes.holding(tx, key) or "" for key, insight in here.items() if scope.holds(insight.show_id)
            }
            names = {heading.id: heading.label for heading in themes.headings(tx, set(inside.values()) - {""})}
        groups: dict[tuple[Direction, str], list[Insight]] = {}
        for click in done:
            if click.insight_id in inside:
                # An idea in no theme is about something of its own.
                theme = names.get(inside[click.insight_id], "")
                group = groups.setdefault((click.direction, theme or click.insight_id), [])
                group.append(here[click.insight_id])
        return [
            Learned(direction=direction, theme=key if key in names.values() else "", insights=tuple(group))
            for (direction, key), group in groups.items()
        ]

    def seeds(self) -> list[Insight]:
        """Ten new ideas about different things to pick from: what the reader asks for more of says what they care about."""
        from library.seeds import unlike

        with self._catalog.read() as tx:
            known = {click.insight_id for click in clicks.every(tx, self._sight.reader.id)}
            scope = self._sight.scope(tx)
            listed = insights.listed(tx, scope=scope, hidden_from=self._sight.reader.id, limit=_LOOKED_AT)
            fresh = [insight for insight in listed if insight.id not in known]
            return unlike(tx, fresh, limit=SEEDS)

    def with_text(self, text: str) -> str:
        """The profile with the subjects of a pasted text among its interests, as it is where the text names none.

        Nothing is stored.
        """
        return with_interests(self.get().text, subjects_in(text))

    def _shown(self, kept: KeptProfile) -> ReaderProfile:
        profile = kept.profile
        owner = self._sight.is_owner
        return ReaderProfile(
            text=kept.draft or profile.text or TEMPLATE,
            version=profile.version,
            says=kept.says,
            trouble=kept.trouble,
            notes=tuple(self._notes(kept.says)),
            undoable=profile.before != profile.text,
            path=str(profile_path(self._home, self._sight.reader.id)) if owner else "",
            updated_at=profile.updated_at,
        )

    def _notes(self, says: Preferences) -> list[str]:
        """What names nobody here, so that a name typed wrong is seen."""
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            known = list(shows.every(tx, scope))
        return [
            f"No show that you follow is called “{voice.name}”."
            for voice in (*says.preferred, *says.left_out)
            if not voice.person and not any(voice.said(show_id=s.id, show=s.title, speaker=None) for s in known)
        ]


def _ids(brief: Brief) -> set[str]:
    return {item.insight.id for item in brief.items}
