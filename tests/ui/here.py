"""Running the command line in this process, where what it loads is loaded already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from ui.cli.main import app

__all__ = ["CommandOutcome", "here"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def here(home: Path, *words: str, env: Mapping[str, str] | None = None) -> CommandOutcome:
    """Runs ``earmark --home HOME --allow-private 127.0.0.1 WORDS``; an exception that the program does not catch comes out."""
    done = CliRunner().invoke(app, ["--home", str(home), "--allow-private", "127.0.0.1", *words], env=env)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return CommandOutcome(code=done.exit_code, out=done.stdout, err=done.stderr)
