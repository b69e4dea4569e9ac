"""What every index promises, by whatever class: the shard in this process or in another, the generations that the app
holds, the client's in-memory mode, a server where one is named."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from earmark.ports import IndexPoint, IndexQuery, VectorIndex
from earmark.types import Filters
from retrieval.index.edge import EdgeIndex
from retrieval.index.hosted import HostedIndex
from retrieval.index.rolling import RollingIndex
from retrieval.index.server import ServerIndex


def point(
    key: str,
    vector: list[float],
    text: str,
    *,
    kind: str = "chunk",
    show: str = "s1",
    episode: str = "e1",
    speaker: str | None = None,
    published_s: float | None = None,
) -> IndexPoint:
    return IndexPoint(
        kind=kind,
        key=key,
        vector=vector,
        text=text,
        show_id=show,
        episode_id=episode,
        speaker=speaker,
        published_s=published_s,
    )


def library() -> list[IndexPoint]:
    may, june = (datetime(2026, month, 10, tzinfo=UTC).timestamp() for month in (5, 6))
    return [
        point("a", [1.0, 0.1, 0, 0], "kelp forests store carbon", speaker="Ada Lind", published_s=may),
        point(
            "b",
            [0.9, 0.3, 0, 0],
            "kelp farms feed cattle",
            show="s2",
            episode="e2",
            speaker="ada  lind",
            published_s=june,
        ),
        point("c", [0, 1.0, 0.2, 0], "sourdough needs a patient starter", show="s3", episode="e3"),
        point(
            "d",
            [0, 0.8, 0.9, 0],
            "a starter is a colony of yeast",
            show="s3",
            episode="e4",
            speaker="Bo",
            published_s=june,
        ),
        point("a", [0, 0, 0, 1.0], "kelp kelp kelp", kind="insight", show="s1"),
    ]


SCRIPTS = {
    "zh": "他每天早上喝茶，柠檬酸可以去掉水垢。",
    "th": "น้ำท่วมกรุงเทพเกิดจากฝน",
    "th-2": "นำขนมปังมาให้ช้าง",
    "km": "កសិករដាំស្រូវពីរដង",
    "ja": "森の中でキノコを採る",
    "pl": "Łódź straciła mieszkańców",
    "en": "they wrote a plug-in for it",
    "ar": "قَالَ مُحَمَّدٌ ذَلِكَ",
}

ENGINES = ("edge", "hosted", "rolling", "memory", "server")


@contextmanager
def opening(engine: str, folder: Path) -> Iterator[Callable[[], VectorIndex]]:
    """Opens one index in a folder; a second call finds what the first left."""
    match engine:
        case "edge":
            yield lambda: EdgeIndex(folder, model_id="m", dimension=4)
            return
        case "hosted":
            yield lambda: HostedIndex(folder, model_id="m", dimension=4)
            return
        case "rolling":
            yield lambda: RollingIndex(folder, model_id="m", dimension=4, open_shard=EdgeIndex)
            return
    from qdrant_client import QdrantClient

    url = os.environ.get("EARMARK_QDRANT_URL", "")
    if engine == "server" and not url:
        pytest.skip("EARMARK_QDRANT_URL names no server")
    client = QdrantClient(":memory:") if engine == "memory" else QdrantClient(url=url)
    name = f"earmark-test-{uuid.uuid4()}"
    # One client for all openings: in memory, it is the data.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "close", lambda **_: None)
        yield lambda: ServerIndex(client, model_id="m", dimension=4, collection=name)
    client.delete_collection(name)
    client.close()


@pytest.fixture(params=ENGINES)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], VectorIndex]]:
    """Opens the one index of a test."""
    with opening(request.param, tmp_path / "index") as opens:
        yield opens


@pytest.fixture
def filled(opener: Callable[[], VectorIndex]) -> Iterator[VectorIndex]:
    """An index of the test's own, which it may change."""
    index = opener()
    index.apply(library(), [], 7)
    yield index
    index.close()


@pytest.fixture(scope="module", params=ENGINES)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    """One filled index for all tests that only ask, or are refused: some engines are a process of their own."""
    with opening(request.param, tmp_path_factory.mktemp("asked") / "index") as opens:
        index = opens()
        index.apply(library(), [], 7)
        yield index
        index.close()


