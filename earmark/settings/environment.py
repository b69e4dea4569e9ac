"""Settings that the environment gives: ``EARMARK_G__X``, and files that hold a secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from earmark.errors import SettingsError
from earmark.settings.whole import Settings

__all__ = ["from_environment", "is_secret"]


def from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    """``EARMARK_G__X`` as nested values; names that match no setting are kept, so that they are refused by name."""
    values: dict[str, Any] = {}
    for name, given in env.items():
        text = given
        upper = name.upper()
        if not upper.startswith("EARMARK_") or upper in _NOT_SETTINGS or upper.startswith("EARMARK_TEST_") or not text:
            continue
        path = upper.removeprefix("EARMARK_").lower().split("__")
        if path[-1].endswith("_file") and is_secret([*path[:-1], path[-1].removesuffix("_file")]):
            path[-1] = path[-1].removesuffix("_file")
            text = _read_secret(Path(text), name)
        _put(values, path, _parse(path, text))
    for name, path in (("OPENAI_API_KEY", ["llm", "api_key"]), ("OPENAI_BASE_URL", ["llm", "base_url"])):
        if env.get(name) and path[1] not in values.get("llm", {}):
            _put(values, path, env[name])
    return values


_NOT_SETTINGS = {"EARMARK_HOME", "EARMARK_QDRANT_URL"}
"""Variables with our prefix that are read elsewhere."""


def _field(path: list[str]) -> Any:
    model: Any = Settings
    for part in path[:-1]:
        info = model.model_fields.get(part)
        if info is None or not isinstance(info.annotation, type) or not issubclass(info.annotation, BaseModel):
            return None
        model = info.annotation
    return model.model_fields.get(path[-1])


def is_secret(path: list[str]) -> bool:
    """Whether the setting at a path such as ``["mail", "password"]`` is a secret."""
    info = _field(path)
    return info is not None and info.annotation is SecretStr


def _read_secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("the file it names cannot be read", subject=name) from error


def _parse(path: list[str], text: str) -> Any:
    """Lists are given as comma-separated words."""
    info = _field(path)
    if info is not None and str(info.annotation).startswith("tuple"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
        if not isinstance(values, dict):
            raise SettingsError("is a group of settings and takes no value of its own", subject=part)
    values[path[-1]] = value
