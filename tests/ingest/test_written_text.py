"""Rules for written claims: only sure cases are refused."""

from typing import Any

import pytest

from ingest.insights.written_text import attributed_to, pointing, strange_address, strange_name, stray_number

SAID = (
    "confucius taught in china in nineteen sixties terms the apple two sold a hundred thousand parisian bakers like "
    "ines ferreira and the well known ferreira method of uncertainty based routing"
)
WORDS = frozenset(SAID.split())


@pytest.mark.parametrize(
    "claim",
    [
        "Not every sourdough starter makes enough acid to keep bread fresh.",
        "Because acid stops mould, sourdough keeps for a week.",
        "Who profits from cheap flour is decided by the mills, not the bakers.",
        "It is easier to bake with strong gluten than with wet dough.",
        "It takes three days to make a good loaf of sourdough.",
        "That bread keeps for a week is due to its acid.",
        "Those who bake at home overrate hydration.",
        "Their own thermostats make cheap ovens bake badly.",
        "Bakeries that switch to long fermentation lose less flour to waste.",
        "The same dough gives as good a crust in a cheap oven as in a costly one.",
        "The same acid protects both the dough and the loaf.",
    ],
)
def test_good_openings_point_nowhere(claim: str) -> None:
    assert pointing(claim) == ""


@pytest.mark.parametrize(
    "claim",
    [
        "This keeps bread fresh for a week.",
        "He argues that wet dough hides weak gluten.",
        "They lose less flour to waste after the switch.",
        "It has none of the acid that keeps bread fresh.",
        "The guest argues that wet dough hides weak gluten.",
        "As mentioned earlier, wet dough hides weak gluten.",
        "The same method makes cheap ovens bake well.",
    ],
)
def test_sure_pointers_are_named(claim: str) -> None:
    assert pointing(claim)


@pytest.mark.parametrize(
    ("text", "beside", "stray"),
    [
        ("It kept 7 days.", "a loaf lasts seven days", ""),
        ("It kept 40 days.", "a loaf lasts 7 days", "40"),
        ("In the 1960s bakers used less.", "back in the nineteen sixties", ""),
        ("In the 1960s bakers used less.", "it was 1962 when", ""),
        ("In the 1970s bakers used less.", "it was 1962 when", "1970"),
        ("It costs $50,000.", "about 50000 dollars", ""),
        ("It sold a million loaves.", "it sold very many", ""),
        ("Oven0 was slow to sell.", "Oven0 did not sell", ""),
        ("The two ovens differ in heat.", "this one is hot and that one cold", ""),
        ("Two ovens were sold.", "three were sold", "2"),
    ],
)
def test_numbers_stand_beside_the_quote(text: str, beside: Any, stray: Any) -> None:
    assert stray_number(text, beside) == stray


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Confucian school prized bread.", ""),
        ("An Apple II sold well.", ""),
        ("In Paris bakers like acid.", ""),
        ("Only Ferreira's method works, by Uncertainty-Based routing.", ""),
        ("Bread, said Louis Pasteur, keeps.", "Louis"),
        ("Bakers in Norway like rye.", "Norway"),
        ("Sourdough keeps. Bakers know why.", ""),
    ],
)
def test_names_come_from_the_episode(text: str, name: Any) -> None:
    assert strange_name(text, WORDS) == name


def test_who_is_said_to_hold_a_view() -> None:
    people = ["Ines Ferreira", "Tomas Okoye"]
    assert attributed_to("Ines Ferreira argues that acid stops mould.", people) == ["Ines Ferreira"]
    assert attributed_to("According to Okoye, acid stops mould.", people) == ["Tomas Okoye"]
    assert attributed_to("Acid, which Ines Ferreira sells, stops mould.", people) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("io.js [Node.js fork] drew more bakers.", ""),
        ("See oven.example/node.js for more.", "oven.example/node.js"),
        ("Ask node.js.oven.example for more.", "node.js.oven.example"),
        ("Buy flour from mill.py today.", "mill.py"),
        ("The mill is at mill.example.", ""),
    ],
)
def test_an_address_that_nobody_said_is_found_and_a_program_is_none(text: str, address: str) -> None:
    assert strange_address(text, "the mill is at mill.example now") == address
