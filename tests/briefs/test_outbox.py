"""A day's brief goes out once; a process that is killed costs at most one further copy with the same Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from briefs.mail import MailChannel, message_id
from briefs.outbox import send_brief
from briefs.smtp import SmtpMailer
from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import withdrawals
from earmark.catalog.readers import accounts, deliveries
from earmark.catalog.readers.deliveries import Delivery, Key
from earmark.clock import FixedClock
from earmark.errors import DeliveryRefused, EarmarkError, MailError, MailRefused, SettingsError, UsageError
from earmark.settings import MailSettings
from earmark.types import Because, Brief, BriefItem
from tests.briefs.mailbox import Mailbox, serve
from tests.briefs.samples import DAY, NOW, READER, FullConsents, fill, sample_brief

SENDER = "Earmark <brief@example.org>"
REPO = Path(__file__).parents[2]
KEY = Key(subscriber_id=READER.id, date=DAY, channel="mail")


@dataclass
class Sink:
    """A `Mailer` that keeps what it is given; ``trouble`` holds what it raises first, one a call."""

    sent: list[dict[str, str]] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append({"to": to, "subject": subject, "text": text, "html": html, "message_id": message_id})


class VanishingSink(Sink):
    """Sends, and is gone before anybody can note it."""

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
        super().send(to=to, subject=subject, text=text, html=html, message_id=message_id)
        raise KeyboardInterrupt


@pytest.fixture
def outbox(catalog: Catalog) -> Catalog:
    with catalog.write() as tx:
        accounts.put(tx, READER)
    return catalog


def send(outbox: Catalog, mailer: Sink | SmtpMailer, *, at: datetime = NOW, email: str = READER.email) -> Delivery:
    reader = replace(READER, email=email)
    channel = MailChannel(mailer, FullConsents(), sender=SENDER)
    return send_brief(outbox, channel, "mail", sample_brief(), reader, clock=FixedClock(at), lease_s=300)


def stored(outbox: Catalog) -> Delivery | None:
    with outbox.read() as tx:
        return deliveries.get(tx, KEY)


def test_a_brief_goes_out_once_a_day(outbox: Catalog) -> None:
    sink = Sink()
    first = send(outbox, sink)
    assert first.sent_at == NOW
    assert first == stored(outbox) == send(outbox, sink, at=NOW + timedelta(hours=9))
    (mail,) = sink.sent
    assert mail["to"] == "ada@example.org"
    assert mail["message_id"] == first.message_id
    for shown in (mail["subject"], mail["text"], mail["html"]):
        assert "A queue that is always short" in shown
    assert "Good morning, Ada." in mail["text"]


def test_it_arrives_through_a_real_server(outbox: Catalog) -> None:
    with serve() as box:
        settings = MailSettings(host="127.0.0.1", port=box.port, security="none", sender=SENDER)
        mailer = SmtpMailer(settings, FixedClock(NOW), offline=False)
        delivery = send(outbox, mailer)
        assert send(outbox, mailer) == delivery
    (message,) = box.messages
    assert message["Message-ID"] == delivery.message_id
    html = message.get_body(("html",))
    assert html is not None
    assert "Tomas Ferreira" in html.get_content()


def test_an_id_is_that_of_reader_and_day_and_of_whoever_has_the_key_of_the_mails() -> None:
    brief = sample_brief()
    first = message_id("key", "local", brief, sender=SENDER)
    assert first == message_id("key", "local", replace(brief, items=()), sender="other@EXAMPLE.org")
    others = {
        message_id("another key", "local", brief, sender=SENDER),
        message_id("key", "other", brief, sender=SENDER),
        message_id("key", "local", replace(brief, date=DAY + timedelta(days=1)), sender=SENDER),
        message_id("key", "local", brief, sender="brief@example.com"),
    }
    assert len({first, *others}) == 5
    assert first.startswith("<earmark.20260803.")
    assert first.endswith("@example.org>")
    assert "local" not in first


@pytest.mark.parametrize("error", [MailError("not now"), MailRefused("no such user")])
def test_a_failure_is_noted_and_raised_and_the_next_call_tries_again(outbox: Catalog, error: EarmarkError) -> None:
    sink = Sink(trouble=[error])
    with pytest.raises(type(error)):
        send(outbox, sink)
    noted = stored(outbox)
    assert noted is not None
    assert (noted.sent_at, noted.claimed_until, noted.attempts) == (None, None, 1)
    assert noted.last_error == str(error)
    sent = send(outbox, sink)
    assert (sent.sent_at, sent.attempts, sent.last_error) == (NOW, 2, "")
    assert sent.message_id == noted.message_id


def test_an_address_corrected_after_a_failure_is_the_one_used(outbox: Catalog) -> None:
    sink = Sink(trouble=[MailRefused("no such user")])
    with pytest.raises(MailRefused):
        send(outbox, sink, email="typo@example.org")
    assert send(outbox, sink).recipient == "ada@example.org"
    assert [mail["to"] for mail in sink.sent] == ["ada@example.org"]


def test_an_empty_brief_is_not_sent(outbox: Catalog) -> None:
    sink = Sink()
    empty = replace(sample_brief(), items=(), note="Follow a show with `earmark add URL`.")
    with pytest.raises(UsageError, match="earmark add URL"):
        send_brief(
            outbox, MailChannel(sink, FullConsents(), sender=SENDER), "mail", empty, READER, clock=FixedClock(NOW)
        )
    assert sink.sent == []
    assert stored(outbox) is None


@pytest.mark.parametrize(("email", "sender"), [("", SENDER), ("a@b.example\nBcc: c@d.example", SENDER), ("a@b.c", "")])
def test_without_an_address_nothing_is_queued(outbox: Catalog, email: str, sender: str) -> None:
    channel = MailChannel(Sink(), FullConsents(), sender=sender)
    with pytest.raises(SettingsError):
        send_brief(outbox, channel, "mail", sample_brief(), replace(READER, email=email), clock=FixedClock(NOW))
    assert stored(outbox) is None


def test_while_one_sends_another_does_not(outbox: Catalog) -> None:
    started, go = threading.Event(), threading.Event()

    class Slow(Sink):
        def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
            started.set()
            assert go.wait(10)
            super().send(to=to, subject=subject, text=text, html=html, message_id=message_id)

    slow, other = Slow(), Sink()
    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(send, outbox, slow)
        assert started.wait(10)
        assert send(outbox, other).sent_at is None
        go.set()
        assert sending.result().sent_at == NOW
    assert (len(slow.sent), len(other.sent)) == (1, 0)


@pytest.mark.heavy
def test_many_at_once_send_one(outbox: Catalog) -> None:
    sink = Sink()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: send(outbox, sink), range(16)))
    assert len(sink.sent) == 1


def test_a_sender_that_vanished_costs_one_further_copy_and_no_third(outbox: Catalog) -> None:
    gone = VanishingSink()
    with pytest.raises(KeyboardInterrupt):
        send(outbox, gone)
    sink = Sink()
    assert send(outbox, sink, at=NOW + timedelta(seconds=299)).sent_at is None  # the lease still runs
    assert sink.sent == []
    with pytest.raises(KeyboardInterrupt):
        send(outbox, gone, at=NOW + timedelta(seconds=301))
    for minutes in (11, 60, 600):
        with pytest.raises(DeliveryRefused, match="twice already"):
            send(outbox, sink, at=NOW + timedelta(minutes=minutes))
    assert sink.sent == []
    assert len(gone.sent) == 2
    assert len({mail["message_id"] for mail in gone.sent}) == 1


def test_a_failure_in_between_does_not_make_room_for_a_third_copy(outbox: Catalog) -> None:
    gone = VanishingSink()
    with pytest.raises(KeyboardInterrupt):
        send(outbox, gone)
    with pytest.raises(MailError):
        send(outbox, Sink(trouble=[MailError("not now")]), at=NOW + timedelta(minutes=6))
    with pytest.raises(KeyboardInterrupt):
        send(outbox, gone, at=NOW + timedelta(minutes=7))
    with pytest.raises(DeliveryRefused):
        send(outbox, gone, at=NOW + timedelta(minutes=20))
    assert len(gone.sent) == 2


def test_after_a_vanished_sender_the_next_one_ends_it(outbox: Catalog) -> None:
    gone, sink = VanishingSink(), Sink()
    with pytest.raises(KeyboardInterrupt):
        send(outbox, gone)
    later = NOW + timedelta(minutes=6)
    assert send(outbox, sink, at=later).sent_at == later
    send(outbox, sink, at=later + timedelta(minutes=6))
    assert gone.sent == sink.sent


def test_one_that_outlived_its_lease_does_not_undo_the_next_ones_claim(outbox: Catalog) -> None:
    class OvertakenSink(Sink):
        def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
            with outbox.write() as tx:
                later = NOW + timedelta(minutes=6)
                assert deliveries.claim(tx, KEY, now=later, lease_s=300) is not None
            raise MailError("timed out")

    with pytest.raises(MailError):
        send(outbox, OvertakenSink())
    noted = stored(outbox)
    assert noted is not None
    assert noted.claimed_until == NOW + timedelta(minutes=11)


_KILLED = """
import os, signal, sys
from earmark.catalog import open_catalog
from tests.briefs.test_outbox import mailer_to, send

