"""Claims over time: predictions by their words or a model's, and what was said later about each, never what came before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from earmark.language.predictions import foretold
from earmark.types import Hit, Insight, Related
from library.timeline import claims_over_time

SAID = datetime(2024, 3, 1, tzinfo=UTC)


def claim(key: str, text: str, *, days: int = 0, kind: str = "", episode: str = "", speaker: str = "Ada") -> Insight:
    return Insight(
        id=key, episode_id=episode or key, show_id="s", show="Small Hours", episode="One",
        published=SAID + timedelta(days=days), url="", audio_url="", seq=0, claim=text, body="", quote=text,
        speaker=speaker, start_s=None, end_s=None, quality=0.6, extractor="extractive", content_hash=key, kind=kind,
    )  # fmt: skip


def beside(insight: Insight, relation: str = "", *, score: float = 0.9) -> Related:
    return Related(insight=insight, relation=relation, score=score, why="")


class RelatedLists:
    """Answers what others said, and remembers of what it was asked."""

    def __init__(self, **entries: Sequence[Related]) -> None:
        self.entries = entries
        self.asked: list[str] = []

    def __call__(self, insight: Insight) -> Sequence[Related]:
        self.asked.append(insight.id)
        return self.entries.get(insight.id, ())


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Half of all new cars will be electric by 2030.", "by 2030"),
        ("I predict that the grid fails first.", ""),
        ("Within five years nobody is going to write this by hand.", "Within five years"),
        ("We'll run out of copper before the end of the decade.", "before the end of the decade"),
        ("Rents are expected to fall next year.", "next year"),
        ("My bet is that it takes three to five years.", ""),
    ],
)
def test_what_is_to_come_is_told_by_words(text: str, due: str) -> None:
    event = foretold(text, year=2024)
    assert event is not None
    assert event.due == due


@pytest.mark.parametrize(
    "text",
    [
        "Water will boil at a lower pressure.",
        "By 2019 they had sold ten thousand.",
        "He said in 2012 that it will fail.",
        "In the last two years it doubled.",
        "The will of the founder decides.",
        "Next year's model costs the same.",
    ],
)
def test_what_was_or_always_is_is_no_prediction(text: str) -> None:
    assert foretold(text, year=2024) is None


def test_under_a_prediction_is_what_was_said_later_by_anybody() -> None:
    foretelling = claim("p", "Half of all new cars will be electric by 2030.")
    met = claim("met", "Half of all new cars are electric now.", days=500, speaker="Ben")
    before = claim("before", "Cars are dear.", days=-30, speaker="Ben")
    aside = claim("aside", "Cars are loud.", days=90, speaker="Zoe")
    hidden = claim("hidden", "Cars are wide.", days=95, speaker="Zoe")
    moment = Hit(
        chunk_id="c", episode_id="e", show_id="t", show="Late", episode="Two", published=SAID + timedelta(days=40),
        url="", speaker="Zoe", start_s=None, end_s=None, text="Cars again.", score=1.0,
    )  # fmt: skip
    entries = [beside(met, "same"), beside(before, "opposite"), beside(aside), beside(hidden), beside(met, "same")]
    heard = RelatedLists(p=[*entries, Related(moment=moment, score=0.5, why="")])
    (told,) = claims_over_time([foretelling], related=heard, hidden={"hidden"})
    assert (told.prediction, told.due) == (True, "by 2030")
    assert [entry.insight.id if entry.insight else "moment" for entry in told.later] == ["moment", "aside", "met"]


def test_under_another_claim_is_only_what_says_what_became_of_it() -> None:
    said = claim("a", "Kelp farms pay for themselves.")
    later = [claim(key, f"{key} was said.", days=20, speaker="Ben") for key in ("same", "opposite", "reason", "aside")]
    entries = [beside(other, other.id if other.id != "aside" else "") for other in later]
    (told,) = claims_over_time([said], related=RelatedLists(a=entries))
    assert {entry.insight.id for entry in told.later if entry.insight} == {"same", "opposite"}
    assert (told.prediction, told.due) == (False, "")


def test_a_change_of_mind_on_the_same_show_is_found() -> None:
    first = claim("first", "Remote work makes young engineers less productive.")
    second = claim("second", "Remote work does not make young engineers less productive.", days=400)
    same_talk = replace(second, id="talk", episode_id="first")
    told = claims_over_time([second, first, same_talk], related=RelatedLists())
    assert [entry.insight.id for entry in told] == ["first", "second", "talk"]
    (changed,) = told[0].later
    assert changed.insight is not None
    assert (changed.insight.id, changed.relation) == ("second", "opposite")
    assert told[1].later == told[2].later == ()


def test_what_a_model_says_of_the_kind_counts_before_the_words() -> None:
    by_model = claim("m", "The grid holds.", kind="prediction")
    finding = claim("f", "Half of all cars will be electric by 2030.", kind="finding", days=1)
    told = claims_over_time([by_model, finding], related=RelatedLists())
    assert [(entry.prediction, entry.due) for entry in told] == [(True, ""), (False, "")]


def test_of_a_long_list_the_latest_sixty_are_told() -> None:
    told = claims_over_time([claim(f"c{n:02}", "Kettles sing.", days=n) for n in range(61)], related=RelatedLists())
    assert [told[0].insight.id, told[-1].insight.id, len(told)] == ["c01", "c60", 60]


def test_at_most_twenty_lists_are_asked_for_predictions_first_and_what_has_no_date_is_left_out() -> None:
    claims = [claim(f"c{n:02}", f"Kettle {n} sings.", days=n) for n in range(30)]
    claims += [claim(f"p{n}", f"Kettle {n} will sing by 2030.", days=n) for n in range(3)]
    heard = RelatedLists()
    told = claims_over_time([*claims, replace(claims[0], id="undated", published=None)], related=heard)
    assert len(told) == 33
    assert heard.asked[:4] == ["p2", "p1", "p0", "c29"]
    assert len(heard.asked) == 20
