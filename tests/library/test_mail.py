"""Mail that readers asked for, over a real SMTP server: confirmed before it comes, ended by one click or by refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from briefs.consent import REFUSALS
from briefs.mail import message_id
from earmark.catalog.readers import briefs
from earmark.clock import FixedClock
from earmark.errors import Forbidden, MailRefused, NotFound, SettingsError, UsageError
from earmark.settings import load_settings
from earmark.types import MailState, Reader
from library.library import Library
from library.mail import CONFIRMATION_LASTS
from tests.briefs.mailbox import Mailbox, serve
from tests.briefs.samples import sample_brief
from ui.access.limits import Limiter
from ui.access.signed_in import SignInDoor
from ui.api.guard import RequestGuard
from ui.mail.face import mail_routes

pytestmark = pytest.mark.heavy

HOST = "earmark.example"
HOME = f"https://{HOST}"
SENDER = "brief@earmark.example"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with serve() as serving:
        yield serving


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock, box: Mailbox) -> Iterator[Library]:
    mail = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": SENDER}
    values = {"mail": {**mail, "to": "me@example.org"}, "sign_in": {"url": HOME}, "app": {"allowed_hosts": [HOST]}}
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=clock) as opened:
        opened.readers.add(Reader(id="ben", name="Ben", email="ben@example.org"))
        yield opened


@pytest.fixture
def ben(library: Library) -> Library:
    theirs = library.for_reader("ben")
    give_brief(theirs)
    return theirs


def give_brief(theirs: Library) -> None:
    made = replace(sample_brief(), subscriber_id=theirs.reader.id, date=theirs.briefs.today())
    with theirs.catalog.write() as tx:
        briefs.put(tx, made, now=theirs.clock.now(), ledger={})


def link(box: Mailbox, path: str) -> str:
    """The address that the last mail names."""
    body = box.messages[-1].get_body(("plain",))
    assert body is not None
    named = re.search(rf"{HOME}({path}\S+)", body.get_content())
    assert named, body.get_content()
    return named[1]


def confirmed(theirs: Library, box: Mailbox) -> Library:
    theirs.mail.ask()
    theirs.mail.confirm(link(box, "/mail/confirm").partition("code=")[2])
    return theirs


def web(library: Library) -> TestClient:
    middleware = [Middleware(RequestGuard, hosts=[HOST]), Middleware(SignInDoor, library=library, own_doors=["/mail"])]
    app = Starlette(routes=mail_routes(library, Limiter(0)), middleware=middleware)
    return TestClient(app, HOME, follow_redirects=False)


def state(theirs: Library) -> MailState | None:
    known = theirs.mail.state()
    return known.state if known else None


def test_nothing_goes_to_an_address_before_its_owner_confirms_it(ben: Library, box: Mailbox) -> None:
    for send in (ben.briefs.send, ben.mail.test):
        with pytest.raises(SettingsError, match="not confirmed"):
            send()
    assert box.messages == []
    assert ben.briefs.ways() == ()
    ben.mail.ask()
    with pytest.raises(SettingsError, match="not confirmed"):
        ben.briefs.send()
    path, client = link(box, "/mail/confirm"), web(ben)
    for _ in range(3):  # scanners of mail open every link
        page = client.get(path)
        assert (page.status_code, "ben@example.org" in page.text) == (200, True)
    assert state(ben) is MailState.ASKED
    assert client.post(path).status_code == 200
    assert state(ben) is MailState.CONFIRMED
    assert client.post(path).status_code == 404  # used up
    ben.briefs.send()
    assert [message["To"] for message in box.messages] == ["ben@example.org"] * 2


def test_a_confirmation_is_void_after_a_week_and_for_another_address(
    library: Library, ben: Library, box: Mailbox, clock: FixedClock
) -> None:
    ben.mail.ask()
    with pytest.raises(UsageError, match="a moment ago"):
        ben.mail.ask()
    first = link(box, "/mail/confirm").partition("code=")[2]
    clock.at += CONFIRMATION_LASTS
    with pytest.raises(NotFound):
        ben.mail.confirm(first)
    ben.mail.ask()
    second = link(box, "/mail/confirm").partition("code=")[2]
    library.readers.change(replace(ben.reader, email="eve@example.org"))
    for opened in (ben.mail.asked, ben.mail.confirm):  # the page of the link does not tell the new address either
        with pytest.raises(NotFound, match="another address"):
            opened(second)
    moved = library.for_reader("ben")
    assert moved.mail.state() is None
    assert second not in (library.settings.home / "catalog.sqlite").read_bytes().decode("latin-1")


def test_one_click_ends_the_mails_and_opening_the_link_does_not(ben: Library, box: Mailbox, clock: FixedClock) -> None:
    confirmed(ben, box).briefs.send()
    mail = box.messages[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").removeprefix(HOME)
    assert path == link(box, "/mail/leave")
    html = mail.get_body(("html",))
    assert html is not None
    assert path in html.get_content()
    client = web(ben)
    assert "Stop these mails" in client.get(path).text
    assert state(ben) is MailState.CONFIRMED
    assert client.get(path.replace("key=", "key=x")).status_code == 404
    assert client.post(path, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert state(ben) is MailState.ENDED
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with pytest.raises(SettingsError, match="gets no mail any more"):
        ben.mail.test()
    with pytest.raises(UsageError, match="no mail is sent"):
        ben.mail.stop()
    clock.at += timedelta(minutes=11)
    assert state(confirmed(ben, box)) is MailState.CONFIRMED
    assert client.post(path).status_code == 200  # the link of an old mail ends those that are wanted again
    assert state(ben) is MailState.ENDED


def test_the_reader_of_this_machine_wants_mail_by_the_settings_and_can_end_it(library: Library, box: Mailbox) -> None:
    give_brief(library)
    assert library.mail.test() == "me@example.org"
    assert str(box.messages[-1]["Subject"]).startswith("Test: ")
    library.mail.stop()
    with pytest.raises(SettingsError, match="gets no mail any more"):
        library.briefs.send()
    confirmed(library, box)
    library.briefs.send()


def test_an_address_that_is_refused_on_three_days_gets_no_more(ben: Library, box: Mailbox, clock: FixedClock) -> None:
    confirmed(ben, box)
    box.to_rcpt = "550 5.1.1 no such user"
    for day in range(1, REFUSALS + 1):
        for _ in range(2):  # however often a day
            with pytest.raises((MailRefused, SettingsError)):
                ben.briefs.send()
        known = ben.mail.state()
        assert known is not None
        assert known.refusals == day
        assert (known.state is MailState.ENDED) is (day == REFUSALS)
        if day < REFUSALS:
            clock.at += timedelta(days=1)
            give_brief(ben)
    ended = ben.mail.state()
    assert ended is not None
    assert "no such user" in ended.why
    with pytest.raises(SettingsError, match="refused on 3 days"):
        ben.briefs.send()


def test_a_mail_that_is_taken_and_a_fault_that_is_not_the_readers_count_nothing(
    ben: Library, box: Mailbox, clock: FixedClock
) -> None:
    confirmed(ben, box)
    for rcpt, data, refusals in (("550 gone", "250 ok", 1), ("250 ok", "554 spam", 1), ("250 ok", "250 ok", 0)):
        box.to_rcpt, box.to_data = rcpt, data
        clock.at += timedelta(days=1)
        give_brief(ben)
        if (rcpt, data) == ("250 ok", "250 ok"):
            ben.briefs.send()
        else:
            with pytest.raises(MailRefused):
                ben.briefs.send()
        known = ben.mail.state()
        assert known is not None
        assert known.refusals == refusals


def report(message_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server sends back (RFC 3464)."""
    return (
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; ben@example.org\r\nAction: " + action.encode() + b"\r\nStatus: " + status.encode() + b"\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + message_id.encode() + b"\r\nSubject: x\r\n\r\n--b--\r\n"
    )  # fmt: skip


