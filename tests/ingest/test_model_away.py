"""A language model that does not answer: the episode waits, shows what can be found without it, and goes on."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from earmark.catalog.content import episodes, insights, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import jobs as jobs_table
from earmark.catalog.schema import llm_replies
from earmark.catalog.work import jobs
from earmark.errors import ModelCallError
from earmark.ids import content_hash
from earmark.settings import Settings
from earmark.types import Stage
from ingest.fetching.fetch import Fetcher
from ingest.insights import LlmExtractor
from ingest.insights.identity import with_known_ids
from ingest.insights.memory import CatalogMemory
from ingest.limits.budget import Budget
from ingest.stages import STAND_IN, Stages
from ingest.work.worker import Worker
from tests.ingest.desk import Desk, pointing_at
from tests.ingest.talk import episode as talk_episode
from tests.ingest.talk import transcript

POINTED = pointing_at("Acetic acid keeps", "A thick steel", "A dough at 65")


class Letters:
    """An encoder whose vectors are letter counts: enough to store something."""

    model_id = "letters"
    dimension = 26

    def encode(self, texts):
        rows = np.array([[1 + text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def world(catalog, clock, tmp_path):
    """Runs a worker on one episode that has its passages; ``run(desk)`` returns the report, ``stored()`` the insights."""
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://grain.example/feed.xml", title="Slow Grain", now=clock.now())
        (added,) = episodes.add_new(tx, show.id, [talk_episode().data], language="en", now=clock.now())[:1]
        transcripts.put(tx, str(added), transcript())
        tx.execute(sa.update(episodes_table).values(stage=Stage.CHUNKS.value))
    settings = Settings(home=tmp_path / "home", search={"late_interaction": False}, insights={"window_words": 300})

    class World:
        episode_id = str(added)

        def run(self, desk):
            stages = Stages(
                catalog=catalog,
                fetcher=Fetcher(settings.fetch),
                encoder=Letters,
                extractor=LlmExtractor(desk, window_words=60, memory=lambda name: CatalogMemory(catalog, name)),
                transcriber=None,
                settings=settings,
                budget=Budget(catalog, settings, clock),
                clock=clock,
                model_lock=threading.Lock(),
            )
            return Worker(catalog, stages, clock).run()

        def stored(self):
            with catalog.read() as tx:
                return insights.of_episode(tx, self.episode_id)

        def replies(self):
            with catalog.read() as tx:
                return tx.execute(sa.select(sa.func.count()).select_from(llm_replies)).scalar_one()

    return World()


def down(_number):
    raise ModelCallError("connection refused", subject="desk-1")


def test_the_episode_waits_with_a_marked_stand_in_and_nothing_has_failed(world, catalog):
    report = world.run(Desk(fail=down))
    assert (report.done, report.failures) == (0, [])
    (waiting,) = report.postponed
    assert "the language model did not answer: connection refused" in waiting.reason
    assert world.stored() and {insight.extractor for insight in world.stored()} == {STAND_IN}
    with catalog.read() as tx:
        assert episodes.get(tx, world.episode_id).stage is Stage.CHUNKS
        row = tx.execute(sa.select(jobs_table)).one()
    assert row.attempts == 0 and row.waits


def test_when_the_model_answers_the_stand_in_gives_way(world, clock):
    world.run(Desk(fail=down))
    clock.at += timedelta(minutes=11)
    report = world.run(Desk(candidates=POINTED))
    assert report.done == 1
    assert len(world.stored()) == 3 and {insight.extractor for insight in world.stored()} == {"llm desk-1"}


def test_what_was_answered_is_remembered_until_the_insights_are_stored(world, clock):
    def fail_third(number):
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


def test_the_server_says_when_it_may_be_asked_again(world, catalog, clock):
    later = clock.now() + timedelta(hours=5)

    def busy(_number):
        raise ModelCallError("too many requests", until=later)

    world.run(Desk(fail=busy))
    with catalog.read() as tx:
        assert tx.execute(sa.select(jobs_table.c.not_before)).scalar_one() == later


def test_written_again_ideas_that_are_found_again_keep_their_ids(world, catalog, clock):
    world.run(Desk(candidates=POINTED))
    before = {insight.quote: insight.id for insight in world.stored()}
    with catalog.write() as tx:
        assert jobs.reopen(tx, ids=[world.episode_id]) == 1
    assert {insight.quote: insight.id for insight in world.stored()} == before

    def longer(user):
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


def test_an_id_is_given_once(world):
    world.run(Desk(candidates=POINTED))
    known = world.stored()
    quote = known[0].quote
    fresh = [
        replace(known[0], id="a", quote=f"{quote} Indeed."),
        replace(known[0], id="b", quote=f"So: {quote}", content_hash=content_hash("b")),
    ]
    assert [insight.id for insight in with_known_ids(fresh, known)] == [known[0].id, "b"]
