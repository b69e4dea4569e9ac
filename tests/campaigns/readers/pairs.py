"""Readers and routes: what each reader gets on each route is searched for words that only others may see.

Each show says a word of its own, and each reader writes one of their own into notes, tags and conversations. A leak is
such a word in an answer to a reader who neither sees that show nor wrote it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from briefs.feeds.atom import to_atom
from briefs.feeds.document import feed_document
from briefs.render import to_html, to_text
from earmark.clock import FixedClock
from earmark.documents import dump
from earmark.errors import EarmarkError
from earmark.settings import load_settings
from earmark.types import Question, Reader, Selection, SelectionKind
from library.library import Library
from tests.retrieval.library import NOW, Talk, put
from ui.access.gate import open_gate
from ui.api.face import api_mount

__all__ = ["Leak", "Outcome", "campaign"]

_SUBJECTS = ("kelp", "sleep", "bread", "insurance", "trams", "violins", "glaciers", "bees")
_SHOWS = 24
HOST = "http://localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A word of somebody else's in an answer."""

    reader: str
    route: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many pairs were tried, how many gave something that is the reader's own, and what leaked."""

    pairs: int
    with_own_words: int
    leaks: tuple[Leak, ...]


Ask = Callable[[str], str]
"""Asks a REST address as the reader; the whole answer, whatever its status."""


def show_word(number: int) -> str:
    """The word that one show alone says."""
    return f"zeta{'bcdfghjklmnpqrstvwxyz'[number % 21]}{'aeiou'[number // 21]}qu{number:02}"


def reader_word(number: int) -> str:
    """The word that one reader alone writes."""
    return f"yotta{number:03}note"


def talks() -> Iterator[Talk]:
    """One episode a show; neighbours speak about the same subject, so that they are related."""
    for number in range(_SHOWS):
        word, subject = show_word(number), _SUBJECTS[number % len(_SUBJECTS)]
        speaker = f"{word.capitalize()} Speaker"
        said = f"What matters about {subject} is how long it takes, and {word} is what we call that on this show."
        claim = f"The time that {subject} takes decides its price, which is the rule of {word}"
        passages = ((speaker, said), (speaker, f"People forget that {subject} was cheap before {word} was measured."))
        yield Talk(
            f"The {word} show", f"On {subject} and {word}", 1 + number, passages,
            ((speaker, claim, f"On {subject}, {word} explains nine cases of ten."),),
        )  # fmt: skip


def fill(library: Library, readers: int, rng: random.Random) -> dict[str, set[str]]:
    """Shows and readers; the words that each reader may see."""
    for talk in talks():
        put(library.catalog, talk)
    shows = {summary.show.title: summary.show.id for summary in library.shows.summaries()}
    words: dict[str, set[str]] = {}
    for number in range(readers):
        chosen = rng.sample(range(_SHOWS), rng.randint(1, 6))
        reader = Reader(id=f"r{number:03}", name=f"Reader {number}", all_shows=False, length=3)
        library.readers.add(reader, show_ids=[shows[f"The {show_word(show)} show"] for show in chosen])
        words[reader.id] = {show_word(show) for show in chosen} | {reader_word(number)}
        theirs, own = library.for_reader(reader.id), reader_word(number)
        theirs.marks.annotate(theirs.insights.newest()[0].id, note=own, tags=[own])
        theirs.answers.ask(Question(text=f"What is {own} about {_SUBJECTS[number % 8]}?", conversation="same-for-all"))
    return words


