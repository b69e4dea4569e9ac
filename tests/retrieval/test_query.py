from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.search.query import ParsedQuery, TermKind, parse


def kinds(query: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.value) for one in parse(query).terms]


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
    assert not parse("after the war").notes


def test_days_narrow_to_what_all_of_them_allow() -> None:
    parsed = parse("after:2025 after:2026-02 before:2027 before:2026-06-03")
    assert (parsed.after, parsed.before) == (date(2026, 2, 1), date(2026, 6, 3))
    assert ParsedQuery().after is None


PIECES = st.sampled_from(
    ['"', "“", "”", "„", "«", "»", "「", "」", "-", "--", "show:", "speaker: ", "after:", "before:", "2026-03", "99",
     " ", "\n", "kelp", "C++", "é", "机器", "ไทย", "c:", "：", "_", "\x00", "\u202e", "'", "12", "."]
)  # fmt: skip


@pytest.mark.heavy
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join)))
@settings(max_examples=600)
def test_any_text_parses_and_what_is_written_parses_the_same(query: str) -> None:
    parsed = parse(query)
    again = parse(str(parsed))
    assert again.terms == parsed.terms
    assert str(again) == str(parsed)
    assert all(one.value == " ".join(one.value.split()) and one.value for one in parsed.terms)


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
