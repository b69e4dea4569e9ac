"""The tools: each asks the library of the reader and returns a value of `ui.mcpserver.values`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from earmark.errors import NotFound
from earmark.types import Filters, Insight, Question
from library.ports import LibraryPort
from library.remote import LONGEST
from ui.mcpserver import texts
from ui.mcpserver.reading import home, library
from ui.mcpserver.values import (
    Answered,
    Document,
    EpisodeList,
    FoundIdeas,
    Part,
    PersonClaims,
    RelatedIdeas,
    SearchResults,
    ShowList,
    TodaysBrief,
)

__all__ = ["TOOLS"]

Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Most = Annotated[int, Field(ge=1, le=50, description="most results")]
ShowName = Annotated[str, Field(max_length=500, description="a show: its id, title or a part of it; empty for all")]
InsightId = Annotated[str, Field(min_length=4, max_length=64, description="the id of an insight")]
_RESULTS = 10


def search(
    query: Annotated[Words, Field(description='words, "phrases", -without, OR, speaker:, show:, after:')],
) -> SearchResults:
    """Moments in podcast episodes that answer a query, best first; fetch gives what was said there."""
    return SearchResults(results=[texts.result(hit) for hit in library().search.hits(query, limit=_RESULTS)])


def fetch(
    id: Annotated[  # noqa: A002 - the name that ChatGPT's deep research gives it
        str, Field(min_length=1, max_length=500, description="an id that another tool gave")
    ],
) -> Document:
    """What was said at a moment that search found, an insight by its id, or an episode by its id."""
    kind, _, key = id.partition("/")
    if kind == "moment" and (moment := texts.moment_of(key)) is not None:
        return _moment(library(), id, *moment)
    if kind == "episode":
        return _episode(library(), id, key)
    return _insight(library(), id, key if kind == "insight" else id)


def ask(
    question: Annotated[
        Words,
        Field(
            description="in any words; names and times in it narrow the search, and so does search syntax (speaker:, after:)"
        ),
    ],
    show: ShowName = "",
) -> Answered:
    """An answer from everything that the followed podcasts said: every sentence cites its source, or it abstains."""
    asked = Question(text=question, filters=_filters(library(), show))
    return texts.answered(library().answers.ask(asked))


def todays_brief() -> TodaysBrief:
    """The ideas worth this reader's time today, from the podcasts they follow."""
    return texts.brief(library().briefs.get(), home())


def related_insights(insight_id: InsightId, limit: Most = 5) -> RelatedIdeas:
    """What other shows said about the same thing as an insight: who agrees, disagrees or goes on from it.

    An empty list says only that nothing was found that clearly belongs; search with its words gives what comes nearest.
    """
    insight = library().insights.get(insight_id)
    entries = library().insights.related(insight.id, limit=limit)
    return RelatedIdeas(
        insight=texts.idea(insight, home()), related=[texts.related(entry, home()) for entry in entries]
    )


def search_insights(
    query: Annotated[Words, Field(description="what the ideas are to be about")],
    show: ShowName = "",
    limit: Most = 10,
) -> FoundIdeas:
    """Ideas from podcasts about something: claims that stand alone, each with its verbatim quote and a link to the second."""
    insights = library().insights.search(query, filters=_filters(library(), show), limit=limit)
    return FoundIdeas(insights=[texts.idea(insight, home()) for insight in insights])


def saved_ideas(limit: Most = 20) -> FoundIdeas:
    """The ideas that the reader saved, the latest first."""
    return FoundIdeas(insights=[texts.idea(insight, home()) for insight, _ in library().marks.saved(limit=limit)])


def person(
    name: Annotated[str, Field(min_length=1, max_length=500, description="in any case, with or without accents")],
    claims: Annotated[int, Field(ge=1, le=20, description="most claims of each theme, the latest")] = 3,
) -> PersonClaims:
    """Where somebody speaks, as host or guest, and what they claim, by what it is about, the earliest first."""
    return texts.person(library().people.get(name, claims=claims), home())


