"""A language model that does not answer: the episode waits, shows what can be found without it, and goes on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Never

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights, transcripts, withdrawals
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import jobs as jobs_table
from earmark.catalog.schema import llm_replies
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.errors import ModelCallError
from earmark.ids import content_hash
from earmark.settings import Settings
from earmark.types import STAND_IN, Because, Insight, Stage
from ingest.events import WorkReport
from ingest.fetching.fetch import Fetcher
from ingest.insights import LlmExtractor
from ingest.insights.identity import with_known_ids
from ingest.insights.memory import CatalogMemory
from ingest.limits.budget import Budget
from ingest.run import work
from ingest.stages import Stages
from ingest.work.worker import Worker
from tests.ingest.desk import Desk, pointing_at
from tests.ingest.talk import episode as talk_episode
from tests.ingest.talk import transcript

POINTED = pointing_at("Acetic acid keeps", "A thick steel", "A dough at 65")


class Letters:
    """An encoder whose vectors are letter counts: enough to store something."""

    model_id = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[1 + text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], dtype=np.float32)
        scaled: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One episode that has its passages, and a worker for it."""

    catalog: Catalog
    clock: FixedClock
    settings: Settings
    episode_id: str

    def run(self, desk: Desk) -> WorkReport:
        return Worker(self.catalog, self.stages(desk), self.clock).run()

    def stages(self, desk: Desk) -> Stages:
        return Stages(
            catalog=self.catalog,
            fetcher=Fetcher(self.settings.fetch),
            encoder=Letters,
            extractor=LlmExtractor(
                desk,
                limits=self.settings.insights,
                window_words=60,
                memory=lambda name: CatalogMemory(self.catalog, name),
            ),
            transcriber=None,
            settings=self.settings,
            budget=Budget(self.catalog, self.settings, self.clock),
            clock=self.clock,
            model_lock=threading.Lock(),
        )

    def stored(self) -> list[Insight]:
        with self.catalog.read() as tx:
            return insights.of_episode(tx, self.episode_id)

    def replies(self) -> int:
        with self.catalog.read() as tx:
            count: int = tx.execute(sa.select(sa.func.count()).select_from(llm_replies)).scalar_one()
        return count


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, tmp_path: Path) -> World:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://grain.example/feed.xml", title="Slow Grain", now=clock.now())
        (added,) = episodes.add_new(tx, show.id, [talk_episode().data], language="en", now=clock.now())[:1]
        transcripts.put(tx, str(added), transcript())
        tx.execute(sa.update(episodes_table).values(stage=Stage.CHUNKS.value))
    settings = Settings(
        home=tmp_path / "home",
        search={"late_interaction": False},
        insights={"window_words": 300, "min_quality": 0, "min_written": 0},
    )
    return World(catalog=catalog, clock=clock, settings=settings, episode_id=str(added))


def down(_number: int) -> Never:
    raise ModelCallError("connection refused", subject="desk-1")


def test_the_episode_waits_with_a_marked_stand_in_and_nothing_has_failed(world: World, catalog: Catalog) -> None:
    report = world.run(Desk(fail=down))
    assert (report.done, report.failures) == (0, [])
    (waiting,) = report.postponed
    assert "the language model did not answer: connection refused" in waiting.reason
    assert waiting.for_model
    assert world.stored() and {insight.extractor for insight in world.stored()} == {STAND_IN}
    with catalog.read() as tx:
        assert episodes.get(tx, world.episode_id).stage is Stage.CHUNKS
        row = tx.execute(sa.select(jobs_table)).one()
    assert row.attempts == 0 and row.waits


@pytest.mark.heavy
def test_when_the_model_answers_the_stand_in_gives_way(world: World, clock: FixedClock) -> None:
    world.run(Desk(fail=down))
    clock.at += timedelta(minutes=11)
    report = world.run(Desk(candidates=POINTED))
    assert report.done == 1
    assert len(world.stored()) == 3 and {insight.extractor for insight in world.stored()} == {"llm desk-1"}


def test_a_model_that_finds_nothing_leaves_the_reason_and_the_report_tells_it(world: World, catalog: Catalog) -> None:
    report = world.run(Desk(candidates=lambda _: {"candidates": []}))
    (silent,) = report.silent
    assert report.done == 1 and world.stored() == []
    assert silent.reason.startswith("the language model found no idea worth printing")
    with catalog.read() as tx:
        assert episodes.get(tx, world.episode_id).no_insights == silent.reason


@pytest.mark.heavy
def test_what_was_answered_is_remembered_until_the_insights_are_stored(world: World, clock: FixedClock) -> None:
    def fail_third(number: int) -> None:
        if number == 3:
            down(number)

    first = Desk(fail=fail_third, candidates=POINTED)
    world.run(first)
    kept = world.replies()
    assert kept >= 2
    clock.at += timedelta(minutes=11)
    second = Desk(candidates=POINTED)
    world.run(second)
    *answered, failed = first.asked
    assert failed in second.asked and not [request for request in answered if request in second.asked]
    assert world.replies() == 0


