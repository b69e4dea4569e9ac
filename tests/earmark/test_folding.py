"""Text in scripts without spaces, as it is looked up."""

import pytest

from earmark.language.folding import has_unspaced, in_pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("sourdough keeps", ["sourdough", "keeps"]),
        ("Łódź, naïve", ["Łódź,", "naïve"]),
        ("柠檬酸", ["柠檬", "檬酸"]),
        ("水壶", ["水壶"]),
        ("茶", ["茶"]),
        ("用Python写", ["用", "Python", "写"]),
        ("น้ำ 7 วัน", ["น้", "้ำ", "7", "วั", "ัน"]),
        ("", []),
    ],
)
def test_runs_are_written_as_pairs(text: str, pairs: list[str]) -> None:
    assert in_pairs(text).split() == pairs


def test_other_text_stays_to_the_letter() -> None:
    assert in_pairs("Acid  keeps\nbread. Ünüversité!") == "Acid  keeps\nbread. Ünüversité!"


@pytest.mark.parametrize(("text", "holds"), [("kettle", False), ("naïve", False), ("茶 tea", True), ("ขนมปัง", True)])
def test_whether_there_is_any(text: str, holds: bool) -> None:
    assert has_unspaced(text) is holds
