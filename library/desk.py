"""One reader's questions, answered from an index that this process owns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, TypeVar

from earmark.catalog import changes
from earmark.catalog.content import names
from earmark.catalog.readers import conversations
from earmark.errors import IndexBusy
from earmark.types import (
    Answer,
    Brief,
    ComingNews,
    Disagreement,
    Filters,
    Hit,
    Insight,
    Question,
    Reader,
    Related,
    Turn,
)
from library.marked import marked_by
from library.sight import Sight

if TYPE_CHECKING:
    from briefs.ports import Finder
    from briefs.seen import LibraryMemory
    from briefs.steering import Steering
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.scope import ShowScope
    from earmark.settings import BriefSettings, Settings
    from library.engines import Engines
    from retrieval.search.facets import SearchPage
    from retrieval.search.query import ParsedQuery

__all__ = ["LocalDesk"]

T = TypeVar("T")

_TIMES = 3
"""How often a question is asked of an index that changes over meanwhile: one change takes minutes to build."""


class _BriefParts(TypedDict):
    finder: Finder
    subscriber: Reader
    day: date
    settings: BriefSettings
    model_id: str
    now: datetime
    scope: ShowScope
    steering: Steering
    memory: LibraryMemory


class LocalDesk:
    """A `library.owner.Desk`; every call first applies what changed in the catalog.

    Args:
        settings: how briefs are made.
        catalog: holds the reader's conversations and briefs.
        clock: dates questions and briefs.
        reader: who asks.
        engines: what answers from the index as it is now.
        follow: applies what changed.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        clock: Clock,
        reader: Reader,
        *,
        engines: Callable[[], Engines],
        follow: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._clock = clock
        self._reader = reader
        self._sight = Sight(catalog, reader)
        self._current = engines
        self._follow = follow

    def _engines(self, scope: ShowScope | None = None) -> Engines:
        """What answers, up to date and within a scope, by default what the reader sees now."""
        self._follow()
        return self._current().within(scope or self._sight.scope_now(), self._reader.timezone)

    def _answered(self, ask: Callable[[Engines], T]) -> T:
        """What ``ask`` makes of what answers.

        When the index has changed over to another model meanwhile, it is asked again: its vectors and those of the
        question were of two models.

        Raises:
            IndexBusy: it has done so every time.
        """
        for _ in range(_TIMES):
            current = self._current()
            try:
                result = ask(self._engines())
            except Exception:
                if self._current() is current:
                    raise
                continue
            if self._current() is current:
                return result
        raise _changing()

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """The best moments for a query, best first."""
        return self._answered(
            lambda engines: engines.searcher.search(query, filters=filters, limit=limit, marked_as=self._marked)
        )

    def search_page(self, query: str, *, filters: Filters, limit: int, correct: bool = True) -> SearchPage:
        """The best moments with their facets."""
        return self._answered(
            lambda engines: engines.searcher.page(
                query, filters=filters, limit=limit, correct=correct, marked_as=self._marked
            )
        )

    def search_insights(self, query: str, *, filters: Filters, limit: int) -> list[Insight]:
        """The insights that fit a query best, best first."""
        return self._answered(
            lambda engines: engines.searcher.insights(query, filters=filters, limit=limit, marked_as=self._marked)
        )

    def _marked(self, parsed: ParsedQuery) -> frozenset[str] | None:
        """What ``is:`` and ``tag:`` mean to this reader."""
        return marked_by(self._catalog, self._reader.id, parsed)

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing, best first."""
        return self._answered(lambda engines: engines.finder.related(insight, limit=limit))

    def disagreements(self, *, show: str = "", since: date | None = None) -> list[Disagreement]:
        """Who contradicts whom on two shows, each pair once, the latest first; whoever asks narrows them to a show and a day."""
        return self._answered(lambda engines: engines.finder.disagreements())

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to what the reader sees, in 0..1, by id."""
        return self._answered(lambda engines: engines.finder.novelty(insights))

    def ask(self, question: Question) -> Answer:
        """An answer with citations, kept in the question's conversation."""
        *_, last = self.ask_stream(question)
        return last

    def ask_stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows; the whole answer is kept before it is shown, because its reader may leave at once."""
        key, reader_id = question.conversation, self._reader.id
        history: list[Turn] = []
        if key:
            with self._catalog.read() as tx:
                history = conversations.turns(tx, reader_id, key)
        last: Answer | None = None
        for answer in self._stream(question, history):
            if last is not None:
                yield last
            last = answer
        if last is None:
            return
        if key:
            with self._catalog.write() as tx:
                # A conversation that was forgotten meanwhile stays forgotten.
                if not history or conversations.turns(tx, reader_id, key):
                    conversations.add_turn(tx, reader_id, key, last, now=self._clock.now())
        yield last

    def _stream(self, question: Question, history: Sequence[Turn]) -> Iterator[Answer]:
        """The answer as it grows; begun again, and given up, as in ``_answered``."""
        for _ in range(_TIMES):
            current = self._current()
            try:
                yield from self._engines().answerer.stream(question, history=history, marked_as=self._marked)
            except Exception:
                if self._current() is current:
                    raise
            if self._current() is current:
                return
        raise _changing()

    def brief(self, day: date, *, settle: bool = False) -> Brief:
        """The reader's brief of a day, made if there is none yet; ``settle`` as for `briefs.make.make_brief`."""
        from briefs.make import make_brief

        return make_brief(self._catalog, **self._brief_parts(day), settle=settle)

    def preview(self, day: date, *, profile: str | None = None) -> Brief:
        """The brief that would be made of a day now, with another text in place of the profile if given; nothing is stored."""
        from briefs.make import preview_brief

        return preview_brief(self._catalog, **self._brief_parts(day, profile))

    def digest(self, day: date) -> Brief:
        """The week that ends with a day; nothing is stored."""
        from briefs.digest import make_digest

        scope = self._sight.scope_now()
        finder = self._engines(scope).memory.at(self._head())
        return make_digest(self._catalog, finder, self._reader, day, now=self._clock.now(), scope=scope)

    def news(self) -> ComingNews:
        """What is new to each of the reader's alerts; nothing is stored."""
        from briefs.news import coming_news

        scope = self._sight.scope_now()
        return self._answered(
            lambda engines: coming_news(self._catalog, engines.searcher.matching, self._reader, scope=scope)
        )

    def _head(self) -> int:
        """The last change of the catalog."""
        with self._catalog.read() as tx:
            return changes.head(tx)

    def _brief_parts(self, day: date, profile: str | None = None) -> _BriefParts:
        """What a brief of the reader is made of, as both makers take it."""
        scope, settings = self._sight.scope_now(), self._settings.brief
        engines = self._engines(scope)
        steering = self._steering(engines, profile)
        length = steering.preferences.length or self._reader.length
        if length:
            settings = settings.model_copy(update={"size": length})
        return _BriefParts(
            finder=engines.memory.at(self._head()),
            subscriber=self._reader,
            day=day,
            settings=settings,
            model_id=engines.encoder.model_id,
            now=self._clock.now(),
            scope=scope,
            steering=steering,
            memory=engines.library,
        )

    def _steering(self, engines: Engines, profile: str | None) -> Steering:
        """The profile, by default the one in force, with vectors of its interests."""
        from briefs.preferences import read
        from briefs.steering import UNSTEERED, Steering
        from earmark.embedding import query_vectors
        from library.profile_keeping import ProfileKeeper

        keeper = ProfileKeeper(self._catalog, self._clock, self._settings.home)
        says = keeper.current(self._reader).says if profile is None else read(profile)
        with self._catalog.read() as tx:
            says = says.as_called_now(names.load(tx))
        words = [interest.words for interest in says.interests]
        subjects = query_vectors(engines.encoder, words) if words else UNSTEERED.subjects
        return Steering(preferences=says, subjects=subjects)


def _changing() -> IndexBusy:
    return IndexBusy("the index has changed over to another model each time; ask again in a while", subject="index")
