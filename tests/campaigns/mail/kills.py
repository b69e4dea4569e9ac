"""Senders of mail that are killed at any moment: who got how many copies, and whether each could be told for one.

python -m tests.campaigns.mail.kills CATALOG_URL PORT    is one sender: it sends every reader's brief of the day.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from briefs.mail import MailChannel
from briefs.outbox import send_brief
from briefs.smtp import SmtpMailer
from earmark.catalog import open_catalog
from earmark.catalog.readers import accounts
from earmark.clock import SystemClock
from earmark.errors import EarmarkError
from earmark.settings import MailSettings
from earmark.types import Reader
from tests.briefs.mailbox import Mailbox, serve
from tests.briefs.samples import FullConsents, sample_brief

__all__ = ["Outcome", "campaign"]

_SENDER = "brief@earmark.example"
_LEASE_S = 1.0
"""A sender of the campaign takes milliseconds; what a killed one held is free again soon."""
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What arrived: ``skipped`` got nothing, ``extra`` counts copies beyond the first, ``ids`` whether copies share one."""

    mails: int
    kills: int
    skipped: int
    extra: int
    most_copies: int
    one_id_each: bool


def campaign(home: Path, *, mails: int, kills: int, seed: int = 5) -> Outcome:
    """Sends one mail to each of so many readers, while senders are killed so many times."""
    chance = random.Random(seed)
    url = f"sqlite:///{home / 'catalog.sqlite'}"
    catalog = open_catalog(url)
    with catalog.write() as tx:
        for number in range(mails):
            accounts.put(tx, Reader(id=f"r{number}", email=f"r{number}@example.org"))
    catalog.close()
    killed = 0
    with serve() as box:
        for _ in range(kills + _MOST_ROUNDS):
            sender = _start(url, box.port)
            if killed < kills:
                wanted = len(box.messages) + chance.randint(1, max(mails // kills, 1))
                killed += _kill_after(sender, box, wanted)
            sender.wait()
            if killed >= kills and len({str(message["To"]) for message in box.messages}) == mails:
                break
            time.sleep(_LEASE_S)
    return _counted(box, mails, killed)


def _start(url: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.campaigns.mail.kills", url, str(port)])


def _kill_after(sender: subprocess.Popen[bytes], box: Mailbox, wanted: int) -> int:
    """Kills a sender once so many mails are there; 0 if it had ended by itself."""
    while len(box.messages) < wanted:
        if sender.poll() is not None:
            return 0
        time.sleep(0.001)
    sender.kill()
    return 1


def _counted(box: Mailbox, mails: int, killed: int) -> Outcome:
    copies = Counter(str(message["To"]) for message in box.messages)
    ids = {(str(message["To"]), str(message["Message-ID"])) for message in box.messages}
    return Outcome(
        mails=mails,
        kills=killed,
        skipped=mails - len(copies),
        extra=copies.total() - len(copies),
        most_copies=max(copies.values(), default=0),
        one_id_each=len(ids) == len(copies),
    )


def send_all(url: str, port: int) -> None:
    """Sends each reader's brief, as often as it is called; what another sender holds is left to the next call."""
    catalog, clock = open_catalog(url), SystemClock()
    settings = MailSettings(host="127.0.0.1", port=port, security="none", sender=_SENDER)
    channel = MailChannel(SmtpMailer(settings, clock, offline=False), FullConsents(), sender=_SENDER)
    with catalog.read() as tx:
        readers = [reader for reader in accounts.every(tx) if reader.email]
    for reader in readers:
        brief = replace(sample_brief(), subscriber_id=reader.id)
        with suppress(EarmarkError):
            send_brief(catalog, channel, "mail", brief, reader, clock=clock, lease_s=_LEASE_S)
    catalog.close()


if __name__ == "__main__":
    send_all(sys.argv[1], int(sys.argv[2]))