@pytest.fixture(scope="module", params=ENGINES)
def scripts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    """The same with a text in each of many scripts."""
    with opening(request.param, tmp_path_factory.mktemp("scripts") / "index") as opens:
        index = opens()
        index.apply([point(name, [1.0, 0, 0, 0], text) for name, text in SCRIPTS.items()], [], 1)
        yield index
        index.close()


@pytest.mark.heavy
def test_a_new_index_is_empty(opener: Callable[[], VectorIndex]) -> None:
    index = opener()
    assert (index.watermark(), index.count("chunk"), index.count("insight")) == (0, 0, 0)
    assert index.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp", limit=3)) == []
    index.close()


@pytest.mark.heavy
def test_kinds_do_not_mix(asked: VectorIndex) -> None:
    assert (asked.count("chunk"), asked.count("insight")) == (4, 1)
    assert [h.key for h in asked.query(IndexQuery(kind="insight", text="kelp", limit=5))] == ["a"]
    assert [h.key for h in asked.query(IndexQuery(kind="chunk", text="kelp", limit=5))] == ["a", "b"]


@pytest.mark.heavy
def test_dense_scores_are_cosines(asked: VectorIndex) -> None:
    hits = asked.query(IndexQuery(kind="chunk", vector=[2.0, 0.2, 0, 0], limit=2))
    assert [(h.key, h.show_id, h.episode_id) for h in hits] == [("a", "s1", "e1"), ("b", "s2", "e2")]
    assert hits[0].score == pytest.approx(1.0, abs=1e-5)


@pytest.mark.heavy
def test_text_is_stemmed_and_stop_words_alone_find_nothing(asked: VectorIndex) -> None:
    assert [h.key for h in asked.query(IndexQuery(kind="chunk", text="Starters", limit=5))] == [
        "d",
        "c",
    ]  # the shorter first
    assert asked.query(IndexQuery(kind="chunk", text="the of a", limit=5)) == []
    assert asked.query(IndexQuery(kind="chunk", text="", limit=5)) == []


@pytest.mark.heavy
def test_hybrid_joins_both_rankings(asked: VectorIndex) -> None:
    hits = asked.query(IndexQuery(kind="chunk", vector=[1.0, 0.1, 0, 0], text="cattle", limit=4))
    assert hits[0].key == "b"  # second by cosine, alone by words
    assert {h.key for h in hits} == {"a", "b", "c", "d"}
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(shows=("s3",)), {"c", "d"}),
        (Filters(shows=("s1", "s2")), {"a", "b"}),
        (Filters(episodes=("e4",)), {"d"}),
        (Filters(speakers=("ADA LIND",)), {"a", "b"}),
        (Filters(after=date(2026, 6, 10)), {"b", "d"}),
        (Filters(before=date(2026, 6, 10)), {"a"}),
        (Filters(after=date(2026, 5, 10), before=date(2026, 5, 11), speakers=("ada lind", "bo")), {"a"}),
        (Filters(shows=("nowhere",)), set()),
        (Filters(keys=("a", "d", "gone")), {"a", "d"}),
        (Filters(keys=("a", "d"), shows=("s3",)), {"d"}),
        (Filters(keys=()), set()),
    ],
)
def test_filters_hold_for_every_query(asked: VectorIndex, filters: Filters, expected: set[str]) -> None:
    vector = [0.5, 0.5, 0.5, 0]
    assert {h.key for h in asked.query(IndexQuery(kind="chunk", vector=vector, limit=9, filters=filters))} == expected
    assert {
        h.key for h in asked.query(IndexQuery(kind="chunk", text="kelp starter", limit=9, filters=filters))
    } == expected
    assert {
        h.key for h in asked.query(IndexQuery(kind="chunk", vector=vector, text="kelp", limit=9, filters=filters))
    } == expected


@pytest.mark.heavy
def test_shows_can_be_excluded(asked: VectorIndex) -> None:
    hits = asked.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp", limit=9, exclude_shows=("s1", "s3")))
    assert [h.key for h in hits] == ["b"]


