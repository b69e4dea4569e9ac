from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ui.cli.main import app

pytestmark = pytest.mark.heavy


def _run(tmp_path: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "--offline", "eval", *words])


def test_retrieval_prints_one_document(judged: Path, cache: Path, tmp_path: Path) -> None:
    options = ("--kind", "short", "--runs", "bm25, system", "--cache", str(cache), "--json")
    done = _run(tmp_path, "retrieval", str(judged), *options)
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["suite"], document["part"], list(document["runs"])) == ("retrieval", "short", ["bm25", "system"])


def test_related_prints_a_table(claims: Path, cache: Path, tmp_path: Path) -> None:
    done = _run(tmp_path, "related", str(claims), "--cache", str(cache))
    assert done.exit_code == 0
    assert "hub rate" in done.stdout
    assert "related against hybrid" in done.stdout


@pytest.mark.parametrize("words", [("retrieval",), ("related",), ("insights",), ("asr",), ("all",)])
def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = _run(tmp_path, *words, str(tmp_path / "nowhere"))
    assert done.exit_code == 2
    assert done.stderr.strip().count("\n") == 0
    assert done.stderr.startswith("earmark: ")


@pytest.mark.parametrize(("library", "words"), [("ir_measures", "ir-measures is not installed; run: pip install")])
def test_a_missing_library_is_one_line(
    judged: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, words: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    done = _run(tmp_path, "retrieval", str(judged), "--cache", str(cache), "--runs", "bm25")
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize("words", [("retrieval", "x"), ("themes", "x"), ("all", "x")])
def test_an_installation_without_what_measures_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "evaluation"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "evaluation", None)
    done = _run(tmp_path, *words)
    assert done.exit_code == 2
    assert done.stderr == "earmark: quality is measured in a checkout of the source; clone it and run: make eval\n"
