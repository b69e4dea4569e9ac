"""The MCP server as its official client sees it: in this process, over HTTP in the app, and over stdio."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import PromptReference, ResourceTemplateReference
from starlette.applications import Starlette
from starlette.middleware import Middleware

from earmark import __version__
from earmark.catalog.content import episodes, transcripts
from earmark.settings import load_settings
from earmark.types import Reader, Segment, Transcript
from library.address import AppAddress
from library.background import IngestProcess
from library.library import Library
from tests.apart import run_apart
from tests.retrieval.library import fill
from tests.ui import corpus
from tests.ui.conftest import ROOT
from tests.ui.fakes import FakeLibrary
from ui.access.gate import Gate, open_gate
from ui.access.limits import Limiter
from ui.api.guard import RequestGuard
from ui.face import AppContext
from ui.mcpserver.face import make_face
from ui.mcpserver.reading import read_for
from ui.mcpserver.server import make_server
from ui.mcpserver.tools import TOOLS
from ui.mcpserver.values import DATA

pytestmark = pytest.mark.heavy  # the library of the protocol takes a second to import

FIRST = corpus.INSIGHTS[0]
Asking = Callable[[Client], Awaitable[Any]]


def here(library: Any, asking: Asking) -> Any:
    """What a client in this process gets."""

    async def run() -> Any:
        read_for(library)
        async with Client(make_server()) as client:
            return await asking(client)

    return run_apart(run)


def call(library: Any, tool: str, **arguments: Any) -> Any:
    """The structured content of a tool's result."""

    async def asking(client: Client) -> Any:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        return result.structured_content

    return here(library, asking)


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    return FakeLibrary(load_settings(home=tmp_path, environ={}))


def test_every_tool_only_reads_and_describes_what_it_takes_and_gives(library: FakeLibrary) -> None:
    async def asking(client: Client) -> Any:
        return (await client.list_tools()).tools

    for tool in here(library, asking):
        assert tool.annotations.read_only_hint is True, tool.name
        assert tool.description and tool.output_schema, tool.name
        described = tool.input_schema["properties"].values()
        assert tool.input_schema.get("additionalProperties") is not True
        assert all("description" in field or field["title"] == "Episode Id" for field in described), tool.name


def test_search_and_fetch_have_the_form_of_deep_research(library: FakeLibrary) -> None:
    answer = call(library, "search", query="queue")
    assert set(answer) == {"results"}
    assert all(set(result) == {"id", "title", "url"} for result in answer["results"])
    fetched = call(library, "fetch", id=answer["results"][0]["id"])
    assert set(fetched) == {"id", "title", "text", "url", "metadata"}
    assert fetched["id"] == answer["results"][0]["id"]
    words = answer["results"][0]["title"].split("”")[0].strip("“…")
    assert words in fetched["text"].replace("\n> ", " ")
    insight = call(library, "fetch", id=FIRST.id)
    assert (insight["title"], insight["metadata"]["kind"]) == (FIRST.claim, "insight")
    episode = call(library, "fetch", id=f"episode/{FIRST.episode_id}")
    assert episode["metadata"]["episode_id"] == FIRST.episode_id


def test_tools_tell_what_the_library_has(library: FakeLibrary) -> None:
    brief = call(library, "todays_brief")
    assert [item["idea"]["id"] for item in brief["ideas"]] == [insight.id for insight in corpus.INSIGHTS[:5]]
    assert call(library, "related_insights", insight_id=FIRST.id, limit=2)["related"][0]["relation"] == ""
    assert call(library, "search_insights", query=FIRST.claim.split()[1])["insights"]
    shows = call(library, "list_shows")["shows"]
    assert {show["title"] for show in shows} == {show.title for show in corpus.SHOWS}
    listed = call(library, "list_episodes", show=shows[0]["id"], limit=1)
    assert len(listed["episodes"]) == 1
    answer = call(library, "ask", question="Who races a queue?")
    assert f"[{answer['sources'][0]['n']}]" in answer["answer"]
    part = call(library, "transcript_around", episode_id=FIRST.episode_id, second=60)
    assert part["segments"]
    assert all(segment["url"].startswith("http") for segment in part["segments"])


