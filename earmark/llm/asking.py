"""Small questions to a model server about itself, as JSON over HTTP; no text of a library is ever in them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from earmark.net import is_loopback
from earmark.openers import keyed_opener

__all__ = ["ask", "listed"]

_MOST_BYTES = 2_000_000
"""Longest answer that is read: a list of a few hundred models has under 200 kB."""


def ask(url: str, *, key: str = "", body: dict[str, object] | None = None, timeout_s: float = 2.0) -> Any:
    """The JSON that an address answers with; ``None`` if it is not there, refuses, or answers something else.

    Args:
        url: the address; on this machine no proxy is used.
        key: sent as a bearer token, if any.
        body: sent by POST; without it the address is asked by GET.
        timeout_s: longest silence, in seconds.
    """
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    try:
        request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - the address is a setting
        with keyed_opener(direct=is_loopback(url)).open(request, timeout=timeout_s) as response:
            return json.loads(response.read(_MOST_BYTES))
    except (OSError, ValueError, urllib.error.HTTPError, RecursionError):
        return None


def listed(answer: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list that an answer has under a name; none if it has no such list."""
    entries = answer.get(name) if isinstance(answer, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
