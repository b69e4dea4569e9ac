"""Values as TOML writes them."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["toml_value"]


def toml_value(value: Any) -> str:
    """A text, number, truth or list as TOML writes it: as JSON does, but for one control character."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")
