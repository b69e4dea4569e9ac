"""Values of the library as tools return them: texts cleaned and cut, links that may be followed, text from outside marked."""

from __future__ import annotations

from urllib.parse import quote, unquote

from earmark.addresses import absolute, insight_page, moment_page
from earmark.clean import cut, plain
from earmark.language.links import moment_link, web_url
from earmark.language.spans import clock
from earmark.relations import utterance
from earmark.types import Answer, Brief, Episode, Hit, Insight, Related, Stage
from library.people import Person
from library.status import ShowSummary
from library.values import LinkedSegment, TranscriptPart
from ui.mcpserver.values import (
    DATA,
    Answered,
    Idea,
    ListedEpisode,
    ListedShow,
    Part,
    PersonClaims,
    PersonRole,
    RelatedIdea,
    SearchResult,
    Source,
    Spoken,
    ThemeClaims,
    TodaysBrief,
    TodaysIdea,
)

__all__ = [
    "answered",
    "brief",
    "episode_listed",
    "idea",
    "moment_of",
    "one_line",
    "part",
    "person",
    "quoted",
    "related",
    "result",
    "show_listed",
    "spoken",
]

_TITLE = 200
_TEXT = 4_000
"""Characters of one text; a moment is a page at most."""
_NEAR = 80
_THEMES = 20
"""Themes of a person: those of most claims, so that an answer stays small."""
_SHOWS = 20


def quoted(*lines: str) -> str:
    """Text from outside, a mark before each line, so that nothing in it can pass for a word of ours."""
    marked = [f"> {line}" for text in lines for line in plain(text, newlines=True).split("\n")]
    return "\n".join((DATA, *marked))


def result(hit: Hit) -> SearchResult:
    """A moment as a search result; its id says where it was, by the second or by its first words."""
    first, last = hit.highlight or (0, len(hit.text))
    words = plain(hit.text[first:last])
    second = hit.second
    place = quote(words[:_NEAR], safe="") if second is None else str(int(second))
    kind = "near" if second is None else "at"
    who = ", ".join(
        one_line(part) for part in (hit.speaker, hit.show, hit.episode, clock(hit.audio_s, hit.about)) if part
    )
    return SearchResult(
        id=f"moment/{hit.episode_id}/{kind}/{place}", title=f"“{cut(words, _TITLE)}” {who}", url=web_url(hit.url)
    )


def moment_of(key: str) -> tuple[str, float | None, str] | None:
    """The episode, the second and the words that the id of a moment stands for; ``None`` if it is none."""
    episode_id, _, place = key.partition("/")
    kind, _, where = place.partition("/")
    if kind == "near":
        return episode_id, None, unquote(where)
    if kind == "at" and where.isascii() and where.isdigit() and len(where) < 8:
        return episode_id, float(where), ""
    return None


def idea(insight: Insight, home: str) -> Idea:
    """An insight of an app that readers open at ``home``; empty where nobody said."""
    return Idea(
        id=insight.id,
        claim=one_line(insight.claim),
        body=_text(insight.body),
        quote=_text(insight.quote),
        speaker=one_line(insight.speaker),
        show=one_line(insight.show),
        episode=one_line(insight.episode),
        episode_id=insight.episode_id,
        published=insight.published,
        time=clock(insight.audio_s, insight.about),
        url=_link(insight),
        page=absolute(home, insight_page(insight.id)),
    )


def person(told: Person, home: str) -> PersonClaims:
    """Somebody's shows and claims by theme, of an app that readers open at ``home``; twenty of each at most."""
    return PersonClaims(
        name=one_line(told.name),
        shows=[
            PersonRole(show=one_line(place.show), role=place.role, episodes=len(place.episode_ids))
            for place in told.shows[:_SHOWS]
        ],
        themes=[
            ThemeClaims(
                theme=one_line(theme.label),
                count=theme.count,
                ideas=[idea(insight, home) for insight in theme.insights],
            )
            for theme in told.themes[:_THEMES]
        ],
    )


def _link(insight: Insight) -> str:
    """A link to where an insight was said, or to its episode; empty if neither may be shown."""
    return moment_link(insight.audio_url, insight.url, insight.audio_s) or web_url(insight.url)


