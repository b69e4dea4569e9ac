"""Writes the generated documents: docs/cli.md, docs/settings.md, docs/numbers.md, docs/scale.md and the figures of README.md.

They follow from the command line, the settings and the measurements in evaluation/results.

python -m ui.cli.docs            writes them
python -m ui.cli.docs --check    exits 1 when what is there differs
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel, SecretStr

from earmark.settings import Settings
from ui.cli.main import app

__all__ = ["DOCS", "REPO", "cli_page", "generated", "settings_page"]

REPO = Path(__file__).parents[2]
DOCS = REPO / "docs"


def cli_page() -> str:
    """The command line as Markdown: every command, argument and option with its help."""
    command: Any = typer.main.get_command(app)
    lines = [
        "# The command line",
        "",
        "Made from the program by `make format`. Every reading command takes `--json` and prints one document with",
        "`schema_version`; progress and errors go to stderr. Exit codes: 0 done, 1 failed, 2 asked for something that",
        "makes no sense, 3 partly done (some feeds or episodes failed), 130 stopped with Ctrl-C.",
        "",
        "## Before the command",
        "",
        *_options(command),
    ]
    for name, sub in sorted(_commands(command).items()):
        usage = " ".join([f"earmark {name}", *(_usage(p) for p in sub.params if p.param_type_name == "argument")])
        lines += ["", f"## `{usage}`", "", sub.help or "", "", *_options(sub)]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """The settings as Markdown: every name with its default, bounds and meaning."""
    lines = [
        "# Settings",
        "",
        "Made from the program by `make format`. `earmark.toml` in the home folder < environment < command line. A setting",
        "`x` of a group `[g]` is `EARMARK_G__X` in the environment; a secret can be named by a file with `…_FILE`. Lists are",
        "separated by commas there. `EARMARK_HOME` moves everything. `OPENAI_API_KEY` and `OPENAI_BASE_URL` are understood.",
        "",
        *_table(Settings, "EARMARK_"),
    ]
    for name, info in Settings.model_fields.items():
        group = info.annotation
        if isinstance(group, type) and issubclass(group, BaseModel):
            lines += [
                "",
                f"## [{name}]",
                "",
                (group.__doc__ or "").strip(),
                "",
                *_table(group, f"EARMARK_{name.upper()}__"),
            ]
    return "\n".join(lines) + "\n"


def _commands(group: Any) -> dict[str, Any]:
    """Commands by name; those of a group under the group's name."""
    commands: dict[str, Any] = {}
    for name, sub in group.commands.items():
        if hasattr(sub, "commands"):
            commands |= {f"{name} {inner}": command for inner, command in _commands(sub).items()}
        else:
            commands[name] = sub
    return commands


def _usage(param: Any) -> str:
    name = (param.metavar or param.name).upper().removesuffix("...").strip("[]")
    return f"{name}…" if param.nargs == -1 else name


def _options(command: Any) -> list[str]:
    lines = []
    for param in command.params:
        if param.name == "help":
            continue
        names = _usage(param) if param.param_type_name == "argument" else ", ".join(param.opts)
        lines.append(f"- `{names}`: {getattr(param, 'help', '') or ''}")
    return lines


def _table(model: type[BaseModel], prefix: str) -> Iterator[str]:
    yield "| setting | default | what it is | environment |"
    yield "| --- | --- | --- | --- |"
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            continue
        variable = f"`{prefix}{name.upper()}`"
        yield f"| `{name}` | {_default(info)} | {info.description or ''}{_bounds(info)} | {variable} |"


def _default(info: Any) -> str:
    if info.default_factory is not None:
        return "the platform's data folder"
    value = info.default.get_secret_value() if isinstance(info.default, SecretStr) else info.default
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if value not in ("", None) else "empty"


def _bounds(info: Any) -> str:
    words = {"Ge": "ge", "Le": "le", "Gt": "gt", "Lt": "lt"}
    signs = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<"}
    limits = [
        f"{signs[words[type(m).__name__]]} {getattr(m, words[type(m).__name__]):g}"
        for m in info.metadata
        if type(m).__name__ in words
    ]
    return f" ({', '.join(limits)})" if limits else ""


def generated() -> dict[Path, str]:
    """Every file that is generated, in whole or in part, with the text that it should have."""
    from evaluation.numbers import numbers_page, with_figures
    from evaluation.scale.page import scale_page

    readme = REPO / "README.md"
    return {
        DOCS / "cli.md": cli_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "numbers.md": numbers_page(),
        DOCS / "scale.md": scale_page(),
        readme: with_figures(readme.read_text("utf-8")),
    }


def main() -> None:
    """Writes the files, or with ``--check`` compares them."""
    wanted = generated()
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
        if stale:
            names = ", ".join(str(path.relative_to(REPO)) for path in stale)
            sys.exit(f"not what the program and evaluation/results say: {names}; run: make format")
        return
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
