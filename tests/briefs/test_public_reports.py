"""What others reported about mails, tried here: inputs are beside the project."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.briefs.test_headers import wire

pytestmark = pytest.mark.heavy


@pytest.mark.realdata
def test_a_subject_keeps_its_spaces(realdata: Path) -> None:
    expected = json.loads((realdata / "public_reports/subject-loses-a-space/expected.json").read_text("utf-8"))
    for text in expected["expected_read_back"]:
        assert message_from_bytes(wire(text), policy=default)["Subject"] == text
