"""What Earmark is installed with: pinned, and under licences that let it be passed on."""

from __future__ import annotations

import pytest

from evaluation.closure import EXTRAS, closure, pinned
from evaluation.licences import allowed, installed


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("Apache-2.0 AND Apache-2.0 WITH LLVM-exception", True),
        ("unknown", False),
        ("", False),
    ],
)
def test_which_licences_fit(licence: str, fits: bool) -> None:
    assert allowed(licence) is fits


@pytest.mark.heavy
def test_every_library_may_be_used() -> None:
    entries = installed()
    assert len(entries) > 100
    assert [entry for entry in entries if not allowed(entry.licence)] == []


@pytest.mark.heavy
def test_whatever_is_installed_for_earmark_is_pinned() -> None:
    assert closure(EXTRAS["dev"]) - set(pinned()) == set()
