"""Profiles at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from earmark.types import Insight
from tests.ui.here import here

pytestmark = pytest.mark.heavy

INTERESTS = "## Interests\n- tea: 2\n"


def test_the_terminal_shows_changes_and_takes_back_the_profile_of_the_reader_who_is_named(
    home: Path, tea: list[Insight], tmp_path: Path
) -> None:
    file = tmp_path / "ben.md"
    file.write_bytes(INTERESTS.replace("\n", "\r\n").encode())
    here(home, "reader", "add", "Ben", "--id", "ben")
    assert here(home, "profile", "set", str(file), "--reader", "ben").code == 0
    theirs = here(home, "profile", "show", "--reader", "ben")
    assert theirs.out.startswith(INTERESTS)
    assert (home / "profiles" / "ben.md").read_text() == INTERESTS
    own = json.loads(here(home, "profile", "show", "--json").out)["profile"]
    assert (own["version"], "tea" in own["text"]) == (0, False)
    seeds = here(home, "profile", "seed", "--reader", "ben").out
    assert seeds.endswith(f"earmark profile seed --pick {seeds[:12]} --reader ben\n")
    assert here(home, "profile", "seed", "--pick", tea[0].id, "--reader", "ben").code == 0
    assert "More like 1 idea" in here(home, "profile", "show", "--reader", "ben").out
    assert "Your clicks taught nothing yet" in here(home, "profile", "show").out
    emptied = here(home, "profile", "reset", "--reader", "ben")
    assert emptied.out.endswith("earmark profile undo --reader ben\n")
    assert here(home, "profile", "undo", "--reader", "ben").out == "The text before the last change is back.\n"
    edited = here(home, "profile", "edit", "--reader", "ben", env={"VISUAL": "true", "EDITOR": "true"})
    assert edited.out == "Nothing was changed.\n"
    for command in ("show", "edit", "undo", "reset", "seed"):
        assert here(home, "profile", command, "--reader", "nobody").code == 2


def test_a_file_that_is_no_text_or_is_not_there_is_said_in_a_line(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\xff\xd8")
    for given, why in ((file, "is not text in UTF-8"), (tmp_path / "none.md", "cannot be read"), (tmp_path, "cannot")):
        for words in (("profile", "set", str(given)), ("profile", "seed", "--text", str(given))):
            run = here(home, *words)
            assert (run.code, run.err.count("\n")) == (2, 1), run.err
            assert why in run.err
