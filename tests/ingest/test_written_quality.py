"""Which ideas of a model are printed, and in what order: by the editor's place, what was said, and the word of the check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.llm.replies import check_schema
from earmark.settings import InsightSettings
from ingest.insights import DropReason, LlmExtractor, select
from ingest.insights.checking import CheckReply
from ingest.insights.written_quality import promise, quality
from tests.ingest.desk import Desk, listed, pointing_at
from tests.ingest.loaf import ACID, ALL, OVENS, POINTED, WATER, published, written
from tests.ingest.talk import episode, transcript


def worth(*values: int | str, **others: Any) -> Callable[[str], dict[str, Any]]:
    """A check that passes everything and says what each idea is to a reader, in the order listed."""

    def check(user: str) -> dict[str, Any]:
        passed = {"carries": "yes", "headline": "yes", "holds": "holds", "body": "yes"} | others
        return {"verdicts": [{"id": n, "worth": values[n - 1]} | passed for n in listed(user)]}

    return check


def test_what_the_check_says_a_reader_would_skip_is_not_printed_and_what_it_is_glad_of_comes_first() -> None:
    desk = Desk(candidates=POINTED, check=worth(1, 2, 3))
    made, dropped, _ = published(desk, limits=InsightSettings(), floors=InsightSettings(min_written=0.5))
    assert dropped == {DropReason.LOW_QUALITY: 1}
    assert [insight.quality for insight in made] == sorted((i.quality for i in made), reverse=True)
    assert [insight.quote for insight in made] == [OVENS, WATER]


def test_what_a_reader_would_skip_is_not_written_again() -> None:
    desk = Desk(candidates=POINTED, check=worth(0, 0, 2, carries="no"))
    published(desk, limits=InsightSettings())
    (request,) = [user for kind, _, user in desk.asked if kind == "repair"]
    assert listed(request) == [3]


@pytest.mark.parametrize("told", ["2", 2.0, " 0 ", 0.0, 3])
def test_a_worth_is_read_however_it_is_written(told: Any) -> None:
    reply = {"verdicts": [{"id": 1, "worth": told}]}
    check_schema(reply, CheckReply.model_json_schema())
    (verdict,) = CheckReply.model_validate(reply).verdicts
    assert verdict.worth == int(float(told))


@pytest.mark.parametrize("told", ["", "perhaps", 7, -1, 2.5, None, True, "nan"])
def test_a_worth_that_is_none_loses_no_idea(told: Any) -> None:
    check_schema({"verdicts": [{"id": 1, "worth": told}]}, CheckReply.model_json_schema())
    desk = Desk(candidates=POINTED, check=worth(told, told, told))
    assert len(published(desk, limits=InsightSettings())[0]) == 3


class Disdains:
    """A rater that is glad of nothing but what begins with a word."""

    def rate(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0 if text == OVENS else -9.0, 0.0] for text in texts], dtype=np.float32)


def test_what_promises_too_little_is_not_written() -> None:
    desk = Desk(candidates=POINTED)
    made, _, counts = published(desk, limits=InsightSettings(), rater=Disdains)
    assert [insight.quote for insight in made] == [OVENS] and counts["finalists"] == 1
    nothing = pointing_at("Acetic acid keeps", "A dough at 65")
    assert published(Desk(candidates=nothing), limits=InsightSettings(), rater=Disdains)[2]["finalists"] == 1


def test_an_empty_body_costs_no_quality() -> None:
    body = "So sourdough keeps in a bread box that other loaves would go mouldy in."
    bare = LlmExtractor(Desk(candidates=POINTED), limits=ALL).extract(episode(), transcript())
    told = LlmExtractor(Desk(candidates=POINTED, writing=written(acetic={"body": body})), limits=ALL)
    checked = {draft.quote: draft for draft in told.extract(episode(), transcript())}
    assert checked[ACID].body == body
    assert {draft.quote: draft.quality for draft in bare}[ACID] == checked[ACID].quality


class PrefersOvens:
    """A rater that is glad of what is said of ovens alone."""

    def rate(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[2.0 if text == OVENS else -6.0, 0.0] for text in texts], dtype=np.float32)


def test_what_was_said_is_rated_by_the_encoder_that_learned_from_labels_where_there_is_one() -> None:
    desk = Desk(candidates=POINTED, check=worth(1, 1, 1))
    unrated = LlmExtractor(desk, limits=ALL).extract(episode(), transcript())
    rated = LlmExtractor(desk, limits=ALL, rater=PrefersOvens).extract(episode(), transcript())
    assert len(rated) == len(unrated) > 1
    assert rated[0].quote == OVENS != unrated[0].quote
    assert rated[0].quality > 0.5 > rated[1].quality


def test_ideas_are_ranked_by_the_editors_order_and_by_what_was_learned_from_labels() -> None:
    assert 1 > promise(0, 1.0) > promise(1, 1.0) > promise(1, -1.0) > 0
    assert promise(0, 1.0) > promise(0, None) > promise(0, -9.0)
    assert 1 > quality(0.5, 3) > quality(0.5, 2) > quality(0.5, 1) > quality(0.5, 0) > 0
    assert quality(0.8, 1) > quality(0.2, 1)
    assert quality(0.5, 2) > quality(0.5, None) > quality(0.5, 1)
    assert 1 > quality(promise(0, 999.0), 3) > quality(promise(0, -9999.0), 0) > 0
    reason = "It keeps for a week because its acid stops mould, which costs a bakery 40 percent less flour than rye."
    desk = Desk(
        candidates=POINTED,
        writing=written(a={"claim": "Bread is nice.", "body": ""}, acetic={"body": reason}),
    )
    drafts = LlmExtractor(desk, limits=ALL).extract(episode(), transcript())
    qualities = [draft.quality for draft in drafts if not draft.objection]
    assert qualities == sorted(qualities, reverse=True)
    made, dropped = select(drafts, episode(), transcript(), InsightSettings(min_written=1.0))
    assert not made and dropped[DropReason.LOW_QUALITY]
