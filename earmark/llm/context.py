"""How many tokens a model reads and writes at once, as far as its server says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from earmark.llm.asking import ask, listed
from earmark.net import is_near

if TYPE_CHECKING:
    from earmark.settings import LlmSettings

__all__ = ["context_tokens"]

_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)", re.MULTILINE)
_LEAST, _MOST = 256, 100_000_000
"""What is no length of a context."""


def context_tokens(llm: LlmSettings) -> int | None:
    """The context that a model has at its server, in tokens; ``None`` if the server does not say.

    vLLM tells it in its list of models, llama.cpp in ``/props``, LM Studio in a list of its own. Ollama gives a model a
    shorter context than it was made for: that of its parameters, or the one it was loaded with.
    """
    if not llm.base_url:
        return None
    base = llm.base_url.rstrip("/")
    root = base.removesuffix("/v1")
    key = llm.api_key.get_secret_value()
    entry = _entry(listed(ask(f"{base}/models", key=key), "data"), llm.model)
    tokens = _tokens(entry, "max_model_len") or _tokens(entry, "context_length")
    if tokens or not is_near(base):
        return tokens
    generation = _part(ask(f"{root}/props", key=key), "default_generation_settings")
    return (
        _tokens(generation, "n_ctx")
        or _tokens(_entry(listed(ask(f"{root}/api/ps"), "models"), llm.model), "context_length")
        or _ollama_parameter(ask(f"{root}/api/show", body={"model": llm.model}))
        or _tokens(_entry(listed(ask(f"{root}/api/v0/models"), "data"), llm.model), "loaded_context_length")
    )


def _part(value: Any, name: str) -> dict[str, Any]:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}


def _entry(entries: list[dict[str, Any]], model: str) -> dict[str, Any]:
    """The entry of the model; that of the only model if a server has but one, which then answers to any name."""
    for entry in entries:
        if model in (entry.get("id"), entry.get("name"), entry.get("model")):
            return entry
    return entries[0] if len(entries) == 1 else {}


def _tokens(entry: dict[str, Any], name: str) -> int | None:
    value = entry.get(name)
    return value if isinstance(value, int) and _LEAST <= value <= _MOST else None


def _ollama_parameter(shown: Any) -> int | None:
    parameters = shown.get("parameters") if isinstance(shown, dict) else None
    stated = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    return int(stated.group(1)) if stated else None
