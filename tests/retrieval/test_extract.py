"""What is said beside an answer that is quoted."""

from __future__ import annotations

import pytest

from earmark.types import Citation
from retrieval.answers.extract import not_read_closely


def cite(quote: str) -> Citation:
    return Citation(
        n=1, chunk_id="c", episode_id="e", show="S", episode="E", speaker=None, start_s=0.0, quote=quote, url=""
    )


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("We saw that the kelp sinks when it is heavy, and that is all there is to it.", False),
        ("Kelp farms off Norway produced 300 tonnes in 2019.", False),
        (
            "Der Seetang sinkt nur dort, wo das Wasser tief genug ist und niemand ihn erntet, und von dem, was sinkt, bleibt "
            "nach hundert Jahren noch die Hälfte unten, wie wir gemessen haben.",
            True,
        ),
        ("海藻は深い海に沈む。", True),
    ],
)
def test_a_quote_in_another_language_is_told_as_such(quote: str, told: bool) -> None:
    assert bool(not_read_closely([cite(quote)])) is told


def test_nothing_is_told_of_no_quotes() -> None:
    assert not not_read_closely([])
