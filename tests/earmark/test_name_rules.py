"""What people are called by rules: in a place, in any case, before the turns of a passage, and as readers once typed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from earmark.name_rules import NameRule, NameRules

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def rule(spelling: str, name: str, *, place: str = "", label: str = "", alone: bool = False, days: int = 0) -> NameRule:
    at = NOW + timedelta(days=days)
    return NameRule(spelling=spelling, name=name, place=place, label=label, alone=alone, at=at)


def test_nothing_decided_changes_nothing() -> None:
    rules = NameRules()
    assert not rules
    assert (rules.shown("Ada Finch"), rules.meant("Ada Finch")) == ("Ada Finch", ("Ada Finch",))
    assert rules.headed("Ada: one\nBen: two", episode_id="e", show_id="s") == "Ada: one\nBen: two"
    assert not rules.confirmed("Ada Finch")


def test_a_name_is_given_in_any_case_and_with_any_accents() -> None:
    rules = NameRules([rule("A. Finch", "Ada Finch")])
    assert [rules.shown(name) for name in ("A. Finch", "a finch", "Á. FINCH", "B. Finch")] == [
        "Ada Finch",
        "Ada Finch",
        "Ada Finch",
        "B. Finch",
    ]
    assert rules.confirmed("ada finch")
    assert not rules.confirmed("A. Finch")


def test_former_names_are_those_that_nobody_has_and_lead_to_somebody() -> None:
    rules = NameRules(
        [rule("A. Finch", "Ada Finch"), rule("Ben", "Ben Osprey"), rule("Zo", "Zoe"), rule("F", "Fay", label="f")]
    )
    assert rules.former(["ADA FINCH", "Ben Osprey", "ben", "Fay"]) == (("A. Finch", "Ada Finch"),)
    assert rules.former([]) == ()


def test_what_is_about_one_spelling_alone_is_about_no_other() -> None:
    rules = NameRules([rule("Áda Finch", "Áda Other", alone=True)])
    assert (rules.shown("Áda Finch"), rules.shown("Ada Finch")) == ("Áda Other", "Ada Finch")
    assert (rules.meant("Áda Finch"), rules.meant("ada finch")) == (("Áda Other",), ("ada finch",))


def test_the_nearest_place_counts() -> None:
    rules = NameRules([
        rule("Chris", "Chris Everywhere"),
        rule("Chris", "Chris Show", place="show"),
        rule("Chris", "Chris Episode", place="episode"),
    ])  # fmt: skip
    assert rules.shown("Chris", episode_id="episode", show_id="show") == "Chris Episode"
    assert rules.shown("chris", episode_id="other", show_id="show") == "Chris Show"
    assert rules.shown("Chris", episode_id="other", show_id="another") == "Chris Everywhere"
    assert set(rules.meant("chris")) == {"Chris Everywhere", "Chris Show", "Chris Episode"}


def test_a_name_that_is_given_on_one_show_is_meant_beside_itself() -> None:
    rules = NameRules([rule("Chris", "Chris Hall", place="show")])
    assert rules.meant("Chris") == ("Chris", "Chris Hall")


def test_a_part_of_a_former_name_still_means_them() -> None:
    rules = NameRules([rule("Steve Gibson", "S. G. Hall"), rule("Steve Gibson", "Else", label="Steve")])
    assert rules.named_by("Gibson") == ("Gibson", "S. G. Hall")
    assert rules.named_by("Steve Gibson") == ("S. G. Hall",)
    assert rules.named_by("ibson") == ("ibson",)


def test_names_before_turns_are_those_that_are_shown_and_words_stay() -> None:
    rules = NameRules([rule("Ada", "Ada Finch"), rule("Ben", "Benjamin Osprey", place="show")])
    said = "Ada: Ada: is what Ben calls me.\nBen: Ada, that is true.\nand so on"
    assert rules.headed(said, episode_id="e", show_id="show") == (
        "Ada Finch: Ada: is what Ben calls me.\nBenjamin Osprey: Ada, that is true.\nand so on"
    )
    assert rules.headed(said, episode_id="e", show_id="else").startswith("Ada Finch: Ada: is what Ben")
    assert rules.headed("Ada: alone", episode_id="e", show_id="show") == "Ada: alone"


def test_rules_are_the_same_whatever_their_order() -> None:
    first, second = rule("A", "B"), rule("C", "D", days=1)
    assert NameRules([first, second]) == NameRules([second, first])
    assert hash(NameRules([first, second])) == hash(NameRules([second, first]))
    assert NameRules([first]) != NameRules([second])
