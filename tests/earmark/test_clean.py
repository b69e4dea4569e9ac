"""What is taken out of text from outside, and what is spelling and stays."""

from __future__ import annotations

import pytest

from earmark.clean import plain
from earmark.language.folding import fold

ZWNJ, ZWJ = "\u200c", "\u200d"


@pytest.mark.parametrize(
    "text",
    [
        f"کتاب{ZWNJ}ها را می{ZWNJ}خوانم",  # Persian
        f"ده{ZWNJ}ساڵ",  # Kurdish
        f"ه{ZWJ}.ش.",  # Persian: a letter's joined form by itself
        f"ක්{ZWJ}රීඩා ශ්{ZWJ}රම",  # Sinhala
        f"അവന്{ZWJ} പറഞ്ഞു, അവള്{ZWJ}",  # Malayalam, at words' ends
        f"ক{ZWNJ}ষ র{ZWJ}্যাংক উদ্{ZWNJ}যোগ",  # Bengali
        f"ರ{ZWJ}್ಯಾಲಿ ರಾಜ್{ZWNJ}ಕುಮಾರ್",  # Kannada
        f"क्{ZWJ}ष क्{ZWNJ}ष",  # Hindi
        f"శ్రీ రాజ్{ZWNJ}కుమార్",  # Telugu
        f"ගී ජූ{ZWJ}ලි",
        "👩‍💻 👨‍👩‍👧 🏳️‍🌈 ❤️",
    ],
)
def test_joiners_that_are_spelling_stay(text: str) -> None:
    assert plain(text) == text
    assert plain(plain(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"pass{ZWNJ}word", "password"),
        (f"pass{ZWJ}word", "password"),
        (f"ab{ZWJ}{ZWNJ}{ZWJ}c", "abc"),
        (f"пар{ZWNJ}оль", "пароль"),
        (f"漢{ZWJ}字", "漢字"),
        (f"کتاب{ZWNJ}{ZWNJ}{ZWNJ}ها", f"کتاب{ZWNJ}ها"),
        (f"کتاب{ZWNJ} abc", "کتاب abc"),
        (f"{ZWNJ}کتاب", "کتاب"),
        (f"a{ZWNJ}کتاب", "aکتاب"),
        (f"कमल{ZWJ} x", "कमल x"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("\u2066سلام\u2069", "سلام"),
        ("سلام\u200f!", "سلام!"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_what_hides_text_goes(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_words_are_the_same_with_a_joiner_and_without() -> None:
    assert fold(f"می{ZWNJ}خوانم") == fold("میخوانم")
    assert fold(f"ශ්{ZWJ}රී") == fold("ශ්රී")
