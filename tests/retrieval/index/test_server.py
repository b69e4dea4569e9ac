"""The index on a Qdrant server: late writes, generations, further tries; on the client's own stand-in and on HTTP."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.errors import PermanentError, TransientError
from earmark.ports import IndexPoint, IndexQuery
from retrieval.index.server import Layout, ServerIndex, connect, read_mark
from retrieval.index.server_calls import check_version

pytestmark = pytest.mark.heavy


def point(key: str, text: str) -> IndexPoint:
    return IndexPoint(kind="chunk", key=key, vector=[1.0, 0.1, 0, 0], text=text, show_id="s1", episode_id="e1")


class Server:
    """A client of the stand-in, or of a real server where one is named, and an alias of the test's own."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.alias = f"earmark-test-{uuid.uuid4().hex}"

    def open(self, model_id: str = "m") -> ServerIndex:
        return ServerIndex(self.client, model_id=model_id, dimension=4, collection=self.alias)

    def collections(self) -> list[str]:
        names = [row.name for row in self.client.get_collections().collections]
        return sorted(name for name in names if name.startswith(self.alias))

    def behind(self) -> str:
        (row,) = [row for row in self.client.get_aliases().aliases if row.alias_name == self.alias]
        return str(row.collection_name)


@pytest.fixture(params=["memory", "server"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    from qdrant_client import QdrantClient

    url = os.environ.get("EARMARK_QDRANT_URL", "")
    if request.param == "server" and not url:
        pytest.skip("EARMARK_QDRANT_URL names no server")
    made = Server(QdrantClient(":memory:") if request.param == "memory" else connect(url))
    yield made
    for name in made.collections():
        made.client.delete_collection(name)
    made.client.close()


def matches(index: ServerIndex, text: str) -> list[str]:
    return [hit.key for hit in index.query(IndexQuery(kind="chunk", text=text, limit=5))]


def test_an_older_state_that_comes_late_changes_nothing(server: Server) -> None:
    quick, late = server.open(), server.open()
    quick.apply([point("a", "glaciers melt")], [], 9)
    late.apply([point("a", "kelp grows"), point("b", "kelp drifts")], [], 5)
    assert quick.watermark() == 9
    assert matches(quick, "glacier") == ["a"]
    assert matches(quick, "kelp") == ["b"]  # nobody has written of it later


def test_what_was_deleted_is_not_brought_back_by_a_late_write(server: Server) -> None:
    quick, late = server.open(), server.open()
    quick.apply([point("a", "kelp grows")], [], 3)
    quick.apply([], [("chunk", "a"), ("chunk", "never there")], 8)
    late.apply([point("a", "kelp grows"), point("never there", "kelp")], [], 4)
    assert (quick.count("chunk"), quick.watermark(), matches(quick, "kelp")) == (0, 8, [])
    quick.apply([point("a", "kelp grows again")], [], 12)
    assert matches(quick, "kelp") == ["a"]


def test_a_late_deletion_takes_nothing_away_that_came_after_it(server: Server) -> None:
    quick, late = server.open(), server.open()
    quick.apply([point("a", "kelp grows again")], [], 12)
    late.apply([], [("chunk", "a")], 8)
    assert (quick.count("chunk"), quick.watermark()) == (1, 12)


def test_what_is_left_of_deleted_points_goes_when_no_write_can_be_that_late(server: Server) -> None:
    index = server.open()
    index.apply([], [("chunk", "a"), ("chunk", "b")], 8)
    assert server.client.count(server.alias, exact=True).count == 3  # with the watermark
    index.apply([], [("chunk", "c")], 2_000_000)
    assert server.client.count(server.alias, exact=True).count == 2


def test_the_old_generation_answers_until_the_next_is_filled(server: Server) -> None:
    index, other = server.open(), server.open()
    index.apply([point("a", "kelp grows")], [], 3)
    first = server.behind()

    def fill(fresh: ServerIndex) -> int:
        assert fresh.watermark() == 0
        fresh.apply([point("b", "kelp drifts")], [], 4)
        assert matches(index, "kelp") == matches(other, "kelp") == ["a"]
        return 1

    assert index.renew(fill) == 1
    assert matches(index, "kelp") == matches(other, "kelp") == ["b"]
    assert server.behind() != first
    assert server.collections() == [server.behind()]


def test_a_follower_that_is_overtaken_by_a_new_generation_moves_no_mark_of_it(server: Server) -> None:
    index, follower = server.open(), server.open()
    index.apply([point("a", "kelp grows")], [], 30)
    assert follower.watermark() == 30

    def slowly(fresh: ServerIndex) -> int:
        fresh.apply([point("a", "kelp grows")], [], 20)
        return 1

    index.renew(slowly)
    with pytest.raises((TransientError, ValueError)):  # the stand-in's word for a collection that is gone is ValueError
        follower.apply([point("b", "kelp drifts")], [], 40)
    assert index.watermark() == follower.watermark() == 20


def test_another_model_fills_its_own_generation_and_goes_on_with_it(server: Server) -> None:
    old = server.open()
    old.apply([point("a", "kelp grows")], [], 3)
    new = server.open("n")
    new.apply([point("a", "glaciers melt")], [], 2)
    assert matches(old, "kelp") == ["a"]
    again = server.open("n")
    assert again.watermark() == 2
    again.publish()
    assert matches(old, "glacier") == ["a"]
    mark = read_mark(server.client, server.alias)
    assert mark is not None and (mark.model_id, mark.seq, mark.points) == ("n", 2, 1)
    assert len(server.collections()) == 1


def test_a_collection_of_before_there_were_generations_gives_way(server: Server) -> None:
    from qdrant_client import models

    server.client.create_collection(
        server.alias, vectors_config={"dense": models.VectorParams(size=4, distance=models.Distance.COSINE)}
    )
    assert server.open().watermark() == 0
    assert server.collections() == [f"{server.alias}-1"]


def test_a_server_that_writes_without_looking_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_json({"title": "qdrant", "version": "1.15.4"})
    with pytest.raises(PermanentError, match=r"1\.15\.4 is too old"):
        check_version(connect(httpserver.url_for("/")))


def test_a_busy_server_is_asked_again(httpserver: HTTPServer) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        if len(asked) < 3:
            return Response("busy", status=503)
        return Response(json.dumps({"title": "qdrant", "version": "1.17.0"}), content_type="application/json")

    httpserver.expect_request("/").respond_with_handler(answer)
    check_version(connect(httpserver.url_for("/")))
    assert len(asked) == 3


def test_a_server_that_refuses_the_key_is_asked_once(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_json({"status": "no"}, status=403)
    with pytest.raises(PermanentError, match="qdrant_api_key"):
        check_version(connect(httpserver.url_for("/")))
    assert len(httpserver.log) == 1


def test_what_the_server_is_told_of_a_collection() -> None:
    """The stand-in keeps neither shards nor tenants, so what is sent is read here."""
    from qdrant_client import QdrantClient

    class RecordingClient(QdrantClient):
        def __init__(self) -> None:
            super().__init__(":memory:")
            self.created: dict[str, Any] = {}
            self.fields: dict[str, Any] = {}

        def create_collection(self, *names: Any, **options: Any) -> bool:
            self.created = options
            return super().create_collection(*names, **options)

        def create_payload_index(self, *names: Any, **options: Any) -> Any:
            self.fields[names[1]] = names[2]
            return super().create_payload_index(*names, **options)

    client = RecordingClient()
    layout = Layout(shards=6, replicas=2, quantization="int8")
    index = ServerIndex(client, model_id="m", dimension=4, layout=layout)
    index.apply([point("a", "kelp grows")], [], 3)
    assert matches(index, "kelp") == ["a"]
    assert (client.created["shard_number"], client.created["replication_factor"]) == (6, 2)
    assert client.created["vectors_config"]["dense"].on_disk is True
    assert client.created["quantization_config"].scalar.type == "int8"
    assert client.fields["show_id"].is_tenant is True
    client.close()
