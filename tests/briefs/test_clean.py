"""`earmark.clean`: nothing that acts is left of a text, and what is read stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.clean import cut, plain

_HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "\x1b\x9b\x9d\x07[]m;0\\ \t\r\n\x85\u2028\u202e\u2066\u200b\u200d\ufe0f\ufeff\U000e0041👩🏽‍💻é漢a1-"
        ),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two  spaces\tand a tab", "two spaces and a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1;31mred", "red"),
        ("\x1b]0;a new title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1bcreset", "reset"),
        ("a line\r\nBcc: x@example.org", "a line Bcc: x@example.org"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066isolated\u2069 \u200emarks\u200f \u061c", "isolated marks"),
        ("zero\u200bwidth\u2060 \ufeffjoined\u00ad", "zerowidth joined"),
        ("tagged\U000e0041\U000e0042", "tagged"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("\ud800half", "half"),
        ("👩🏽‍💻 and 👍🏽 and ❤️ and 5️⃣", "👩🏽‍💻 and 👍🏽 and ❤️ and 5️⃣"),
        ("jo\u200din\ufe0fed", "joined"),
        ("Crème brûlée, 漢字, עברית, हिन्दी", "Crème brûlée, 漢字, עברית, हिन्दी"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_plain_keeps_the_words_only(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_lines_are_kept_where_they_are_asked_for() -> None:
    assert plain("one  \r\ntwo\r\n\r\n\r\n\r\n\tthree\n", newlines=True) == "one\ntwo\n\n    three"
    assert plain("one line  ", newlines=True) == "one line"


@pytest.mark.heavy
@given(_HOSTILE, st.booleans())
def test_nothing_that_acts_is_left_and_a_second_pass_changes_nothing(text: str, newlines: bool) -> None:
    shown = plain(text, newlines=newlines)
    kept = {"\n"} if newlines else set[str]()
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c not in kept]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\xad")
    assert plain(shown, newlines=newlines) == shown
    shown.encode()


@given(st.text(st.sampled_from("ab ,.漢—"), max_size=60), st.integers(1, 40))
def test_a_cut_text_is_never_too_long_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("…") and text.startswith(short[:-1])


def test_a_text_is_cut_between_words_where_that_costs_little() -> None:
    assert cut("the quick brown fox jumps", 18) == "the quick brown…"
    assert cut("漢字" * 20, 7) == "漢字漢字漢字…"
    assert cut("a " + "b" * 40, 20) == "a " + "b" * 17 + "…"
    assert cut("anything", 0) == "…"
