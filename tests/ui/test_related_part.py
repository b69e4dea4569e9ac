"""What a reader sees of related insights: the word for how they relate, and nothing that a text could smuggle in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from earmark.types import Echo, Insight, Related
from ui.cli.output import console
from ui.cli.page import related as print_related
from ui.web.templating import render
from ui.web.views.insight import RELATIONS


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


def _related(relation: str, why: str = "Also about kelp") -> Related:
    echo = Echo(insight_id="1" * 16, show="Ledger & Leaf", speaker=None)
    return Related(insight=_insight("Kelp sinks"), score=1.0, why=why, also_said_by=(echo,), relation=relation)


@pytest.mark.parametrize(("relation", "word"), list(RELATIONS.items()))
def test_how_it_relates_is_said_in_a_word(relation: str, word: str) -> None:
    page = render("related.html", related=[_related(relation)], relations=RELATIONS)
    assert f'<strong class="stance">{word}</strong>' in page
    assert "Also said by one other" in page


@pytest.mark.parametrize("relation", ["", "<b>hacked</b>", "refutes"])
def test_where_it_is_unsure_nothing_is_said(relation: str) -> None:
    page = render("related.html", related=[_related(relation, "<script>x</script>")], relations=RELATIONS)
    assert "stance" not in page
    assert "<script>" not in page and "hacked" not in page


def test_the_command_line_says_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_related(console(), _insight("Kelp stores carbon"), [_related("disagrees")])
    assert "Disagrees. Also about kelp" in capsys.readouterr().out
