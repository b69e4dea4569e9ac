"""Why an episode gave no insight, where its state is shown: the status, the page of its show, the list that assistants read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from earmark.days import Days
from earmark.settings import Settings
from earmark.types import Stage
from library.status import SilentEpisode
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from ui.cli.status import print_status
from ui.mcpserver.texts import episode_listed
from ui.pages.links import ServedLinks
from ui.web.templating import led_by, render

HOSTILE = "every idea fell below <script>alert(1)</script>\x1b[31m (3 ideas)"


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    return FakeLibrary(Settings(home=tmp_path))


def silent(number: int, reason: str) -> SilentEpisode:
    return SilentEpisode(show="A Show", episode=f"Episode {number}", episode_id=f"e{number}", reason=reason)


def test_status_tells_reasons_once_whatever_stands_in_brackets(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    episodes = (silent(1, "too short (3 words)"), silent(2, "too short (9 words)"), silent(3, HOSTILE))
    given = replace(library.status(), silent=episodes)
    monkeypatch.setattr(library, "status", lambda: given)
    print_status(library, as_json=False)
    said = capsys.readouterr().out
    assert "No insight: 2 episodes, A Show — Episode 1 among them: too short\n" in said
    assert "No insight: A Show — Episode 3: every idea fell below" in said and "\x1b" not in said


def test_the_page_of_a_show_and_assistants_tell_it_without_running_it(library: FakeLibrary) -> None:
    episode = replace(corpus.episodes_of(corpus.INSIGHTS)[0], stage=Stage.INSIGHTS, no_insights=HOSTILE)
    with led_by(ServedLinks(), Days.named("UTC")):
        page = render("show.html", summary=library.shows.summaries()[0], episodes=[episode], said={}, more=0)
    assert "Read, without an idea to show: every idea fell below &lt;script&gt;" in page and "<script>" not in page
    assert episode_listed(episode).no_insights.startswith("every idea fell below")