def related(entry: Related, home: str) -> RelatedIdea:
    """What another show said; ``home`` as in `idea`."""
    told = _heard(entry, home) if entry.insight is None else idea(entry.insight, home)
    return RelatedIdea(idea=told, relation=entry.relation, why=_text(entry.why))


def _heard(entry: Related, home: str) -> Idea:
    """A moment as an idea; its id is that of the moment among search results."""
    said = utterance(entry)
    return Idea(
        id="" if entry.moment is None else result(entry.moment).id,
        claim=one_line(said.text),
        body="",
        quote=_text(said.text),
        speaker=one_line(said.speaker),
        show=one_line(said.show),
        episode=one_line(said.episode),
        episode_id=said.episode_id,
        published=None if entry.moment is None else entry.moment.published,
        time=clock(said.audio_s, said.about),
        url=web_url(said.url),
        page=absolute(home, moment_page(said.episode_id, said.start_s, said.text)),
    )


def brief(told: Brief, home: str) -> TodaysBrief:
    """A brief; ``home`` as in `idea`."""
    ideas = [
        TodaysIdea(
            idea=idea(item.insight, home), why=_text(item.why), related=[related(entry, home) for entry in item.related]
        )
        for item in told.items
    ]
    return TodaysBrief(date=told.date, note=_text(told.note), ideas=ideas)


def answered(answer: Answer) -> Answered:
    """An answer with its sources."""
    sources = [
        Source(
            n=citation.n,
            quote=_text(citation.quote),
            speaker=one_line(citation.speaker),
            show=one_line(citation.show),
            episode=one_line(citation.episode),
            published=citation.published,
            time=clock(citation.audio_s, citation.about),
            url=web_url(citation.url),
        )
        for citation in answer.citations
    ]
    return Answered(
        answer=plain(answer.answer, newlines=True),
        abstained=answer.abstained,
        looking_only_at=[one_line(scope.label) for scope in answer.narrowed],
        note=_text(answer.note),
        sources=sources,
    )


def show_listed(summary: ShowSummary) -> ListedShow:
    """A followed show. Its feed's address stays here: it may hold the reader's key."""
    show = summary.show
    return ListedShow(
        id=show.id,
        title=one_line(show.title),
        author=one_line(show.author),
        url=web_url(show.link),
        episodes=summary.episodes,
        read=summary.done,
        insights=summary.insights,
        newest=summary.newest,
    )


def episode_listed(episode: Episode) -> ListedEpisode:
    """An episode."""
    data = episode.data
    return ListedEpisode(
        id=episode.id,
        title=one_line(data.title),
        published=data.published,
        minutes=None if data.duration_s is None else round(data.duration_s / 60),
        read=episode.stage is Stage.INSIGHTS,
        no_insights=one_line(episode.no_insights),
        url=web_url(data.link),
    )


def part(said: TranscriptPart) -> Part:
    """A part of a transcript."""
    segments = [
        Spoken(
            number=segment.number,
            time=clock(segment.audio_s, segment.about),
            speaker=one_line(segment.speaker),
            text=plain(segment.text),
            url=segment.url,
        )
        for segment in said.segments
    ]
    return Part(
        episode_id=said.episode_id,
        episode=one_line(said.episode),
        show=one_line(said.show),
        url=said.url,
        total=said.total,
        segments=segments,
    )


def spoken(said: TranscriptPart) -> list[str]:
    """A part of a transcript as lines of text, each with its time and speaker."""
    return [
        f"[{', '.join(who)}] {plain(segment.text)}" if (who := _who(segment)) else plain(segment.text)
        for segment in said.segments
    ]


def one_line(text: str | None) -> str:
    """A title, a name or a claim on one line, cut to what a list can show; empty for none."""
    return cut(plain(text or ""), _TITLE)


def _who(segment: LinkedSegment) -> list[str]:
    return [part for part in (clock(segment.audio_s, segment.about), one_line(segment.speaker)) if part]


def _text(text: str) -> str:
    return cut(plain(text), _TEXT)
