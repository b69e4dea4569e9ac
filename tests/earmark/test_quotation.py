"""A claim that is its own quote is told from one that says it in other words."""

from __future__ import annotations

import pytest

from earmark.language.quotation import is_own_quote, shown_quote

QUOTE = "Well, you know, rye dough needs more water because its fibres, um, bind four times as much. It is cheap, too."


@pytest.mark.parametrize(
    "texts",
    [
        (QUOTE,),
        ("Rye dough needs more water because its fibres bind four times as much.", "It is cheap, too."),
        ("[The dough] needs more water because its fibres bind four times as much. It is cheap, too.",),
    ],
)
def test_a_cleaned_quote_is_the_quote(texts: tuple[str, ...]) -> None:
    assert is_own_quote(QUOTE, *texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("",),
        ("Rye needs water.",),
        ("Fibres that bind water make rye dough wetter than wheat dough, and no baker can change that.",),
        ("It is cheap, too.", "Rye dough needs more water because its fibres bind four times as much."),
    ],
)
def test_other_words_or_another_order_are_not(texts: tuple[str, ...]) -> None:
    assert not is_own_quote(QUOTE, *texts)


def test_a_quote_is_shown_only_after_other_words() -> None:
    assert shown_quote(QUOTE, QUOTE) == ""
    assert shown_quote(QUOTE, "Rye needs water.") == QUOTE
