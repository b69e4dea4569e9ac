"""What the learned weights say of texts of our own."""

from __future__ import annotations

import pytest

from ingest.insights.span_features import FEATURE_NAMES, span_features
from ingest.insights.worth import worth, worths

WORTH_READING = (
    "Most caches are invalidated too late because nobody owns the event that makes them stale. Teams that name an owner for "
    "each event cut stale reads by 80 percent, at the cost of a slower first request.",
    "Password rules make systems less secure: the more often people must change a password, the more predictable the next "
    "one becomes, so attackers who know an old one need fewer guesses.",
)
SMALL_TALK = (
    "Yeah, so I was like, oh wow, that is so cool, you know? And I just love that, it's awesome.",
    "Thanks so much for joining us today, and I hope you guys enjoyed the show. We'll talk about that next week.",
)


def test_what_gives_a_reason_is_worth_more_than_small_talk() -> None:
    values = [judged.value for judged in worths([*WORTH_READING, *SMALL_TALK])]
    assert min(values[:2]) > 3 * max(values[2:])


def test_what_points_outside_stands_less_alone() -> None:
    named = worth("Ring signatures hide the sender of a transaction among several possible signers.")
    pointing = worth("And that's why they hide it among them, because this is how it works.")
    assert named.stands > 2 * pointing.stands


@pytest.mark.parametrize("text", ["", "…", "?!", "a", "word " * 5000])
def test_any_text_has_a_probability(text: str) -> None:
    judged = worth(text)
    assert 0 <= judged.value <= 1
    assert 0 <= judged.stands <= 1


def test_features_have_the_order_of_their_names() -> None:
    row = dict(zip(FEATURE_NAMES, span_features("Because you paid 300 dollars, “they” paid nothing."), strict=True))
    assert row["opens with because"] == 1
    assert row["cause at all"] == 1
    assert row["any figure"] == 1
    assert row["quotes"] > 0
    assert row["sentences"] == 1


def test_no_texts_have_no_worth() -> None:
    assert worths([]) == []
