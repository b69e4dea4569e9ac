"""Why an idea is in a brief: what it is to the reader and to what others said, and nothing where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from briefs.why import why
from earmark.days import Days
from earmark.types import Hit, Insight, Related
from tests.briefs.samples import DAY, NOW, insight

IDEA = insight("A lid makes a kettle boil sooner", show="Lattice Hours")
MARCH = datetime(2026, 3, 9, tzinfo=UTC)


def other(
    claim: str = "Kettles boil faster with the lid on",
    *,
    show: str = "Ferrous Minds",
    speaker: str | None = "Jo Adeyemi",
    published: datetime | None = MARCH,
) -> Insight:
    return replace(insight(claim, show=show, speaker=speaker), published=published)


def entry(said: Insight, relation: str = "") -> Related:
    return Related(insight=said, score=0.8, why="both speak of kettles", relation=relation)


def reason(
    idea: Insight = IDEA,
    *,
    duplicates: Sequence[Insight] = (),
    related: Sequence[Related] = (),
    library: Sequence[Insight] = (),
    like: str = "",
) -> str:
    return why(
        idea,
        day=DAY,
        days=Days.named("Europe/Berlin"),
        library=[idea, *library],
        duplicates=duplicates,
        related=related,
        like=like,
    )


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("opposite", "Contradicts what Jo Adeyemi said on Ferrous Minds in March."),
        ("same", "The second show in your library to say so, after Ferrous Minds in March."),
        ("reason", "What Jo Adeyemi said on Ferrous Minds in March gives a reason for it."),
        ("consequence", "What Jo Adeyemi said on Ferrous Minds in March follows from it."),
        ("example", "What Jo Adeyemi said on Ferrous Minds in March is an example of it."),
        ("parallel", "The same mechanism as in what Jo Adeyemi said on Ferrous Minds in March."),
        ("", ""),
    ],
)
def test_what_it_is_to_what_another_said(relation: str, expected: str) -> None:
    assert reason(related=[entry(other(), relation)]) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOW, "today"),
        (NOW - timedelta(days=1), "yesterday"),
        (NOW - timedelta(days=3), "on Friday"),
        (datetime(2026, 7, 20, tzinfo=UTC), "in July"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "in January"),  # in Berlin it is the new year
        (datetime(2025, 3, 1, tzinfo=UTC), "in March 2025"),
    ],
)
def test_the_time_in_the_readers_days(published: datetime, expected: str) -> None:
    said = reason(related=[entry(other(published=published), "opposite")])
    assert said == f"Contradicts what Jo Adeyemi said on Ferrous Minds {expected}."


def test_a_time_and_a_person_that_nobody_knows_are_left_out() -> None:
    unknown = other(speaker=None, published=None)
    assert reason(related=[entry(unknown, "opposite")]) == "Contradicts what was said on Ferrous Minds."
    assert reason(duplicates=[unknown]) == "Also said on Ferrous Minds."


def test_a_number_that_the_others_do_not_name() -> None:
    exact = replace(IDEA, claim="A lid makes a kettle boil 40 seconds sooner")
    assert reason(exact, duplicates=[other()]) == "Puts a number on what Jo Adeyemi said on Ferrous Minds in March."
    both = reason(exact, duplicates=[other("With a lid it boils 30 seconds sooner")])
    assert both == "The second show in your library to say so, after Ferrous Minds in March."
    year = replace(IDEA, claim="Since 2019 a lid makes a kettle boil sooner")
    assert "number" not in reason(year, duplicates=[other()])


def test_who_else_says_so() -> None:
    april = other(show="Salt & Signal", published=MARCH + timedelta(days=30))
    assert (
        reason(duplicates=[april, other()]) == "The third show in your library to say so, after Salt & Signal in April."
    )
    later = other(show="Salt & Signal", published=NOW + timedelta(days=1))
    assert reason(duplicates=[later, other()]) == "Also said on Ferrous Minds and Salt & Signal."
    more = [other(show=f"Show {n}", published=None) for n in range(4)]
    assert reason(duplicates=more) == "Also said on Show 0 and 3 other shows."
    assert reason(duplicates=[other(show="Lattice Hours")]) == ""


def test_what_the_reader_wants_comes_first() -> None:
    like = "you follow “kettles”"
    assert reason(like=like) == "You follow “kettles”."
    said = reason(like=like, related=[entry(other(), "opposite")])
    assert said == "You follow “kettles”; contradicts what Jo Adeyemi said on Ferrous Minds in March."


def test_a_show_that_was_silent_for_long_is_back() -> None:
    before = other(show="Lattice Hours", published=NOW - timedelta(days=120))
    earlier = replace(before, episode_id="another")
    assert reason(library=[earlier]) == "The first from Lattice Hours in your library since April."
    assert reason(library=[replace(earlier, published=NOW - timedelta(days=20))]) == ""
    assert reason(replace(IDEA, published=MARCH), library=[replace(earlier, published=None)]) == ""


def test_nothing_belongs_beside_it_is_said_only_where_something_could() -> None:
    shows = [other(show=f"Show {n}") for n in range(2)]
    assert reason(library=shows) == "Nothing like it was found on your other shows."
    assert reason(library=shows[:1]) == ""
    assert reason(library=shows, related=[entry(other())]) == ""


def test_a_moment_counts_as_said_and_hostile_names_stay_text() -> None:
    moment = Hit(
        chunk_id="c", episode_id="e", show_id="s", show="<b>Bad</b>\x1b[31m\nShow {0}", episode="E", published=MARCH,
        url="", speaker="Eve {x}\u202e", start_s=1.0, end_s=2.0, text="It does not.", score=0.5, cosine=0.5,
    )  # fmt: skip
    said = reason(related=[Related(moment=moment, score=0.5, why="", relation="reason")])
    assert said == "What Eve {x} said on <b>Bad</b> Show {0} in March gives a reason for it."


def test_nothing_of_a_rank_is_said() -> None:
    weak = [replace(other(show="Lattice Hours"), quality=0.1, id=str(n)) for n in range(5)]
    assert reason(library=weak) == ""
