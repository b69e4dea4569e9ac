"""The settings as a backup carries them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from earmark.errors import SettingsError
from earmark.private import is_private
from earmark.secret_names import names_secret
from earmark.settings import is_secret
from library.toml_text import toml_value

__all__ = ["settings_text"]

_ELSEWHERE = {"database_url", "home"}
"""Where a library lies belongs to its machine: a restored one would open the old catalog."""


def settings_text(path: Path, *, with_secrets: bool) -> str | None:
    """The text of a settings file for a backup; ``None`` if there is no such file.

    Secrets are left out unless they are asked for, and with them the comments, in which an old key may lie. Addresses
    of another catalog are left out always.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SettingsError("cannot be read", subject=str(path)) from error
    if with_secrets and not _ELSEWHERE & set(values):
        return text
    return "".join(_lines(values, with_secrets=with_secrets))


def _lines(values: Mapping[str, Any], *, with_secrets: bool) -> Iterator[str]:
    for name, value in values.items():
        if not isinstance(value, Mapping) and name not in _ELSEWHERE and (with_secrets or _open([name], value)):
            yield f"{name} = {toml_value(value)}\n"
    for group, members in values.items():
        if isinstance(members, Mapping):
            yield f"\n[{group}]\n"
            for name, value in members.items():
                if with_secrets or _open([group, name], value):
                    yield f"{name} = {toml_value(value)}\n"


def _open(path: list[str], value: Any) -> bool:
    if is_secret(path) or (isinstance(value, str) and names_secret(path[-1])):
        return False
    return not any(isinstance(text, str) and "://" in text and is_private(text) for text in _each(value))


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
