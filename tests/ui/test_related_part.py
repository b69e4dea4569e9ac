"""What a reader sees of related insights: the word for how they relate, and nothing that a text could smuggle in."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from earmark.days import Days
from earmark.relations import RELATION_WORDS
from earmark.types import Echo, Hit, Insight, Related
from retrieval.search.parsed import TermKind
from retrieval.search.query import parse
from ui.cli.output import console
from ui.cli.page import related as print_related
from ui.nearest import nearest_search
from ui.pages.links import ServedLinks
from ui.web.templating import led_by, render


def _insight(claim: str) -> Insight:
    return Insight(
        id="0" * 16,
        episode_id="e",
        show_id="s",
        show="Tideline",
        episode="Kelp",
        published=datetime(2026, 6, 1, tzinfo=UTC),
        url="",
        audio_url="",
        seq=0,
        claim=claim,
        body="",
        quote=claim,
        speaker="Ines Okafor",
        start_s=1.0,
        end_s=2.0,
        quality=0.5,
        extractor="extractive",
        content_hash="h",
    )


MOMENT = Hit(
    chunk_id="c",
    episode_id="e2",
    show_id="s2",
    show="Ledger & Leaf",
    episode="Credits",
    published=None,
    url="https://leaf.example/credits",
    speaker="Jon Aske",
    start_s=60.0,
    end_s=70.0,
    text="Before. Kelp sinks. After.",
    score=0.0,
    highlight=(8, 19),
    highlight_s=63.0,
)


def _related(relation: str, why: str = "Also about kelp") -> Related:
    echo = Echo(insight_id="1" * 16, show="Ledger & Leaf", speaker=None)
    return Related(insight=_insight("Kelp sinks"), score=1.0, why=why, also_said_by=(echo,), relation=relation)


@pytest.mark.parametrize(("relation", "word"), list(RELATION_WORDS.items()))
def test_how_it_relates_is_said_in_a_word(relation: str, word: str) -> None:
    page = render("related.html", related=[_related(relation)])
    assert f'<strong class="stance">{word}</strong>' in page
    assert "Also said by one other" in page


@pytest.mark.parametrize("relation", ["", "<b>hacked</b>", "refutes"])
def test_where_it_is_unsure_nothing_is_said(relation: str) -> None:
    page = render("related.html", related=[_related(relation, "<script>x</script>")])
    assert "stance" not in page
    assert "<script>" not in page and "hacked" not in page


def test_the_command_line_says_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_related(console(), _insight("Kelp stores carbon"), [_related("opposite")])
    assert "Opposite claim. Also about kelp" in capsys.readouterr().out


def test_a_moment_is_shown_by_the_sentences_that_meet_and_opens_at_their_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entry = Related(moment=MOMENT, score=0.5, why="Both are about kelp", relation="reason")
    page = render("related.html", related=[entry])
    assert ">Kelp sinks.</a>" in page and "Before." not in page
    assert "/moment?episode=e2&amp;t=63" in page
    assert '<strong class="stance">A reason</strong>' in page
    print_related(console(), _insight("Kelp stores carbon"), [entry])
    told = capsys.readouterr().out
    assert "Kelp sinks." in told and "A reason. Both are about kelp" in told and "1:03" in told


def test_who_speaks_in_a_moment_is_named_and_led_nowhere_since_no_insight_may_be_theirs() -> None:
    entries = [_related("same"), Related(moment=MOMENT, score=0.5, why="Both are about kelp")]
    with led_by(ServedLinks(), Days.named("UTC")):
        page = render("related.html", related=entries)
    assert 'href="/p/Ines_Okafor"' in page
    assert "Jon Aske" in page and "/p/Jon" not in page


CLAIM = 'Kelp "sinks": -fast OR show:late, is:saved'


@pytest.mark.parametrize("claim", [CLAIM, "昆布は炭素を蓄える", "word " * 200])
def test_where_nothing_clearly_belongs_a_search_for_its_words_is_offered(
    claim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = parse(nearest_search(claim))
    assert asked.text and len(asked.text) <= 300
    assert {term.kind for term in asked.terms} == {TermKind.WORDS}
    print_related(console(), _insight(claim), [])
    told = " ".join(capsys.readouterr().out.split())
    assert told.endswith(f"clearly belongs beside this. Search for its words: earmark search '{asked.text}'")
    page = render("related.html", related=[], insight=_insight(claim), searching=True)
    assert f'href="/search?{urlencode({"q": asked.text})}">Search for its words</a>' in page
    assert "clearly belongs beside this." in page


def test_a_stranger_and_a_claim_without_words_are_offered_no_search(capsys: pytest.CaptureFixture[str]) -> None:
    page = render("related.html", related=[], insight=_insight(CLAIM))
    assert "clearly belongs beside this." in page and "/search" not in page
    assert "/search" not in render("related.html", related=[], insight=_insight("…"), searching=True)
    print_related(console(), _insight("…"), [])
    assert "earmark search" not in capsys.readouterr().out
