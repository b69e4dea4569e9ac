"""Several readers of one library: each has briefs and marks of their own, and sees what their shows say alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from earmark.clock import FixedClock
from earmark.documents import dump
from earmark.errors import Forbidden, NotFound, SettingsError, UsageError
from earmark.relations import utterance
from earmark.settings import load_settings
from earmark.types import Question, Reader, Rhythm, Role
from library.library import Library
from retrieval.search.query import TermKind
from tests.retrieval.library import fill

VALUES = {"brief": {"reader_name": "Ada", "timezone": "UTC"}, "mail": {"to": "ada@example.org"}, "offline": True}


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    with Library.open(settings=load_settings(VALUES, home=tmp_path, environ={}), clock=clock) as opened:
        fill(opened.catalog)
        yield opened


@pytest.fixture
def ben(library: Library) -> Library:
    """The library as a reader of one show sees it, in which Ines Okafor speaks of kelp."""
    show = library.shows.find("Ledger & Leaf")
    library.readers.add(Reader(id="ben", name="Ben", all_shows=False), show_ids=[show.id])
    return library.for_reader("ben")


def test_the_reader_of_this_machine_is_an_owner_as_the_settings_describe_them(library: Library) -> None:
    reader = library.reader
    assert (reader.id, reader.name, reader.email, reader.timezone) == ("local", "Ada", "ada@example.org", "UTC")
    assert (reader.role, reader.all_shows) == (Role.OWNER, True)
    assert library.for_reader("local").reader == reader
    with pytest.raises(UsageError, match=r"brief\.reader_name"):
        library.readers.change(replace(reader, name="Eve"))
    for wrong in (replace(reader, role=Role.READER), replace(reader, disabled_at=library.clock.now())):
        with pytest.raises(Forbidden):
            library.readers.change(wrong)
    with pytest.raises(Forbidden):
        library.readers.remove("local")
    assert library.readers.change(replace(reader, brief_at=time(7, 30))).brief_at == time(7, 30)
    assert library.for_reader("local").reader.brief_at == time(7, 30)


@pytest.mark.heavy
def test_a_reader_is_added_changed_and_removed(library: Library) -> None:
    zoe = Reader(id="zoe", name=" Zoë\u202e ", email="Zoe@Example.org", rhythm=Rhythm.WEEKLY, weekday=4, length=3)
    added = library.readers.add(zoe)
    assert (added.name, added.created_at) == ("Zoë", library.clock.now())
    assert library.readers.get("zoe") == added
    assert [reader.id for reader in library.readers.every()] == ["local", "zoe"]
    assert library.readers.shows("zoe") is None
    with pytest.raises(UsageError, match="already"):
        library.readers.add(zoe)
    with pytest.raises(UsageError, match="another reader"):
        library.readers.add(Reader(id="zoe2", email="zoe@example.ORG"))
    off = library.readers.change(replace(added, disabled_at=library.clock.now()))
    with pytest.raises(Forbidden, match="switched off"):
        library.for_reader(off.id)
    library.readers.remove("zoe")
    with pytest.raises(NotFound, match="no reader has this id"):
        library.for_reader("zoe")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"id": "Not an id"}, UsageError),
        ({"email": "nobody"}, UsageError),
        ({"email": "a@b.example\nBcc: c@d.example"}, UsageError),
        ({"timezone": "Mars/Olympus"}, SettingsError),
        ({"language": "<b>"}, UsageError),
        ({"length": 51}, UsageError),
        ({"weekday": 7}, UsageError),
        ({"role": Role.OWNER, "all_shows": False}, UsageError),
    ],
)
def test_a_reader_who_makes_no_sense_is_refused(
    library: Library, values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        library.readers.add(replace(Reader(id="zoe"), **values))  # type: ignore[arg-type]
    assert len(library.readers.every()) == 1


@pytest.mark.heavy
def test_a_reader_has_briefs_marks_and_conversations_of_their_own(library: Library) -> None:
    cem = library.readers.add(Reader(id="cem", timezone="Pacific/Auckland", length=2))
    theirs = library.for_reader("cem")
    assert theirs.reader == cem
    assert theirs.wiring is library.wiring
    # It is Sunday morning by UTC, and in Auckland, where it is evening, Sunday too.
    brief = theirs.briefs.get()
    assert (brief.subscriber_id, len(brief.items)) == ("cem", 2)
    assert (theirs.briefs.dates(), library.briefs.dates()) == ([brief.date], [])
    insight = brief.items[0].insight
    theirs.marks.annotate(insight.id[:8], note="look this up", tags=["sea", "sea", " "])
    theirs.marks.mark_read(insight.id)
    ((saved, state),) = theirs.marks.saved()
    assert (saved.id, state.note, state.tags, state.saved_at) == (
        insight.id, "look this up", ("sea",), library.clock.now(),
    )  # fmt: skip
    assert theirs.marks.of([insight.id]) == {insight.id: state}
    assert (library.marks.saved(), library.marks.read(), library.marks.of([insight.id])) == ([], [], {})
    theirs.marks.save(insight.id, on=False)
    assert (theirs.marks.saved(), theirs.marks.of([insight.id])[insight.id].note) == ([], "")
    theirs.marks.hide(insight.id)
    assert insight not in theirs.insights.newest() and insight in library.insights.newest()
    assert insight.id not in {item.insight.id for item in theirs.briefs.get().items}
    # Both may call a conversation by the same name.
    theirs.answers.ask(Question(text="What does kelp do with carbon?", conversation="c"))
    library.answers.ask(Question(text="Who measured the moorings?", conversation="c"))
    assert [talk.title for talk in theirs.conversations.newest()] == ["What does kelp do with carbon?"]
    assert library.conversations.get("c")[0].turns == 1
    assert library.conversations.forget(["c"]) == 1
    assert theirs.conversations.get("c")[0].turns == 1


@pytest.mark.heavy
def test_what_a_reader_does_not_see_does_not_exist_for_them(library: Library, ben: Library) -> None:
    mine = {show.id: show.title for show in ben.readers.shows("ben") or []}
    assert list(mine.values()) == ["Ledger & Leaf"]
    other = next(insight for insight in library.insights.newest(limit=None) if insight.show_id not in mine)
    own = ben.insights.newest(limit=None)
    assert own
    assert {insight.show_id for insight in own} == set(mine)
    assert [summary.show.id for summary in ben.shows.summaries()] == list(mine)
    assert "Tideline" not in ben.shows.export_opml()
    for missing in (
        lambda: ben.shows.find("Tideline"),
        lambda: ben.shows.find(other.show_id),
        lambda: ben.insights.newest(show="Tideline"),
        lambda: ben.insights.get(other.id),
        lambda: ben.insights.related(other.id),
        lambda: ben.episodes.get(other.episode_id),
        lambda: ben.episodes.of_show(other.show_id),
        lambda: ben.episodes.transcript(other.episode_id),
        lambda: ben.episodes.local_audio(other.episode_id),
        lambda: ben.marks.save(other.id),
    ):
        with pytest.raises(NotFound) as raised:
            missing()
        assert "Tideline" not in str(raised.value).replace("Tideline:", "", 1)  # but for what was asked itself
    assert library.search.hits("Mara Voss on kelp")[0].show == "Tideline"
    for query in ("kelp", '"kelp"', "kelp credit beach", "what sinks below a thousand metres"):
        assert {hit.show_id for hit in ben.search.hits(query)} <= set(mine)
    page = ben.search.page("kelp")
    assert {facet.label for facet in page.facets.shows} == set(mine.values())
    # Mara Voss speaks on Tideline alone: her name is no name to Ben, and is not offered either.
    with pytest.raises(NotFound) as raised:
        ben.search.page("kelp speaker:voss")
    assert "Mara" not in str(raised.value)
    assert ben.search.page("kelp speaker:ines").query.values(TermKind.SPEAKER)  # who speaks on both is known
    answer = ben.answers.ask(Question(text="What does Mara Voss say about kelp credits?"))
    assert {citation.show for citation in answer.citations} <= set(mine.values())
    assert all(utterance(related).show_id in mine for insight in own for related in ben.insights.related(insight.id))
    brief = ben.briefs.get()
    assert brief.items
    assert "Tideline" not in str(dump(brief))
    assert {point.show for point in ben.themes.points()} <= set(mine.values())
    assert sum(ben.themes.sizes()) <= sum(library.themes.sizes())
    for theme in ben.themes.every():
        assert {share.id for share in theme.shows} == set(mine)
        assert {insight.show_id for insight in ben.themes.insights(theme.id)} == set(mine)


@pytest.mark.heavy
def test_an_owner_takes_a_show_away_and_it_is_gone_at_once(library: Library, ben: Library) -> None:
    saved = ben.insights.newest()[0]
    ben.marks.save(saved.id)
    library.readers.show_only("ben", [])
    assert (ben.insights.newest(), ben.search.hits("kelp"), ben.marks.saved()) == ([], [], [])
    assert ben.answers.ask(Question(text="What does kelp do?")).abstained
    assert ben.briefs.get().items == ()
    library.readers.show_only("ben", [saved.show_id])
    assert [insight.id for insight, _ in ben.marks.saved()] == [saved.id]
    library.readers.change(replace(library.readers.get("ben"), all_shows=True))
    assert len(ben.shows.summaries()) == len(library.shows.summaries())


def test_only_an_owner_changes_the_library(library: Library, ben: Library) -> None:
    show = ben.shows.summaries()[0].show
    for forbidden in (
        lambda: ben.shows.add("https://a.example/feed"),
        lambda: ben.shows.add_all(["https://a.example/feed"]),
        lambda: ben.shows.import_opml(b"<opml/>"),
        lambda: ben.shows.export_opml(with_secrets=True),
        lambda: ben.shows.pause(show.id),
        lambda: ben.shows.resume(show.id),
        lambda: ben.shows.set_backfill(show.id, "all"),
        lambda: ben.shows.refresh(),
        lambda: ben.shows.remove(show.id),
        lambda: ben.work.ingest(),
        lambda: ben.work.forecast(),
        lambda: ben.work.run(),
        lambda: ben.work.retry(),
        lambda: ben.work.rewrite(),
        lambda: ben.index.rebuild(),
        lambda: ben.index.clear(),
        lambda: ben.themes.rebuild(),
        lambda: ben.insights.withdraw(ben.insights.newest()[0].id, because="not-meant"),
        lambda: ben.status(),
        lambda: ben.doctor(),
        lambda: ben.readers.every(),
        lambda: ben.readers.get("local"),
        lambda: ben.readers.shows("local"),
        lambda: ben.readers.add(Reader(id="eve")),
        lambda: ben.readers.show_only("ben", [show.id]),
        lambda: ben.readers.change(replace(ben.reader, role=Role.OWNER, all_shows=True)),
        lambda: ben.readers.change(replace(ben.reader, all_shows=True)),
        lambda: ben.readers.change(replace(ben.reader, email="eve@example.org")),
        lambda: ben.readers.remove("ben"),
        lambda: ben.readers.remove("local"),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    assert ben.readers.change(replace(ben.reader, timezone="Asia/Tokyo", language="de")).timezone == "Asia/Tokyo"
