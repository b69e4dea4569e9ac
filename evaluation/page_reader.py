"""A reader of the pages without a browser: a socket that speaks Streamlit's own messages, as its script in a browser does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

__all__ = ["PageReader", "PageView"]

_LONGEST_S = 120.0
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page as it arrived: the seconds until it was complete, its size, and its HTML."""

    took_s: float
    sent_bytes: int
    html: str


class PageReader:
    """One open tab at an app's address (``http://…``)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        from websockets.asyncio.client import connect

        address = self._url.replace("http://", "ws://", 1) + "/_stcore/stream"
        self._socket = await connect(address, origin=self._url, subprotocols=["streamlit"], max_size=_LARGEST)  # type: ignore[arg-type,list-item]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page: str, query: str = "") -> PageView:
        """Goes to a page (its path without the slash) and waits until it is whole.

        Raises:
            TimeoutError: it is not, within two minutes.
        """
        import asyncio

        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        if self._socket is None:
            raise ValueError("open the reader first (async with)")
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        began = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        texts, size = [], 0
        async with asyncio.timeout(_LONGEST_S):
            while True:
                raw = await self._socket.recv()
                size += len(raw)
                told = ForwardMsg()
                told.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
                kind = told.WhichOneof("type")
                if kind == "delta" and told.delta.new_element.WhichOneof("type") == "html":
                    texts.append(told.delta.new_element.html.body)
                if kind == "script_finished":
                    took_s = time.perf_counter() - began
                    return PageView(took_s=took_s, sent_bytes=size, html="\n".join(texts))
