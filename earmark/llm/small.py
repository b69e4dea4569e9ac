"""Models too small for JSON, told by their name."""

from __future__ import annotations

import re

__all__ = ["SMALL_BILLIONS", "billions", "wants_lines"]

SMALL_BILLIONS = 4.0
"""Billions of parameters below which JSON that a grammar forces is valid and wrong: the model's few words go into the form."""

_SIZE = re.compile(r"(?<![\w.])e?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", re.IGNORECASE)
"""A size in a name: ``qwen2.5:1.5b``, ``SmolLM2-135M``, ``gemma-3n-e2b``; not the ``a3b`` of experts, nor the 2.5 of a version."""


def billions(name: str) -> float | None:
    """Billions of parameters that a model's name states; ``None`` if it states none."""
    sizes = [float(number) / (1 if unit in "bB" else 1000) for number, unit in _SIZE.findall(name)]
    return max(sizes, default=None)


def wants_lines(name: str, setting: str) -> bool:
    """Whether a model is asked for plain lines: as ``llm.plain_lines`` says, by its size where that is ``auto``."""
    if setting == "auto":
        size = billions(name)
        return size is not None and size < SMALL_BILLIONS
    return setting == "on"
