"""The parts of the fake library that are about readers: one reader, and what that reader marks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from briefs.timetable import next_due
from earmark.errors import Forbidden, NotFound
from earmark.types import ApiToken, Click, Direction, Insight, InsightState, Reader, Show
from library.ports import BriefsPort
from library.schedule import LastRun, PlannedBrief, ReaderSchedule, ScheduleStatus

__all__ = ["FakeMarks", "FakeReaders", "FakeSchedule", "FakeSignIn", "FakeTokens"]


class FakeReaders:
    """The one reader of this machine."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def every(self) -> list[Reader]:
        return [self._reader]

    def get(self, reader_id: str) -> Reader:
        if reader_id != self._reader.id:
            raise NotFound("no reader has this id", subject=reader_id)
        return self._reader

    def shows(self, reader_id: str) -> list[Show] | None:
        self.get(reader_id)
        return None

    def add(self, reader: Reader, *, show_ids: Sequence[str] = ()) -> Reader:
        raise Forbidden("is the only reader of a fake", subject=reader.id)

    def change(self, reader: Reader) -> Reader:
        self.get(reader.id)
        self._reader = reader
        return reader

    def show_only(self, reader_id: str, show_ids: Sequence[str]) -> Reader:
        raise Forbidden("is an owner", subject=reader_id)

    def remove(self, reader_id: str) -> None:
        raise Forbidden("is the reader of this machine", subject=reader_id)


class FakeSchedule:
    """The schedule of the reader of this machine: today's brief was sent at six, tomorrow's comes."""

    def __init__(self, reader: Reader, briefs: BriefsPort, now: datetime) -> None:
        self._reader = reader
        self._briefs = briefs
        self._now = now
        self.keeper = ""

    def status(self) -> ScheduleStatus:
        coming = next_due(self._reader, self._now)
        last = LastRun(day=self._briefs.today(), outcome="sent", note="mail", at=self._now - timedelta(minutes=30))
        entry = ReaderSchedule(
            reader_id=self._reader.id,
            name=self._reader.name,
            timezone=self._reader.timezone,
            next_day=coming.day,
            next_at=coming.at,
            ways=("mail",),
            last=last,
        )
        return ScheduleStatus(
            running=True,
            readers=(entry,),
            fetched_at=self._now - timedelta(minutes=20),
            fetched="3 feeds checked, 2 new episodes, 2 episodes read",
            next_fetch=self._now + timedelta(minutes=40),
        )

    def plan(self) -> list[PlannedBrief]:
        coming = next_due(self._reader, self._now)
        brief = self._briefs.preview(coming.day)
        who = {"reader_id": self._reader.id, "name": self._reader.name, "timezone": self._reader.timezone}
        return [PlannedBrief(**who, at=coming.at, ways=("mail",), brief=brief)]

    def take(self, owner: str) -> bool:
        self.keeper = self.keeper or owner
        return self.keeper == owner

    def let_go(self, owner: str) -> None:
        if self.keeper == owner:
            self.keeper = ""

    def fetch_is_due(self) -> bool:
        return False

    def send_due(self, owner: str, stop: threading.Event | None = None) -> list[ReaderSchedule]:
        return []


class FakeSignIn:
    """Nobody signs in to a fake."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def with_password(self, name: str, password: str) -> str:
        raise Forbidden("name or password is wrong")

    def as_email(self, email: str) -> str:
        raise Forbidden("this address is on no reader's list here")

    def reader_named(self, name: str) -> Reader | None:
        return self._reader if name == self._reader.id else None

    def reader_of(self, session: str) -> str | None:
        return None

    def end(self, session: str) -> None:
        """There is none."""

    def end_all(self, reader_id: str) -> int:
        return 0

    def set_password(self, reader_id: str, password: str) -> None:
        raise Forbidden("a fake has no passwords")

    def invite(self, reader_id: str) -> str:
        raise Forbidden("a fake invites nobody")

    def invited(self, invitation: str) -> Reader:
        raise NotFound("this invitation has been used", subject="invitation")

    def accept(self, invitation: str, password: str) -> str:
        raise NotFound("this invitation has been used", subject="invitation")


class FakeTokens:
    """Nobody has a token."""

    def every(self, reader_id: str) -> list[ApiToken]:
        return []

    def add(self, reader_id: str, name: str) -> tuple[str, ApiToken]:
        raise Forbidden("a fake has no tokens")

    def revoke(self, reader_id: str, token_id: str) -> None:
        raise NotFound("is no token of this reader", subject=token_id)

    def reader_of(self, token: str) -> str | None:
        return None


class FakeMarks:
    """Marks in a dict, all made at one time."""

    def __init__(self, find: Callable[[str], Insight], now: datetime) -> None:
        self._find = find
        self._now = now
        self._states: dict[str, InsightState] = {}
        self._wishes: dict[str, Click] = {}

    def of(self, insight_ids: Sequence[str]) -> dict[str, InsightState]:
        return {key: self._states[key] for key in insight_ids if key in self._states}

    def mark_read(self, insight_id: str, *, on: bool = True) -> InsightState:
        return self._put(replace(self._state(insight_id), read_at=self._now if on else None))

    def save(self, insight_id: str, *, on: bool = True) -> InsightState:
        return self._put(replace(self._state(insight_id), saved_at=self._now if on else None))

    def hide(self, insight_id: str, *, on: bool = True) -> InsightState:
        return self._put(replace(self._state(insight_id), hidden_at=self._now if on else None))

    def annotate(self, insight_id: str, *, note: str, tags: Sequence[str] = ()) -> InsightState:
        state = self._state(insight_id)
        return self._put(replace(state, saved_at=self._now, note=note, tags=tuple(tags)))

    def read(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        return self._listed(lambda state: state.read_at, limit)

    def saved(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        return self._listed(lambda state: state.saved_at, limit)

    def hidden(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        return self._listed(lambda state: state.hidden_at, limit)

    def wish(self, insight_id: str, direction: Direction) -> Click:
        key = self._find(insight_id).id
        self._wishes.pop(key, None)
        self._wishes[key] = Click(id=len(self._wishes) + 1, insight_id=key, direction=direction, at=self._now)
        return self._wishes[key]

    def unwish(self, insight_id: str) -> Click | None:
        return self._wishes.pop(self._find(insight_id).id, None)

    def wishes(self, *, limit: int | None = None) -> list[tuple[Insight, Click]]:
        return [(self._find(key), click) for key, click in reversed(self._wishes.items())][:limit]

    def _state(self, insight_id: str) -> InsightState:
        key = self._find(insight_id).id
        return self._states.get(key, InsightState(insight_id=key))

    def _put(self, state: InsightState) -> InsightState:
        self._states[state.insight_id] = state
        return state

    def _listed(
        self, when: Callable[[InsightState], datetime | None], limit: int | None
    ) -> list[tuple[Insight, InsightState]]:
        marked = [state for state in self._states.values() if when(state) is not None]
        return [(self._find(state.insight_id), state) for state in marked][:limit]
