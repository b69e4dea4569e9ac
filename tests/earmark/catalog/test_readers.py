"""Readers, their briefs and conversations, the themes they see, and all of it after a show was removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, changes, removal
from earmark.catalog.content import chunks, clustering, episodes, insights, themes, vectors
from earmark.catalog.content.clustering import ClusteringRun, Member, StoredTheme
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs, conversations
from earmark.catalog.schema import briefs as briefs_table
from earmark.catalog.schema import turns as turns_table
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.types import Answer, Brief, Episode, EpisodeData, Insight, Reader, Role
from retrieval.themes.forgetting import reword, reworded
from tests.making import make_chunk, make_insight

DAY = date(2026, 11, 22)


def add(catalog: Catalog, clock: FixedClock, show: str, count: int = 2) -> tuple[Episode, list[Insight]]:
    """An episode of a show with so many insights, its passages and their vectors."""
    with catalog.write() as tx:
        followed, _ = shows.add(tx, f"https://{show}.example/feed", title=show, now=clock.now())
        data = EpisodeData(guid=show, title=f"On {show}", published=clock.now())
        episode = episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))
        made = [make_insight(episode, n, f"{show} claim {n} stands alone.") for n in range(count)]
        insights.replace(tx, episode.id, made, {})
        said = [make_chunk(episode, 0, f"{show} said it"), make_chunk(episode, 1, "Everybody says this.")]
        chunks.replace(tx, episode.id, [replace(passage, id=f"{show}{passage.seq}") for passage in said])
        hashes = [*(insight.content_hash for insight in made), *(passage.content_hash for passage in said)]
        vectors.put(tx, "m", {digest: np.ones(2, dtype=np.float32) for digest in hashes})
    return episode, made


def theme(key: str, label: str, *terms: str, clock: FixedClock) -> StoredTheme:
    centroid = np.ones(3, dtype=np.float32)
    return StoredTheme(id=key, label=label, label_by="terms", terms=terms, centroid=centroid, created_at=clock.now())


def cluster(
    catalog: Catalog,
    clock: FixedClock,
    *themed: tuple[StoredTheme, list[Insight]],
    retired: dict[str, str] | None = None,
) -> None:
    run = ClusteringRun(
        model="m", clustered_at=clock.now(), insights=sum(len(held) for _, held in themed), parameters={"k": 5}
    )
    members = [
        Member(insight_id=insight.id, theme_id=heading.id, similarity=0.9 - n / 10, x=n / 10, y=0.0)
        for heading, held in themed
        for n, insight in enumerate(held)
    ]
    with catalog.write() as tx:
        clustering.hold(tx)
        clustering.replace(tx, run, [heading for heading, _ in themed], members, retired or {})


# readers and briefs


def test_a_reader_is_stored_once_and_brought_up_to_date(catalog: Catalog) -> None:
    with catalog.write() as tx:
        accounts.hold(tx, Reader(id="b"))
        accounts.put(tx, Reader(id="a", name="Ada"))
        accounts.put(tx, Reader(id="b", timezone="Asia/Tokyo"))
        accounts.hold(tx, Reader(id="b", timezone="UTC"))  # only held: nothing of it changes
        ada, ben, local = accounts.every(tx)
        assert [ada, ben] == [Reader(id="a", name="Ada"), Reader(id="b", timezone="Asia/Tokyo")]
        assert (local.id, local.role, local.all_shows) == (accounts.LOCAL, Role.OWNER, True)


def test_what_was_told_is_told_once(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for reader in ("a", "b"):
            accounts.put(tx, Reader(id=reader))
        for number in range(2):
            brief = Brief(subscriber_id="a", date=DAY + timedelta(days=number), created_at=clock.now())
            ledger = {"shared": ("h", True), f"only {number}": ("h", False)}
            assert briefs.put(tx, brief, now=clock.now(), ledger=ledger)
        assert set(briefs.told_ids(tx, "a")) == {"shared", "only 0", "only 1"}
        assert briefs.told_ids(tx, "b") == {}
        assert briefs.dates(tx, "a") == [DAY + timedelta(days=1), DAY]
        assert briefs.dates(tx, "a", telling=["shared", "only 1"]) == [
            DAY
        ]  # that day told it, the other only what is like it
        assert briefs.dates(tx, "a", telling=[]) == []
        assert briefs.get(tx, "b", DAY) is None


def test_briefs_are_rewritten_and_one_that_nobody_can_read_goes(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="a"))
        for number, note in enumerate(("mend me", "fine", "damaged")):
            brief = Brief(subscriber_id="a", date=DAY + timedelta(days=number), created_at=clock.now(), note=note)
            briefs.put(tx, brief, now=clock.now(), ledger={})
        broken = briefs_table.update().where(briefs_table.c.date == DAY + timedelta(days=2))
        tx.execute(broken.values(document={"not": "a brief"}))
        assert briefs.rewrite(tx, lambda brief: replace(brief, note=brief.note.replace("mend me", "mended"))) == 1
        kept = [briefs.get(tx, "a", day) for day in briefs.dates(tx, "a")]
    assert [brief.note for brief in kept if brief] == ["fine", "mended"]


def test_answers_are_rewritten_and_one_that_nobody_can_read_goes(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for text in ("mend me", "fine", "damaged"):
            answer = Answer(question=f"What about {text}?", answer=text, abstained=False)
            conversations.add_turn(tx, "local", "c", answer, now=clock.now())
        tx.execute(turns_table.update().where(turns_table.c.seq == 3).values(answer=[1]))
        mended = conversations.rewrite(tx, lambda turn: replace(turn, answer=turn.answer.replace("mend me", "mended")))
        assert mended == 1
        assert [turn.answer.answer for turn in conversations.turns(tx, "local", "c")] == ["mended", "fine"]


# themes


def test_a_clustering_is_stored_and_read(catalog: Catalog, clock: FixedClock) -> None:
    _, first = add(catalog, clock, "tide", 3)
    _, second = add(catalog, clock, "kelp", 1)
    with catalog.read() as tx:
        assert clustering.last_run(tx) is None
        assert clustering.waiting(tx) == sorted(insight.id for insight in (*first, *second))
    stored = theme("aaaa1", "tides", "tide", clock=clock)
    cluster(catalog, clock, (stored, [*first, *second]))
    with catalog.read() as tx:
        run = clustering.last_run(tx)
        assert run is not None
        assert (run.seq, run.insights, run.parameters) == (1, 4, {"k": 5})
        assert clustering.waiting(tx) == []
        (again,) = clustering.stored(tx)
        assert (again.id, again.terms, again.centroid.tolist()) == ("aaaa1", ("tide",), [1.0, 1.0, 1.0])
        assert len(clustering.members(tx)) == 4
        assert themes.sizes(tx) == (4, 0)
        assert len(themes.points(tx, limit=2)) == 2
        (seen,) = themes.every(tx)
        assert (seen.size, seen.insight_id) == (4, first[0].id)
        assert [(share.name, share.count) for share in seen.shows] == [("tide", 3), ("kelp", 1)]
        assert [insight.id for insight in themes.central(tx, "aaaa1", limit=2)] == [insight.id for insight in first[:2]]


def test_a_newcomer_is_placed_once_and_only_while_it_is_there(catalog: Catalog, clock: FixedClock) -> None:
    _, (insight, *_) = add(catalog, clock, "tide")
    alone = Member(insight_id=insight.id, theme_id=None, similarity=0.1, x=0.5, y=-0.5)
    with catalog.write() as tx:
        clustering.place(tx, [alone, replace(alone, insight_id="gone")])
        clustering.place(tx, [replace(alone, x=0.9)])
        assert clustering.members(tx) == [alone]
        assert themes.sizes(tx) == (1, 1)


def test_an_address_of_a_theme_leads_on_to_the_one_it_went_up_in(catalog: Catalog, clock: FixedClock) -> None:
    _, held = add(catalog, clock, "tide")
    old, new = theme("aaaa1", "old", clock=clock), theme("bbbb2", "new", clock=clock)
    cluster(catalog, clock, (old, held))
    cluster(catalog, clock, (new, held), retired={"aaaa1": "bbbb2"})
    with catalog.read() as tx:
        assert themes.find(tx, "AAAA").id == themes.find(tx, "bbbb2").id == "bbbb2"
        for text in ("aaa", "%%%%", "cccc"):
            with pytest.raises(NotFound):
                themes.find(tx, text)
        assert [heading.id for heading in themes.headings(tx, ["aaaa1", "bbbb2"])] == ["bbbb2"]


# removal


def test_a_removed_show_leaves_nothing_that_it_alone_said(catalog: Catalog, clock: FixedClock) -> None:
    episode, gone = add(catalog, clock, "tide")
    other, stay = add(catalog, clock, "kelp")
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="a"))
        brief = Brief(subscriber_id="a", date=DAY, created_at=clock.now())
        briefs.put(tx, brief, now=clock.now(), ledger={insight.id: ("h", True) for insight in (*gone, *stay)})
    cluster(catalog, clock, (theme("aaaa1", "both", "tide", "kelp", clock=clock), [*gone, *stay]))
    with catalog.write() as tx:
        mark = changes.head(tx)
        taken = removal.remove(tx, episode.show_id)
        assert (taken.title, taken.episode_ids, taken.theme_ids) == ("tide", (episode.id,), ("aaaa1",))
        assert (set(taken.insight_ids), taken.passages, taken.revived) == ({insight.id for insight in gone}, 2, 0)
        assert {key for _, key in changes.since(tx, mark, limit=99)[0]} == {*taken.insight_ids, "tide0", "tide1"}
        assert set(briefs.told_ids(tx, "a")) == {insight.id for insight in stay}
        left = vectors.known(tx, "m", [insight.content_hash for insight in (*gone, *stay)])
        assert left == {insight.content_hash for insight in stay}
        shared = [chunk.chunk.content_hash for chunk in chunks.located(tx, ["kelp1"]).values()]
        assert vectors.known(tx, "m", shared) == set(shared)  # what another show says word for word stays
        assert [kept.id for kept in episodes.of_show(tx, other.show_id)] == [other.id]
        with pytest.raises(NotFound):
            removal.remove(tx, episode.show_id)


def test_themes_lose_the_words_that_nobody_says_any_more(catalog: Catalog, clock: FixedClock) -> None:
    episode, gone = add(catalog, clock, "tide")
    _, stay = add(catalog, clock, "kelp")
    both, alone = theme("aaaa1", "tide pools", "tide", "kelp", clock=clock), theme("bbbb2", "tide", clock=clock)
    cluster(catalog, clock, (both, [gone[0], *stay]), (alone, [gone[1]]))
    with catalog.write() as tx:
        taken = removal.remove(tx, episode.show_id)
        assert set(taken.theme_ids) == {"aaaa1", "bbbb2"}
        reword(tx, taken.theme_ids)
        assert [(kept.id, kept.label, kept.terms) for kept in clustering.stored(tx)] == [("aaaa1", "kelp", ("kelp",))]


def test_a_label_is_kept_as_long_as_it_is_said(clock: FixedClock, catalog: Catalog) -> None:
    _, said = add(catalog, clock, "kelp")
    assert reworded("kelp claim", ["kelp", "tide"], said) == ("kelp claim", ("kelp",))
    assert reworded("tide", ["tide"], said) == (said[0].claim, ())


def test_the_log_is_emptied_and_the_catalog_goes_on(catalog: Catalog, clock: FixedClock) -> None:
    add(catalog, clock, "tide")
    catalog.wipe()
    assert catalog.damage() == ""
    with catalog.read() as tx:
        assert tx.execute(sa.text("SELECT COUNT(*) FROM shows")).scalar_one() == 1
