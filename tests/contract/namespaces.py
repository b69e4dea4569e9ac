"""Namespaces of Linux: a command with a network or with mounts of its own, which nothing outside sees."""

from __future__ import annotations

import os
import shutil

__all__ = ["namespace"]


def namespace(kind: str) -> list[str]:
    """The words before a command that give it a namespace (``--net``, ``--mount``) and the rights in it.

    Empty where there is no ``unshare``: the command then finds that it may not do what it has to.
    """
    program = shutil.which("unshare")
    if program is None:
        return []
    mine = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return [program, *mine, kind]