def test_a_query_asks_for_something() -> None:
    with pytest.raises(ValueError, match="needs a vector"):
        IndexQuery(kind="chunk", limit=3)


@pytest.mark.heavy
def test_applying_again_changes_nothing(filled: VectorIndex) -> None:
    before = filled.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp", limit=9))
    filled.apply(library(), [("chunk", "never there")], 7)
    assert (filled.count("chunk"), filled.watermark()) == (4, 7)
    assert filled.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp", limit=9)) == before


@pytest.mark.heavy
def test_a_point_is_replaced_whole_and_deleted(filled: VectorIndex) -> None:
    filled.apply([point("a", [0, 0, 1.0, 0], "glaciers", show="s9")], [("chunk", "c"), ("insight", "a")], 9)
    assert (filled.count("chunk"), filled.count("insight"), filled.watermark()) == (3, 0, 9)
    assert [h.key for h in filled.query(IndexQuery(kind="chunk", text="kelp", limit=5))] == ["b"]
    assert filled.query(IndexQuery(kind="chunk", vector=[0, 0, 1, 0], limit=1))[0].show_id == "s9"
    assert (
        filled.query(IndexQuery(kind="chunk", text="glacier", limit=5, filters=Filters(speakers=("ada lind",)))) == []
    )


@pytest.mark.heavy
@pytest.mark.parametrize(
    "vector", [[0.0] * 4, [float("nan"), 0, 0, 1], [float("inf"), 0, 0, 1], [1.0, 0, 0], [1e308, 1e308, 0, 0]]
)
def test_unusable_vectors_are_refused_and_nothing_is_applied(asked: VectorIndex, vector: list[float]) -> None:
    with pytest.raises(ValueError, match="vector of bad"):
        asked.apply([point("good", [1, 0, 0, 0], "good"), point("bad", vector, "bad")], [("chunk", "a")], 8)
    assert (asked.count("chunk"), asked.watermark()) == (4, 7)


@pytest.mark.heavy
def test_unknown_kinds_are_refused(filled: VectorIndex) -> None:
    with pytest.raises(ValueError, match="chunk, insight"):
        filled.apply([point("x", [1, 0, 0, 0], "x", kind="show")], [], 8)


@pytest.mark.heavy
def test_what_was_applied_is_there_after_reopening(opener: Callable[[], VectorIndex]) -> None:
    first = opener()
    first.apply(library(), [], 7)
    answer = first.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp starter", limit=9))
    first.close()
    second = opener()
    assert (second.watermark(), second.count("chunk"), second.model_id) == (7, 4, "m")
    assert second.query(IndexQuery(kind="chunk", vector=[1, 0, 0, 0], text="kelp starter", limit=9)) == answer
    second.close()


@pytest.mark.heavy
def test_clear_leaves_an_empty_index_that_works(filled: VectorIndex) -> None:
    filled.clear()
    assert (filled.watermark(), filled.count("chunk")) == (0, 0)
    filled.apply(library()[:1], [], 3)
    assert (filled.watermark(), filled.count("chunk")) == (3, 1)


@pytest.mark.heavy
def test_both_engines_give_one_order(tmp_path: Path) -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient(":memory:")
    edge = EdgeIndex(tmp_path / "index", model_id="m", dimension=4)
    server = ServerIndex(client, model_id="m", dimension=4)
    asked = {}
    for name, index in (("edge", edge), ("server", server)):
        index.apply(library(), [], 1)
        hits = index.query(IndexQuery(kind="chunk", vector=[0.7, 0.3, 0.1, 0], text="patient kelp farms", limit=9))
        asked[name] = [(h.key, round(h.score, 4)) for h in hits]
        index.close()
    assert asked["edge"] == asked["server"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("typed", "key"),
    [("茶", "zh"), ("柠檬酸", "zh"), ("น้ำ", "th"), ("ស្រូវ", "km"), ("ｷﾉｺ", "ja"), ("lodz", "pl"), ("plugin", "en"), ("محمد", "ar")],
)  # fmt: skip
def test_words_of_any_script_are_found_by_words_alone(scripts: VectorIndex, typed: str, key: str) -> None:
    assert [hit.key for hit in scripts.query(IndexQuery(kind="chunk", text=typed, limit=5))] == [key]
