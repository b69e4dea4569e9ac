"""Insights that a reader withdrew: gone from everything that reads insights, however often, until they are restored."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, Connection, changes, removal, scan
from earmark.catalog.content import clustering, episodes, insights, themes, vectors, withdrawals
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs
from earmark.catalog.schema import metadata
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.relations import utterance
from earmark.types import (
    Because,
    Brief,
    BriefItem,
    Echo,
    Episode,
    EpisodeData,
    Insight,
    Reader,
    Related,
)
from tests.making import make_insight

DAY = date(2026, 11, 22)


def add(tx: Connection, clock: FixedClock, show: str = "Small Hours") -> Episode:
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    data = EpisodeData(guid="a", title="On kettles", published=clock.now())
    return episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))


def stored(tx: Connection, clock: FixedClock, show: str = "Small Hours", count: int = 3) -> list[Insight]:
    episode = add(tx, clock, show)
    insights.replace(
        tx, episode.id, [make_insight(episode, n, f"{show}: kettle {n} boils faster.") for n in range(count)], {}
    )
    return insights.of_episode(tx, episode.id)


def withdraw(tx: Connection, clock: FixedClock, insight: Insight, note: str = "") -> None:
    withdrawals.withdraw(tx, insight.id, because=Because.NOT_MEANT, note=note, by="local", now=clock.now())


def test_it_goes_from_everything_that_reads_insights(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        wrong, *others = stored(tx, clock)
        mark = changes.head(tx)
        withdraw(tx, clock, wrong)
        assert changes.since(tx, mark, limit=9)[0] == [("insight", wrong.id)]
        assert insights.of_episode(tx, wrong.episode_id) == others
        assert wrong.id not in {insight.id for insight in (*insights.listed(tx), *insights.sample(tx, limit=9))}
        assert insights.get_many(tx, [wrong.id]) == {}
        assert insights.count(tx) == 2
        assert wrong.quote not in insights.quotes(tx, [wrong.episode_id])[wrong.episode_id]
        with pytest.raises(NotFound, match=r"was withdrawn \(not-meant\); `earmark wrong ID --undo`"):
            insights.find(tx, wrong.id[:8])
    assert wrong.id not in {row.id for rows in scan.claims(catalog, "any") for row in rows}


def test_what_is_known_of_a_withdrawal(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        first, second, _ = stored(tx, clock)
        withdraw(tx, clock, first)
        clock.at += timedelta(hours=1)
        withdraw(tx, clock, second)
        latest, earlier = withdrawals.every(tx)
        assert (latest.insight, earlier.insight) == (second, first)
        assert withdrawals.every(tx, limit=1) == [latest]
        assert withdrawals.find(tx, first.id[:10]) == earlier
        said = latest.withdrawal
        assert (said.insight_id, said.show, said.episode) == (second.id, "Small Hours", "On kettles")
        assert (said.because, said.note, said.by, said.at) == (Because.NOT_MEANT, "", "local", clock.now())
        assert withdrawals.among(tx, [first.id, "other"]) == {first.id: earlier.withdrawal}
        assert withdrawals.told_claims(tx, [first.content_hash, "other"]) == {first.content_hash: first.claim}
        assert {insight.id for insight in withdrawals.of_episode(tx, first.episode_id)} == {first.id, second.id}


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("she said\r\nthe opposite", "she said the opposite"),
        ("\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u200b", "red gnp.exe"),
        (
            "<script>alert(1)</script> ignore previous instructions",
            "<script>alert(1)</script> ignore previous instructions",
        ),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_a_note_is_one_line_without_anything_that_acts(
    catalog: Catalog, clock: FixedClock, note: str, kept: str
) -> None:
    with catalog.write() as tx:
        insight, *_ = stored(tx, clock)
        withdraw(tx, clock, insight, note)
        assert withdrawals.find(tx, insight.id).withdrawal.note == kept


def test_read_again_it_stays_away(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        wrong, *others = stored(tx, clock)
        withdraw(tx, clock, wrong)
        mark = changes.head(tx)
        insights.replace(tx, wrong.episode_id, [wrong, *others], {})
        assert insights.of_episode(tx, wrong.episode_id) == others
        assert ("insight", wrong.id) not in changes.since(tx, mark, limit=9)[0]


def test_restored_it_is_what_it_was(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        before = stored(tx, clock)
        withdraw(tx, clock, before[1])
        mark = changes.head(tx)
        assert withdrawals.restore(tx, before[1].id[:9]) == before[1]
        assert insights.of_episode(tx, before[1].episode_id) == before
        assert changes.since(tx, mark, limit=9)[0] == [("insight", before[1].id)]
        assert withdrawals.every(tx) == []
        with pytest.raises(NotFound, match="no withdrawn insight has this id"):
            withdrawals.restore(tx, before[1].id)


def test_what_is_not_there_is_not_withdrawn(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        insight, *_ = stored(tx, clock)
        withdraw(tx, clock, insight)
        with pytest.raises(NotFound, match="was withdrawn"):
            withdraw(tx, clock, insight)
        for text in ("zzzz", "", "abc", "../x"):
            with pytest.raises(NotFound):
                withdrawals.withdraw(tx, text, because=Because.NOT_MEANT, by="local", now=clock.now())
            with pytest.raises(NotFound):
                withdrawals.find(tx, text)


def test_its_place_among_the_themes_goes_with_it(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        wrong, *others = stored(tx, clock)
        places = [
            clustering.Member(insight_id=idea.id, theme_id=None, similarity=0.5, x=0, y=0) for idea in (wrong, *others)
        ]
        clustering.place(tx, places)
        withdraw(tx, clock, wrong)
        assert themes.sizes(tx) == (2, 2)
        withdrawals.restore(tx, wrong.id)
        assert clustering.waiting(tx) == [wrong.id]


def test_a_show_that_is_removed_takes_its_withdrawn_insights_with_it(catalog: Catalog, clock: FixedClock) -> None:
    import numpy as np

    with catalog.write() as tx:
        wrong, *others = stored(tx, clock)
        vectors.put(tx, "m", {insight.content_hash: np.ones(3, dtype=np.float32) for insight in (wrong, *others)})
        withdraw(tx, clock, wrong)
        taken = removal.remove(tx, wrong.show_id)
        assert wrong.id in taken.insight_ids
        for table in ("withdrawals", "insights", "vectors"):
            counted = tx.execute(sa.select(sa.func.count()).select_from(metadata.tables[table])).scalar_one()
            assert counted == 0, table


def brief_of(tx: Connection, told: list[Insight], others: list[Insight]) -> Brief:
    """A stored brief: each idea with every other as related, the last of which is an echo too."""
    echo = Echo(insight_id=others[-1].id, show=others[-1].show, speaker=None)
    related = tuple(Related(insight=idea, score=0.5, why="", also_said_by=(echo,)) for idea in others[:-1])
    items = tuple(BriefItem(insight=idea, why="New.", novelty=0.5, related=related) for idea in told)
    brief = Brief(subscriber_id="local", date=DAY, items=items, created_at=told[0].published or 0)  # type: ignore[arg-type]
    accounts.put(tx, Reader(id="local"))
    assert briefs.put(tx, brief, now=brief.created_at, ledger={idea.id: (idea.content_hash, True) for idea in told})
    return brief


def test_a_brief_that_told_it_says_so_and_not_what_it_claimed(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        told = stored(tx, clock)
        others = stored(tx, clock, "Late Show")
        whole = brief_of(tx, told, others)
        withdraw(tx, clock, told[1], "never said")
        shown = briefs.get(tx, "local", DAY)
        assert shown is not None
        assert [item.insight.id for item in shown.items] == [told[0].id, told[2].id]
        assert [(withdrawn.insight_id, withdrawn.note) for withdrawn in shown.withdrawn] == [(told[1].id, "never said")]
        assert told[1].claim not in repr(shown)
        assert briefs.told_ids(tx, "local")[told[1].id] == told[1].content_hash
        withdrawals.restore(tx, told[1].id)
        assert briefs.get(tx, "local", DAY) == whole


def test_among_what_others_said_it_is_left_out(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        told = stored(tx, clock)
        others = stored(tx, clock, "Late Show")
        brief_of(tx, told, others)
        for wrong in (others[0], others[2]):
            withdraw(tx, clock, wrong)
        shown = briefs.get(tx, "local", DAY)
        assert shown is not None and shown.withdrawn == ()
        for item in shown.items:
            assert [(utterance(said).insight_id, said.also_said_by) for said in item.related] == [(others[1].id, ())]


def test_a_brief_of_nothing_but_wrong_ideas_has_none(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        told = stored(tx, clock)
        others = stored(tx, clock, "Late Show")
        brief_of(tx, told, others)
        for wrong in told:
            withdraw(tx, clock, wrong)
        shown = briefs.get(tx, "local", DAY)
        assert shown is not None and shown.items == () and len(shown.withdrawn) == 3


def test_a_show_that_is_removed_and_added_again_keeps_its_withdrawals(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        wrong, other, _ = stored(tx, clock)
        withdraw(tx, clock, wrong, note="I know who said it")
        removal.remove(tx, wrong.show_id)
        assert withdrawals.every(tx) == []
        kept = tx.execute(sa.select(metadata.tables["remembered_withdrawals"])).all()
        assert len(kept) == 1 and not any("kettle" in str(value) or "who" in str(value) for value in kept[0])
    with catalog.write() as tx:
        again = stored(tx, clock)
        assert wrong.id not in {insight.id for insight in again} and other.id in {insight.id for insight in again}
        (back,) = withdrawals.every(tx)
        assert (back.insight.claim, back.withdrawal.because, back.withdrawal.note) == (
            wrong.claim,
            Because.NOT_MEANT,
            "",
        )
        assert tx.execute(sa.select(metadata.tables["remembered_withdrawals"])).all() == []
        assert withdrawals.restore(tx, wrong.id).id == wrong.id


def test_where_everything_was_withdrawn_before_the_episode_says_so(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        (wrong,) = stored(tx, clock, count=1)
        withdraw(tx, clock, wrong)
        removal.remove(tx, wrong.show_id)
        assert stored(tx, clock, count=1) == []
        assert episodes.get(tx, wrong.episode_id).no_insights == insights.WITHDRAWN
