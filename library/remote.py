"""The client of the running app, for commands while the app holds the index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request

from earmark.documents import result_in
from earmark.error_documents import load_error
from earmark.errors import EarmarkError, IndexBusy
from earmark.openers import keyed_opener
from earmark.types import Answer, Brief, ComingNews, Disagreement, Filters, Hit, Insight, Question, Reader, Related
from library.address import read_address
from library.events import events
from retrieval.search.facets import SearchPage

__all__ = ["READER_HEADER", "RemoteLibrary", "find_app"]

T = TypeVar("T")

LONGEST = 2_000
"""Longest query, in characters."""
_API = "/api/v1"

READER_HEADER = "Earmark-Reader"
"""The header in which our own commands, which hold the app's own token, name the reader for whom they ask."""

_ANSWER_S = 300.0
"""How long an answer may take, in seconds: a language model on a small machine needs minutes."""

_REBUILD_S = 3600.0
_HEALTH_S = 3.0

_MOST_BYTES = 50_000_000

_IDS_A_REQUEST = 100
_PAIRS = 200
"""Disagreements that are asked for: all that one request gets."""


class RemoteLibrary:
    """The questions that need the index, answered by the app at ``url``; raises what the app raised.

    They are those of ``reader`` (an id), by default of the reader of this machine.
    """

    def __init__(self, url: str, token: str, *, home: Path | None = None, reader: str = "") -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._home = home
        self._reader = reader
        self._opener = keyed_opener(direct=True)  # the app is on this machine

    def desk(self, reader: Reader) -> RemoteLibrary:
        """What answers the questions of a reader."""
        return RemoteLibrary(self.url, self._token, home=self._home, reader=reader.id)

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """Passages for a query, best first."""
        return list(self.search_page(query, filters=filters, limit=limit).hits)

    def search_page(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True
    ) -> SearchPage:
        """Passages for a query, with facets."""
        asked = [("q", query[:LONGEST]), ("limit", limit), ("correct", int(correct)), *_pairs(filters)]
        return self._load(SearchPage, "/search", asked)

    def search_insights(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Insight]:
        """Insights for a query, best first."""
        asked = [("q", query[:LONGEST]), ("limit", limit), *_pairs(filters)]
        return self._load(list[Insight], "/search/insights", asked)

    def related(self, insight: Insight | str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing as an insight (or as the one with that id), best first."""
        insight_id = insight if isinstance(insight, str) else insight.id
        return self._load(list[Related], f"/insights/{quote(insight_id, safe='')}/related", [("limit", limit)])

    def disagreements(self, *, show: str = "", since: date | None = None) -> list[Disagreement]:
        """Who contradicts whom on two shows, each pair once, the latest first; the latest two hundred that are wanted."""
        wanted = [("show", show), ("since", since.isoformat() if since else "")]
        asked = [("limit", _PAIRS), *((name, value) for name, value in wanted if value)]
        return self._load(list[Disagreement], "/disagreements", asked)

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the corpus, by id."""
        scores: dict[str, float] = {}
        for first in range(0, len(insights), _IDS_A_REQUEST):
            ids = [("id", insight.id) for insight in insights[first : first + _IDS_A_REQUEST]]
            scores |= self._load(dict[str, float], "/novelty", ids)
        return scores

    def ask(self, question: Question) -> Answer:
        """An answer with citations; the app keeps it in the question's conversation."""
        return self._load(Answer, "/ask", method="POST", body=_body_of(question))

    def ask_stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows, from the app's server-sent events."""
        request = self._request(f"{_API}/ask/stream", method="POST", body=_body_of(question))
        ended = False
        try:
            with self._opener.open(request, timeout=_ANSWER_S) as response:
                for kind, data in events(response):
                    if kind == "error":
                        raise _error(data, 500, self.url)
                    ended = kind == "done"
                    yield result_in(Answer, _document(data))
        except HTTPError as error:
            with error:
                raise _error(error.read(_MOST_BYTES), error.code, self.url) from None
        except ValueError as error:
            raise IndexBusy("the app answers in another version's words; restart it", subject=self.url) from error
        except (URLError, HTTPException, OSError) as error:
            raise IndexBusy("the app does not answer; restart it", subject=self.url) from error
        if not ended:
            raise IndexBusy("the answer broke off; ask again", subject=self.url)

    def brief(self, day: date | None = None, *, settle: bool = False) -> Brief:
        """The reader's brief of a day (by default today); ``settle``, of a day, as for `briefs.make.make_brief`."""
        path = f"/briefs/{day.isoformat()}" if day else "/briefs/today"
        return self._load(Brief, path, method="POST" if settle and day else "GET")

    def preview(self, day: date, *, profile: str | None = None) -> Brief:
        """The brief that the app would make of a day now, with another text in place of the profile if given."""
        if profile is None:
            return self._load(Brief, "/briefs/next", [("day", day.isoformat())])
        body = {"day": day.isoformat(), "profile": profile}
        return self._load(Brief, "/briefs/preview", method="POST", body=body)

    def digest(self, day: date) -> Brief:
        """The week that ends with a day."""
        return self._load(Brief, "/digest", [("day", day.isoformat())])

    def news(self) -> ComingNews:
        """What is new to each of the reader's alerts."""
        return self._load(ComingNews, "/alerts/coming")

    def follow(self, _on_progress: Callable[[int, int], None] | None = None) -> int:
        """Does nothing: the app follows the catalog by itself before every answer."""
        return 0

    def rebuild(self, _on_progress: Callable[[int, int], None] | None = None) -> int:
        """Has the app, which owns the index, rebuild it from the catalog; returns the number of points."""
        return self._load(int, "/index/rebuild", timeout=_REBUILD_S, method="POST")

    def tend(self) -> None:
        """Does nothing: the app looks after its index itself."""

    def gone(self) -> bool:
        """Whether the app has ended or another app has taken its place, judged by the address file in home."""
        address = None if self._home is None else read_address(self._home)
        return self._home is not None and (address is None or address.token != self._token)

    def close(self) -> None:
        """Does nothing: no connection stays open."""

    def health(self) -> dict[str, Any]:
        """The document of ``/healthz``; raises ``IndexBusy`` if nothing answers."""
        return self._get(self._request("/healthz"), timeout=_HEALTH_S)

    def _load(
        self,
        kind: type[T],
        path: str,
        params: Sequence[tuple[str, object]] = (),
        *,
        timeout: float = _ANSWER_S,
        method: str = "GET",
        body: dict[str, Any] | None = None,
    ) -> T:
        request = self._request(f"{_API}{path}", params, method=method, body=body)
        document = self._get(request, timeout=timeout)
        try:
            return result_in(kind, document)
        except ValueError as error:
            raise IndexBusy("the app answers in another version's words; restart it", subject=self.url) from error

    def _get(self, request: Request, *, timeout: float) -> dict[str, Any]:
        try:
            with self._opener.open(request, timeout=timeout) as response:
                return _document(response.read(_MOST_BYTES))
        except HTTPError as error:
            with error:
                raise _error(error.read(_MOST_BYTES), error.code, self.url) from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise IndexBusy("the app does not answer; restart it", subject=self.url) from error

    def _request(
        self,
        path: str,
        params: Sequence[tuple[str, object]] = (),
        *,
        method: str = "GET",
        body: dict[str, Any] | None = None,
    ) -> Request:
        query = f"?{urlencode([(name, str(value)) for name, value in params])}" if params else ""
        headers = {"Authorization": f"Bearer {self._token}"}
        if self._reader:
            headers[READER_HEADER] = self._reader
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        return Request(f"{self.url}{path}{query}", data, method=method, headers=headers)  # noqa: S310


def find_app(home: Path) -> RemoteLibrary | None:
    """The app that serves this home, if one runs and answers under the number it left; never this process itself."""
    address = read_address(home)
    if address is None or address.pid == os.getpid():
        return None
    app = RemoteLibrary(address.url, address.token, home=home)
    try:
        health = app.health()
    except EarmarkError:
        return None
    return app if health.get("pid") == address.pid else None


def _body_of(question: Question) -> dict[str, Any]:
    """A question as ``POST /ask`` takes it."""
    filters = question.filters
    return {
        "question": question.text[:LONGEST],
        "shows": list(filters.shows),
        "speakers": list(filters.speakers),
        "episodes": list(filters.episodes),
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "conversation": question.conversation,
        "narrowing": question.narrowing,
    }


def _pairs(filters: Filters | None) -> list[tuple[str, object]]:
    if filters is None:
        return []
    pairs: list[tuple[str, object]] = [("show", show) for show in filters.shows]
    pairs += [("speaker", speaker) for speaker in filters.speakers]
    pairs += [("episode", episode) for episode in filters.episodes]
    pairs += [(name, day.isoformat()) for name, day in (("after", filters.after), ("before", filters.before)) if day]
    return pairs


def _document(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; raises ``ValueError`` for anything else."""
    document = json.loads(body)
    if isinstance(document, dict):
        return document
    raise ValueError("not a JSON object")


def _error(body: bytes, status: int, url: str) -> EarmarkError:
    """The error that the app reported; an unreadable body means that something else answered."""
    try:
        return load_error(_document(body))
    except ValueError:
        return IndexBusy(f"the app answered {status}; restart it", subject=url)