def test_the_server_says_when_it_may_be_asked_again(world: World, catalog: Catalog, clock: FixedClock) -> None:
    later = clock.now() + timedelta(hours=5)

    def busy(_number: int) -> Never:
        raise ModelCallError("too many requests", until=later)

    world.run(Desk(fail=busy))
    with catalog.read() as tx:
        assert tx.execute(sa.select(jobs_table.c.not_before)).scalar_one() == later


@pytest.mark.heavy
def test_written_again_ideas_that_are_found_again_keep_their_ids(
    world: World, catalog: Catalog, clock: FixedClock
) -> None:
    world.run(Desk(candidates=POINTED))
    before = {insight.quote: insight.id for insight in world.stored()}
    with catalog.write() as tx:
        assert jobs.reopen(tx, ids=[world.episode_id]) == 1
    assert {insight.quote: insight.id for insight in world.stored()} == before

    def longer(user: str) -> dict[str, Any]:
        reply = pointing_at("Cheap ovens bake")(user)
        return {"candidates": [item | {"last": item["first"] + 1} for item in reply["candidates"]]}

    world.run(Desk(candidates=longer))
    (insight,) = world.stored()
    assert (
        insight.id
        == before[
            "A thick steel plate stores enough heat to smooth out the swing, which costs far less than a new oven."
        ]
    )


@pytest.mark.heavy
def test_an_id_is_given_once(world: World) -> None:
    world.run(Desk(candidates=POINTED))
    known = world.stored()
    quote = known[0].quote
    fresh = [
        replace(known[0], id="a", quote=f"{quote} Indeed."),
        replace(known[0], id="b", quote=f"So: {quote}", content_hash=content_hash("b")),
    ]
    assert [insight.id for insight in with_known_ids(fresh, known)] == [known[0].id, "b"]


def take_back(world: World, insight: Insight) -> None:
    with world.catalog.write() as tx:
        withdrawals.withdraw(tx, insight.id, because=Because.MISATTRIBUTED, by="local", now=world.clock.now())


@pytest.mark.heavy
def test_what_was_withdrawn_stays_away_when_the_episode_is_written_again(world: World, catalog: Catalog) -> None:
    world.run(Desk(candidates=POINTED))
    wrong, *others = world.stored()
    take_back(world, wrong)
    with catalog.write() as tx:
        jobs.reopen(tx, ids=[world.episode_id])
    world.run(Desk(candidates=POINTED))
    assert [insight.quote for insight in world.stored()] == [insight.quote for insight in others]


@pytest.mark.heavy
def test_an_idea_that_was_withdrawn_stays_away_in_other_words(world: World, catalog: Catalog) -> None:
    world.run(Desk(candidates=POINTED))
    wrong = next(insight for insight in world.stored() if insight.quote.startswith("A thick steel"))
    take_back(world, wrong)
    with catalog.write() as tx:
        jobs.reopen(tx, ids=[world.episode_id])

    def longer(user: str) -> dict[str, Any]:
        reply = pointing_at("Cheap ovens bake", "Acetic acid keeps")(user)
        spans = [item | {"last": item["first"] + 1} for item in reply["candidates"][:1]]
        return {"candidates": [*spans, *reply["candidates"][1:]]}

    world.run(Desk(candidates=longer))
    assert world.stored() and not [insight for insight in world.stored() if "A thick steel plate" in insight.quote]


@pytest.mark.heavy
def test_no_stand_in_brings_back_what_was_withdrawn(world: World, catalog: Catalog) -> None:
    world.run(Desk(fail=down))
    told = world.stored()
    for insight in told:
        take_back(world, insight)
    with catalog.write() as tx:
        jobs.retry(tx)
    world.run(Desk(fail=down))
    assert world.stored() == []


@pytest.mark.heavy
def test_a_run_says_how_many_episodes_wait_for_the_model_until_it_has_answered(
    world: World, catalog: Catalog, clock: FixedClock
) -> None:
    report = work(catalog, lambda: world.stages(Desk(fail=down)), clock)
    (wait,) = report.waiting_for_model
    assert wait.episodes == 1 and "connection refused" in wait.reason
    # Nobody has tried again since: the next run, which finds nothing to do, still says so.
    assert work(catalog, lambda: world.stages(Desk(fail=down)), clock).waiting_for_model == (wait,)
    clock.at += timedelta(minutes=11)
    report = work(catalog, lambda: world.stages(Desk(candidates=POINTED)), clock)
    assert (report.episodes_done, report.waiting_for_model) == (1, ())
