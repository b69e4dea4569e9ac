"""A reader's week: its themes, who disagreed, and what changed about what the reader was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from briefs.digest import make_digest
from briefs.mail import message_id
from briefs.render import subject, to_html, to_markdown, to_text
from earmark.catalog import Catalog
from earmark.catalog.content import clustering, withdrawals
from earmark.catalog.content.clustering import ClusteringRun, Member, StoredTheme
from earmark.catalog.readers import accounts, briefs, states
from earmark.scope import ShowScope
from earmark.types import Because, Brief, BriefItem, Insight, Related
from tests.briefs.samples import DAY, NOW, READER, SmallFinder, fill, insight


class Disputes(SmallFinder):
    """A finder that knows who contradicts whom, by claim."""

    def __init__(self, library: Sequence[Insight], pairs: dict[str, str]) -> None:
        super().__init__(library, {})
        self.pairs = pairs

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        others = [other for other in self.library if self.pairs.get(insight.claim) == other.claim]
        return [Related(insight=other, score=0.8, why="", relation="opposite") for other in others]


QUEUES = [insight(f"Queues grow, {n}", show=f"Show {n}", quality=0.5 + n / 10, days_ago=2) for n in range(3)]
BREAD = [
    insight(f"Bread rises, {n}", show=f"Show {n}", episode="Bread", quality=0.4 - n / 10, days_ago=n + 1)
    for n in range(2)
]
OLD = insight("Queues shrink", show="Show 4", episode="Long ago", days_ago=40)
BEFORE = insight("Queues stand", show="Show 4", episode="Last week", days_ago=9)
ALONE = insight("Coral hears", show="Show 5", episode="Reefs", quality=0.9, days_ago=1)
LIBRARY = [*QUEUES, *BREAD, OLD, BEFORE, ALONE]
THEMES = {"q": [*QUEUES, BEFORE, OLD], "b": BREAD}


@pytest.fixture
def library(catalog: Catalog) -> Catalog:
    fill(catalog, LIBRARY, {})
    stored = [
        StoredTheme(
            id=key, label=label, label_by="terms", terms=(label,), centroid=np.ones(2, dtype=np.float32), created_at=NOW
        )
        for key, label in (("q", "queues"), ("b", "bread"))
    ]
    members = [
        Member(insight_id=claim.id, theme_id=key, similarity=0.9, x=0.0, y=0.0)
        for key, group in THEMES.items()
        for claim in group
    ]
    with catalog.write() as tx:
        accounts.put(tx, READER)
        run = ClusteringRun(model="m", clustered_at=NOW, insights=len(LIBRARY), parameters={})
        clustering.replace(tx, run, stored, members, {})
    return catalog


def digest(catalog: Catalog, pairs: dict[str, str] | None = None, scope: ShowScope | None = None) -> Brief:
    finder = Disputes(LIBRARY, pairs or {})
    given = {} if scope is None else {"scope": scope}
    return make_digest(catalog, finder, READER, DAY, now=NOW, **given)


def tell(catalog: Catalog, told: Insight) -> None:
    earlier = Brief(
        subscriber_id=READER.id,
        date=DAY - timedelta(days=30),
        items=(BriefItem(insight=told, why="", novelty=1.0),),
        created_at=NOW,
    )
    with catalog.write() as tx:
        briefs.put(tx, earlier, now=NOW, ledger={told.id: (told.content_hash, True)})


def test_themes_come_by_how_much_was_said_each_with_its_best_idea(library: Catalog) -> None:
    week = digest(library)
    assert [(item.section, item.insight.claim) for item in week.items] == [
        ("Theme: queues", "Queues grow, 2"),
        ("Theme: bread", "Bread rises, 0"),
    ]
    assert week.items[0].why == "3 ideas from 3 shows this week; 1 the week before."
    assert week.items[1].why == "2 ideas from 2 shows this week; 0 the week before."
    assert (week.title, week.note) == ("Your week", "From 6 ideas of this week's episodes.")


def test_a_disagreement_is_told_once_and_from_one_side(library: Catalog) -> None:
    pairs = {"Queues grow, 2": "Queues grow, 1", "Queues grow, 1": "Queues grow, 2"}
    last = digest(library, pairs).items[-1]
    assert (last.section, last.insight.claim) == ("Disagreements", "Queues grow, 2")
    assert last.why == "Contradicts what Mira Holt said on Show 1 on Saturday."
    assert [item.insight.claim for item in digest(library, pairs).items].count("Queues grow, 2") == 1
    assert [item.section for item in digest(library, pairs).items].count("Disagreements") == 1


def test_what_contradicts_something_told_is_what_changed(library: Catalog) -> None:
    tell(library, OLD)
    last = digest(library, {"Queues grow, 2": "Queues shrink"}).items[-1]
    assert last.section == "What changed"
    assert last.why == "Contradicts what Mira Holt said on Show 4 in June, which you were told."


@pytest.mark.heavy
def test_what_was_told_and_withdrawn_this_week_is_said(library: Catalog) -> None:
    tell(library, OLD)
    with library.write() as tx:
        withdrawals.withdraw(tx, OLD.id, because=Because.NOT_MEANT, note="", by=READER.id, now=NOW)
        withdrawals.withdraw(tx, BEFORE.id, because=Because.NOT_MEANT, note="", by=READER.id, now=NOW)
    assert [word.insight_id for word in digest(library).withdrawn] == [OLD.id]


def test_it_holds_nothing_of_shows_that_are_not_seen_or_of_what_was_hidden(library: Catalog) -> None:
    seen = ShowScope(frozenset({QUEUES[0].show_id, QUEUES[1].show_id}))
    assert {item.insight.show for item in digest(library, scope=seen).items} <= {"Show 0", "Show 1"}
    with library.write() as tx:
        states.set_mark(tx, READER.id, [QUEUES[2].id], "hidden_at", NOW)
    assert [item.insight.claim for item in digest(library).items] == ["Bread rises, 0", "Queues grow, 1"]


def test_a_week_without_anything_says_so(library: Catalog) -> None:
    quiet = make_digest(library, Disputes(LIBRARY, {}), READER, DAY + timedelta(days=90), now=NOW)
    assert (quiet.items, quiet.note) == ((), "No episode of this week has been read.")


def test_each_rendering_has_the_sections_and_the_mail_an_id_of_its_own(library: Catalog) -> None:
    week = digest(library)
    hostile = replace(week.items[0], section="Theme: <b>bad</b>\x1b[31m")
    week = replace(week, items=(hostile, *week.items[1:]))
    text, page, marked = to_text(week), to_html(week, mail=True), to_markdown(week)
    assert "THEME: BREAD" in text and "Your week" in text
    assert "Theme: bread" in page and "Your week" in page
    assert "**Theme: bread**" in marked and marked.startswith("# Your week: ")
    assert "<b>bad" not in page and "\x1b" not in text + page + marked
    assert subject(week) == "Your week: Queues grow, 2"
    assert subject(replace(week, items=())).startswith("Your week: nothing new")
    of_day = message_id("key", READER.id, replace(week, title=""), sender="a@b.example")
    assert message_id("key", READER.id, week, sender="a@b.example") != of_day
