"""`earmark share` and `earmark publish`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earmark.types import Insight
from tests.ui.here import here

SHARED = {"EARMARK_PUBLISH__WHAT": "shared", "EARMARK_SIGN_IN__URL": "https://earmark.example"}


@pytest.mark.heavy
def test_an_insight_is_shared_listed_and_taken_back(home: Path, tea: list[Insight]) -> None:
    said = here(home, "share", tea[0].id[:8], env=SHARED)
    assert said.code == 0
    assert f"https://earmark.example/i/{tea[0].id}" in said.out
    assert tea[0].claim in here(home, "share", env=SHARED).out
    assert [each["id"] for each in json.loads(here(home, "share", "--json").out)["shared"]] == [tea[0].id]
    assert "Shared no longer" in here(home, "share", tea[0].id, "--undo").out
    assert "Nothing is shared" in here(home, "share").out


def test_sharing_says_that_nobody_sees_it_yet(home: Path, tea: list[Insight]) -> None:
    assert "set publish.what to shared" in here(home, "share", tea[0].id).out


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("share", "none"), "no insight has this id"),
        (("share", "--undo"), "needs the id"),
        (("publish", "out"), "publish.what"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(
    home: Path, tea: list[Insight], tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    said = here(home, *(str(tmp_path / word) if word == "out" else word for word in words))
    assert (said.code, len(said.err.splitlines())) == (2, 1)
    assert why in said.err


@pytest.mark.heavy
def test_a_site_is_written_and_written_again(home: Path, tea: list[Insight], tmp_path: Path) -> None:
    here(home, "share", tea[0].id)
    site = tmp_path / "site"
    said = here(home, "publish", str(site), env=SHARED)
    assert said.code == 0, said.err
    assert said.out.startswith("1 insight, 1 show, 1 speaker, 0 themes, 0 briefs:")
    assert "\x1b" not in (site / "i" / f"{tea[0].id}.html").read_text()
    assert " 0 files written" in here(home, "publish", str(site), env=SHARED).out
