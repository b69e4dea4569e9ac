"""What was stored before a host's file changed leads to the second at which it is heard now, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import audio_files, chunks, episodes, insights, withdrawals
from earmark.catalog.content.audio_files import AudioFile, FileState
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs, conversations
from earmark.clock import FixedClock
from earmark.timeline import AS_WRITTEN, Anchor, Timeline
from earmark.types import (
    Answer,
    Because,
    Brief,
    BriefItem,
    Citation,
    Episode,
    EpisodeData,
    Hit,
    Insight,
    Reader,
    Related,
)
from tests.making import make_chunk, make_insight

AUDIO = "https://audio.example/a.mp3"
MOVES = Timeline(
    anchors=(Anchor(at_s=0.0, shift_s=40.0), Anchor(at_s=600.0, shift_s=40.0), Anchor(at_s=900.0, shift_s=None))
)


@pytest.fixture
def episode(catalog: Catalog, clock: FixedClock) -> Episode:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://a.example/feed", title="Small Hours", now=clock.now())
        data = EpisodeData(guid="a", title="One", audio_url=AUDIO)
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        insights.replace(tx, episode.id, [replace(make_insight(episode, 5), url=f"{AUDIO}#t=300")], {})
        chunks.replace(tx, episode.id, [make_chunk(episode, 10)])
        accounts.put(tx, Reader(id="local"))
    return episode


def _place(catalog: Catalog, clock: FixedClock, episode: Episode, timeline: Timeline) -> None:
    with catalog.write() as tx:
        file = AudioFile(
            episode_id=episode.id,
            checked_at=clock.now(),
            bytes=10,
            timeline=timeline,
            state=FileState.MOVED,
            note="why",
        )
        audio_files.put(tx, file)
        assert audio_files.get(tx, episode.id) == file
        assert audio_files.checked_since(tx, [episode.id], clock.now()) == {episode.id}
        assert audio_files.checked_since(tx, [episode.id], clock.now() + timedelta(seconds=1)) == set()


def _seen(insight: Insight) -> tuple[float | None, float | None, bool, str]:
    return insight.start_s, insight.audio_s, insight.about, insight.url


def test_insights_are_read_with_the_second_of_the_file_as_it_is_now(
    catalog: Catalog, clock: FixedClock, episode: Episode
) -> None:
    _place(catalog, clock, episode, MOVES)
    with catalog.read() as tx:
        (insight,) = insights.of_episode(tx, episode.id)
        (passage,) = chunks.located(tx, [make_chunk(episode, 10).id]).values()
    assert _seen(insight) == (300.0, 340.0, False, f"{AUDIO}#t=340")
    assert passage.timeline == MOVES
    _place(catalog, clock, episode, AS_WRITTEN)
    with catalog.read() as tx:
        (insight,) = insights.of_episode(tx, episode.id)
    assert _seen(insight) == (300.0, 300.0, False, f"{AUDIO}#t=300")
    _place(catalog, clock, episode, Timeline(anchors=()))
    with catalog.write() as tx:
        withdrawn = withdrawals.withdraw(tx, insight.id, because=Because.NOT_MEANT, by="local", now=clock.now())
    assert withdrawn.insight.about


def test_a_stored_brief_and_a_stored_answer_are_placed_again(
    catalog: Catalog, clock: FixedClock, episode: Episode
) -> None:
    with catalog.read() as tx:
        (insight,) = insights.of_episode(tx, episode.id)
    hit = Hit(
        chunk_id="c", episode_id=episode.id, show_id="s", show="", episode="", published=None, url=f"{AUDIO}#t=310",
        speaker=None, start_s=300.0, end_s=330.0, text="x", score=1.0, highlight=(0, 1), highlight_s=310.0,
    )  # fmt: skip
    related = (Related(moment=hit, score=1.0, why=""), Related(insight=insight, score=1.0, why=""))
    item = BriefItem(insight=insight, why="", novelty=0.0, related=related)
    told = Brief(subscriber_id="local", date=clock.now().date(), items=(item,), created_at=clock.now())
    cited = Citation(
        n=1, chunk_id="c", episode_id=episode.id, show="", episode="", speaker=None, start_s=900.0, quote="x",
        url=f"{AUDIO}#t=900",
    )  # fmt: skip
    answer = Answer(question="?", answer="x [1].", abstained=False, citations=(cited,))
    with catalog.write() as tx:
        briefs.put(tx, told, now=clock.now(), ledger={})
        conversations.add_turn(tx, "local", "abc", answer, now=clock.now())
    for timeline, seconds in ((MOVES, (340.0, 350.0, 940.0, True)), (AS_WRITTEN, (300.0, 310.0, 900.0, False))):
        _place(catalog, clock, episode, timeline)
        with catalog.read() as tx:
            brief = briefs.get(tx, "local", told.date)
            (turn,) = conversations.turns(tx, "local", "abc")
        assert brief is not None
        (shown,), (citation,) = brief.items, turn.answer.citations
        moment = shown.related[0].moment
        assert moment is not None
        assert shown.insight.audio_s == seconds[0] and shown.related[1].insight == shown.insight
        assert (moment.audio_s, moment.url) == (seconds[1], f"{AUDIO}#t={seconds[1]:.0f}")
        assert (citation.audio_s, citation.about) == seconds[2:]
        assert citation.url == f"{AUDIO}#t={seconds[2]:.0f}"
