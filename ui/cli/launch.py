"""The start of the `earmark` command: Ctrl-C is answered in one line from the first moment on.

What a command needs takes half a second to load, and Python would answer a Ctrl-C meanwhile with pages of its own insides.
"""

from __future__ import annotations

import gc

from ui.cli.interrupts import answered_at_once

__all__ = ["main"]

_MANY = 10_000
"""New objects after which garbage is looked for: with Python's 700 that is an eighth of the time that loading takes."""


def main() -> None:
    """The entry point of the `earmark` command."""
    answered_at_once()
    gc.set_threshold(_MANY)
    from ui.cli.main import main as run

    run()