class KilledMailer:
    def send(self, **message):
        if sys.argv[3] == "after":
            mailer_to(int(sys.argv[2])).send(**message)
        os.kill(os.getpid(), signal.SIGKILL)

send(open_catalog(sys.argv[1]), KilledMailer())
"""


def mailer_to(port: int) -> SmtpMailer:
    settings = MailSettings(host="127.0.0.1", port=port, security="none", sender=SENDER)
    return SmtpMailer(settings, FixedClock(NOW), offline=False)


@pytest.mark.heavy
@pytest.mark.parametrize(("when", "copies"), [("before", 1), ("after", 2)])
def test_a_process_killed_around_the_sending(tmp_path: Path, when: str, copies: int) -> None:
    url = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    outbox = open_catalog(url)
    with outbox.write() as tx:
        accounts.put(tx, READER)
    with serve(Mailbox()) as box:
        arguments = [sys.executable, "-c", _KILLED, url, str(box.port), when]
        killed = subprocess.run(arguments, cwd=REPO, env=dict(os.environ), timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert send(outbox, mailer_to(box.port)).sent_at is None
        later = NOW + timedelta(minutes=6)
        assert send(outbox, mailer_to(box.port), at=later).sent_at == later
        send(outbox, mailer_to(box.port), at=later + timedelta(hours=1))
    outbox.close()
    assert len(box.messages) == copies
    assert len({message["Message-ID"] for message in box.messages}) == 1


@pytest.fixture
def told(outbox: Catalog) -> Brief:
    """The brief with the insights that it tells in the library."""
    brief = sample_brief()
    fill(outbox, [item.insight for item in brief.items], {})
    return brief


def take_back(outbox: Catalog, item: BriefItem) -> None:
    with outbox.write() as tx:
        withdrawals.withdraw(tx, item.insight.id, because=Because.NOT_MEANT, by=READER.id, now=NOW)


def test_what_is_withdrawn_while_the_mail_waits_is_not_in_it(outbox: Catalog, told: Brief) -> None:
    sink = Sink(trouble=[MailError("try later")])
    with pytest.raises(MailError):
        send(outbox, sink)
    take_back(outbox, told.items[0])
    assert send(outbox, sink, at=NOW + timedelta(minutes=10)).sent_at
    (mail,) = sink.sent
    for part in ("subject", "text", "html"):
        assert "hides an idle server" not in mail[part]
    assert "Bread flour" in mail["subject"] and "was withdrawn" in mail["text"]


def test_a_mail_of_which_nothing_is_left_does_not_go_out(outbox: Catalog, told: Brief) -> None:
    for item in told.items:
        take_back(outbox, item)
    sink = Sink()
    with pytest.raises(UsageError, match="every idea of it has been withdrawn"):
        send(outbox, sink)
    assert sink.sent == []
    with outbox.write() as tx:
        withdrawals.restore(tx, told.items[1].insight.id)
    assert send(outbox, sink).sent_at
    assert "Bread flour" in sink.sent[0]["subject"]
