"""The memory of what was computed before."""

from __future__ import annotations

from retrieval.bounded_memory import BoundedMemory


def test_values_are_kept_until_there_are_too_many() -> None:
    kept: BoundedMemory[int] = BoundedMemory(2)
    kept.add({"a": 1})
    kept.add({"b": 2, "c": 3})
    assert kept.among(["c", "a", "x"]) == {"c": 3, "a": 1}
    kept.add({"d": 4})
    assert kept.among("abcd") == {"d": 4}
