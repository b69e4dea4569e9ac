"""Promises about the project itself: names, docs, light imports."""

from __future__ import annotations

import ast
import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ui.cli.docs import DOCS, cli_page, settings_page
from ui.cli.main import app

REPO = Path(__file__).parents[1]
PACKAGES = ("earmark", "ingest", "retrieval", "briefs", "library", "ui", "evaluation")
HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "faster_whisper",
    "ctranslate2",
    "qdrant_client",
    "qdrant_edge",
    "langchain",
    "langchain_core",
    "openai",
    "streamlit",
    "numpy",
    "sqlalchemy",
    "feedparser",
}


def test_our_names_are_nobody_elses() -> None:
    owners = importlib.metadata.packages_distributions()
    for name in (*PACKAGES, "sample"):
        assert set(owners.get(name, ["earmark"])) <= {"earmark"}, name


def test_generated_docs_match_the_program() -> None:
    assert (DOCS / "cli.md").read_text("utf-8") == cli_page()
    assert (DOCS / "settings.md").read_text("utf-8") == settings_page()


def test_every_command_and_option_has_help() -> None:
    commands = list(_commands("earmark", typer.main.get_command(app)))
    assert {"earmark add", "earmark eval retrieval", "earmark show list"} <= {name for name, _ in commands}
    for name, command in commands:
        assert command.help, name
        for param in command.params:
            assert param.help, f"{name} {param.name}"


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command below one, with the words that call it."""
    for sub_name, sub in getattr(command, "commands", {}).items():
        yield f"{name} {sub_name}", sub
        yield from _commands(f"{name} {sub_name}", sub)


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; sys.argv = ['earmark', '--help']\nfrom ui.cli.main import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPO)
    loaded = set(ast.literal_eval(done.stderr.strip().splitlines()[-1]))
    assert not loaded & HEAVY
    assert "brief" in done.stdout
