"""What Earmark is installed with: pinned, and under licences that let it be passed on."""

from __future__ import annotations

import tomllib

import pytest

from evaluation.closure import EXTRAS, closure, pinned
from evaluation.licences import PAGE, allowed, extras, installed
from evaluation.locks import locked, wanted
from tests.conftest import REPO


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
def test_every_library_may_be_used_and_is_listed() -> None:
    entries = installed()
    assert len(entries) > 100
    assert [entry for entry in entries if not allowed(entry.licence)] == []
    listed = PAGE.read_text(encoding="utf-8")
    assert [
        entry.name for entry in entries if f"| {entry.name} | {entry.version} | {entry.licence} |" not in listed
    ] == []


@pytest.mark.heavy
def test_every_extra_is_told_and_may_be_used_as_far_as_it_is_known() -> None:
    told = extras()
    listed = PAGE.read_text(encoding="utf-8").partition("## Extras")[2]
    declared = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {extra.name for extra in told} == declared.keys() - set(EXTRAS["dev"])
    assert [extra.name for extra in told if f"**`{extra.name}`**" not in listed] == []
    known = [entry for extra in told for entry in extra.entries]
    assert [entry for entry in known if not allowed(entry.licence)] == []
    assert [e.name for e in known if f"| {e.name} | {e.version} | {e.licence} |" not in listed] == []
    unknown = [name for extra in told for name in extra.unknown]
    assert [name for name in unknown if name not in listed] == []


@pytest.mark.heavy
def test_whatever_is_installed_for_earmark_is_pinned() -> None:
    assert closure(EXTRAS["dev"]) - set(pinned()) == set()


@pytest.mark.heavy
@pytest.mark.parametrize("command", EXTRAS)
def test_whatever_is_installed_is_locked_by_its_hashes(command: str) -> None:
    """`make test` and this fail alike where a version moved and `python -m evaluation.locks` was not run."""
    assert set(wanted(command)) <= set(locked(command))
    assert min(locked(command).values()) >= 1


def test_a_library_with_code_of_its_own_is_locked_for_several_platforms() -> None:
    numbers = locked("run")
    names = {name.partition("==")[0]: count for name, count in numbers.items()}
    assert min(names[name] for name in ("numpy", "onnxruntime", "qdrant-edge-py", "openvino", "ctranslate2")) > 3
