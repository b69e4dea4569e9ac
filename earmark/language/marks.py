"""What readers are told of how a text came about, in the same words everywhere."""

from __future__ import annotations

__all__ = ["STAND_IN_MARK"]

STAND_IN_MARK = "As spoken: the language model had not read this episode."
"""Beside an insight that was found without the model while the model did not answer."""
