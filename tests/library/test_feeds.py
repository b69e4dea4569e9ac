"""Feeds of readers: what each holds, for whom, and that an address is void once it is removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from earmark.catalog.content import insights
from earmark.catalog.readers import briefs
from earmark.clock import FixedClock
from earmark.errors import NotFound, UsageError
from earmark.settings import load_settings
from earmark.types import Brief, BriefItem, Reader, Related, Selection, SelectionKind
from library.library import Library
from tests.retrieval.library import fill

BRIEF, SAVED = Selection(kind=SelectionKind.BRIEF), Selection(kind=SelectionKind.SAVED)


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    settings = load_settings({"offline": True, "brief": {"timezone": "UTC"}}, home=tmp_path, environ={})
    with Library.open(settings=settings, clock=clock) as opened:
        fill(opened.catalog)
        yield opened


@pytest.fixture
def ben(library: Library) -> Library:
    """The library as a reader of one show sees it."""
    library.readers.add(Reader(id="ben", all_shows=False), show_ids=[library.shows.find("Ledger & Leaf").id])
    return library.for_reader("ben")


def person(name: str) -> Selection:
    return Selection(kind=SelectionKind.PERSON, value=name)


def give_brief(theirs: Library, day: date) -> Brief:
    """A brief of two ideas, of two shows, each related to the other."""
    with theirs.catalog.write() as tx:
        listed = insights.listed(tx)
        two = [next(i for i in listed if i.show == show) for show in ("Ledger & Leaf", "Tideline")]
        items = tuple(
            BriefItem(
                insight=idea,
                why="Two shows say so.",
                novelty=0.5,
                related=(Related(insight=two[1 - n], score=1, why=""),),
            )
            for n, idea in enumerate(two)
        )
        made = Brief(subscriber_id=theirs.reader.id, date=day, items=items, created_at=theirs.clock.now())
        briefs.put(tx, made, now=made.created_at, ledger={})
    return made


def test_a_secret_opens_its_feed_until_it_is_removed(library: Library, ben: Library) -> None:
    secret, made = ben.feeds.add(SAVED)
    assert ben.feeds.every() == [made]
    assert library.feeds.every() == []
    opened = library.feeds.opened(secret)
    assert opened is not None
    assert (opened.id, opened.reader_id, opened.title) == (made.id, "ben", "Saved")
    assert ben.feeds.every()[0].used_at == ben.clock.now()
    assert secret not in Path(library.settings.home / "catalog.sqlite").read_bytes().decode("latin-1")
    with pytest.raises(NotFound):
        library.feeds.remove(made.id)  # another reader's
    ben.feeds.remove(made.id)
    assert library.feeds.opened(secret) is None
    assert library.feeds.opened("") is None


def test_a_feed_is_shut_with_its_reader(library: Library, ben: Library) -> None:
    secret, _ = ben.feeds.add(SAVED)
    library.readers.change(replace(ben.reader, disabled_at=library.clock.now()))
    assert library.feeds.opened(secret) is None
    library.readers.change(ben.reader)
    assert library.feeds.opened(secret) is not None
    library.readers.remove("ben")
    assert library.feeds.opened(secret) is None


def test_the_brief_is_told_up_to_today_and_none_is_made_for_a_feed(library: Library) -> None:
    assert library.feeds.entries(BRIEF) == []
    today = library.briefs.today()
    made = give_brief(library, today)
    give_brief(library, today + timedelta(days=1))
    told = library.feeds.entries(BRIEF)
    assert {entry.insight.id for entry in told} == {item.insight.id for item in made.items}
    assert {(entry.day, entry.at, entry.why) for entry in told} == {(today, made.created_at, "Two shows say so.")}
    library.marks.hide(told[0].insight.id)
    assert len(library.feeds.entries(BRIEF)) == 1


@pytest.mark.heavy
def test_a_feed_looks_back_on_the_latest_briefs_and_an_export_on_all(library: Library, tmp_path: Path) -> None:
    days = [library.briefs.today() - timedelta(days=back) for back in range(16)]
    for day in days:
        give_brief(library, day)
    assert {entry.day for entry in library.feeds.entries(BRIEF)} == set(days[:14])
    library.takeout.notes(BRIEF, tmp_path / "notes", by_day=True)
    assert {path.stem for path in (tmp_path / "notes").glob("*.md")} == {day.isoformat() for day in days}


def test_what_a_reader_sees_no_longer_leaves_the_feed_of_past_briefs(ben: Library) -> None:
    give_brief(ben, ben.briefs.today())
    (entry,) = ben.feeds.entries(BRIEF)
    assert entry.insight.show == "Ledger & Leaf"
    assert entry.related == ()


def test_what_was_saved_is_told_with_its_note_to_its_reader_alone(library: Library, ben: Library) -> None:
    kept = ben.insights.newest()[0]
    ben.marks.annotate(kept.id, note="Ask Jon.", tags=["work"])
    (entry,) = ben.feeds.entries(SAVED)
    assert (entry.insight.id, entry.note, entry.tags) == (kept.id, "Ask Jon.", ("work",))
    assert library.feeds.entries(SAVED) == []


def test_a_person_is_known_whatever_the_case_and_tells_what_the_reader_sees(library: Library, ben: Library) -> None:
    _, made = ben.feeds.add(person("ines  OKAFOR"))
    assert made.selection == person("Ines Okafor")
    assert {entry.insight.show for entry in ben.feeds.entries(made.selection)} == {"Ledger & Leaf"}
    assert {entry.insight.show for entry in library.feeds.entries(made.selection)} == {"Ledger & Leaf", "Tideline"}
    with pytest.raises(NotFound, match="nobody of this name"):
        ben.feeds.add(person("Mara Voss"))  # she speaks on Tideline alone


@pytest.mark.heavy
@pytest.mark.parametrize(
    "selection",
    [person(""), person("…"), Selection(kind=SelectionKind.SEARCH, value=" "), replace(SAVED, value="x")],
)
def test_a_selection_that_makes_no_sense_is_refused(library: Library, selection: Selection) -> None:
    with pytest.raises(UsageError):
        library.feeds.add(selection)


def test_a_feed_says_since_when_it_says_the_same(library: Library, clock: FixedClock) -> None:
    _, made = library.feeds.add(SAVED)
    first = library.feeds.same_since(made, "a")
    clock.at += timedelta(minutes=5)
    assert library.feeds.same_since(made, "a") == first
    assert library.feeds.same_since(made, "b") == first + timedelta(minutes=5)
    assert library.feeds.same_since(made, "a") == first + timedelta(minutes=5)
