"""`earmark mcp`: the library as tools of a language model that runs on this machine."""

from __future__ import annotations

import typer

from ui.cli.session import opened

__all__ = ["mcp"]


def mcp(context: typer.Context) -> None:
    """Serve the library to an assistant (Claude, ChatGPT, Cursor …) over standard input and output, as MCP."""
    from ui.mcpserver.server import serve_stdio

    with opened(context) as library:
        serve_stdio(library)
