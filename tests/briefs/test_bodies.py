"""Two ideas of one brief do not carry each other's claim as body."""

from __future__ import annotations

from dataclasses import replace

import pytest

from briefs.bodies import apart
from briefs.make import find_brief, make_brief
from earmark.catalog import Catalog
from earmark.settings import BriefSettings
from tests.briefs.samples import DAY, MODEL, NOW, READER, SmallFinder, fill, insight, unit

LID = "Kettles boil faster with the lid on, for most of the heat is lost as steam."
LIME = "Hard water shortens the life of a kettle by about 40 percent."
ACID = "A spoon of citric acid restores a slow kettle in ten minutes."


def _bodies(body: str, *claims: str) -> str:
    """The first idea's body beside ideas with these claims."""
    others = [insight(claim, body="Nothing of the kind.") for claim in claims]
    return apart([insight(LID, body=body), *others])[0].body


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f"{LIME} The plate then runs hotter.", "The plate then runs hotter."),
        (f"The plate runs hot. {LIME}", "The plate runs hot."),
        (f"The plate runs hot. {LIME} The seal fails.", "The plate runs hot. … The seal fails."),
        (f"The plate runs hot. {LIME} {ACID} The seal fails.", "The plate runs hot. … The seal fails."),
        (
            f"The plate runs hot. {LIME} Seals fail. {ACID} So we wait.",
            "The plate runs hot. … Seals fail. … So we wait.",
        ),
        (f"{LIME} {ACID}", ""),
        (LIME, ""),
    ],
)
def test_what_another_idea_claims_is_left_out(body: str, left: str) -> None:
    assert _bodies(body, LIME, ACID) == left


@pytest.mark.parametrize(
    "said",
    [
        "So hard water shortens the life of a kettle by about 40 percent.",
        "hard water shortens the life of a kettle by about 40 percent",
        "However, hard water shortens the life of a kettle by about 40 percent!",
    ],
)
def test_openings_case_and_marks_make_no_other_sentence(said: str) -> None:
    assert _bodies(f"{said.rstrip('.!')}. The seal fails.", LIME) == "The seal fails."


@pytest.mark.parametrize(
    "body",
    [
        "Hard water shortens the life of a kettle by about 14 percent. The seal fails.",
        "Not that hard water shortens the life of a kettle by about 40 percent. The seal fails.",
        "Nobody denies that hard water shortens the life of a kettle by about 40 percent.",
        "Two  spaces stay as they were,  for nothing is left out here. ",
    ],
)
def test_other_sentences_stay(body: str) -> None:
    assert _bodies(body, LIME) == body


def test_a_claim_of_two_sentences_and_scripts_without_spaces() -> None:
    assert _bodies(f"First. {LIME} {ACID} Last.", f"{LIME} {ACID}") == "First. … Last."
    assert _bodies(f"First. {ACID} Last.", f"{LIME} {ACID}") == f"First. {ACID} Last."
    assert (
        _bodies("水很硬。水壶的寿命会缩短百分之四十。密封圈会坏。", "水壶的寿命会缩短百分之四十。")
        == "水很硬。 … 密封圈会坏。"
    )


def test_an_idea_that_says_itself_again_is_not_asked_here() -> None:
    assert _bodies(f"{LID} The plate runs hot.", LIME) == f"{LID} The plate runs hot."
    assert apart([]) == ()


def test_a_stored_brief_says_each_claim_once(catalog: Catalog) -> None:
    """Neighbours of one episode: each has the other's claim in its body, and the library keeps them so."""
    lid = insight(LID, body=f"Steam is lost heat. {LIME} A lid costs nothing.", quality=0.9)
    lime = replace(insight(LIME, body=f"{LID} The plate then runs hotter.", quality=0.8), seq=1)
    vectors = {lid.id: unit(1, 0), lime.id: unit(0, 1)}
    fill(catalog, [lid, lime], vectors)
    finder = SmallFinder([lid, lime], vectors)
    made = make_brief(catalog, finder, READER, DAY, settings=BriefSettings(size=2), model_id=MODEL, now=NOW)
    assert {item.insight.claim: item.insight.body for item in made.items} == {
        LID: "Steam is lost heat. … A lid costs nothing.",
        LIME: "The plate then runs hotter.",
    }
    assert find_brief(catalog, READER.id, DAY) == made
