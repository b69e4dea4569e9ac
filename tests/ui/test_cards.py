"""Pictures of insights: their size, and that no text breaks one or is drawn in boxes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.ui import corpus
from ui.pages.cards import SIZE, draw_card

FIRST = corpus.INSIGHTS[0]


def _opened(claim: str, speaker: str = "", show: str = "") -> Image.Image:
    return Image.open(io.BytesIO(draw_card(claim, speaker, show))).convert("RGB")


def _ink(image: Image.Image) -> int:
    """How many pixels of the middle are dark."""
    return sum(image.crop((84, 130, 1116, 520)).convert("L").histogram()[:96])


@pytest.mark.heavy
def test_a_picture_has_the_size_of_a_card_and_few_bytes() -> None:
    drawn = draw_card(FIRST.claim, FIRST.speaker or "", FIRST.show)
    assert Image.open(io.BytesIO(drawn)).size == SIZE
    assert len(drawn) < 60_000
    assert _ink(_opened(FIRST.claim)) > 5_000


@pytest.mark.parametrize(
    "claim", ["Ärger macht Mühe", "Что такое хорошо", "Μηδέν άγαν, αεί", "Ein Satz — “mit” Zeichen … und 12 %"]
)
def test_latin_greek_and_cyrillic_are_set(claim: str) -> None:
    assert _ink(_opened(claim)) > 2_000


@pytest.mark.parametrize(
    "claim", ["人工智能改变物理学", "الذكاء الاصطناعي", "בינה מלאכותית", "A mix of 漢字 and words", "😀"]
)
def test_a_script_without_letters_is_not_drawn_as_boxes(claim: str) -> None:
    assert _ink(_opened(claim)) == 0


@pytest.mark.heavy
@pytest.mark.parametrize("claim", ["", "x", "word " * 400, "w" * 4_000, "\u202e\x00\n", "a" * 120 + " b"])
def test_no_text_leaves_its_place(claim: str) -> None:
    image = _opened(claim, "s" * 500, "t" * 500)
    paper = image.getpixel((20, 300))
    assert all(image.getpixel((1160, y)) == paper for y in range(160, 530, 3))
    assert all(image.getpixel((x, 615)) == paper for x in range(84, 1116, 3))