def routes(library: Library, foreign: Mapping[str, str]) -> dict[str, Callable[[Library, Ask], str]]:
    """The ways to read, by name; ``foreign`` are ids and words of a show that the reader does not see."""

    def lib(read: Callable[[Library], Any]) -> Callable[[Library, Ask], str]:
        return lambda theirs, _ask: _said(read(theirs))

    def rest(path: str) -> Callable[[Library, Ask], str]:
        return lambda _theirs, ask: ask(path)

    word, subject = foreign["word"], "kelp"
    return {
        "rest search": rest(f"/search?q={subject}"),
        "rest search, a foreign word": rest(f"/search?q={word[:-1]}"),
        "rest search, a foreign speaker": rest(f"/search?q={subject}%20speaker:{word[:6]}zz"),
        "rest search, a foreign show": rest(f"/search?q={subject}%20show:{word[:6]}zz"),
        "rest insights": rest("/insights?limit=100"),
        "rest insight of others": rest(f"/insights/{foreign['insight']}"),
        "rest related of others": rest(f"/insights/{foreign['insight']}/related"),
        "rest shows": rest("/shows"),
        "rest show of others": rest(f"/shows/{foreign['show']}"),
        "rest episode of others": rest(f"/episodes/{foreign['episode']}"),
        "rest transcript of others": rest(f"/episodes/{foreign['episode']}/transcript"),
        "rest brief": rest("/briefs/today"),
        "rest themes": rest("/themes"),
        "rest map": rest("/themes/map"),
        "rest conversations": rest("/conversations"),
        "rest conversation": rest("/conversations/same-for-all"),
        "rest status": rest("/status"),
        "mail text": lib(lambda theirs: to_text(theirs.briefs.get(), reader=theirs.reader.name)),
        "mail html": lib(lambda theirs: to_html(theirs.briefs.get(), mail=True, reader=theirs.reader.name)),
        "saved": lib(lambda theirs: theirs.marks.saved()),
        "answer": lib(lambda theirs: theirs.answers.ask(Question(text=f"What decides the price of {subject}?"))),
        "opml": lib(lambda theirs: theirs.shows.export_opml()),
        "related": lib(lambda theirs: theirs.insights.related(theirs.insights.newest()[0].id)),
        **{f"feed of {kind}": lib(partial(_feed, kind)) for kind in SelectionKind},
        "feeds of others": rest("/feeds"),
        "readers": lib(lambda theirs: theirs.readers.every()),
        "tokens of others": lib(lambda theirs: theirs.tokens.every("local")),
    }


def _feed(kind: SelectionKind, theirs: Library) -> str:
    """What a reader's feed says; of the person who speaks in it first, or about all that the shows say."""
    themes = theirs.themes.every()
    value = {
        SelectionKind.THEME: themes[0].id if themes else "none",
        SelectionKind.PERSON: theirs.insights.newest()[0].speaker or "",
        SelectionKind.SEARCH: "price",
    }.get(kind, "")
    _, feed = theirs.feeds.add(Selection(kind=kind, value=value))
    entries = theirs.feeds.entries(feed.selection)
    return to_atom(feed_document(feed, entries, home=HOST)).decode()


def campaign(home: Path, *, readers: int, pairs: int, seed: int = 7) -> Outcome:
    """Tries so many pairs of a reader and a route."""
    rng = random.Random(seed)
    settings = load_settings({"offline": True, "app": {"requests_per_minute": 0}}, home=home, environ={})
    with Library.open(settings=settings, clock=FixedClock(NOW)) as library:
        words = fill(library, readers, rng)
        everything = set().union(*words.values()) | {show_word(number) for number in range(_SHOWS)}
        gate = open_gate(library, own_token="own")
        tokens = {reader_id: library.tokens.add(reader_id, "campaign")[0] for reader_id in words}
        leaks: list[Leak] = []
        own = 0
        with TestClient(Starlette(routes=[api_mount(gate)]), HOST) as client:
            for reader_id, route, read in _tried(library, words, pairs):

                def ask(path: str, token: str = tokens[reader_id]) -> str:
                    return client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"}).text

                said = _answer(library, reader_id, read, ask)
                mine = {word for word in everything if word in said.lower()}
                own += bool(mine & words[reader_id])
                # What was typed is repeated in an error: the words of the address itself tell nothing.
                leaks += [Leak(reader=reader_id, route=route, word=word) for word in sorted(mine - words[reader_id])]
    return Outcome(pairs=pairs, with_own_words=own, leaks=tuple(leaks))


def _tried(
    library: Library, words: Mapping[str, set[str]], pairs: int
) -> Iterator[tuple[str, str, Callable[[Library, Ask], str]]]:
    insights = library.insights.newest(limit=None)
    todo: list[tuple[str, str, Callable[[Library, Ask], str]]] = []
    for reader_id in words:
        other = next(insight for insight in insights if not any(word in insight.claim for word in words[reader_id]))
        foreign = {
            "insight": other.id,
            "episode": other.episode_id,
            "show": other.show_id,
            "word": next(show_word(n) for n in range(_SHOWS) if show_word(n) in other.claim),
        }
        todo += [(reader_id, name, read) for name, read in routes(library, foreign).items()]
    rng = random.Random(11)
    rng.shuffle(todo)
    yield from todo[:pairs]


def _answer(library: Library, reader_id: str, read: Callable[[Library, Ask], str], ask: Ask) -> str:
    try:
        return read(library.for_reader(reader_id), ask)
    except EarmarkError as error:
        return str(error)


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, Sequence) else [value]
    return " ".join(str(dump(part)) for part in parts)
