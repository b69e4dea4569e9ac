"""Coroutines run apart from the test's own thread, in which a browser may already keep an event loop."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run_apart(function: Callable[[], Awaitable[Result]]) -> Result:
    """What the coroutine function returns, run to its end in a thread of its own."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(anyio.run, function).result()
