from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.search.query import ParsedQuery, TermKind, parse


def kinds(query: str) -> list[tuple[str, str]]:
    return [(term.kind.value, term.value) for term in parse(query).terms]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("kelp and carbon", [("words", "kelp and carbon")]),
        ('why "kelp credits" fail', [("words", "why"), ("phrase", "kelp credits"), ("words", "fail")]),
        ("“kelp  credits”", [("phrase", "kelp credits")]),
        ("„kelp credits“", [("phrase", "kelp credits")]),
        ("«crédits de varech»", [("phrase", "crédits de varech")]),
        ("研究「机器学习」方法", [("words", "研究"), ("phrase", "机器学习"), ("words", "方法")]),
        ('研究"机器学习"方法', [("words", "研究"), ("phrase", "机器学习"), ("words", "方法")]),
        ('an unclosed "quote here', [("words", "an unclosed quote here")]),
        ('""', []),
        ('"..."', [("words", "...")]),
        ('a 12" single and a 7" one', [("words", "a 12 single and a 7 one")]),
        ("show:Tideline kelp", [("show", "Tideline"), ("words", "kelp")]),
        ('Show:"Ledger & Leaf"', [("show", "Ledger & Leaf")]),
        ('speaker: "Ines Okafor"', [("speaker", "Ines Okafor")]),
        ("speaker：Ines", [("speaker", "Ines")]),
        ("Speaker: why they fail", [("words", "Speaker: why they fail")]),
        ("C++: why", [("words", "C++: why")]),
        ("https://a.example/x", [("words", "https://a.example/x")]),
        ("Slideshow:one", [("words", "Slideshow:one")]),
        ("show:", [("words", "show:")]),
        ("after:2026", [("after", "2026-01-01")]),
        ("before: 2026-03 x", [("before", "2026-03-01"), ("words", "x")]),
        ("after:2026-2-9", [("after", "2026-02-09")]),
        ("After: the war", [("words", "After: the war")]),
        ("kelp -market", [("words", "kelp"), ("without", "market")]),
        ('kelp -"carbon market"', [("words", "kelp"), ("without", "carbon market")]),
        ("minus -40 degrees - or so", [("words", "minus -40 degrees - or so")]),
        ("e-mail well-known", [("words", "e-mail well-known")]),
        ("is:saved kelp", [("is", "saved"), ("words", "kelp")]),
        ("IS:Told", [("is", "told")]),
        ("what it is: a plant", [("words", "what it is: a plant")]),
        ('what it is: "a plant"', [("words", "what it is:"), ("phrase", "a plant")]),
        ('tag:work tag:"to read"', [("tag", "work"), ("tag", "to read")]),
        ("kelp OR seaweed", [("words", "kelp"), ("or", "OR"), ("words", "seaweed")]),
        (
            "price of kelp OR seaweed farms",
            [("words", "price of"), ("words", "kelp"), ("or", "OR"), ("words", "seaweed"), ("words", "farms")],
        ),
        ('"a b" OR speaker:Ines', [("phrase", "a b"), ("or", "OR"), ("speaker", "Ines")]),
        ("kelp or seaweed", [("words", "kelp or seaweed")]),
        ("OR kelp OR", [("words", "OR kelp OR")]),
        ("kelp OR OR seaweed", [("words", "kelp OR OR seaweed")]),
        ("NOW OR NEVER AGAIN", [("words", "NOW OR NEVER AGAIN")]),
        ("kelp ORE", [("words", "kelp ORE")]),
        ("", []),
        ("   ", []),
    ],
)
def test_parts(query: str, parts: list[tuple[str, str]]) -> None:
    assert kinds(query) == parts


