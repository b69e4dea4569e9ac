"""Senders of mail under kills: 2,000 mails, 60 SIGKILLs, 0 skipped, at most one further copy a kill, one Message-ID each."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.campaigns.conftest import Record
from tests.campaigns.mail.kills import campaign

pytestmark = pytest.mark.campaign


def test_nobody_is_left_out_and_a_kill_costs_one_copy_at_most(record: Record, small: bool, tmp_path: Path) -> None:
    outcome = campaign(tmp_path, mails=60 if small else 2_000, kills=4 if small else 60)
    record("trust/mail", {"kills": asdict(outcome)})
    assert (outcome.skipped, outcome.one_id_each) == (0, True)
    assert outcome.kills == (4 if small else 60)
    assert outcome.extra <= outcome.kills
    assert outcome.most_copies <= 2
