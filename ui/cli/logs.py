"""The log as lines of JSON, for programs that gather logs: one object a line on stderr, and no text of a podcast in it.

Our own records say what they say, without secrets. Of other libraries' records only the constant part is written, and of
exceptions the class and where they were raised: their texts may quote what was being read, or a key.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from earmark.clean import cut, plain
from earmark.net import redact

__all__ = ["JsonLines", "log_as_json"]

_OURS = frozenset({"earmark", "ingest", "retrieval", "briefs", "library", "ui"})
_LONGEST = 500
"""Characters of a message; ours are sentences."""
_FRAMES = 12
"""Places that are named of an exception, the innermost last."""
_URL = re.compile(r"\bhttps?://[^\s\"'<>]+")
_SHORTEST_SECRET = 4
"""Characters from which a secret is looked for in texts; shorter ones would blot out words."""


class JsonLines(logging.Formatter):
    """Writes a record as a JSON object.

    ``at`` is the time in ISO 8601, UTC; ``level``, ``logger``, ``place`` (file and line) and ``message`` follow, then what
    the record holds in ``fields``, and ``error`` with ``class`` and ``frames``.

    Args:
        secrets: texts that are written as ``***``.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted({text for text in secrets if len(text) >= _SHORTEST_SECRET}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, without a line break."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "place": f"{record.module}:{record.lineno}",
            "message": self._clean(_message(record)),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= {name: self._clean(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, default=str)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return cut(_URL.sub(lambda match: redact(match[0]), plain(text)), _LONGEST)


def log_as_json(secrets: Iterable[str]) -> None:
    """Has this process write its log as lines of JSON from now on, whatever libraries do about theirs."""
    logging.setLoggerClass(_GatheredLogger)
    logging.captureWarnings(True)
    handler = _Stderr()
    handler.setFormatter(JsonLines(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


class _Stderr(logging.Handler):
    """Writes to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):  # closed: there is nobody to tell
            return


class _GatheredLogger(logging.Logger):
    """A logger whose records go to the program's handler alone: some libraries bring handlers that print tracebacks."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, True if name == "propagate" else value)

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802 - the name is the base class's
        """Takes no handler."""


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _OURS:
        return record.getMessage()
    template = str(record.msg) if record.args else ""
    return "" if template == "%s" else template


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "class": type(error).__qualname__,
        "frames": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    }
