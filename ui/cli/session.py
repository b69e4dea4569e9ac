"""What the options before a command say: which library, and which settings differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.output import reported

if TYPE_CHECKING:
    import typer

    from earmark.settings import Settings
    from library.ports import LibraryPort

__all__ = ["Session", "opened", "opened_for"]


class Session:
    """Opens the library that the options name."""

    def __init__(self) -> None:
        self.overrides: dict[str, Any] = {}
        self.home: Path | None = None

    @contextmanager
    def library(self, settings: Settings | None = None) -> Iterator[LibraryPort]:
        """The library while the block runs, by default as options and settings name it."""
        from library.library import Library

        chosen = settings or self.settings()
        if chosen.log_json:
            from earmark.settings import secret_values
            from ui.cli.logs import log_as_json

            log_as_json(secret_values(chosen))
        library: LibraryPort = Library.open(settings=chosen)
        try:
            yield library
        finally:
            library.close()

    def settings(self) -> Settings:
        """The settings that the options, the environment and the home name."""
        from earmark.settings import default_home, load_settings
        from ui.cli.sample import ADDRESS, marked_port

        overrides = dict(self.overrides)
        if marked_port(self.home or default_home(os.environ)) is not None:
            overrides.setdefault("fetch", {"allow_private": [ADDRESS]})
        return load_settings(overrides, home=self.home)


@contextmanager
def opened(context: typer.Context) -> Iterator[LibraryPort]:
    """The library of a command while it runs; its errors become one line on stderr and an exit code."""
    session: Session = context.obj
    with reported(), session.library() as library:
        yield library


@contextmanager
def opened_for(context: typer.Context, reader: str) -> Iterator[LibraryPort]:
    """The library as a reader sees it (by id; empty for the reader of this machine), while a command runs."""
    with opened(context) as library:
        yield library.for_reader(reader) if reader else library
