"""A brief as the renderings show it: cleaned, cut to a bearable length, with its links and times worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefs.calendar_words import date_words, day_words
from earmark.addresses import absolute, insight_page
from earmark.clean import cut, plain
from earmark.language.links import moment_link, web_url
from earmark.language.marks import STAND_IN_MARK
from earmark.language.numbers import spelled
from earmark.language.quotation import shown_quote
from earmark.language.spans import clock, counted, plural
from earmark.relations import RELATION_WORDS, utterance
from earmark.types import Brief, BriefItem, Echo, Insight, Related, Withdrawal

__all__ = ["LIMITS", "BriefView", "ItemView", "Limits", "RelatedView", "item_view", "minutes_to_read", "view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many characters of each text are shown, and how many items and related entries.

    A text that is longer is cut; a link that is longer is left out.
    """

    claim: int = 320
    body: int = 1200
    quote: int = 900
    title: int = 140
    why: int = 260
    url: int = 2000
    related: int = 20
    items: int = 50


LIMITS = (
    Limits(),
    Limits(body=700, quote=500, title=100, url=1000, related=10),
    Limits(claim=200, body=350, quote=300, title=80, why=160, url=500, related=5),
    Limits(claim=160, body=220, quote=220, title=60, why=120, url=300, related=2, items=25),
    Limits(claim=120, body=160, quote=160, title=48, why=90, url=200, related=0, items=12),
)
"""From what is shown if there is room to what fits into any mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedView:
    """A related insight as shown; ``page`` as in `ItemView`."""

    claim: str
    show: str
    speaker: str
    time: str
    url: str
    page: str
    relation: str
    why: str
    also: str
    same_guest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An idea as shown. ``url`` leads to the episode, ``time_url`` to the second; either may be empty.

    ``quote`` is empty where claim and body are the quote itself: nothing is shown twice.
    """

    number: int
    section: str
    """The heading above it, where a section of a digest begins; else empty."""
    claim: str
    body: str
    quote: str
    speaker: str
    show: str
    episode: str
    published: str
    """The day of the episode, such as ``3 August 2026``; empty where its feed does not say."""
    url: str
    time: str
    time_url: str
    page: str
    """Its page in the app; empty where nobody said where that is."""
    why: str
    """Empty where there is nothing to say."""
    mark: str
    """How it came about, where the reader has to know; else empty."""
    related: tuple[RelatedView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefView:
    """A brief as shown; ``left_out`` counts ideas for which there was no room."""

    day: str
    title: str
    """Of a digest; empty for the brief of a day."""
    greeting: str
    summary: str
    note: str
    items: tuple[ItemView, ...]
    left_out: int
    withdrawn: tuple[str, ...]
    """A sentence for each idea that has been withdrawn since, without what it claimed."""


def view(brief: Brief, *, reader: str = "", limits: Limits = LIMITS[0], home: str = "") -> BriefView:
    """What the renderings show of a brief; every text is plain, on one line, and within ``limits``.

    ``home`` is where readers open the app, if anybody said.
    """
    shown = brief.items[: limits.items]
    return BriefView(
        day=day_words(brief.date),
        greeting=_line(reader, 60),
        summary=_summary(brief),
        note=_line(brief.note, 400),
        items=tuple(
            item_view(
                number,
                item,
                limits,
                home=home,
                section="" if number > 1 and shown[number - 2].section == item.section else item.section,
            )
            for number, item in enumerate(shown, start=1)
        ),
        title=_line(brief.title, 60),
        left_out=len(brief.items) - len(shown),
        withdrawn=tuple(_gone(word, limits) for word in brief.withdrawn[: limits.items]),
    )


def minutes_to_read(brief: Brief) -> int:
    """How long its ideas with their quotes take to read, in minutes, at least one."""
    # 238 words a minute: silent reading of English prose, Brysbaert 2019 (a meta-analysis of 190 studies).
    words = sum(len(f"{i.insight.claim} {i.insight.body} {_quote(i.insight)}".split()) for i in brief.items)
    return max(round(words / 238), 1)


def item_view(
    number: int, item: BriefItem, limits: Limits = LIMITS[0], *, home: str = "", section: str = ""
) -> ItemView:
    """An idea as shown, with its number in the brief, and the heading above it where a section begins."""
    insight = item.insight
    claim, body = _line(insight.claim, limits.claim), _line(insight.body, limits.body)
    return ItemView(
        number=number,
        section=_line(section, 100),
        claim=claim,
        body="" if body == claim else body,
        quote=_line(_quote(insight), limits.quote),
        speaker=_line(insight.speaker or "", 80),
        show=_line(insight.show, limits.title) or "an untitled show",
        episode=_line(insight.episode, limits.title),
        published=date_words(insight.published.date()) if insight.published else "",
        url=_within(web_url(insight.url), limits.url),
        time=clock(insight.audio_s, insight.about),
        time_url=_within(moment_link(insight.audio_url, insight.url, insight.audio_s), limits.url),
        page=absolute(home, insight_page(insight.id)),
        why=_line(item.why, limits.why),
        mark=STAND_IN_MARK if insight.stand_in else "",
        related=tuple(_related(related, limits, home) for related in item.related[: limits.related]),
    )


def _gone(word: Withdrawal, limits: Limits) -> str:
    place = ", ".join(part for part in (_line(word.show, limits.title), _line(word.episode, limits.title)) if part)
    return f"An idea from {place or 'an untitled show'} was withdrawn: {word.because.words}."


def _quote(insight: Insight) -> str:
    return shown_quote(insight.quote, insight.claim, insight.body)


def _related(related: Related, limits: Limits, home: str) -> RelatedView:
    said = utterance(related)
    return RelatedView(
        claim=_line(said.text, limits.claim),
        show=_line(said.show, limits.title) or "an untitled show",
        speaker=_line(said.speaker or "", 80),
        time=clock(said.audio_s, said.about),
        url=_within(moment_link(said.audio_url, said.url, said.audio_s) or web_url(said.url), limits.url),
        page=absolute(home, insight_page(said.insight_id)) if said.insight_id else "",
        relation=RELATION_WORDS.get(related.relation, ""),
        why=_line(related.why, limits.why),
        also=_also(related.also_said_by, limits),
        same_guest=related.same_guest,
    )


def _also(echoes: Sequence[Echo], limits: Limits) -> str:
    """``Ada Obi (Field Notes), Lattice Hours and 3 more``."""
    names: list[str] = []
    for echo in echoes:
        speaker, show = _line(echo.speaker or "", 60), _line(echo.show, limits.title)
        names.append(f"{speaker} ({show})" if speaker and show else speaker or show)
    names = list(dict.fromkeys(name for name in names if name))
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _summary(brief: Brief) -> str:
    ideas, shows = len(brief.items), len({item.insight.show_id for item in brief.items})
    if not ideas:
        return "Nothing new this week." if brief.title else "Nothing new today."
    what = f"{spelled(ideas).capitalize()} {plural(ideas, 'idea')} from {spelled(shows)} {plural(shows, 'show')}"
    return f"{what}, {counted(minutes_to_read(brief), 'minute')} to read."


def _within(url: str, limit: int) -> str:
    return url if len(url) <= limit else ""


def _line(text: str, limit: int) -> str:
    # What lies far behind the limit is not looked at: a title may be as long as a book.
    return cut(plain(text[: 4 * limit + 400]), limit)
