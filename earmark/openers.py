"""What opens addresses that are told a key: it goes where it is sent, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.request import BaseHandler, HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener

__all__ = ["keyed_opener"]


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follows none."""


def keyed_opener(*, direct: bool) -> OpenerDirector:
    """An opener that follows no redirects, and with ``direct`` uses no proxy, even if the environment names one."""
    handlers: list[BaseHandler] = [_NoRedirect()]
    if direct:
        handlers.append(ProxyHandler({}))
    return build_opener(*handlers)
