"""Ids that survive a re-clustering."""

from __future__ import annotations

from retrieval.themes.identity import identify


def test_a_theme_keeps_its_id_while_most_of_it_stays() -> None:
    before = {f"i{n}": "old" for n in range(10)}
    names = identify([[f"i{n}" for n in range(1, 10)] + ["new"]], before)
    assert names.ids == ("old",)
    assert names.overlap[0] == 9 / 11
    assert names.retired == {}


def test_the_larger_half_of_a_split_goes_on_and_the_other_gets_an_id_of_its_own() -> None:
    before = {f"i{n}": "old" for n in range(10)}
    names = identify([[f"i{n}" for n in range(6)], [f"i{n}" for n in range(6, 10)]], before)
    assert names.ids[0] == "old"
    assert names.ids[1] not in {"old", ""}
    assert names.overlap[1] == 0.0


def test_a_merged_theme_leads_to_the_one_it_went_up_in() -> None:
    before = {f"a{n}": "large" for n in range(8)} | {f"b{n}": "small" for n in range(3)}
    names = identify([[*before]], before)
    assert names.ids == ("large",)
    assert names.retired == {"small": "large"}


def test_a_theme_whose_insights_are_gone_has_no_heir() -> None:
    names = identify([["x", "y", "z"]], {"a": "gone", "b": "gone"})
    assert names.retired == {"gone": ""}
    assert names.ids[0] != "gone"


def test_pairs_add_up_to_the_most_overlap() -> None:
    before = {f"a{n}": "one" for n in range(6)} | {f"b{n}": "two" for n in range(6)}
    first = [*(f"a{n}" for n in range(4)), "b0"]
    second = [*(f"b{n}" for n in range(1, 6)), "a4", "a5"]
    assert identify([second, first], before).ids == ("two", "one")


def test_new_ids_follow_from_what_is_in_them() -> None:
    assert identify([["a", "b"]], {}).ids == identify([["b", "a"]], {}).ids
    assert identify([], {}).ids == ()
