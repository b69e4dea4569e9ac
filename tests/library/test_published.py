"""What strangers may read: shared insights, or those of public shows, and no word of anything else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, schema
from earmark.catalog.content import names, withdrawals
from earmark.catalog.feeds import secrets
from earmark.catalog.readers import briefs
from earmark.clock import FixedClock
from earmark.errors import Forbidden, NotFound
from earmark.name_rules import NameRule
from earmark.settings import load_settings
from earmark.types import Because, Brief, BriefItem, Echo, Hit, Insight, Reader, Related, Role
from library.published import PublishedLibrary
from library.roles import UsualVoices
from library.sharing import Sharing
from library.sight import Sight
from retrieval.themes.counted import CountedThemes
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme


class Index:
    """An owner of an index, and its desk, which answers with what it is told."""

    def __init__(self) -> None:
        self.entries: list[Related] = []

    def desk(self, _reader: Reader) -> Index:
        return self

    def related(self, _insight: Insight, *, limit: int) -> list[Related]:
        return self.entries[:limit]


class World:
    """A public show, a private one and a folder of this machine, with one insight each."""

    def __init__(self, catalog: Catalog, clock: FixedClock, home: Path) -> None:
        self.catalog, self.clock, self.home = catalog, clock, home
        self.index = Index()
        self.counted = CountedThemes(catalog)
        with catalog.write() as tx:
            (self.public,) = spoken(tx, clock, "Public", "Ada")
            (self.other,) = spoken(tx, clock, "Other", "Ben", days=3)
            (self.private,) = spoken(tx, clock, "Private", "Ada")
            secrets.put(tx, self.private.show_id, "https://private.example/feed?key=s3cret")
            (self.local,) = spoken(tx, clock, "Memos", "Ada")
            here = schema.shows.c.id == self.local.show_id
            tx.execute(schema.shows.update().where(here).values(feed_url="file:///home/me/memos"))

    def published(self, what: str) -> PublishedLibrary:
        settings = load_settings({"publish": {"what": what}}, home=self.home, environ={})
        return PublishedLibrary(
            self.catalog,
            settings,
            owner=lambda: self.index,  # type: ignore[arg-type, return-value]
            voices=UsualVoices(),
            counted=lambda: self.counted,
        )

    def share(self, *insights: Insight, on: bool = True) -> None:
        sharing = Sharing(self.catalog, self.clock, Sight(self.catalog, Reader(id="local", role=Role.OWNER)))
        for insight in insights:
            sharing.share(insight.id, on=on)


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, tmp_path: Path) -> World:
    return World(catalog, clock, tmp_path)


def test_nothing_is_published_until_it_is_said(world: World) -> None:
    world.share(world.public)
    nothing = world.published("nothing")
    for ask in (
        lambda: nothing.insight(world.public.id),
        lambda: nothing.said(limit=None),
        lambda: nothing.show(world.public.show_id),
        lambda: nothing.themes(),
        lambda: nothing.days(),
        lambda: nothing.brief(world.clock.now().date()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_all_is_what_everybody_could_fetch(world: World) -> None:
    published = world.published("all")
    assert [insight.id for insight in published.said(limit=None)] == [world.public.id, world.other.id]
    assert published.show(world.public.show_id).title == "Public"
    for hidden in (world.private, world.local):
        with pytest.raises(NotFound):
            published.insight(hidden.id)
        with pytest.raises(NotFound):
            published.show(hidden.show_id)
    assert [insight.show for insight in published.said(speaker="Ada", limit=None)] == ["Public"]


def test_what_is_shared_is_published_and_nothing_beside_it(world: World) -> None:
    published = world.published("shared")
    assert published.said(limit=None) == []
    world.share(world.public, world.private)
    assert {insight.id for insight in published.said(limit=None)} == {world.public.id, world.private.id}
    assert [insight.id for insight in published.said(show_id=world.private.show_id, limit=None)] == [world.private.id]
    with pytest.raises(NotFound):
        published.insight(world.other.id)
    with pytest.raises(NotFound):
        published.show(world.other.show_id)
    world.share(world.private, on=False)
    with pytest.raises(NotFound):
        published.insight(world.private.id)


def test_a_former_name_is_that_of_somebody_who_is_published(world: World) -> None:
    rules = [NameRule(spelling=was, name=now, at=world.clock.now()) for was, now in (("A. D.", "Ada"), ("B.", "Ben"))]
    with world.catalog.write() as tx:
        names.put(tx, rules)
    assert world.published("all").former_names() == (("A. D.", "Ada"), ("B.", "Ben"))
    world.share(world.other)
    assert world.published("shared").former_names() == (("B.", "Ben"),)


def test_an_id_has_to_be_whole(world: World) -> None:
    with pytest.raises(NotFound):
        world.published("all").insight(world.public.id[:8])


@pytest.mark.parametrize(("what", "moments"), [("all", 1), ("shared", 0)])
def test_what_others_said_is_what_is_published_of_it(world: World, what: str, moments: int) -> None:
    world.share(world.public, world.other)
    hidden = Echo(insight_id=world.private.id, show="Private", speaker="Ada")
    unknown = Echo(insight_id="", show="Somewhere", speaker=None, episode_id="e", start_s=1.0)
    shown = Echo(insight_id=world.public.id, show="Public", speaker="Ada")
    world.index.entries = [
        Related(insight=world.private, score=0.9, why="private"),
        Related(insight=world.other, score=0.8, why="other", also_said_by=(hidden, unknown, shown)),
        Related(moment=_moment(world.other), score=0.7, why="said"),
        Related(moment=_moment(world.private), score=0.6, why="said in private"),
    ]
    entries = world.published(what).related(world.public.id)
    assert [entry.insight.id for entry in entries if entry.insight] == [world.other.id]
    assert sum(entry.moment is not None for entry in entries) == moments
    assert entries[0].also_said_by == (shown,)


@pytest.mark.heavy
def test_a_brief_is_published_without_what_tells_of_its_reader(world: World) -> None:
    day = world.clock.now().date()
    items = tuple(
        BriefItem(insight=insight, why="You asked for more like it", novelty=0.5, related=())
        for insight in (world.private, world.public)
    )
    brief = Brief(
        subscriber_id="local",
        date=day,
        items=items,
        note="Ben, nothing new on your favourites.",
        created_at=world.clock.now(),
    )
    with world.catalog.write() as tx:
        briefs.put(tx, brief, now=world.clock.now(), ledger={})
    published = world.published("all")
    told = published.brief(day)
    assert [(item.insight.id, item.why) for item in told.items] == [(world.public.id, "")]
    assert told.note == ""
    assert published.days() == [day]
    assert published.neighbours(day) == (None, None)
    world.share(world.other)
    assert world.published("shared").days() == []


def test_the_days_beside_a_day_are_those_that_told_something_published(world: World) -> None:
    today = world.clock.now().date()
    told = (world.other, world.private, world.public)
    days = [today - timedelta(days=number) for number in range(3)]
    for day, insight in zip(days, told, strict=True):
        item = BriefItem(insight=insight, why="", novelty=0.5, related=())
        brief = Brief(subscriber_id="local", date=day, items=(item,), created_at=world.clock.now())
        with world.catalog.write() as tx:
            briefs.put(tx, brief, now=world.clock.now(), ledger={insight.id: (insight.content_hash, True)})
    assert world.published("all").neighbours(days[0]) == (days[2], None)
    shared = world.published("shared")
    assert shared.neighbours(days[0]) == (None, None)
    world.share(world.private)
    assert shared.neighbours(days[0]) == (days[1], None)
    assert shared.neighbours(days[2]) == (None, days[1])


@pytest.mark.heavy
def test_a_theme_is_told_in_the_words_of_what_is_published(world: World) -> None:
    with world.catalog.write() as tx:
        members = placed("aaaa1", [world.private, world.public])
        grouped(tx, world.clock, [theme(world.clock, "aaaa1", "secret takeover")], members)
    told, insights = world.published("all").theme("aaaa1", limit=None)
    assert [insight.id for insight in insights] == [world.public.id]
    assert "secret" not in f"{told.label} {told.terms}"
    assert (told.size, told.claim, [share.name for share in told.shows]) == (1, world.public.claim, ["Public"])
    assert [theme.id for theme in world.published("all").themes()] == ["aaaa1"]
    world.share(world.other)
    with pytest.raises(NotFound):
        world.published("shared").theme("aaaa1", limit=None)
    assert world.published("shared").themes() == []


def test_the_themes_of_all_that_is_published_are_counted_once_until_something_changes(world: World) -> None:
    with world.catalog.write() as tx:
        grouped(tx, world.clock, [theme(world.clock, "aaaa1")], placed("aaaa1", [world.public, world.private]))
    asked: list[str] = []
    sa.event.listen(world.catalog.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))

    def read() -> tuple[list[str], bool]:
        asked.clear()
        told = world.published("all").themes()
        assert all(theme.months == () for theme in told)
        return [theme.claim for theme in told], any("theme_members JOIN insights" in text for text in asked)

    assert read() == ([world.public.claim], True)
    assert read() == ([world.public.claim], False)
    with world.catalog.write() as tx:
        withdrawals.withdraw(tx, world.public.id, because=Because.NOT_MEANT, by="local", now=world.clock.now())
    assert read() == ([], True)


def test_what_was_published_and_is_withdrawn_is_known_as_gone(world: World) -> None:
    for insight in (world.public, world.private):
        with world.catalog.write() as tx:
            withdrawals.withdraw(tx, insight.id, because=Because.NOT_MEANT, by="local", now=world.clock.now())
    published = world.published("all")
    assert published.withdrawn(world.public.id).insight.id == world.public.id
    with pytest.raises(NotFound):
        published.withdrawn(world.private.id)


def test_only_an_owner_shares(world: World) -> None:
    sharing = Sharing(world.catalog, world.clock, Sight(world.catalog, Reader(id="ben")))
    with pytest.raises(Forbidden):
        sharing.share(world.public.id)
    assert sharing.every() == []


def _moment(insight: Insight) -> Hit:
    return Hit(
        chunk_id="c", episode_id=insight.episode_id, show_id=insight.show_id, show=insight.show, episode=insight.episode,
        published=None, url="", speaker=None, start_s=1.0, end_s=2.0, text="What was said.", score=1.0,
    )  # fmt: skip
