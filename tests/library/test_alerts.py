"""Alerts: what is told, to whom, once, and never what was there before; over a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from briefs.news import SHOWN
from earmark.catalog import Connection
from earmark.catalog.content import insights, withdrawals
from earmark.catalog.readers import accounts, alerts, mailings, runs
from earmark.catalog.readers import briefs as stored_briefs
from earmark.catalog.readers.runs import Outcome, RunKey, RunKind
from earmark.clock import FixedClock
from earmark.errors import NotFound, UsageError
from earmark.settings import load_settings
from earmark.types import Because, Brief, BriefItem, Mailing, MailState, Reader, Selection, SelectionKind
from library.library import Library
from tests.briefs.mailbox import Mailbox, serve
from tests.retrieval.library import Talk, fill, put

pytestmark = pytest.mark.heavy

MORNING = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
DAY = date(2026, 7, 2)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with serve() as box:
        yield box


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture
def library(tmp_path: Path, box: Mailbox, clock: FixedClock) -> Iterator[Library]:
    """Five shows that are old by now, and a reader with a confirmed address."""
    mail = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "brief@example.org"}
    settings = load_settings({"mail": mail, "brief": {"timezone": "UTC"}}, home=tmp_path, environ={})
    with Library.open(settings=settings, clock=clock) as opened:
        fill(opened.catalog)
        ada = Reader(id="ada", email="ada@example.org", timezone="UTC", brief_at=time(6, 0))
        with opened.catalog.write() as tx:
            accounts.put(tx, ada)
            mailings.put(tx, Mailing(reader_id="ada", address=ada.email, state=MailState.CONFIRMED))
        yield opened


@pytest.fixture
def ada(library: Library) -> Library:
    return library.for_reader("ada")


def search(words: str) -> Selection:
    return Selection(kind=SelectionKind.SEARCH, value=words)


def person(name: str) -> Selection:
    return Selection(kind=SelectionKind.PERSON, value=name)


def told(catalog_of: Library, *claims: tuple[str, str], show: str = "Tideline", day: int = 20) -> list[str]:
    """A new episode with these claims by these speakers; the ids of its insights."""
    talk = Talk(show, f"Episode {day}", day, tuple(claims), tuple((who, claim, "") for who, claim in claims))
    episode_id = put(catalog_of.catalog, talk)
    with catalog_of.catalog.read() as tx:
        return [insight.id for insight in insights.of_episode(tx, episode_id)]


KELP = ("Mara Voss", "Kelp farms sink more carbon when their blades are cut before the storms of winter")
BREAD = ("Jon Abara", "A sourdough starter rises twice as fast in a warm kitchen")


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def claims(brief: Brief) -> list[str]:
    return [item.insight.claim for item in brief.items]


def test_what_was_there_before_is_never_told_and_what_comes_is_told_once(ada: Library) -> None:
    ada.alerts.add(search("kelp that sinks"))
    assert ada.alerts.coming().news == ()
    assert ada.alerts.news(date(2026, 7, 1)).items == ()
    told(ada, KELP, BREAD)
    assert claims(ada.alerts.news(DAY)) == [KELP[1]]
    assert claims(ada.alerts.news(DAY)) == [KELP[1]]
    assert ada.alerts.coming().news == ()
    for later in (3, 4, 5):
        assert ada.alerts.news(date(2026, 7, later)).items == ()
    assert [(entry.day, entry.title) for entry in ada.alerts.told()] == [(DAY, "Search for kelp that sinks")]


def test_an_episode_that_is_read_again_is_nothing_new(ada: Library) -> None:
    ada.alerts.add(person("Ines Okafor"))
    fill(ada.catalog)
    assert ada.alerts.coming().news == ()
    told(ada, ("Ines Okafor", "Nine moorings were lost to ice in the spring"))
    assert [len(entry.insights) for entry in ada.alerts.coming().news] == [1]


def test_phrases_and_words_left_out_hold_for_alerts(ada: Library) -> None:
    ada.alerts.add(search('"cut before the storms"'))
    ada.alerts.add(search("kelp carbon -winter"))
    ada.alerts.add(search("show:nowhere kelp"))
    told(ada, KELP)
    (news,) = ada.alerts.coming().news
    assert news.alert.selection.value == '"cut before the storms"'


def test_a_claim_of_two_alerts_is_under_one(ada: Library, clock: FixedClock) -> None:
    ada.alerts.add(search("kelp"))
    clock.at += timedelta(minutes=1)
    ada.alerts.add(person("mara voss"))
    told(ada, KELP, ("Mara Voss", "Harbour tolls doubled within a decade"))
    brief = ada.alerts.news(DAY)
    assert [(item.section, item.insight.claim) for item in brief.items] == [
        ("Search for kelp", KELP[1]),
        ("Mara Voss", "Harbour tolls doubled within a decade"),
    ]


def test_hidden_withdrawn_and_told_claims_are_left_out(ada: Library, library: Library) -> None:
    ada.alerts.add(person("Mara Voss"))
    hidden, withdrawn, already, news = told(ada, *(("Mara Voss", f"Claim {n} about the sea") for n in range(4)))
    ada.marks.hide(hidden)
    library.insights.withdraw(withdrawn, because=Because.MISATTRIBUTED)
    with ada.catalog.write() as tx:
        known = insights.get_many(tx, [already])[already]
        made = Brief(
            subscriber_id="ada", date=DAY, created_at=MORNING, items=(BriefItem(insight=known, why="", novelty=1.0),)
        )
        stored_briefs.put(tx, made, now=MORNING, ledger={already: (known.content_hash, True)})
    assert [entry.insights[0].id for entry in ada.alerts.coming().news] == [news]
    assert [item.insight.id for item in ada.alerts.news(DAY).items] == [news]
    with ada.catalog.write() as tx:
        withdrawals.withdraw(tx, news, because=Because.MISATTRIBUTED, note="", by="local", now=MORNING)
    assert ada.alerts.news(DAY).items == ()
    assert ada.alerts.told() == []


def test_a_message_holds_a_few_and_says_how_many_more_there_are(ada: Library) -> None:
    ada.alerts.add(person("Mara Voss"))
    told(ada, *(("Mara Voss", f"Claim {n} about the sea") for n in range(SHOWN + 3)))
    brief = ada.alerts.news(DAY)
    assert len(brief.items) == SHOWN
    assert brief.note.startswith("And 3 more claims: http")
    assert brief.note.endswith("/account/alerts")
    assert len(ada.alerts.told()) == SHOWN + 3
    assert ada.alerts.coming().news == ()


def test_a_reader_sees_and_ends_no_alert_of_another(ada: Library, library: Library) -> None:
    alert = ada.alerts.add(search("kelp"))
    assert ada.alerts.add(search("kelp")) == alert
    library.readers.add(Reader(id="ben", all_shows=False), show_ids=[library.shows.find("Ledger & Leaf").id])
    ben = library.for_reader("ben")
    assert ben.alerts.every() == library.alerts.every() == []
    with pytest.raises(NotFound):
        ben.alerts.remove(alert.id)
    ben.alerts.add(search("kelp"))
    told(ada, KELP)
    assert ben.alerts.coming().news == ()  # a show that ben does not see
    assert len(ada.alerts.coming().news) == 1
    ada.alerts.remove(alert.id)
    assert ada.alerts.coming().news == ()


def test_only_a_search_a_person_or_a_theme_can_be_watched(ada: Library) -> None:
    for selection in (Selection(kind=SelectionKind.BRIEF), Selection(kind=SelectionKind.SAVED), search(" ")):
        with pytest.raises(UsageError):
            ada.alerts.add(selection)
    with pytest.raises(NotFound):
        ada.alerts.add(person("Nobody At All"))


def test_alerts_go_with_their_reader(ada: Library, library: Library) -> None:
    ada.alerts.add(person("Mara Voss"))
    told(ada, KELP)
    ada.alerts.news(DAY)
    library.readers.remove("ada")
    with library.catalog.read() as tx:
        assert alerts.every(tx, "ada") == []
        assert alerts.told_ids(tx, "ada") == frozenset()


def of(library: Library) -> runs.Run | None:
    with library.catalog.read() as tx:
        return runs.get(tx, RunKey(reader_id="ada", day=DAY, kind=RunKind.NEWS))


def test_news_follow_the_brief_in_one_mail_a_day_and_end_with_the_mails(
    ada: Library, library: Library, box: Mailbox, clock: FixedClock
) -> None:
    with library.catalog.write() as tx:
        runs.finish(tx, _claimed(tx, RunKey(reader_id="ada", day=DAY)), Outcome.SENT, note="", now=MORNING)
    ada.alerts.add(search("kelp that sinks"))
    told(ada, KELP)
    library.schedule.send_due("one")
    library.schedule.send_due("two")
    (mail,) = [message for message in box.messages if message["To"] == "ada@example.org"]
    assert mail["Subject"] == f"New claims: {KELP[1]}"
    assert "Search for kelp that sinks".upper() in text_of(mail)
    done = of(library)
    assert done is not None
    assert done.outcome is Outcome.SENT

    told(ada, ("Mara Voss", "Kelp that sinks past a thousand metres was filmed for the first time"), day=21)
    clock.at = MORNING.replace(day=3)
    with library.catalog.write() as tx:
        runs.finish(tx, _claimed(tx, RunKey(reader_id="ada", day=date(2026, 7, 3))), Outcome.SENT, note="", now=MORNING)
        known = mailings.get(tx, "ada")
        assert known is not None
        mailings.put(tx, replace(known, state=MailState.ENDED))
    library.schedule.send_due("one")
    assert len(box.messages) == 1
    assert len(ada.alerts.told()) == 2  # the app has it


def _claimed(tx: Connection, key: RunKey) -> runs.Run:
    run = runs.claim(tx, key, owner="before", now=MORNING, lease_s=60)
    assert run is not None
    return run


def test_a_sender_that_dies_after_sending_sends_the_same_once_more_and_no_further(
    ada: Library, box: Mailbox, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.alerts.add(search("kelp that sinks"))
    told(ada, KELP)
    from earmark.catalog.readers import deliveries

    class Kill(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Kill

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "sent", die)
        for minute in (0, 10):
            clock.at = MORNING.replace(minute=30 + minute)
            with pytest.raises(Kill):
                ada.alerts.send(DAY)
    told(ada, ("Mara Voss", "Kelp that sinks was weighed for the first time"), day=21)
    clock.at = MORNING.replace(hour=9)
    with pytest.raises(Exception, match="may have gone out twice"):
        ada.alerts.send(DAY)
    first, second = box.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert text_of(first) == text_of(second)
