"""Promises about the project itself: names, docs, light imports."""

from __future__ import annotations

import ast
import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from ui.cli.docs import DOCS, cli_page, settings_page
from ui.cli.main import app

REPO = Path(__file__).parents[1]
PACKAGES = ("earmark", "ingest", "retrieval", "briefs", "ui", "evaluation")
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
    command: Any = typer.main.get_command(app)
    for name, sub in command.commands.items():
        assert sub.help, name
        for param in sub.params:
            assert param.help, f"{name} {param.name}"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; sys.argv = ['earmark', '--help']\nfrom ui.cli.main import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPO)
    loaded = set(ast.literal_eval(done.stderr.strip().splitlines()[-1]))
    assert not loaded & HEAVY
    assert "brief" in done.stdout
