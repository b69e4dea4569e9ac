"""Promises about the project itself: names, docs, light imports."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from evaluation.numbers import RESULTS, numbers_page, with_figures
from ui.cli.docs import DOCS, REPO, generated
from ui.cli.main import app

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
    "pydantic",
    "rich",
    "requests",
    "httpx",
    "starlette",
    "jinja2",
    "alembic",
    "prometheus_client",
    "PIL",
    "earmark.types",  # sixty values, each with methods that are made as it is loaded: a tenth of a second
}
MOST_MODULES = 225
"""Modules that `earmark --help` may load: it loaded 203 when this was written."""


@pytest.mark.heavy
def test_our_names_are_nobody_elses() -> None:
    owners = importlib.metadata.packages_distributions()
    for name in (*PACKAGES, "sample"):
        assert set(owners.get(name, ["earmark"])) <= {"earmark"}, name


PAGES = sorted([*DOCS.glob("*.md"), *REPO.glob("*.md")])


def test_generated_docs_match_the_program_and_what_was_measured() -> None:
    pages = generated()
    assert {path.name for path in pages} == {"cli.md", "settings.md", "numbers.md", "scale.md", "README.md"}
    for path, text in pages.items():
        assert path.read_text("utf-8") == text, path.name


def test_a_number_follows_its_file(tmp_path: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(RESULTS, results)
    readme = (REPO / "README.md").read_text("utf-8")
    assert with_figures(readme, results) == readme
    campaign = json.loads((results / "campaign.json").read_text("utf-8"))
    campaign["ingest"]["seconds"] = 4321.0
    (results / "campaign.json").write_text(json.dumps(campaign), "utf-8")
    assert "4321 s" in with_figures(readme, results)
    assert "4321 s" in numbers_page(results)
    with pytest.raises(ValueError, match="marks"):
        with_figures("# A README without figures\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_the_docs_point_at_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    assert [link for link in links if link and not (page.parent / link).exists()] == []
    named = set(re.findall(r"`((?:\w+/)+\w+\.\w+)`", text))
    ours = {path for path in named if path.partition("/")[0] in {*PACKAGES, "tests", "docs", "sample"}}
    assert [path for path in ours if not (REPO / path).exists()] == []


def test_the_index_of_the_docs_names_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    assert [
        page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"]({page.name})" not in index
    ] == []


@pytest.mark.heavy
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


@pytest.mark.heavy
def test_help_loads_nothing_heavy() -> None:
    script = "import sys; sys.argv = ['earmark', '--help']\nfrom ui.cli.main import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPO)
    loaded = set(ast.literal_eval(done.stderr.strip().splitlines()[-1]))
    assert not loaded & HEAVY
    assert len(loaded) <= MOST_MODULES, sorted(loaded)
    assert "brief" in done.stdout
