"""The process that holds an embedded index for ``HostedIndex``: opens it, carries out calls, ends with its parent."""

from __future__ import annotations

import contextlib
from typing import Any

from earmark.error_documents import dump_error
from earmark.errors import EarmarkError
from earmark.parent import Parent
from retrieval.index.edge import EdgeIndex

__all__ = ["main"]


def main() -> None:
    """Answers until the parent asks for nothing more."""
    parent = Parent()
    with contextlib.suppress(EOFError, BrokenPipeError):
        try:
            index = EdgeIndex(**parent.receive())
        except EarmarkError as error:
            parent.send(("error", dump_error(error), 0))
            return
        try:
            parent.send(("result", None, index.watermark()))
            while True:
                name, *values = parent.receive()
                parent.send((*_carried_out(index, name, values), index.watermark()))
        finally:
            index.close()


def _carried_out(index: EdgeIndex, name: str, values: list[Any]) -> tuple[str, Any]:
    try:
        return ("result", getattr(index, name)(*values))
    except EarmarkError as error:
        return ("error", dump_error(error))
    except ValueError as error:
        return ("refused", str(error))


if __name__ == "__main__":
    main()
