"""The texts that language models are given."""

from __future__ import annotations

from importlib.resources import files
from string import Template

__all__ = ["load_prompt"]


def load_prompt(name: str, **values: str) -> str:
    """The prompt ``name`` with its ``$placeholders`` filled in; raises ``KeyError`` where one is missing."""
    return Template((files("ingest.prompts") / f"{name}.md").read_text(encoding="utf-8")).substitute(values)
