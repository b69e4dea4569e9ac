"""Themes as they are stored and as readers are shown them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import clustering, episodes, insights, themes, vectors
from earmark.catalog.content.clustering import ClusteringRun, Member, StoredTheme
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.scope import ShowScope
from earmark.types import EpisodeData, Insight, ThemeMonth, ThemeShare
from tests.making import make_insight

DAY = timedelta(days=1)


def spoken(tx: Connection, clock: FixedClock, show: str, *speakers: str, days: int = 0) -> list[Insight]:
    """An episode of a show, so many days old, with one insight of each speaker."""
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    data = EpisodeData(guid=f"{show} {days}", title=f"{show} {days}", published=clock.now() - days * DAY)
    episode = episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))
    claims = [
        make_insight(episode, n, f"{show}: kettle {days}.{n} sings.", speaker=name) for n, name in enumerate(speakers)
    ]
    insights.replace(tx, episode.id, claims, {})
    return claims


def theme(clock: FixedClock, theme_id: str, label: str = "kettles", *, days: int = 0) -> StoredTheme:
    return StoredTheme(
        id=theme_id,
        label=label,
        label_by="terms",
        terms=(label, "steam"),
        centroid=np.array([1, 0], dtype=np.float32),
        created_at=clock.now() - days * DAY,
    )


def placed(theme_id: str | None, claims: Sequence[Insight], first: float = 0.9) -> list[Member]:
    """Places in a theme, each less central than the one before."""
    return [
        Member(insight_id=claim.id, theme_id=theme_id, similarity=first - n / 10, x=n / 10, y=-n / 10)
        for n, claim in enumerate(claims)
    ]


def grouped(
    tx: Connection,
    clock: FixedClock,
    made: Sequence[StoredTheme],
    members: Sequence[Member],
    retired: Mapping[str, str] | None = None,
) -> None:
    run = ClusteringRun(model="m", clustered_at=clock.now(), insights=len(members), parameters={"k": 2})
    clustering.replace(tx, run, made, members, retired or {})


def test_a_theme_counts_shows_speakers_and_months(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        late = spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey", days=70)
        early = spoken(tx, clock, "Early Show", "Ada Finch")
        grouped(tx, clock, [theme(clock, "aaaa1")], [*placed("aaaa1", late), *placed("aaaa1", early, 0.95)])
        (listed,) = themes.every(tx)
    assert (listed.size, listed.insight_id, listed.claim) == (3, early[0].id, early[0].claim)
    assert [(share.name, share.count) for share in listed.shows] == [("Late Show", 2), ("Early Show", 1)]
    assert listed.speakers == (ThemeShare(name="Ada Finch", count=2), ThemeShare(name="Ben Osprey", count=1))
    assert listed.months == (
        ThemeMonth(month="2026-09", count=2),
        ThemeMonth(month="2026-10", count=0),
        ThemeMonth(month="2026-11", count=1),
    )


def test_themes_come_largest_first_and_empty_ones_not_at_all(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", *["Ada Finch"] * 5)
        made = [
            theme(clock, "aaaa1", "b"),
            theme(clock, "bbbb1", "a"),
            theme(clock, "cccc1"),
            theme(clock, "dddd1", "a"),
        ]
        members = [*placed("aaaa1", claims[:1]), *placed("bbbb1", claims[1:2]), *placed("cccc1", claims[2:4])]
        grouped(tx, clock, made, [*members, *placed(None, claims[4:])])
        assert [listed.id for listed in themes.every(tx)] == ["cccc1", "bbbb1", "aaaa1"]
        assert [listed.id for listed in themes.every(tx, only="bbbb1")] == ["bbbb1"]
        assert themes.sizes(tx) == (5, 1)
        assert themes.holding(tx, claims[0].id) == "aaaa1"
        assert themes.holding(tx, claims[4].id) is None and themes.holding(tx, "gone") is None


def test_the_most_central_come_first_and_ties_go_by_id(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", *["Ada Finch"] * 4)
        members = placed("aaaa1", claims)
        tied = [replace(member, similarity=0.5) if n in (1, 2) else member for n, member in enumerate(members)]
        grouped(tx, clock, [theme(clock, "aaaa1")], tied)
        # Similarities .9, .5, .5 and .6: the two that tie come last, by id.
        order = [claims[0], claims[3], *sorted(claims[1:3], key=lambda claim: claim.id)]
        assert [claim.id for claim in themes.central(tx, "aaaa1")] == [claim.id for claim in order]
        assert [claim.id for claim in themes.central(tx, "aaaa1", limit=1)] == [claims[0].id]
        assert themes.central(tx, "nothing") == []


def test_a_theme_is_found_by_the_beginning_of_its_id_or_its_successor(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", *["Ada Finch"] * 3)
        grouped(tx, clock, [theme(clock, "aaaa1"), theme(clock, "aaab2")], placed("aaaa1", claims))
        assert themes.find(tx, " AAAA ").id == "aaaa1"
        for text in ("aaa", "aaab", "a_aa", "zzzz", ""):
            with pytest.raises(NotFound):
                themes.find(tx, text)
        grouped(tx, clock, [theme(clock, "cccc3")], placed("cccc3", claims), {"aaaa1": "aaab2", "aaab2": "cccc3"})
        assert themes.find(tx, "aaaa1").id == "cccc3"
        grouped(tx, clock, [theme(clock, "dddd4")], placed("dddd4", claims), {"cccc3": ""})
        with pytest.raises(NotFound):
            themes.find(tx, "cccc3")


def test_a_circle_of_successors_ends(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", "Ada Finch")
        grouped(tx, clock, [theme(clock, "aaaa1"), theme(clock, "bbbb1")], placed("aaaa1", claims))
        grouped(tx, clock, [], [], {"aaaa1": "bbbb1", "bbbb1": "aaaa1"})
        with pytest.raises(NotFound):
            themes.find(tx, "aaaa1")


def test_a_reader_sees_the_themes_of_their_shows_only(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        mine, other = spoken(tx, clock, "Late Show", "Ada Finch"), spoken(tx, clock, "Early Show", "Ben Osprey")
        members = [*placed("aaaa1", [*mine, *other]), *placed("bbbb1", [])]
        grouped(tx, clock, [theme(clock, "aaaa1"), theme(clock, "bbbb1")], members)
        scope = ShowScope(frozenset([other[0].show_id]))
        (seen,) = themes.every(tx, scope=scope)
        assert (seen.size, seen.claim, [share.name for share in seen.shows]) == (1, other[0].claim, ["Early Show"])
        assert [claim.id for claim in themes.central(tx, "aaaa1", scope=scope)] == [other[0].id]
        assert [point.insight_id for point in themes.points(tx, scope=scope)] == [other[0].id]
        assert themes.sizes(tx, scope) == (1, 0)
        with pytest.raises(NotFound):
            themes.find(tx, "aaaa1", ShowScope(frozenset()))


def test_chosen_insights_make_themes_as_if_there_were_no_others(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        mine, theirs = spoken(tx, clock, "Mine", "Ada", "Ben"), spoken(tx, clock, "Theirs", "Cy")
        alone = spoken(tx, clock, "Alone", "Dee")
        members = [*placed("aaaa1", theirs), *placed("aaaa1", mine, 0.8), *placed("bbbb2", alone)]
        grouped(tx, clock, [theme(clock, "aaaa1"), theme(clock, "bbbb2")], members)
        ids = {insight.id for insight in mine}
        (told,) = themes.every(tx, among=ids)
        assert (told.id, told.size, told.insight_id) == ("aaaa1", 2, mine[0].id)
        assert [share.name for share in told.shows] == ["Mine"]
        assert themes.find(tx, "aaaa1", among=ids) == told
        assert [insight.id for insight in themes.central(tx, "aaaa1", among=ids)] == [insight.id for insight in mine]
        assert themes.central(tx, "aaaa1", among=ids, limit=1) == [mine[0]]
        assert themes.every(tx, among=set()) == []
        with pytest.raises(NotFound):
            themes.find(tx, "bbbb2", among=ids)


def test_points_are_a_sample_by_id(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", *["Ada Finch"] * 3)
        grouped(tx, clock, [theme(clock, "aaaa1")], placed("aaaa1", claims))
        points = themes.points(tx)
        assert [point.insight_id for point in points] == sorted(claim.id for claim in claims)
        assert themes.points(tx, limit=2) == points[:2]
        assert {(point.show, point.speaker, point.theme_id) for point in points} == {
            ("Late Show", "Ada Finch", "aaaa1")
        }


def test_headings_are_changed_silenced_and_removed(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Late Show", "Ada Finch")
        grouped(tx, clock, [theme(clock, "aaaa1", "old"), theme(clock, "bbbb1", "gone")], placed("aaaa1", claims))
        grouped(tx, clock, [theme(clock, "aaaa1", "old")], placed("aaaa1", claims), {"bbbb1": "aaaa1"})
        assert [heading.id for heading in themes.headings(tx, ["bbbb1", "aaaa1", "none"])] == ["aaaa1"]
        themes.put_heading(tx, "aaaa1", "new", ["new", "words"])
        (heading,) = themes.headings(tx, ["aaaa1"])
        assert (heading.label, heading.terms) == ("new", ("new", "words"))
        themes.silence_retired(tx)
        assert themes.find(tx, "bbbb1").label == "new"
        themes.remove(tx, "aaaa1")
        assert themes.every(tx) == []


def test_a_clustering_takes_the_place_of_the_one_before(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        assert clustering.last_run(tx) is None
        claims = spoken(tx, clock, "Late Show", *["Ada Finch"] * 3)
        assert clustering.waiting(tx) == sorted(claim.id for claim in claims)
        grouped(tx, clock, [theme(clock, "aaaa1", days=9), theme(clock, "bbbb1")], placed("aaaa1", claims[:2]))
        assert clustering.waiting(tx) == [claims[2].id]
        grouped(tx, clock, [theme(clock, "aaaa1", "renamed")], placed("aaaa1", claims), {"bbbb1": "aaaa1"})
        (kept,) = clustering.stored(tx)
        assert (kept.label, kept.created_at) == ("renamed", clock.now() - 9 * DAY)
        assert kept.centroid.tolist() == [1.0, 0.0]
        assert clustering.members(tx) == sorted(placed("aaaa1", claims), key=lambda member: member.insight_id)
        run = clustering.last_run(tx)
        assert run is not None and (run.seq, run.insights, run.parameters) == (2, 3, {"k": 2})


def test_only_insights_that_are_there_are_placed_and_only_once(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        clustering.hold(tx)
        claims = spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey")
        clustering.place(tx, placed(None, claims[:1], 0.7))
        gone = Member(insight_id="gone", theme_id=None, similarity=0.1, x=0, y=0)
        clustering.place(tx, [*placed(None, claims, 0.3), gone])
        assert {member.insight_id: member.similarity for member in clustering.members(tx)} == {
            claims[0].id: 0.7,
            claims[1].id: pytest.approx(0.2),
        }
        clustering.place(tx, [])
        insights.replace(tx, claims[0].episode_id, claims[:1], {})
        # What was read again is placed again, also where the id is the same.
        assert clustering.members(tx) == [] and clustering.waiting(tx) == [claims[0].id]


def test_of_large_themes_the_same_share_is_read(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        claims = spoken(tx, clock, "Go Time", *(["Ada Finch"] * 60))
        members = [*placed("aaaa1", claims[:30]), *placed("bbbb2", claims[30:50]), *placed(None, claims[50:])]
        grouped(tx, clock, [theme(clock, "aaaa1"), theme(clock, "bbbb2")], members)
        one = np.array([1, 0], dtype=np.float32)
        vectors.put(tx, "m", {claim.content_hash: one for claim in claims[:-1]})

    def read(*theme_ids: str, most: int = 100) -> list[str]:
        with catalog.read() as tx:
            standing = clustering.standing(tx, "m", theme_ids, dimension=2, most=most, alone=4)
        assert standing.vectors.shape == standing.places.shape == (len(standing.theme_ids), 2)
        return [theme_id for theme_id in standing.theme_ids if theme_id]

    assert read() == []
    assert sorted(read("aaaa1", "bbbb2")) == ["aaaa1"] * 30 + ["bbbb2"] * 20
    wanted = [member.theme_id for member in members if member.theme_id and member.insight_id < "80000000"]
    assert sorted(read("aaaa1", "bbbb2", most=25)) == sorted(wanted)


def test_newcomers_are_looked_for_everywhere_or_among_some(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        old, *new = spoken(tx, clock, "Go Time", "Ada Finch", "Ben Osprey", "Zoe Quill")
        grouped(tx, clock, [theme(clock, "aaaa1")], placed("aaaa1", [old]))
    ids = sorted(claim.id for claim in new)
    with catalog.read() as tx:
        assert clustering.waiting(tx) == ids
        assert clustering.waiting(tx, [old.id, ids[1], "gone", ids[1]]) == [ids[1]]
        assert clustering.waiting(tx, []) == []
