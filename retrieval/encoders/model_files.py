"""What the files of an embedding model say about it, read without loading any library."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.errors import ModelNotFound

__all__ = ["Prompts", "dimension", "json_file", "longest_input", "modules", "name_of", "prompts_of"]

_PASSAGE_NAMES = ("document", "passage", "corpus")
"""Names under which models keep the prompt of what is searched, in the order sentence-transformers looks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """What is put before a query and before a passage; empty if the model wants nothing."""

    query: str = ""
    passage: str = ""


def prompts_of(folder: Path, *, query: str = "", passage: str = "") -> Prompts:
    """The prompts that are given, else those of the model's own configuration."""
    own = json_file(folder / "config_sentence_transformers.json").get("prompts") or {}
    passage_prompt = next((own[name] for name in _PASSAGE_NAMES if own.get(name)), "")
    return Prompts(query=query or str(own.get("query") or ""), passage=passage or str(passage_prompt))


def name_of(name: str, revision: str, folder: Path, prompts: Prompts) -> str:
    """Model, revision, longest input and, where passages get one, their prompt: what decides stored vectors."""
    mark = "/" + hashlib.sha256(prompts.passage.encode("utf-8")).hexdigest()[:8] if prompts.passage else ""
    return f"{name}@{revision[:12]}/{longest_input(folder)}{mark}"


def longest_input(folder: Path) -> int:
    """Longest input in tokens: sentence-transformers' own file, else what tokenizer and transformer both take."""
    own = json_file(folder / "sentence_bert_config.json").get("max_seq_length")
    given = (
        json_file(folder / "tokenizer_config.json").get("model_max_length"),
        json_file(folder / "config.json").get("max_position_embeddings"),
    )
    return int(own or min((number for number in given if number), default=0))


def modules(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Class name and configuration of a model's modules in their order; empty if it has no ``modules.json``."""
    listed = _read(folder / "modules.json")
    return [
        (
            str(module.get("type", "")).rpartition(".")[2],
            json_file(folder / str(module.get("path", "")) / "config.json"),
        )
        for module in (listed if isinstance(listed, list) else [])
        if isinstance(module, dict)
    ]


def dimension(folder: Path) -> int:
    """Length of a vector: of the last dense layer, else of the pooling, else of the transformer.

    Raises:
        ModelNotFound: the files do not say, or cannot be read.
    """
    length = json_file(folder / "config.json").get("hidden_size") or 0
    for name, config in modules(folder):
        keys = ("out_features", "word_embedding_dimension", "embedding_dimension") if name != "Transformer" else ()
        for key in keys:
            length = config.get(key) or length
    truncated = json_file(folder / "config_sentence_transformers.json").get("truncate_dim")
    if not (truncated or length):
        raise ModelNotFound("its files do not say how long its vectors are", subject=str(folder))
    return int(truncated or length)


def json_file(path: Path) -> dict[str, Any]:
    """A JSON object of a model; an empty one where there is no such file.

    Raises:
        ModelNotFound: the file cannot be read, or holds something else.
    """
    document = _read(path)
    if not isinstance(document, dict):
        raise ModelNotFound("this file of the model holds no JSON object; get the model again", subject=str(path))
    return document


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelNotFound("this file of the model cannot be read; get the model again", subject=str(path)) from error
