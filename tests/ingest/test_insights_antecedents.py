"""What a sentence points back to is named where that is sure, and left alone where it is not."""

from __future__ import annotations

import pytest

from ingest.insights.antecedents import named


@pytest.mark.parametrize(
    ("before", "text", "shown"),
    [
        (
            "Ring signatures are older than Monero.",
            "They hide the sender among several signers.",
            "[Ring signatures] hide the sender among several signers.",
        ),
        (
            "The steel plate is cheap.",
            "It keeps the heat of the oven for an hour.",
            "[The steel plate] keeps the heat of the oven for an hour.",
        ),
        ("Rust is older than people think.", "It needs no collector.", "[Rust] needs no collector."),
        (
            "Each block begins with a coinbase transaction.",
            "This transaction has no input.",
            "[The coinbase transaction] has no input.",
        ),
        (
            "Miners are paid by a coinbase transaction.",
            "That transaction has no input.",
            "[The coinbase transaction] has no input.",
        ),
    ],
)
def test_a_sure_subject_is_named(before: str, text: str, shown: str) -> None:
    assert named(text, before) == shown


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "They hide the sender."),
        ("Alice Munro is a writer.", "This is why it works."),
        ("Alice Munro is a writer.", "That approach has a price."),
        ("The steel plate is cheap.", "They keep the heat."),
        ("Ring signatures are old.", "It has a price."),
        ("Somebody asked about the plate and the oven.", "It has a price."),
        ("There are many signatures.", "They are old."),
        ("It is raining.", "It has a price."),
        ("Rye is old.", "Rye has a price."),
    ],
)
def test_what_is_not_sure_is_left_alone(before: str, text: str) -> None:
    assert named(text, before) == text
