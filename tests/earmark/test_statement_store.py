"""Statements as bytes: what goes in comes out, and other bytes are refused."""

from __future__ import annotations

import pytest

from earmark.ports import Statement
from earmark.statement_store import pack, unpack


def test_what_is_packed_comes_out_as_it_was() -> None:
    told = [Statement(start=0, end=70_000, worth=0.1), Statement(start=4, end=5, worth=1 / 3)]
    assert unpack(pack(told)) == told
    assert unpack(pack([])) == []


def test_bytes_that_are_no_statements_are_refused() -> None:
    with pytest.raises(ValueError, match="17 bytes are not statements"):
        unpack(bytes(17))
