"""Model servers on this machine, looked for on the ports that they usually have; nothing is told to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from earmark.llm.asking import ask, listed
from earmark.llm.small import billions

__all__ = ["USUAL_PORTS", "FoundServer", "find_servers"]

USUAL_PORTS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM"}
"""Ports of model servers as their makers ship them."""
_PATIENCE_S = 0.5
"""Silence after which a port has no model server: on this machine an answer takes milliseconds."""
_NAME = re.compile(r"[A-Za-z0-9][\w.:/@+-]{0,119}")
"""Names that are safe in a shell, in TOML and on a page; all that model servers give are among them."""
_OTHER_WORK = re.compile(r"embed|bge-|rerank|whisper|minilm|e5-|nomic|clip", re.IGNORECASE)
_UNKNOWN_BILLIONS = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A server on this machine and the models that can write, the one to try first in front."""

    name: str
    base_url: str
    models: tuple[str, ...]

    @property
    def environment(self) -> str:
        """The variables that make Earmark use it, to be put before a command."""
        return f"EARMARK_LLM__MODEL={self.models[0]} EARMARK_LLM__BASE_URL={self.base_url}"

    @property
    def toml(self) -> str:
        """The line of ``earmark.toml`` that does the same."""
        return f'llm = {{ model = "{self.models[0]}", base_url = "{self.base_url}" }}'


def find_servers(ports: Iterable[int]) -> list[FoundServer]:
    """The servers that answer with a list of models, in the order of ``ports``; those without a model are left out."""
    chosen = list(ports)
    if not chosen:
        return []
    with ThreadPoolExecutor(len(chosen)) as pool:
        return [server for server in pool.map(_look, chosen) if server is not None]


def _look(port: int) -> FoundServer | None:
    base_url = f"http://127.0.0.1:{port}/v1"
    models = _names(listed(ask(f"{base_url}/models", timeout_s=_PATIENCE_S), "data"))
    if not models:
        return None
    return FoundServer(name=USUAL_PORTS.get(port, "a model server"), base_url=base_url, models=models)


def _names(entries: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The names of models that write, the largest first: it is what somebody with a large machine has fetched."""
    names = [entry.get("id") for entry in entries]
    fitting = [
        name for name in names if isinstance(name, str) and _NAME.fullmatch(name) and not _OTHER_WORK.search(name)
    ]
    return tuple(sorted(dict.fromkeys(fitting), key=lambda name: -(billions(name) or _UNKNOWN_BILLIONS)))
