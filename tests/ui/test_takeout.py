"""Exports at the terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from earmark.types import Insight
from tests.ui.here import here

pytestmark = pytest.mark.heavy


def test_the_terminal_writes_files_and_says_what_is_wrong_in_a_line(
    home: Path, tea: list[Insight], tmp_path: Path
) -> None:
    here(home, "save", tea[0].id, "--note", "good")
    assert here(home, "takeout", "notes", str(tmp_path / "vault")).out == "Wrote 1 idea; 0 had been written before\n"
    assert here(home, "takeout", "anki", str(tmp_path / "a.txt")).code == 0
    assert here(home, "takeout", "readwise", str(tmp_path / "r.csv")).code == 0
    planted = tmp_path / f".all.json.{os.getpid()}"
    planted.symlink_to(tmp_path / "elsewhere")
    assert here(home, "takeout", "everything", str(tmp_path / "all.json")).code == 0
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / "all.json").stat().st_mode & 0o077 == 0
    assert here(home, "takeout", "import", str(tmp_path / "all.json")).out == "Added 0 things\n"
    for wrong in (("import", str(tmp_path / "a.txt")), ("import", str(tmp_path)), ("readwise",), ("anki", "/nowhere/x"),
                  ("notes", str(tmp_path), "--template", "/nowhere"), ("anki", str(tmp_path / "a.txt"), "--of", "theme"),
                  ("anki", str(tmp_path / "a.txt"), "--of", "person", "--value", "Nobody At All")):  # fmt: skip
        run = here(home, "takeout", *wrong)
        assert (run.code, run.err.count("\n")) == (2, 1), run.err
    assert (tmp_path / "a.txt").read_text("utf-8").count(tea[0].id) == 1  # what was taken out before is still there


def test_a_pipe_in_place_of_a_file_is_written_to_and_stays_a_pipe(
    home: Path, tea: list[Insight], tmp_path: Path
) -> None:
    here(home, "save", tea[0].id)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        assert here(home, "takeout", "anki", str(pipe)).code == 0
        assert tea[0].id.encode() in os.read(end, 65_536)
    finally:
        os.close(end)
    assert pipe.is_fifo()
