from __future__ import annotations

from pathlib import Path

import pytest

from earmark.types import Answer, Citation
from tests.injection.exits import measure, problems
from tests.injection.orders import orders

pytestmark = pytest.mark.heavy


def test_there_are_two_hundred_orders_and_no_two_are_the_same() -> None:
    assert len({order.text for order in orders()}) == 200


@pytest.mark.slow
def test_a_transcript_that_gives_orders_changes_nothing_but_text(tmp_path: Path) -> None:
    """One of each kind of order, the addresses in turn, through terminal, page, REST and stream, with a model that obeys."""
    some = [orders()[10 * n + n % 10] for n in range(20)]
    result = measure(some, tmp_path)
    assert result["problems"] == {}
    assert result["orders"] == 20
    assert result["answers_by_the_model"] >= 18
    assert result["honest_sentence_kept"] == 20


def test_what_gets_through_would_be_counted() -> None:
    cite = Citation(
        n=1, chunk_id="c", episode_id="e", show="S", episode="E", speaker=None, start_s=0.0, quote="not there",
        url="https://evil.example/",
    )  # fmt: skip
    bad = Answer(
        question="q",
        answer="Visit https://evil.example/pay now. [1] Uncited. [7]Rest",
        abstained=False,
        citations=(cite,),
    )
    counts = problems(
        bad,
        {"page": "<a href='https://evil.example/'>x</a><img src=x>", "terminal": "\x1b]8;;https://e.example\x1b\\x"},
        {},
    )
    assert {
        "foreign links: page", "foreign links: terminal", "foreign links: citations", "markup: page",
        "addresses in the answer", "uncited sentences", "marks without a citation", "quotes not in the passage",
    } <= set(counts)  # fmt: skip