def test_what_comes_back_after_it_was_taken_ends_the_mails_too(
    ben: Library, library: Library, box: Mailbox, clock: FixedClock
) -> None:
    confirmed(ben, box)
    for refusals in (1, 2, 3):
        clock.at += timedelta(days=1)
        give_brief(ben)
        (delivery,) = ben.briefs.send()
        library.mail.bounced(report(delivery.message_id))
        known = ben.mail.state()
        assert known is not None
        assert known.refusals == refusals
    assert state(ben) is MailState.ENDED


def test_what_comes_back_undelivered_counts_where_it_names_a_mail_of_ours(
    ben: Library, library: Library, box: Mailbox
) -> None:
    (delivery,) = confirmed(ben, box).briefs.send()
    note = EmailMessage()
    note.set_content(f"Message-ID: {delivery.message_id} failed 5.1.1")
    deep = b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000))
    for other in (b"", b"\xff\x00nonsense", note.as_bytes(), deep, report("<forged@example.org>"),
                  report(delivery.message_id, action="delayed", status="4.4.1")):  # fmt: skip
        assert library.mail.bounced(other) is None
    counted = library.mail.bounced(report(delivery.message_id))
    assert counted is not None
    assert counted.id == "ben"
    known = ben.mail.state()
    assert known is not None
    assert known.refusals == 1
    with pytest.raises(Forbidden):
        ben.mail.bounced(report(delivery.message_id))


def test_an_id_cannot_be_worked_out_and_a_second_copy_has_the_same(
    ben: Library, library: Library, box: Mailbox
) -> None:
    (delivery,) = confirmed(ben, box).briefs.send()
    known, brief = ben.mail.state(), ben.briefs.get()
    assert known is not None
    sealed = message_id(known.leave_key, "ben", brief, sender=SENDER)
    assert delivery.message_id == sealed
    assert box.messages[-1]["Message-ID"] == sealed
    for key in ("", "ben", "ben@example.org", "local"):
        guessed = message_id(key, "ben", brief, sender=SENDER)
        assert library.mail.bounced(report(guessed)) is None
    assert library.mail.bounced(report(sealed)) is not None


def test_who_has_no_address_is_told_so(library: Library) -> None:
    library.readers.add(Reader(id="zoe", name="Zoë"))
    for send in (library.for_reader("zoe").mail.test, library.for_reader("zoe").mail.ask):
        with pytest.raises(UsageError, match=r"mail\.to|no mail address"):
            send()


def test_a_link_of_nobody_does_nothing(ben: Library) -> None:
    client = web(ben)
    for path in ("/mail/leave", "/mail/leave?key=", "/mail/confirm?code=<script>", "/mail/leave?key=%00"):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in {400, 404}
            assert "<script>" not in answer.text