def test_what_goes_wrong_is_told_in_a_line_and_nothing_more(library: FakeLibrary) -> None:
    def broken() -> Any:
        raise RuntimeError("a secret")

    async def asking(client: Client) -> list[Any]:
        wrong = [
            await client.call_tool("fetch", {"id": "zzzz"}),
            await client.call_tool("fetch", {"id": "moment/x/at/1"}),
            await client.call_tool("list_episodes", {"show": "unknown"}),
            await client.call_tool("search", {"query": ""}),
            await client.call_tool("related_insights", {"insight_id": FIRST.id, "limit": 10_000}),
        ]
        library.briefs.get = broken  # type: ignore[method-assign,assignment]
        return [*wrong, await client.call_tool("todays_brief", {})]

    *wrong, crashed = here(library, asking)
    assert all(result.is_error for result in (*wrong, crashed))
    assert "no insight has that id" in wrong[0].content[0].text
    assert "secret" not in crashed.content[0].text


def test_text_from_outside_is_marked_and_its_links_are_none_of_ours(tmp_path: Path) -> None:
    library = FakeLibrary(load_settings(home=tmp_path, environ={}), hostile=True)
    results = [
        call(library, "todays_brief"),
        call(library, "list_shows"),
        call(library, "search", query="pwned click"),
        call(library, "fetch", id=corpus.HOSTILE.id),
        call(library, "related_insights", insight_id=corpus.HOSTILE.id),
    ]
    assert all(DATA in str(result) for result in results if "results" not in result)
    links = [link for result in results for link in _links(result)]
    assert links
    assert all(not link or link.startswith(("https://", "http://")) for link in links)
    fetched = results[3]["text"].split("\n")
    assert fetched[0] == DATA
    assert all(line.startswith("> ") for line in fetched[1:])
    assert "\u202e" not in str(results)


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "url":
                yield inner
            yield from _links(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _links(inner)


def test_resources_and_prompts(library: FakeLibrary) -> None:
    async def asking(client: Client) -> Any:
        listed = [str(resource.uri) for resource in (await client.list_resources()).resources]
        templates = [template.uri_template for template in (await client.list_resource_templates()).resource_templates]
        themes = await client.read_resource("earmark://themes")
        brief = await client.read_resource(f"earmark://briefs/{corpus.TODAY.isoformat()}")
        prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
        sides = await client.get_prompt("both_sides", {"question": "Do queues calm?"})
        with pytest.raises(Exception, match="no theme has this id"):
            await client.read_resource("earmark://themes/none")
        return listed, templates, themes, brief, prompts, sides

    listed, templates, themes, brief, prompts, sides = here(library, asking)
    assert listed == ["earmark://themes"]
    assert set(templates) == {"earmark://briefs/{day}", "earmark://themes/{theme_id}"}
    assert themes.contents[0].text.startswith(DATA)
    assert FIRST.id in brief.contents[0].text
    assert prompts == ["morning", "both_sides"]
    assert "Do queues calm?" in sides.messages[0].content.text


def test_days_and_themes_are_completed(library: FakeLibrary) -> None:
    async def asking(client: Client) -> Any:
        def completed(uri: str, name: str, typed: str) -> Any:
            return client.complete(ResourceTemplateReference(uri=uri), {"name": name, "value": typed})

        whole = (await completed("earmark://briefs/{day}", "day", "")).completion
        begun = (await completed("earmark://briefs/{day}", "day", whole.values[0])).completion.values
        theme = (await completed("earmark://themes/{theme_id}", "theme_id", "")).completion.values
        words = await client.complete(PromptReference(name="both_sides"), {"name": "question", "value": "Do"})
        return whole, begun, theme, words.completion.values, await completed("earmark://none", "day", "")

    whole, begun, theme, words, none = here(library, asking)
    days = [day.isoformat() for day in library.briefs.dates()]
    assert (whole.values, whole.total, whole.has_more) == (days, len(days), False)
    assert begun == days[:1]
    assert theme == [theme.id for theme in library.themes.every()]
    assert (words, none.completion.values) == ([], [])


@contextmanager
def served(library: Any, gate: Gate) -> Iterator[str]:
    """The address of the face over HTTP, on loopback, behind the app's guard."""
    context = AppContext(
        library=library,
        address=AppAddress(url="http://localhost", pid=1, token="own"),
        gate=gate,
        ingest=IngestProcess(library.settings.home),
        first_page=threading.Event(),
        models_loaded=threading.Event(),
    )
    face = make_face(context)
    assert face.lifespan is not None
    app = Starlette(
        routes=list(face.routes),
        middleware=[Middleware(RequestGuard)],
        lifespan=lambda _app: face.lifespan(),
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    finally:
        server.should_exit = True
        thread.join(20)


def over_http(url: str, asking: Asking, *, token: str = "", mode: str = "auto") -> Any:
    """What a client of an address gets."""

    async def run() -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(url, http_client=http)
            async with Client(transport, mode=mode) as client:
                return await asking(client)

    return run_apart(run)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http_a_client_of_this_machine_needs_no_token(library: FakeLibrary, mode: str) -> None:
    async def asking(client: Client) -> Any:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        return tools, (await client.call_tool("list_shows", {})).structured_content

    with served(library, open_gate(library, own_token="own")) as url:
        tools, shows = over_http(url, asking, mode=mode)
        assert "search" in tools
        assert shows is not None
        assert len(shows["shows"]) == len(corpus.SHOWS)
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        for headers, status in (
            ({"Host": "evil.example"}, 421),
            ({"Origin": "https://evil.example"}, 403),
            ({"X-Forwarded-For": "203.0.113.9"}, 401),
            ({"Authorization": "Bearer wrong"}, 401),
        ):
            assert httpx2.post(url, json=body, headers=headers).status_code == status


class Tokens:
    """Two readers, each with a token."""

    def reader_of(self, token: str) -> str | None:
        return {"ann's token": "local", "ben's token": "ben"}.get(token)


def test_over_http_each_reader_gets_their_own_brief(tmp_path: Path) -> None:
    settings = load_settings({"offline": True, "app": {"host": "0.0.0.0"}}, home=tmp_path, environ={})

    async def asking(client: Client) -> Any:
        return (await client.read_resource("earmark://themes")).contents, (
            await client.call_tool("todays_brief", {})
        ).structured_content

    with Library.open(settings=settings) as library:
        library.readers.add(Reader(id="ben", name="Ben"))
        asked: list[str] = []

        class WatchedLibrary:
            """The library, which notes for whom its briefs are asked."""

            def __init__(self, held: Library) -> None:
                self._held = held

            def __getattr__(self, name: str) -> Any:
                if name == "briefs":
                    asked.append(self._held.reader.id)
                return getattr(self._held, name)

            def for_reader(self, reader_id: str) -> WatchedLibrary:
                return WatchedLibrary(self._held.for_reader(reader_id))

        gate = Gate(WatchedLibrary(library), tokens=Tokens(), own_token="own", limiter=Limiter(0))
        with served(library, gate) as url:
            for token in ("ben's token", "ann's token", "ben's token"):
                over_http(url, asking, token=token)
            with pytest.raises(Exception, match=r"401|Unauthorized|unhandled errors"):
                over_http(url, asking, token="nobody's")
        assert asked == ["ben", "local", "ben"]


@pytest.mark.slow
def test_over_stdio_the_command_serves_a_real_library(tmp_path: Path) -> None:
    with Library.open(settings=load_settings({"offline": True}, home=tmp_path, environ={})) as library:
        fill(library.catalog)
        show = library.shows.find("Tideline")
        with library.catalog.write() as tx:
            episode = episodes.of_show(tx, show.id)[0]
            said = tuple(Segment(text=f"Kelp sinks, part {n}.", start_s=n * 10.0) for n in range(20))
            transcripts.put(tx, episode.id, Transcript(segments=said, source="vtt"))

    async def run() -> Any:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "ui.cli.main", "--home", str(tmp_path), "--offline", "mcp"],
            cwd=ROOT,
        )
        async with Client(stdio_client(command)) as client:
            hits = (await client.call_tool("search", {"query": "how much kelp sinks"})).structured_content
            assert hits is not None
            first = hits["results"][0]["id"]
            return (
                hits,
                (await client.call_tool("fetch", {"id": first})).structured_content,
                (await client.call_tool("search_insights", {"query": "carbon in kelp"})).structured_content,
                (await client.call_tool("ask", {"question": "How much of the kelp sinks?"})).structured_content,
            )

    search, fetched, ideas, answer = run_apart(run)
    assert "kelp" in search["results"][0]["title"].lower()
    assert "Kelp sinks, part" in fetched["text"]
    assert "kelp" in ideas["insights"][0]["claim"].lower()
    assert answer["abstained"] or answer["sources"]


def test_what_is_said_about_the_server_elsewhere_is_so() -> None:
    skill = (ROOT / "SKILL.md").read_text("utf-8")
    page = (ROOT / "docs" / "mcp.md").read_text("utf-8")
    assert all(f"`{name}" in page for name in TOOLS)
    told = {word for word in re.findall(r"`([a-z_]+)`", skill) if "_" in word}
    assert told <= set(TOOLS)
    described = json.loads((ROOT / "server.json").read_text("utf-8"))
    package = described["packages"][0]
    assert (described["version"], package["version"], package["identifier"]) == (__version__, __version__, "earmark")
    assert [argument["value"] for argument in package["packageArguments"]] == ["mcp"]
    assert len(described["description"]) <= 100
