"""The schedule: over a month with changes of the clocks each reader has one brief a wanted day, however many senders."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from briefs.make import make_brief, preview_brief
from briefs.timetable import due_at
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, mailings, runs
from earmark.catalog.readers import briefs as stored_briefs
from earmark.catalog.readers.runs import Outcome, RunKey, RunKind
from earmark.catalog.work import duties
from earmark.clock import FixedClock
from earmark.errors import Forbidden, MailError, MailRefused
from earmark.scope import EVERYTHING, ShowScope
from earmark.settings import BriefSettings, Settings, load_settings
from earmark.types import Brief, BriefItem, Mailing, MailState, Reader, Rhythm, Role
from library.briefs import Briefs
from library.schedule import Schedule
from library.sight import Sight
from tests.briefs.mailbox import Mailbox, serve
from tests.briefs.samples import MODEL, SmallFinder, fill, insight, unit

pytestmark = pytest.mark.heavy

BEGIN, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)
LAST_DAYS = datetime(2026, 10, 23, tzinfo=UTC)
"""Lord Howe puts its clocks forward by half an hour on 4 October, Europe back on 25 October, New York on 1 November."""

OWNER = Reader(id="local", name="Lea", timezone="Europe/Berlin", brief_at=time(6, 0), role=Role.OWNER)
READERS = (
    Reader(id="ada", email="ada@example.org", timezone="Europe/Berlin", brief_at=time(2, 30)),
    Reader(id="ben", email="ben@example.org", timezone="America/New_York", brief_at=time(1, 30)),
    Reader(id="chandra", email="chandra@example.org", timezone="Asia/Kolkata", brief_at=time(23, 45)),
    Reader(id="dora", email="dora@example.org", timezone="Australia/Lord_Howe", brief_at=time(2, 15)),
    Reader(id="eli", email="eli@example.org", timezone="Europe/Berlin", rhythm=Rhythm.WEEKLY, weekday=6),
    Reader(id="off", email="off@example.org", timezone="UTC", disabled_at=BEGIN),
)


class Kill(BaseException):
    """A sender is no more."""


@dataclass
class SmallDesk:
    """Makes briefs of one idea from a library of few claims."""

    catalog: Catalog
    finder: SmallFinder
    clock: FixedClock
    reader: Reader

    def brief(self, day: date, *, settle: bool = False) -> Brief:
        return make_brief(
            self.catalog, self.finder, self.reader, day,
            settings=BriefSettings(size=1), model_id=MODEL, now=self.clock.now(), settle=settle,
            scope=EVERYTHING if self.reader.all_shows else ShowScope(frozenset()),
        )  # fmt: skip

    def preview(self, day: date) -> Brief:
        return preview_brief(
            self.catalog, self.finder, self.reader, day,
            settings=BriefSettings(size=1), model_id=MODEL, now=self.clock.now(),
        )  # fmt: skip

    def digest(self, day: date) -> Brief:
        item = BriefItem(insight=self.finder.library[0], why="", novelty=0.0, section="Theme: numbers")
        return Brief(
            subscriber_id=self.reader.id, date=day, items=(item,), created_at=self.clock.now(), title="Your week"
        )


@dataclass
class World:
    """A library with readers, a mail server, and as many senders as are asked for."""

    catalog: Catalog
    clock: FixedClock
    settings: Settings
    finder: SmallFinder
    box: Mailbox

    def sender(self, trouble: Callable[[], None] = lambda: None, *, reader: Reader = OWNER) -> Schedule:
        def briefs(reader: Reader) -> Briefs:
            def desk() -> SmallDesk:
                trouble()
                return SmallDesk(self.catalog, self.finder, self.clock, reader)

            return Briefs(self.catalog, self.settings, self.clock, desk=desk, reader=reader)  # type: ignore[arg-type]

        return Schedule(self.catalog, self.settings, self.clock, sight=Sight(self.catalog, reader), briefs=briefs)

    def run(self, reader_id: str, day: date) -> runs.Run | None:
        with self.catalog.read() as tx:
            return runs.get(tx, RunKey(reader_id=reader_id, day=day))

    def days(self, reader_id: str) -> list[date]:
        with self.catalog.read() as tx:
            return sorted(stored_briefs.dates(tx, reader_id))


@pytest.fixture
def world(catalog: Catalog, tmp_path: Path) -> Iterator[World]:
    claims = [insight(f"Claim number {n} of many", show=f"Show {n % 5}", episode=f"Episode {n}") for n in range(60)]
    vectors = {claim.id: unit(*[1.0 if k == n else 0.0 for k in range(60)]) for n, claim in enumerate(claims)}
    fill(catalog, claims, vectors)
    with catalog.write() as tx:
        for reader in (OWNER, *READERS):
            accounts.put(tx, reader)
            if reader.email:
                mailings.put(tx, Mailing(reader_id=reader.id, address=reader.email, state=MailState.CONFIRMED))
    with serve() as box:
        mail = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "brief@example.org"}
        settings = load_settings({"mail": mail, "brief": {"timezone": "Europe/Berlin"}}, home=tmp_path, environ={})
        yield World(catalog, FixedClock(BEGIN), settings, SmallFinder(claims, vectors), box)


@pytest.mark.parametrize("begin", [LAST_DAYS, pytest.param(BEGIN, marks=pytest.mark.slow)])
def test_each_reader_has_one_brief_a_wanted_day_from_two_senders_that_are_killed(world: World, begin: datetime) -> None:
    chance = random.Random(12)

    def dies_at_times() -> None:
        if chance.random() < 0.1:
            raise Kill

    senders = {"one": world.sender(dies_at_times), "two": world.sender(dies_at_times)}
    awake = _moments(chance, begin)
    for now in awake:
        for owner in chance.sample(sorted(senders), 2):
            world.clock.at = now
            with suppress(Kill):
                senders[owner].send_due(owner)

    for reader in (OWNER, *READERS):
        wanted = _wanted(reader, awake)
        assert world.days(reader.id) == wanted, reader.id
        mails = [message for message in world.box.messages if message["To"] == reader.email] if reader.email else []
        assert len(mails) == (len(wanted) if reader.email else 0), reader.id
        assert len({message["Message-ID"] for message in mails}) == len(mails)
        outcomes = {run.outcome for day in wanted if (run := world.run(reader.id, day))}
        assert outcomes <= {Outcome.SENT if reader.email else Outcome.READY}
    assert len(_wanted(READERS[0], awake)) >= (END - begin).days - 2
    assert _wanted(READERS[-1], awake) == []
    assert len(_wanted(READERS[4], awake)) >= 2

    with world.catalog.read() as tx:
        for reader in (OWNER, *READERS):
            told = [item.insight.id for day in world.days(reader.id) for item in _brief(tx, reader, day).items]
            assert len(told) == len(set(told))
    assert len(world.box.messages) == sum(len(_wanted(reader, awake)) for reader in READERS)


def _brief(tx: object, reader: Reader, day: date) -> Brief:
    brief = stored_briefs.get(tx, reader.id, day)  # type: ignore[arg-type]
    assert brief is not None
    return brief


def _moments(chance: random.Random, begin: datetime) -> list[datetime]:
    """When the senders look at the clock: soon after each hour and again, but not while their machines sleep."""
    days = [begin.date() + timedelta(days=n) for n in range((END - begin).days)]
    hours = [due_at(reader, day) for reader in (OWNER, *READERS) for day in days]
    looks = {hour + timedelta(minutes=minutes + chance.randint(0, 9)) for hour in hours for minutes in (0, 20)}
    sleep = datetime(2026, 10, 12, 3, tzinfo=UTC), datetime(2026, 10, 13, 22, tzinfo=UTC)
    return sorted(now for now in looks if begin <= now < END and not sleep[0] <= now < sleep[1])


def _wanted(reader: Reader, awake: list[datetime]) -> list[date]:
    """The days whose hour came and after which somebody was awake soon enough."""
    if reader.disabled_at is not None:
        return []
    late = timedelta(days=3, hours=12) if reader.rhythm is Rhythm.WEEKLY else timedelta(hours=12)
    days = [BEGIN.date() + timedelta(days=n) for n in range(-3, 40)]
    days = [day for day in days if reader.rhythm is Rhythm.DAILY or day.weekday() == reader.weekday]
    return [day for day in days if any(timedelta() <= now - due_at(reader, day) < late for now in awake)]


def test_only_one_process_keeps_the_schedule_and_another_takes_over(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    schedule = world.sender()
    assert schedule.take("one")
    assert not schedule.take("two")
    assert schedule.send_due("two") == []
    assert world.box.messages == []
    world.clock.at += timedelta(minutes=3)
    assert schedule.take("two")
    assert not schedule.take("one")
    schedule.let_go("one")
    assert not schedule.take("one")
    schedule.let_go("two")
    assert schedule.take("one")


def test_a_mail_server_that_is_away_delays_a_brief_and_one_that_refuses_ends_it(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    day = date(2026, 10, 5)
    schedule = world.sender()
    world.box.to_data = "451 try later"
    schedule.send_due("one")
    run = world.run("ada", day)
    assert run is not None
    assert (run.outcome, run.not_before) == (None, world.clock.at + timedelta(minutes=5))
    assert "451" in run.note
    world.box.to_data = "250 taken"
    schedule.send_due("one")
    assert world.box.messages == []  # five minutes are not over
    world.clock.at += timedelta(minutes=6)
    schedule.send_due("one")
    assert world.run("ada", day).outcome is Outcome.SENT  # type: ignore[union-attr]
    world.box.to_rcpt = "550 no such user"
    world.clock.at = datetime(2026, 10, 6, 1, tzinfo=UTC)
    schedule.send_due("one")
    refused = world.run("ada", day + timedelta(days=1))
    assert refused is not None
    assert refused.outcome is Outcome.REFUSED
    assert "550" in refused.note
    sent = len(world.box.messages)
    world.box.to_rcpt = "250 OK"
    world.clock.at += timedelta(hours=2)
    schedule.send_due("one")
    assert [message["To"] for message in world.box.messages[sent:]].count("ada@example.org") == 0


def test_one_readers_trouble_is_not_anothers(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 6, tzinfo=UTC)
    raised = iter([RuntimeError("unforeseen"), MailError("away"), MailRefused("never")])

    def trouble() -> None:
        if (error := next(raised, None)) is not None:
            raise error

    made = world.sender(trouble).send_due("one")
    outcomes = [entry.last.outcome for entry in made if entry.last]
    assert outcomes.count("") == 2
    assert outcomes.count("refused") == 1
    assert "sent" in outcomes


def test_nothing_to_tell_sends_nothing(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    with world.catalog.write() as tx:
        accounts.put(tx, replace(READERS[0], all_shows=False))
    world.sender().send_due("one")
    run = world.run("ada", date(2026, 10, 5))
    assert run is not None
    assert run.outcome is Outcome.QUIET
    assert "ada@example.org" not in [message["To"] for message in world.box.messages]
    assert world.days("ada") == []


def test_a_reader_who_wants_it_is_told_of_a_quiet_day(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    with world.catalog.write() as tx:
        accounts.put(tx, replace(READERS[0], all_shows=False, tell_quiet=True))
    for _ in range(2):
        world.sender().send_due("one")
    (mail,) = [message for message in world.box.messages if message["To"] == "ada@example.org"]
    assert str(mail["Subject"]).startswith("Earmark: nothing new on Monday")
    run = world.run("ada", date(2026, 10, 5))
    assert run is not None
    assert run.outcome is Outcome.SENT


def test_a_weekly_digest_comes_beside_the_daily_brief(world: World) -> None:
    with world.catalog.write() as tx:
        accounts.put(tx, replace(READERS[0], digest_on=6))
    for hours in range(0, 24 * 9, 6):
        world.clock.at = datetime(2026, 10, 8, 1, tzinfo=UTC) + timedelta(hours=hours)
        world.sender().send_due("one")
    mine = [message for message in world.box.messages if message["To"] == "ada@example.org"]
    digests = [message for message in mine if str(message["Subject"]).startswith("Your week")]
    assert (len(mine), len(digests)) == (10, 1)
    assert len({message["Message-ID"] for message in mine}) == 10
    with world.catalog.read() as tx:
        run = runs.get(tx, RunKey(reader_id="ada", day=date(2026, 10, 11), kind=RunKind.DIGEST))
    assert run is not None
    assert run.outcome is Outcome.SENT


def test_a_reader_sees_their_own_schedule_and_may_not_keep_it(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    world.sender().send_due("one")
    mine = world.sender(reader=READERS[0])
    (entry,) = mine.status().readers
    assert (entry.reader_id, entry.next_day, entry.ways) == ("ada", date(2026, 10, 6), ("mail",))
    assert entry.last is not None
    assert (entry.last.day, entry.last.outcome) == (date(2026, 10, 5), "sent")
    with pytest.raises(Forbidden):
        mine.send_due("one")
    with pytest.raises(Forbidden):
        mine.plan()
    assert [entry.reader_id for entry in world.sender().status().readers] == [
        "ada", "ben", "chandra", "dora", "eli", "local",
    ]  # fmt: skip


def test_a_plan_shows_what_would_be_sent_and_stores_nothing(world: World) -> None:
    world.clock.at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    plan = world.sender().plan()
    assert [planned.at for planned in plan] == sorted(planned.at for planned in plan)
    ada = next(planned for planned in plan if planned.reader_id == "ada")
    assert ada.at == datetime(2026, 10, 5, 0, 30, tzinfo=UTC)
    assert len(ada.brief.items) == 1
    assert world.box.messages == []
    assert world.days("ada") == []
    world.sender().send_due("one")
    assert [item.insight.id for item in ada.brief.items] == _first(world, "ada")


def _first(world: World, reader_id: str) -> list[str]:
    with world.catalog.read() as tx:
        brief = stored_briefs.get(tx, reader_id, date(2026, 10, 5))
    assert brief is not None
    return [item.insight.id for item in brief.items]


def test_feeds_are_asked_every_hour_whoever_asked_last(world: World) -> None:
    schedule = world.sender()
    assert schedule.fetch_is_due()
    with world.catalog.write() as tx:
        duties.done(tx, duties.FETCH, now=world.clock.now(), note="2 feeds checked")
    assert not schedule.fetch_is_due()
    status = schedule.status()
    assert (status.fetched, status.next_fetch) == ("2 feeds checked", world.clock.now() + timedelta(hours=1))
    world.clock.at += timedelta(hours=1)
    assert schedule.fetch_is_due()
    never = {"schedule": world.settings.schedule.model_copy(update={"fetch_every_h": 0})}
    world.settings = world.settings.model_copy(update=never)
    assert not world.sender().fetch_is_due()
    assert world.sender().status().next_fetch is None
