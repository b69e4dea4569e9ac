"""Generations: built by another process, changed over to, and never half there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import Catalog, changes, open_catalog, removal
from earmark.catalog.feeds import shows
from earmark.errors import EarmarkError, IndexBusy, PermanentError
from earmark.ports import Encoder, IndexPoint, IndexQuery, VectorIndex
from earmark.settings import Settings
from retrieval.encoders.encoder import open_encoder
from retrieval.index import open_index, read_watermark
from retrieval.index.build import build
from retrieval.index.builder import Builder
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.index.generations import BUILD_LOCK, draft, generations, newest_mark, publish
from retrieval.index.hold import hold
from retrieval.index.hosted import HostedIndex
from retrieval.index.rolling import RollingIndex
from retrieval.index.watermark import Watermark, save_watermark
from tests.retrieval.library import fill

pytestmark = pytest.mark.heavy

GATE = contextlib.nullcontext()


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A home whose catalog holds the small library with its vectors, and no index."""
    home = tmp_path_factory.mktemp("pattern")
    settings = Settings(home=home)
    catalog = open_catalog(settings.catalog_url)
    fill(catalog)
    scratch = EdgeIndex(home / "scratch", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(catalog, scratch, encoder)
    scratch.close()
    shutil.rmtree(home / "scratch")
    catalog.close()
    return home


@pytest.fixture
def settings(pattern: Path, tmp_path: Path) -> Settings:
    shutil.copytree(pattern, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def library(settings: Settings) -> Iterator[Catalog]:
    catalog = open_catalog(settings.catalog_url)
    yield catalog
    catalog.close()


@pytest.fixture
def own(settings: Settings) -> Encoder:
    """The encoder that another process opens by the same settings; no text reaches its model here."""
    return open_encoder(settings)


def opened(settings: Settings, encoder: Encoder, *, hosted: bool = False) -> RollingIndex:
    index = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension, hosted=hosted)
    assert isinstance(index, RollingIndex)
    return index


def ranking(index: VectorIndex, encoder: Encoder, text: str = "kelp carbon insurance") -> list[tuple[str, float]]:
    vector = [1.0] * encoder.dimension
    return [
        (hit.key, round(hit.score, 2))
        for hit in index.query(IndexQuery(kind="chunk", vector=vector, text=text, limit=20))
    ]


def names(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.index_dir.iterdir() if path.is_dir())


@pytest.mark.parametrize("graph_from", [0, 1])
def test_a_built_generation_is_what_following_gives(
    settings: Settings, library: Catalog, own: Encoder, tmp_path: Path, graph_from: int
) -> None:
    followed = EdgeIndex(tmp_path / "followed", model_id=own.model_id, dimension=own.dimension)
    follow(library, followed, own)
    settings.index_dir.mkdir()
    told: list[tuple[int, int]] = []
    made = build(library, settings.index_dir, own, graph_from=graph_from, on_progress=lambda *now: told.append(now))
    index = opened(settings, own)
    with library.read() as tx:
        head = changes.head(tx)
    assert made.mark is not None
    assert (made.number, made.mark.seq, index.watermark()) == (1, head, head)
    assert made.mark.graph == (made.mark.points if graph_from else 0)
    assert told[-1] == (made.mark.points, made.mark.points)
    assert [index.count(kind) for kind in ("chunk", "insight")] == [
        followed.count(kind) for kind in ("chunk", "insight")
    ]
    assert ranking(index, own) == ranking(followed, own)
    gone = ranking(index, own)[0][0]
    index.apply([], [("chunk", gone)], head + 1)  # it can be written to
    assert gone not in dict(ranking(index, own))
    index.close()
    followed.close()


@pytest.mark.parametrize("hosted", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_owner_changes_over_and_catches_up(
    settings: Settings, library: Catalog, own: Encoder, hosted: bool
) -> None:
    index = opened(settings, own, hosted=hosted)
    follow(library, index, own)
    before = ranking(index, own)
    asked: list[tuple[int, int]] = []
    Builder(settings, graph_from=1).wait(lambda *now: asked.append(now))
    assert names(settings) == ["gen-0001", "gen-0002"]
    assert asked
    assert ranking(index, own) == before
    with library.write() as tx:  # what happens after the build
        removal.remove(tx, shows.find(tx, "Crumb").id)
    seen: list[int] = []

    def catch_up(fresh: VectorIndex) -> None:
        seen.append(follow(library, fresh, own))
        assert ranking(index, own) == before  # the old one answers meanwhile

    assert index.adopt(catch_up, GATE)
    assert not index.adopt(catch_up, GATE)
    assert seen[0] > 0 == seen[1]
    assert names(settings) == ["gen-0002"]
    mark = index.mark()
    assert mark.seq == read_watermark(settings).seq
    assert mark.graph > mark.points == index.count("chunk") + index.count("insight")
    assert index.query(IndexQuery(kind="chunk", text="sourdough", limit=9)) == []
    index.close()
    again = opened(settings, own)
    assert again.watermark() == mark.seq
    again.close()


@pytest.mark.slow
def test_queries_go_on_while_it_changes_over(settings: Settings, library: Catalog, own: Encoder) -> None:
    index = opened(settings, own)
    follow(library, index, own)
    wanted, stop, wrong = ranking(index, own), threading.Event(), []

    def ask() -> None:
        while not stop.wait(0.002):  # the builder needs the processor too
            if ranking(index, own) != wanted:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        build(library, settings.index_dir, own, graph_from=0)
        assert index.adopt(lambda fresh: follow(library, fresh, own), GATE)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert names(settings) == ["gen-0005"]
    index.close()


@pytest.mark.slow
def test_a_builder_killed_at_any_moment_leaves_the_old_one(settings: Settings, library: Catalog, own: Encoder) -> None:
    index = opened(settings, own)
    follow(library, index, own)
    wanted = ranking(index, own)
    index.close()
    seen: set[str] = set()
    for wait_s in (0.0, 0.6, 1.2, 1.5, 1.8):
        builder = Builder(settings, graph_from=1)
        time.sleep(wait_s)
        builder.stop()
        seen |= {name[:8] for name in names(settings)}
        with contextlib.suppress(PermanentError):
            builder.wait()
        index = opened(settings, own)
        assert ranking(index, own) == wanted
        assert len(names(settings)) == 1
        index.close()


def test_one_that_is_stopped_says_so(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fake_builder.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    builder = Builder(settings, graph_from=0, module="fake_builder")
    assert builder.running()
    builder.stop()
    with pytest.raises(PermanentError, match="ended with -9"):
        builder.wait()


@pytest.mark.slow
def test_what_went_wrong_in_the_process_is_raised_here(settings: Settings, own: Encoder) -> None:
    wrong = settings.model_copy(update={"embedding": settings.embedding.model_copy(update={"model": "/no/such/model"})})
    with pytest.raises(EarmarkError, match="model"):
        Builder(wrong, graph_from=0).wait()
    settings.index_dir.mkdir(exist_ok=True)
    quick = settings.model_copy(update={"index": settings.index.model_copy(update={"wait_s": 0.0})})
    with hold(settings.index_dir / BUILD_LOCK), pytest.raises(IndexBusy):
        Builder(quick, graph_from=0).wait()


def test_an_index_of_one_folder_becomes_the_first_generation(
    settings: Settings, library: Catalog, own: Encoder
) -> None:
    old = EdgeIndex(settings.index_dir, model_id=own.model_id, dimension=own.dimension)
    follow(library, old, own)
    wanted, mark = ranking(old, own), old.watermark()
    old.close()
    assert read_watermark(settings).seq == mark
    index = opened(settings, own)
    assert (names(settings), index.watermark(), ranking(index, own)) == (["gen-0001"], mark, wanted)
    assert not (settings.index_dir / "watermark.json").exists()
    index.close()


@pytest.mark.slow
def test_leftovers_of_a_kill_are_swept_away(settings: Settings, library: Catalog, own: Encoder) -> None:
    index = opened(settings, own)
    follow(library, index, own)
    wanted = ranking(index, own)
    index.close()
    (draft(settings.index_dir, "next") / "shard").mkdir()
    broken = draft(settings.index_dir, "broken")
    save_watermark(broken, Watermark(seq=10**6, points=9, model_id=own.model_id, dimension=own.dimension))
    publish(settings.index_dir, broken)
    other = draft(settings.index_dir, "other")
    save_watermark(other, Watermark(seq=5, model_id="another", dimension=3))
    publish(settings.index_dir, other)
    assert names(settings) == ["building-next", "gen-0001", "gen-0002", "gen-0003"]
    index = opened(settings, own)
    assert names(settings) == ["gen-0001"]
    assert ranking(index, own) == wanted
    index.close()


@pytest.mark.slow
def test_one_that_cannot_be_opened_is_not_changed_over_to(settings: Settings, library: Catalog, own: Encoder) -> None:
    index = opened(settings, own)
    follow(library, index, own)
    wanted = ranking(index, own)
    made = build(library, settings.index_dir, own, graph_from=0)
    for path in (made.folder / "shard").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00broken\xff" * 20)
    with pytest.raises(PermanentError):
        index.adopt(lambda fresh: follow(library, fresh, own), GATE)
    assert (names(settings), ranking(index, own)) == (["gen-0001"], wanted)
    index.close()


def test_a_hosted_index_outlives_its_process(tmp_path: Path) -> None:
    point = IndexPoint(kind="chunk", key="a", vector=[1.0, 0, 0, 0], text="kelp", show_id="s", episode_id="e")
    index = HostedIndex(tmp_path, model_id="m", dimension=4)
    index.apply([point], [], 5)
    with pytest.raises(ValueError, match="zero or not finite"):
        index.apply([IndexPoint(kind="chunk", key="b", vector=[0.0] * 4, text="", show_id="s", episode_id="e")], [], 6)
    with pytest.raises(IndexBusy, match="another command"):
        HostedIndex(tmp_path, model_id="m", dimension=4)
    os.kill(index.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert [hit.key for hit in index.query(IndexQuery(kind="chunk", text="kelp", limit=3))] == ["a"]
    assert (index.watermark(), index.count("chunk")) == (5, 1)
    index.close()
    index.close()
    with pytest.raises(PermanentError, match="closed"):
        index.count("chunk")
    assert json.loads((tmp_path / "watermark.json").read_text())["seq"] == 5
    assert newest_mark(tmp_path) is not None
    assert generations(tmp_path) == []
