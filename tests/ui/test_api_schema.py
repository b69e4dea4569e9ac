"""The REST interface does what its OpenAPI document says, whatever is sent: schemathesis over a small real library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis.errors import Unsatisfiable
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from earmark.catalog.content import episodes, transcripts
from earmark.settings import load_settings
from earmark.types import Segment, Transcript
from library.library import Library
from tests.retrieval.library import fill
from ui.access.gate import open_gate
from ui.api.app import make_api, openapi
from ui.api.face import api_mount
from ui.api.guard import RequestGuard
from ui.capabilities import CAPABILITIES

pytestmark = [pytest.mark.heavy, pytest.mark.slow]

_EXAMPLES = 12
_ROUTES = [row.name for row in CAPABILITIES if isinstance(row.rest, str)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = load_settings({"offline": True}, home=tmp_path_factory.mktemp("home"), environ={})
    with Library.open(settings=settings) as opened:
        fill(opened.catalog)
        episode = _first_episode(opened)
        said = tuple(Segment(text=f"Said {n}.", start_s=n * 20.0, speaker="Mara Voss") for n in range(30))
        with opened.catalog.write() as tx:
            transcripts.put(tx, episode, Transcript(segments=said, source="vtt"))
        yield opened


@pytest.fixture(scope="module")
def app(library: Library) -> ASGIApp:
    routes = [api_mount(open_gate(library, own_token="own"))]
    return Starlette(routes=routes, middleware=[Middleware(RequestGuard, hosts=["testserver"])])


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What the interface says of itself, made once: it takes a second."""
    return openapi(make_api())


@pytest.fixture(scope="module")
def schema(document: dict[str, Any]) -> Any:
    """The same as schemathesis reads it, which it does with every reference once."""
    return schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize("known", [False, True], ids=["any", "known"])
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=str)
@pytest.mark.parametrize("route", _ROUTES)
def test_each_route_does_what_its_description_says(
    route: str, mode: Any, known: bool, schema: Any, library: Library, app: ASGIApp
) -> None:
    operation = schema.find_operation_by_id(route)
    names = {parameter.name for parameter in operation.path_parameters}
    if known and not names:
        pytest.skip("it names nothing in its path")
    values = {name: value for name, value in _known(library).items() if name in names} if known else None
    headers = {"Authorization": "Bearer own"}

    def exchange(case: Any) -> None:
        case.call_and_validate(app=app, headers=headers)

    bounded = bounds(
        max_examples=_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        given(case=operation.as_strategy(mode, path_parameters=values))(bounded(exchange))()
    except Unsatisfiable:
        pytest.skip("it takes nothing that could be wrong")


def _known(library: Library) -> dict[str, str]:
    return {
        "insight_id": library.insights.newest(limit=1)[0].id,
        "mark": "saved",
        "episode_id": _first_episode(library),
        "show": "Tideline",
        "name": "Mara Voss",
        "theme_id": "none",
        "conversation_id": "none",
        "day": library.briefs.today().isoformat(),
    }


def _first_episode(library: Library) -> str:
    with library.catalog.read() as tx:
        return episodes.of_show(tx, library.shows.find("Tideline").id)[0].id
