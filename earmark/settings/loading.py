"""The settings in force, of all that gives some."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from earmark.errors import SettingsError
from earmark.settings.environment import from_environment
from earmark.settings.whole import Settings, default_home

__all__ = ["load_settings"]


def load_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    home: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force: ``earmark.toml`` in home < environment < ``overrides`` (nested mappings).

    Raises:
        SettingsError: an unknown name, a value that cannot be, an unreadable file; one line that names the path.
    """
    env = dict(os.environ if environ is None else environ)
    root = (home or default_home(env)).expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise SettingsError("is not a folder; set EARMARK_HOME to one", subject=str(root))
    values: dict[str, Any] = {}
    for source in (_read_toml(root / "earmark.toml"), from_environment(env), overrides or {}):
        values = _merge(values, _renamed(source))
    values["home"] = root
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError("there is no such setting; docs/settings.md lists them", subject=path) from None
        raise SettingsError(first["msg"], subject=path) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("cannot be read", subject=str(path)) from error


_RENAMED = (("ingest", "newest", "backfill"),)
"""Group, name before, name now; the name before goes on working."""


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with former names of settings replaced by today's, which win if both are given."""
    renamed = dict(values)
    for group, old, new in _RENAMED:
        given = renamed.get(group)
        if isinstance(given, Mapping) and old in given:
            kept = {name: value for name, value in given.items() if name != old}
            renamed[group] = {new: given[old], **kept}
    return renamed


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        old = merged.get(name)
        merged[name] = _merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged
