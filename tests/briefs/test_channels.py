"""A further channel is a class and a row: the outbox, the doctor and `earmark brief --send` know no more of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Self

import pytest

from briefs import channels
from briefs.channels import CHANNELS, open_channels
from briefs.outbox import send_through
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts
from earmark.clock import FixedClock
from earmark.errors import DeliveryRefused, SettingsError, TransientError, UsageError
from earmark.ports import Clock, Receipt
from earmark.settings import Settings, load_settings
from earmark.types import Brief, Reader
from library.doctor import examine_channels
from tests.briefs.mailbox import serve
from tests.briefs.samples import NOW, READER, sample_brief


@dataclass
class Pager:
    """A channel that beeps: it keeps what it is given."""

    beeps: ClassVar[list[str]] = []
    trouble: list[Exception] = field(default_factory=list)
    where: str = "a pager"

    @classmethod
    def open(cls, settings: Settings, clock: Clock, catalog: Catalog) -> Self | None:
        return cls() if settings.brief.reader_name else None

    def address(self, reader: Reader) -> str:
        return f"pager of {reader.name}"

    def receipt(self, brief: Brief, reader: Reader) -> Receipt:
        return Receipt(recipient=self.address(reader), message_id=f"beep {brief.date}")

    def deliver(self, brief: Brief, reader: Reader, *, message_id: str = "") -> Receipt:
        if self.trouble:
            raise self.trouble.pop(0)
        self.beeps.append(message_id)
        return self.receipt(brief, reader)


@pytest.fixture(autouse=True)
def _with_a_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "CHANNELS", {"mail": CHANNELS["mail"], "pager": Pager.open})
    monkeypatch.setattr(Pager, "beeps", [])


@pytest.fixture
def outbox(catalog: Catalog) -> Catalog:
    with catalog.write() as tx:
        accounts.put(tx, READER)
    return catalog


def settings(home: Path, **groups: object) -> Settings:
    return load_settings(groups, home=home, environ={})


def test_none_is_on_until_its_settings_are_made(outbox: Catalog, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with pytest.raises(UsageError, match=r"mail\.host"):
        open_channels(settings(tmp_path), clock, outbox)
    assert list(open_channels(settings(tmp_path, brief={"reader_name": "Ada"}), clock, outbox)) == ["pager"]
    with pytest.raises(SettingsError, match=r"mail\.sender"):
        open_channels(settings(tmp_path, mail={"host": "127.0.0.1"}), clock, outbox)


def test_a_brief_goes_out_once_through_each(outbox: Catalog, tmp_path: Path) -> None:
    with serve() as box:
        mail = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "a@b.example", "to": READER.email}
        opened = open_channels(settings(tmp_path, mail=mail, brief={"reader_name": "Ada"}), FixedClock(NOW), outbox)
        first = send_through(outbox, opened, sample_brief(), READER, clock=FixedClock(NOW))
        again = send_through(outbox, opened, sample_brief(), READER, clock=FixedClock(NOW))
    assert first == again
    assert [(sent.channel, sent.recipient, sent.sent_at) for sent in first] == [
        ("mail", "ada@example.org", NOW),
        ("pager", "pager of Ada", NOW),
    ]
    assert len(box.messages) == len(Pager.beeps) == 1


@pytest.mark.parametrize("error", [TransientError("no signal"), DeliveryRefused("no such pager")])
def test_one_that_fails_does_not_keep_the_brief_from_the_others(outbox: Catalog, error: Exception) -> None:
    broken, works = Pager(trouble=[error]), Pager()
    with pytest.raises(type(error)):
        send_through(outbox, {"broken": broken, "works": works}, sample_brief(), READER, clock=FixedClock(NOW))
    assert len(Pager.beeps) == 1
    sent = send_through(outbox, {"broken": broken, "works": works}, sample_brief(), READER, clock=FixedClock(NOW))
    assert _times([delivery.sent_at for delivery in sent]) == [NOW, NOW]
    assert len(Pager.beeps) == 2


def test_the_doctor_looks_at_it(outbox: Catalog, tmp_path: Path) -> None:
    looked = examine_channels(settings(tmp_path, brief={"reader_name": "Ada"}), FixedClock(NOW), outbox)
    assert [(check.name, check.ok) for check in looked] == [("mail", None), ("pager", True)]
    for half in ({}, {"sender": "a@b.example"}, {"to": "a@b.example"}):
        looked = examine_channels(settings(tmp_path, mail={"host": "mx.example", **half}), FixedClock(NOW), outbox)
        assert [(check.name, check.ok) for check in looked] == [("mail", False), ("pager", None)]


def _times(times: list[datetime | None]) -> list[datetime]:
    return [time for time in times if time is not None]