def test_what_cannot_be_meant_stays_words_and_is_said() -> None:
    parsed = parse("after:soon")
    assert parsed.text == "after:soon"
    assert "2026-03" in parsed.notes[0]
    assert parse("before:2026-02-31").notes
    assert parse("kelp -show:Tideline").notes == ("A minus sign leaves out words, not shows, speakers or dates.",)
    assert parse("kelp -is:read").notes == ("A minus sign leaves out words, not marks or tags.",)
    assert parse("kelp -is:read").text == "kelp -is:read"
    unknown = parse("is:starred kelp")
    assert unknown.text == "is:starred kelp"
    assert unknown.notes == ("is: takes saved, told, read or hidden.",)
    assert not parse("after the war").notes


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("kelp", ["kelp"]),
        ("price of kelp OR seaweed farms", ["price of kelp farms", "price of seaweed farms"]),
        ('is:saved OR is:told "a b"', ['is:saved "a b"', 'is:told "a b"']),
        ("a OR b OR c -d", ['a -"d"', 'b -"d"', 'c -"d"']),
        ('a OR b "c" OR "d"', ['a "c"', 'a "d"', 'b "c"', 'b "d"']),
    ],
)
def test_or_leaves_ways_open(query: str, ways: list[str]) -> None:
    assert [str(way) for way in parse(query).alternatives] == ways
    assert not parse(query).notes


def test_no_more_ways_are_looked_for_than_searches_are_cheap() -> None:
    parsed = parse("a OR b c OR d e OR f")
    assert [str(way) for way in parsed.alternatives][:2] == ["a c e", "a c f"]
    assert len(parsed.alternatives) == 6
    assert parsed.notes == ("Of what OR leaves open, only the first 6 ways are looked for.",)


def test_or_in_a_text_that_somebody_wrote_is_a_word() -> None:
    text = " ".join(["word"] * 15) + " this OR that " + " ".join(["more"] * 8)
    assert parse(text).text == text
    assert len(parse(text).alternatives) == 1


def test_days_narrow_to_what_all_of_them_allow() -> None:
    parsed = parse("after:2025 after:2026-02 before:2027 before:2026-06-03")
    assert (parsed.after, parsed.before) == (date(2026, 2, 1), date(2026, 6, 3))
    assert ParsedQuery().after is None


PIECES = st.sampled_from(
    ['"', "“", "”", "„", "«", "»", "「", "」", "-", "--", "show:", "speaker: ", "after:", "before:", "2026-03", "99",
     " ", "\n", "kelp", "OR", " OR ", "is:", "is:saved", "tag:", "C++", "é", "机器", "ไทย", "c:", "：", "_", "\x00", "\u202e", "'", "12", "."]
)  # fmt: skip


@pytest.mark.heavy
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join)))
@settings(max_examples=600)
def test_any_text_parses_and_what_is_written_parses_the_same(query: str) -> None:
    parsed = parse(query)
    again = parse(str(parsed))
    assert again.terms == parsed.terms
    assert str(again) == str(parsed)
    assert all(term.value == " ".join(term.value.split()) and term.value for term in parsed.terms)


@given(st.text(alphabet="abc xyz", max_size=40))
def test_plain_words_stay_as_they_are(query: str) -> None:
    assert parse(query).text == " ".join(query.split())


def test_a_query_of_quotes_alone_takes_no_time() -> None:
    parse('"' * 1_000)
    parse("a“" * 500)
    assert parse('-"' * 500).values(TermKind.PHRASE) == ()


def test_quotations_and_dashes_in_a_pasted_text_are_no_conditions() -> None:
    pasted = (
        'Several growers described how the price of "certified" kelp fell after the storm, and what they did about it '
        "-mostly waiting - while the insurer asked for ten years of data that nobody on the coast could show:"
    )
    parsed = parse(pasted)
    assert parsed.phrases == ()
    assert parsed.excluded == ()
    assert "certified" in parsed.text
    assert "mostly" in parsed.text
    assert parse('"certified kelp" price -insurance').phrases == ("certified kelp",)
    assert parse(f'{pasted} speaker:"Ines Okafor"').values(TermKind.SPEAKER) == ("Ines Okafor",)
