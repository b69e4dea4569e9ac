"""Replies of a language model that an unfinished episode already has: nothing is asked, or paid, twice.

An episode whose model went away in the middle goes on from here: the windows that were read stay read, so a run with
failing calls ends with the same insights as an undisturbed one.
"""

from __future__ import annotations

from typing import Protocol

from earmark.catalog import Catalog
from earmark.catalog.work import replies
from earmark.ids import make_id
from earmark.ports import ChatModel

__all__ = ["CatalogMemory", "NoMemory", "ReplyMemory", "request_key"]


class ReplyMemory(Protocol):
    """What has been answered already for one episode."""

    def get(self, key: str) -> object | None:
        """The reply to a request, as parsed JSON; ``None`` if there is none."""
        ...

    def put(self, key: str, reply: object) -> None:
        """Keeps a usable reply."""
        ...

    def failed(self, key: str) -> int:
        """Counts an unusable reply to a request; returns how many there have been."""
        ...


class NoMemory:
    """Remembers nothing: for measurements and tests."""

    def get(self, key: str) -> object | None:
        """Nothing."""
        del key
        return None

    def put(self, key: str, reply: object) -> None:
        """Forgets it."""

    def failed(self, key: str) -> int:
        """The first failure, always."""
        del key
        return 1


class CatalogMemory:
    """Replies kept in the catalog until the episode's insights are stored."""

    def __init__(self, catalog: Catalog, episode_id: str) -> None:
        self._catalog = catalog
        self._episode_id = episode_id

    def get(self, key: str) -> object | None:
        """The reply to a request, as parsed JSON; ``None`` if there is none."""
        with self._catalog.read() as tx:
            return replies.get(tx, self._episode_id, key)

    def put(self, key: str, reply: object) -> None:
        """Keeps a usable reply."""
        with self._catalog.write() as tx:
            replies.put(tx, self._episode_id, key, reply)

    def failed(self, key: str) -> int:
        """Counts an unusable reply to a request; returns how many there have been."""
        with self._catalog.write() as tx:
            return replies.count_failure(tx, self._episode_id, key)


def request_key(model: ChatModel, system: str, user: str) -> str:
    """The key of a request: another model, prompt or transcript is another request."""
    return make_id("reply", model.name, system, user)
