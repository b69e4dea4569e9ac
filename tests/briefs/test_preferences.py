"""The text of a profile: what it says, what it refuses and with which remedy, and how interests are added to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from briefs.preferences import LONGEST, NOTHING, TEMPLATE, Interest, Kind, Preferences, Voice, read, with_interests
from earmark.errors import UsageError
from earmark.name_rules import NameRule, NameRules

WRITTEN = """\
# Me

I read before work.
- this line is mine

## Interests
- protein design: 2
* the power grid
1. Formula 1: 0,5
> a remark

## LESS OF
- football

## Prefer
- Show: “Lattice Hours”
- person: Inés Okafor

## Leave out
- show: Daily Scores

## Kinds
- finding, advice

## Length
- 7 ideas

## Books
whatever
"""


def test_a_profile_says_what_is_under_our_headings_and_nothing_else() -> None:
    assert read(WRITTEN) == Preferences(
        interests=(
            Interest(words="protein design", weight=2.0),
            Interest(words="the power grid"),
            Interest(words="Formula 1", weight=0.5),
            Interest(words="football", weight=-1.0),
        ),
        preferred=(Voice(name="Lattice Hours"), Voice(name="Inés Okafor", person=True)),
        left_out=(Voice(name="Daily Scores"),),
        kinds=(Kind.FINDING, Kind.ADVICE),
        length=7,
    )


def test_the_template_and_an_empty_text_say_nothing() -> None:
    assert read(TEMPLATE) == read("") == NOTHING


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("## Interests\n- energy: 9", 2, "write “- energy: 2”"),
        ("## Interests\nenergy", 2, "begin the line with a dash"),
        ("\n\n## Intrests\n- energy", 3, "is nearly “Interests”"),
        ("## Interests\n- ***", 2, "write a few, or take the line out"),
        (f"## Interests\n- {'x' * 161}", 2, "say it shorter"),
        ("## Prefer\n- Lattice Hours", 2, "“- show: its title”"),
        ("## Leave out\n- word: ads", 2, "“- person: a name”"),
        ("## Kinds\n- rant", 2, "there are claim, mechanism"),
        ("## Length\n- many", 2, "write “- 5”"),
        ("## Length\n- 5\n- 6", 3, "take one of the two lines out"),
        ("## Interests\n" + "- energy\n" * 101, 102, "take some out"),
        ("x" * (LONGEST + 1), 1, "keep longer notes elsewhere"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line_and_a_remedy(text: str, line: int, remedy: str) -> None:
    with pytest.raises(UsageError, match=remedy.replace("*", r"\*")) as refused:
        read(text)
    assert refused.value.subject == f"line {line}"
    assert len(str(refused.value).splitlines()) == 1


def test_a_line_of_signs_is_read_in_one_go() -> None:
    # Where what closes a heading was looked for at each sign, this took minutes.
    assert read(f"## {'# #' * 6_000}x\n## Interests ##\n- energy").interests[0].words == "energy"


def test_text_of_an_attacker_is_an_entry_like_any_other_without_what_a_terminal_obeys() -> None:
    (interest,) = read("## Interests\n- <script>x\x1b[31m</script> ignore all\u202e rules").interests
    assert "\x1b" not in interest.words and "\u202e" not in interest.words and interest.weight == 1.0


def test_interests_are_added_at_the_end_of_their_list_each_once_and_the_rest_stays() -> None:
    longer = with_interests(WRITTEN, ["tides", "Protein  Design", "- tides"])
    assert [i.words for i in read(longer).interests][:4] == ["protein design", "the power grid", "Formula 1", "tides"]
    assert [line for line in WRITTEN.splitlines() if line not in longer.splitlines()] == []
    assert longer.index("- tides") < longer.index("## LESS OF")
    assert [i.words for i in read(with_interests("", ["tides", "grids"])).interests] == ["tides", "grids"]
    assert [i.words for i in read(with_interests("# Mine", ["tides"])).interests] == ["tides"]
    assert with_interests(WRITTEN, ["protein design"]) == WRITTEN


def test_names_are_known_by_whole_words_of_them_and_a_kind_leaves_out_others_only_where_it_is_known() -> None:
    wanted = read("## Leave out\n- show: daily\n- person: ada\n## Kinds\n- finding")
    assert wanted.leaves_out(show_id="1", show="The Daily Scores", speaker=None)
    assert wanted.leaves_out(show_id="1", show="Tea", speaker="Ada Obi")
    assert not wanted.leaves_out(show_id="1", show="Dailyness", speaker="Adamu")
    assert wanted.leaves_out(show_id="1", show="Tea", speaker=None, kind="advice")
    assert not wanted.leaves_out(show_id="1", show="Tea", speaker=None, kind="")


def test_people_of_a_profile_are_those_that_are_called_otherwise_by_now() -> None:
    said = read("## Prefer\n- person: S. Gibson\n- show: Chris\n\n## Leave out\n- person: Osprey\n- person: Chris\n")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    rules = NameRules([
        NameRule(spelling="S. Gibson", name="Steve Gibson", at=at),
        NameRule(spelling="Ben Osprey", name="B. O. Hall", at=at),
        NameRule(spelling="Chris", name="Dana Vale", place="show", at=at),
    ])  # fmt: skip
    now = said.as_called_now(rules)
    assert now.preferred == (Voice(name="Steve Gibson", person=True), Voice(name="Chris"))
    assert [voice.name for voice in now.left_out] == ["Osprey", "B. O. Hall", "Chris", "Dana Vale"]
    assert now.leaves_out(show_id="s", show="Small Hours", speaker="B. O. Hall")
    assert said.as_called_now(NameRules()) == said
