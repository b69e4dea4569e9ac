"""What the stages do with chapters: kept with the transcript, in the passages, and found where nobody made any."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.schema import chunks as chunks_table
from earmark.catalog.schema import episodes as episodes_table
from earmark.clock import FixedClock
from earmark.settings import Settings
from earmark.types import EpisodeData, Stage, Transcript, TranscriptLink
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractive import ExtractiveExtractor
from ingest.limits.budget import Budget
from ingest.stages import Stages
from tests.world import vtt

pytestmark = pytest.mark.heavy

SUBJECTS = ("rye", "steel")
WORDS = (
    "loaves",
    "margin",
    "winter",
    "bakers",
    "mornings",
    "prices",
    "ovens",
    "gluten",
    "bubbles",
    "patience",
    "taste",
)
TURNS = tuple(
    (
        "Nora Feld",
        f"Number {n} is why {SUBJECTS[n // 80]} matters to "
        f"{' and '.join(WORDS[(n * step) % len(WORDS)] for step in (1, 3, 5, 7))} in the {n % 23} shops we asked.",
    )
    for n in range(160)
)


Taken = tuple[Transcript, Sequence[sa.Row[Any]]]
"""The transcript and the passages of an episode as stored."""


class BySubject:
    model_id, dimension = "by-subject", 8

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.dimension), 0.05, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[SUBJECTS.index(Counter(w for w in text.split() if w in SUBJECTS).most_common(1)[0][0])] = 1.0
        scaled: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return scaled


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path) -> Callable[..., Taken]:
    """Takes an episode through transcript and passages, and gives its transcript and passages as stored."""

    def take(*, status: int = 200, chapters: list[dict[str, Any]] | None = None, topics: bool = True) -> Taken:
        httpserver.expect_request("/t.vtt").respond_with_data(vtt(TURNS, seconds=5.0), content_type="text/vtt")
        if chapters is not None:
            httpserver.expect_request("/c.json").respond_with_data(json.dumps({"chapters": chapters}), status=status)
        data = EpisodeData(
            guid="one",
            title="Ovens",
            published=clock.now(),
            transcripts=(TranscriptLink(url=httpserver.url_for("/t.vtt"), type="text/vtt"),),
            chapters_url=httpserver.url_for("/c.json") if chapters is not None else "",
        )
        with catalog.write() as tx:
            show, _ = shows.add(tx, "http://grain.example/feed.xml", title="Slow Grain", now=clock.now())
            (added,) = episodes.add_new(tx, show.id, [data], language="en", now=clock.now())[:1]
        settings = Settings(
            home=tmp_path / "home",
            fetch={"allow_private": ("127.0.0.1",), "attempts": 1},
            ingest={"topics": topics},
            search={"late_interaction": False},
        )
        stages = Stages(
            catalog=catalog,
            fetcher=Fetcher(settings.fetch),
            encoder=BySubject,
            extractor=ExtractiveExtractor(),
            transcriber=None,
            settings=settings,
            budget=Budget(catalog, settings, clock),
            clock=clock,
            model_lock=threading.Lock(),
        )
        for stage in (Stage.TRANSCRIPT, Stage.CHUNKS):
            with catalog.read() as tx:
                episode = episodes.get(tx, str(added))
            done, write = stages.next(episode, lambda _words: None)
            assert done is stage
            with catalog.write() as tx:
                write(tx)
                tx.execute(sa.update(episodes_table).values(stage=stage.value))
        with catalog.read() as tx:
            passages = tx.execute(sa.select(chunks_table).order_by(chunks_table.c.seq)).all()
            return transcripts.get(tx, str(added)), passages

    return take


LISTED = [{"startTime": 0, "title": "Grain"}, {"startTime": 402, "title": "Ovens and plates"}]


def test_the_publishers_chapters_are_kept_and_cut_passages(world: Callable[..., Taken]) -> None:
    transcript, passages = world(chapters=LISTED)
    assert [(c.start_s, c.title, c.source) for c in transcript.chapters] == [
        (0.0, "Grain", "file"),
        (402.0, "Ovens and plates", "file"),
    ]
    assert transcript.provenance["chapters"] == {"source": "file"}
    assert {p.chapter for p in passages} == {"Grain", "Ovens and plates"}
    assert all(p.context.endswith(f"— {p.chapter}") for p in passages)
    assert not any("rye" in p.text and "steel" in p.text for p in passages)


def test_without_chapters_subjects_cut_passages_and_are_kept(world: Callable[..., Taken]) -> None:
    transcript, passages = world()
    assert [c.source for c in transcript.chapters] == ["topics"] * 2
    assert transcript.chapters[1].start_s == pytest.approx(400, abs=15)
    assert {p.chapter for p in passages} == {""}
    edge = transcript.chapters[1].start_s
    assert all(p.end_s <= edge + 5 or p.start_s >= edge - 5 for p in passages)


def test_subjects_can_be_switched_off(world: Callable[..., Taken]) -> None:
    transcript, passages = world(topics=False)
    assert transcript.chapters == ()
    assert passages


def test_a_chapters_file_that_is_gone_is_noted_and_not_fatal(world: Callable[..., Taken]) -> None:
    transcript, passages = world(chapters=LISTED, status=404)
    assert [c.source for c in transcript.chapters] == ["topics"] * 2
    assert "could not be fetched" in transcript.provenance["chapters"]["notes"][0]
    assert passages
