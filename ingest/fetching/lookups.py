"""Looking up host names within a time limit, which the system's own look-up does not have."""

from __future__ import annotations

import ipaddress
import queue
import threading
from collections.abc import Callable
from typing import NoReturn, TypeVar

__all__ = ["LookupTimeout", "is_literal", "within"]

_T = TypeVar("_T")


class LookupTimeout(OSError):
    """The name servers did not answer in time."""


def is_literal(host: str) -> bool:
    """Whether a host is an address already, so that nothing has to be looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def within(limit_s: float, call: Callable[[], _T]) -> _T:
    """What ``call`` returns or raises, if it does so in time.

    The system's look-up cannot be interrupted. Its thread is left behind; it ends when the resolver gives up.

    Raises:
        LookupTimeout: it took longer than ``limit_s`` seconds.
    """
    answers: queue.SimpleQueue[Callable[[], _T]] = queue.SimpleQueue()

    def work() -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - handed over to the thread that asked
            failure = error  # the name `error` ends with this block
            answers.put(lambda: _raise(failure))
        else:
            answers.put(lambda: result)

    threading.Thread(target=work, name="lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=limit_s)
    except queue.Empty:
        raise LookupTimeout from None
    return answer()


def _raise(error: Exception) -> NoReturn:
    raise error
