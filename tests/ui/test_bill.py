"""What the command line says of a model that did not answer, and of what a run and a month cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from earmark.settings import Settings
from library.spending import SpendingReport
from library.status import Status, WaitingEpisode
from library.values import IngestReport, ModelUse, ModelWait, Spending
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from ui.cli.status import print_status
from ui.cli.working import run_work

REASON = "the language model did not answer: refused \x1b[31m"
NEAR = "Today's budget for money is used up to 90 % (budget.money_per_day)."


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    return FakeLibrary(Settings(home=tmp_path))


def waiting(number: int, reason: str, *, for_model: bool) -> WaitingEpisode:
    episode = f"Episode {number}"
    return WaitingEpisode(
        show="A Show", episode=episode, episode_id=f"e{number}", reason=reason, until=corpus.NOW, for_model=for_model
    )


def test_status_counts_what_waits_for_the_model_and_shows_the_bill(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: Status = replace(
        library.status(),
        waiting=(
            *(waiting(n, REASON, for_model=True) for n in range(3)),
            waiting(4, "spent", for_model=True),
            waiting(5, "its publisher takes a day", for_model=False),
        ),
        spending=SpendingReport(
            today=Spending(tokens=1_000), month=Spending(tokens=25_000, money=3.2), near_limits=(NEAR,)
        ),
    )
    monkeypatch.setattr(library, "status", lambda: given)
    print_status(library, as_json=False)
    said = capsys.readouterr().out
    assert "3 episodes wait for the model: the language model did not answer: refused, until" in said
    assert "1 episode waits for the model: spent, until" in said
    assert "Waiting: A Show — Episode 5: its publisher takes a day" in said
    assert "Today: 1,000 tokens\nThis month: 25,000 tokens, 3.20 spent\n" in said
    assert NEAR in said and "\x1b" not in said


def test_a_library_without_a_model_has_no_bill(library: FakeLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    print_status(library, as_json=False)
    said = capsys.readouterr().out
    assert "Today" not in said and "tokens" not in said and "for the model" not in said


def test_a_run_ends_with_what_it_cost(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = (ModelUse(model="small", calls=1, tokens_in=900), ModelUse(model="large", calls=1, tokens_in=100))
    report = IngestReport(
        episodes_done=2,
        waiting_for_model=(ModelWait(episodes=1, reason=REASON),),
        spent=Spending(tokens=1_000, money=0.5, models=models),
    )
    monkeypatch.setattr(library.work, "run", lambda **_: report)
    library.work.bill = SpendingReport(near_limits=(NEAR,))
    run_work(library, [], forever=False, as_json=False, events=False)
    said = capsys.readouterr().out
    assert "1 episode waits for the model: the language model did not answer: refused" in said
    assert f"This run: 1,000 tokens (small 900, large 100), 0.50 spent\n{NEAR}\n" in said