def list_shows() -> ShowList:
    """The podcasts that the reader follows."""
    return ShowList(shows=[texts.show_listed(summary) for summary in library().shows.summaries()])


def list_episodes(
    show: Annotated[str, Field(min_length=1, max_length=500, description="a show: its id, title or a part of it")],
    limit: Most = 20,
    skip: Annotated[int, Field(ge=0, le=100_000, description="newer episodes to leave out")] = 0,
) -> EpisodeList:
    """The episodes of a show, newest first."""
    followed = library().shows.find(show)
    every = library().episodes.of_show(followed.id)
    listed = every[skip : skip + limit]
    return EpisodeList(
        show_id=followed.id,
        show=texts.one_line(followed.title),
        episodes=[texts.episode_listed(episode) for episode in listed],
        more=max(len(every) - skip - len(listed), 0),
    )


def transcript_around(
    episode_id: Annotated[str, Field(min_length=1, max_length=64)],
    second: Annotated[float | None, Field(ge=0, le=1_000_000, description="of the recording")] = None,
    segment: Annotated[int, Field(ge=0, le=1_000_000, description="without a second: the first segment")] = 0,
    span: Annotated[float, Field(ge=1, le=600, description="seconds before and after")] = 60.0,
) -> Part:
    """What was said around a second of an episode, each segment with its own link; at most 20,000 characters."""
    return texts.part(library().episodes.around(episode_id, second=second, number=segment, span_s=span))


TOOLS: dict[str, Callable[..., Any]] = {
    tool.__name__: tool
    for tool in (
        search,
        fetch,
        ask,
        todays_brief,
        related_insights,
        search_insights,
        saved_ideas,
        person,
        list_shows,
        list_episodes,
        transcript_around,
    )
}
"""By name; `ui.capabilities` names the same."""


def _filters(theirs: LibraryPort, show: str) -> Filters:
    return Filters(shows=(theirs.shows.find(show).id,)) if show else Filters()


def _moment(theirs: LibraryPort, key: str, episode_id: str, second: float | None, words: str) -> Document:
    said = theirs.episodes.around(episode_id, second=second, near=words, span_s=120.0)
    here = said.segments[0].url if said.segments else said.url
    for segment in said.segments:
        if second is not None and segment.start_s is not None and segment.start_s <= second:
            here = segment.url
    return Document(
        id=key,
        title=texts.one_line(f"{said.show}: {said.episode}"),
        text=texts.quoted(*texts.spoken(said)),
        url=here,
        metadata={"kind": "moment", "episode_id": said.episode_id, "language": said.language, "source": said.source},
    )


def _insight(theirs: LibraryPort, key: str, insight_id: str) -> Document:
    insight: Insight = theirs.insights.get(insight_id)
    shown = texts.idea(insight, home())
    who = ", ".join(part for part in (shown.speaker, shown.show, shown.episode, shown.time) if part)
    return Document(
        id=key,
        title=shown.claim,
        text=texts.quoted(shown.claim, shown.body, f"“{shown.quote}”", who),
        url=shown.url,
        metadata={"kind": "insight", "insight_id": shown.id, "episode_id": shown.episode_id, "page": shown.page},
    )


def _episode(theirs: LibraryPort, key: str, episode_id: str) -> Document:
    episode = theirs.episodes.shown(theirs.episodes.get(episode_id))
    listed = texts.episode_listed(episode)
    lines = [episode.data.description or listed.title]
    try:
        lines += texts.spoken(theirs.episodes.around(episode_id, span_s=600.0))
    except NotFound:
        lines.append("(not transcribed yet)")
    return Document(
        id=key,
        title=texts.one_line(f"{episode.show}: {episode.data.title}"),
        text=texts.quoted(*lines),
        url=listed.url,
        metadata={
            "kind": "episode",
            "episode_id": episode.id,
            "show_id": episode.show_id,
            "stage": episode.stage.value,
        },
    )
