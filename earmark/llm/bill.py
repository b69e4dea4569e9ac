"""What a call of a language model comes to: the tokens the endpoint counted, or an estimate where it does not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from earmark.ports import Meter

__all__ = ["Bill", "estimated_tokens", "may_have_been_billed"]

_BYTES_A_TOKEN = 4.0
"""English text under the tokenizers in use; others have fewer bytes a token and are counted too low by up to a half."""
_TEMPLATE = 64
"""Tokens that a chat template and a schema's grammar add to the words of a prompt, with room to spare."""
_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"})
"""Causes of a failed call after which nothing can have been computed."""
_DEEPEST = 8


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text.encode()) // int(_BYTES_A_TOKEN))


def may_have_been_billed(error: BaseException | None) -> bool:
    """Whether a call that ended in this error of a provider's client (``None``: in an odd reply) may have cost something.

    It did not where the endpoint answered with an error, or was never reached.
    """
    if getattr(error, "status_code", None) is not None:
        return False
    seen = 0
    while error is not None and seen < _DEEPEST:  # clients wrap each other's errors
        if type(error).__name__ in _NEVER_SENT:
            return False
        error, seen = error.__cause__ or error.__context__, seen + 1
    return True


class Bill:
    """One call. Made before it, which holds the most it can come to; settled once, after it.

    A prompt never has more tokens than bytes, nor a reply more than it was allowed, so a hold is an upper bound.
    """

    def __init__(self, meter: Meter | None, prompt: str, max_tokens: int) -> None:
        """Raises ``NotYet`` if no budget is left."""
        self._prompt = prompt
        self._most = max_tokens
        self._counted: tuple[int, int] | None = None
        self._settle: Callable[[int, int], None] | None = (
            meter.reserve(len(prompt.encode()) + _TEMPLATE, max_tokens) if meter else None
        )

    def read(self, message: Any) -> None:
        """Takes the endpoint's own count from a message or a piece of one, where there is one."""
        usage = getattr(message, "usage_metadata", None) or {}
        read, written = usage.get("input_tokens") or 0, usage.get("output_tokens") or 0
        if read or written:
            before = self._counted or (0, 0)
            self._counted = (max(read, before[0]), max(written, before[1]))

    def settle(self, reply: str) -> None:
        """Counts the call; only the first time."""
        read, written = self._counted or (estimated_tokens(self._prompt), estimated_tokens(reply))
        self._close(read, written)

    def unsent(self) -> None:
        """Counts nothing: the call was not made."""
        self._close(0, 0)

    def failed(self, error: Exception) -> None:
        """Counts a call that raised.

        Nothing where the endpoint answered with an error or was never reached; else the work may have been done, and
        the call counts as if it had.
        """
        if may_have_been_billed(error):
            self._close(estimated_tokens(self._prompt), self._most)
        else:
            self._close(0, 0)

    def _close(self, read: int, written: int) -> None:
        if self._settle is not None:
            settle, self._settle = self._settle, None
            settle(read, written)
