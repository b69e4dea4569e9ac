"""Every exit gives the second at which a listener hears it, and says *about* where that is a guess."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from briefs.entries import Entry
from briefs.exports.tables import anki_text, highlights
from briefs.feeds.document import published_document
from briefs.render import to_html, to_markdown, to_text
from briefs.view import item_view
from earmark.days import Days
from earmark.timeline import Anchor, Timeline
from earmark.types import Answer, Brief, BriefItem, Citation, Hit, Insight, Related, Segment
from library.around import part_around
from tests.briefs.samples import DAY, NOW, insight
from tests.ui import corpus
from ui.cli import page as cli_page
from ui.completions.markdown import sources
from ui.mcpserver import texts
from ui.pages.links import ServedLinks
from ui.pages.twins import insight_twin
from ui.web.templating import led_by, render
from ui.web.turns import around, heard_around

MOVED = replace(insight("Queues hide work."), shift_s=40.0)
GUESS = replace(MOVED, about=True)
HIT = Hit(
    chunk_id="c",
    episode_id="e",
    show_id="s",
    show="Lattice Hours",
    episode="Slow queues",
    published=None,
    url="https://audio.example/a.mp3#t=794",
    speaker=None,
    start_s=700.0,
    end_s=760.0,
    text="Queues hide work. Nobody sees it.",
    score=1.0,
    highlight=(0, 17),
    highlight_s=754.2,
    shift_s=40.0,
    about=True,
)
CITED = Citation(
    n=1,
    chunk_id="c",
    episode_id="e",
    show="Lattice Hours",
    episode="Slow queues",
    speaker=None,
    start_s=754.2,
    quote="Queues hide work.",
    url="https://audio.example/a.mp3#t=794",
    shift_s=40.0,
    about=True,
)


def _brief(told: Insight) -> Brief:
    others = (Related(insight=told, score=1.0, why="So they say."), Related(moment=HIT, score=1.0, why="And they."))
    item = BriefItem(insight=told, why="", novelty=0.5, related=others)
    return Brief(subscriber_id="local", date=DAY, items=(item,), created_at=NOW)


def _terminal(print_it: Callable[[Console], None]) -> str:
    shown = io.StringIO()
    print_it(Console(file=shown, width=200))
    return shown.getvalue()


def _entry(told: Insight) -> Entry:
    return Entry(insight=told, at=NOW, related=_brief(told).items[0].related)


def _feed(told: Insight) -> str:
    made = published_document([_entry(told)], home="", atom="https://a.example/b", json_feed="", page=lambda _: "")
    return f"{made.entries[0].content} {made.entries[0].source_url}"


def _page(told: Insight) -> str:
    with led_by(ServedLinks(), Days.named("UTC")):
        related = render("related.html", related=_brief(told).items[0].related)
        return render("insight.html", insight=told) + related


EXITS: dict[str, Callable[[Insight], str]] = {
    "the text of a mail": lambda told: to_text(_brief(told)),
    "the page of a mail": lambda told: to_html(_brief(told), mail=True),
    "a file": lambda told: to_markdown(_brief(told)),
    "a feed": _feed,
    "cards": lambda told: anki_text([_entry(told)]),
    "a terminal": lambda told: _terminal(lambda out: cli_page.brief(out, _brief(told))),
    "a tool": lambda told: texts.brief(_brief(told), "").model_dump_json(),
    "a twin": lambda told: insight_twin(told, _brief(told).items[0].related, ServedLinks(), ""),
    "a page": _page,
    "a button": lambda told: render(
        "play.html", audio="a", at=told.audio_s, about=told.about, key="", title="", show="", page=""
    ),
}


@pytest.mark.parametrize("name", EXITS)
def test_the_second_is_the_listeners(name: str) -> None:
    shown = EXITS[name](MOVED)
    assert "13:14" in shown
    assert "12:34" not in shown and "#t=754" not in shown


@pytest.mark.parametrize("name", EXITS)
def test_a_guess_says_about(name: str) -> None:
    assert "about 13:14" in EXITS[name](GUESS)


def test_links_lead_to_it() -> None:
    assert item_view(1, _brief(MOVED).items[0]).time_url.endswith("#t=794")
    assert highlights([_entry(MOVED)])[0]["highlight_url"].endswith("#t=794")
    assert 'data-at="794" data-about=1' in EXITS["a button"](GUESS)
    assert texts.idea(GUESS, "").url.endswith("#t=794")


def test_what_is_found_and_cited_has_it_too() -> None:
    assert "about 13:14" in texts.result(HIT).title
    assert texts.result(HIT).id == "moment/e/at/754", "a moment is named by its second in the transcript"
    answer = Answer(question="?", answer="Queues hide work [1].", abstained=False, citations=(CITED,))
    assert texts.answered(answer).sources[0].time == "about 13:14"
    assert "about 13:14" in sources(answer)


def test_a_transcript_is_told_in_the_listeners_time() -> None:
    timeline = Timeline(
        anchors=(Anchor(at_s=0.0, shift_s=0.0), Anchor(at_s=60.0, shift_s=40.0), Anchor(at_s=90.0, shift_s=40.0))
    )
    segments = [Segment(text=f"Sentence {n}.", start_s=n * 30.0, speaker=f"{n}") for n in range(4)]
    assert [turn.time for turn in around(segments, 60.0, "", timeline)] == ["0:00", "about 0:30", "1:40", "2:10"]
    assert heard_around(timeline, 60.0) == "1:40"
    told = corpus.episodes_of(corpus.INSIGHTS)[0]
    episode = replace(told, data=replace(told.data, audio_url="https://audio.example/a.mp3"))
    transcript = replace(corpus.transcript_of(corpus.INSIGHTS[0]), segments=tuple(segments))
    part = part_around(episode, transcript, timeline=timeline, second=60.0)
    assert [segment.url.rpartition("#")[2] for segment in part.segments] == ["t=0", "t=30", "t=100", "t=130"]
    assert [segment.about for segment in part.segments] == [False, True, False, False]
