"""One table of capabilities: each face and the library have what it says, and lack only what it gives a reason for."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from starlette.routing import Match

from library import ports
from tests.apart import run_apart
from ui.api.app import ENDPOINTS, make_api, openapi
from ui.capabilities import CAPABILITIES, Omission
from ui.cli.main import app


def test_each_capability_has_one_row_and_each_reason_some_words() -> None:
    assert [name for name, count in Counter(row.name for row in CAPABILITIES).items() if count > 1] == []
    for row in CAPABILITIES:
        for cell in (row.rest, row.mcp, row.cli):
            assert not isinstance(cell, Omission) or len(cell.reason.split()) >= 3, row.name


@pytest.mark.heavy
def test_rest_has_the_routes_of_the_table_and_no_others() -> None:
    paths = openapi(make_api())["paths"]
    routes = {
        f"{method.upper()} {path}": (operation["operationId"], operation["summary"])
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert routes == {row.rest: (row.name, row.about) for row in CAPABILITIES if isinstance(row.rest, str)}
    assert set(ENDPOINTS) == {row.name for row in CAPABILITIES if isinstance(row.rest, str)}


@pytest.mark.heavy
def test_each_address_leads_to_its_own_route() -> None:
    api = make_api()
    for rest in (row.rest for row in CAPABILITIES if isinstance(row.rest, str)):
        method, _, path = rest.partition(" ")
        asked = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        first = next(route for route in api.router.routes if route.matches(asked)[0] is Match.FULL)
        assert getattr(first, "path", "") == path


@pytest.mark.heavy
def test_mcp_has_the_tools_and_resources_of_the_table_and_no_others() -> None:
    from ui.mcpserver.resources import RESOURCES
    from ui.mcpserver.server import make_server
    from ui.mcpserver.tools import TOOLS

    table = {row.mcp for row in CAPABILITIES if isinstance(row.mcp, str)}
    assert {name for name in table if "://" not in name} == set(TOOLS)
    assert {name for name in table if "://" in name} == set(RESOURCES)

    async def listed() -> set[str]:
        server = make_server()
        resources = {str(resource.uri) for resource in await server.list_resources()}
        templates = {template.uri_template for template in await server.list_resource_templates()}
        return {tool.name for tool in await server.list_tools()} | resources | templates

    assert run_apart(listed) == table


def test_the_commands_are_those_of_the_table() -> None:
    table = {command for row in CAPABILITIES if not isinstance(row.cli, Omission) for command in row.cli}
    assert set(_commands(typer.main.get_command(app))) == table


def test_whatever_the_library_does_is_in_the_table() -> None:
    """A method that is new in `library.ports` needs a row, and with it a face or a reason."""
    table = {method for row in CAPABILITIES for method in row.library}
    assert set(_methods()) == table


def _commands(group: Any, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if name == "eval":
            yield name
        elif hasattr(command, "commands"):
            yield from _commands(command, f"{name} ")
        else:
            yield f"{prefix}{name}"


_PLUMBING = {"library.for_reader", "library.close"}
"""What faces do with a library, not what it does for a reader."""


def _methods() -> Iterator[str]:
    for name in ports.__all__:
        port = getattr(ports, name)
        part = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Port")).lower()
        for method, function in vars(port).items():
            if inspect.isfunction(function) and not method.startswith("_"):
                named = f"{part}.{method}"
                if named not in _PLUMBING:
                    yield named
