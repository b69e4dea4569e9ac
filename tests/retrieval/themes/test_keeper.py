"""Themes of a library as it grows: found, joined, found anew, with the same ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import clustering, insights, themes
from earmark.clock import FixedClock
from earmark.errors import ModelCallError, NotFound
from retrieval.encoders.encoder import LocalEncoder
from retrieval.themes.keeper import ThemeKeeper, ThemesReport
from tests.retrieval.themes.making import NOW, SUBJECTS, speak
from tests.retrieval.themes.test_words import Chat


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield opened
    opened.close()


def keeper(catalog: Catalog, encoder: LocalEncoder, chat: object = None) -> ThemeKeeper:
    return ThemeKeeper(catalog, encoder, FixedClock(NOW), chat=chat)  # type: ignore[arg-type]


def fill(catalog: Catalog, *, upto: int = 8) -> None:
    for number, (show, claims) in enumerate(SUBJECTS.items()):
        speak(catalog, f"{show} hour", list(claims[:upto]), day=40 * number)


def test_subjects_become_themes_that_say_who_when_and_what(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    report = keeper(library, encoder).update()
    assert report.clustered
    with library.read() as tx:
        listed = themes.every(tx)
        points = themes.points(tx)
    assert report.themes == len(listed) == 3
    assert {heading.shows[0].name for heading in listed} == {f"{subject} hour" for subject in SUBJECTS}
    for theme in listed:
        subject = theme.shows[0].name.removesuffix(" hour")
        assert subject in theme.label.lower()
        assert theme.claim in SUBJECTS[subject]
        assert theme.speakers[0].name == "Ada Finch"
        assert theme.label_by == "terms"
        assert sum(month.count for month in theme.months) == theme.size
        with library.read() as tx:
            central = themes.central(tx, theme.id)
        assert central[0].id == theme.insight_id
        assert len(central) == theme.size
    assert len(points) == 24
    assert all(-2 < point.x < 2 and -2 < point.y < 2 for point in points)


@pytest.mark.slow
def test_newcomers_join_at_once_and_nothing_old_moves(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    kept = keeper(library, encoder)
    kept.update()
    with library.read() as tx:
        before = {member.insight_id: member for member in clustering.members(tx)}
        tea = next(theme for theme in themes.every(tx) if theme.shows[0].name == "tea hour")
    (new, odd) = speak(
        library,
        "Another show",
        ["Oolong tea is rolled after its leaves wither", "Interest rates fell by a quarter in March"],
        day=3,
    )
    report = kept.update()
    assert (report.joined, report.clustered) == (2, False)
    with library.read() as tx:
        after = {member.insight_id: member for member in clustering.members(tx)}
        grown = themes.find(tx, tea.id[:6])
    assert after[new.id].theme_id == tea.id
    assert after[odd.id].theme_id is None
    assert grown.size == tea.size + 1
    assert "Another show" in {share.name for share in grown.shows}
    assert {key: after[key] for key in before} == before
    assert kept.update().joined == 0


@pytest.mark.slow
def test_a_library_that_grew_by_a_quarter_is_clustered_anew_and_keeps_its_ids(
    library: Catalog, encoder: LocalEncoder
) -> None:
    fill(library, upto=6)
    kept = keeper(library, encoder)
    assert kept.update().clustered
    with library.read() as tx:
        before = {theme.shows[0].name: theme.id for theme in themes.every(tx)}
    for number, (show, claims) in enumerate(SUBJECTS.items()):
        speak(library, f"{show} hour", list(claims[6:]), day=200 + number)
    assert kept.update().clustered
    with library.read() as tx:
        after = {theme.shows[0].name: theme.id for theme in themes.every(tx)}
    assert len(before) >= 2 and set(after) == {f"{show} hour" for show in SUBJECTS}
    assert {show: after[show] for show in before} == before


def test_a_rebuild_keeps_ids_and_gives_the_same(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    kept = keeper(library, encoder)
    kept.update()
    with library.read() as tx:
        before = themes.every(tx)
    steps: list[str] = []
    assert kept.rebuild(steps.append).clustered
    assert len(steps) == 3
    with library.read() as tx:
        assert [(theme.id, theme.label, theme.size) for theme in themes.every(tx)] == [
            (theme.id, theme.label, theme.size) for theme in before
        ]


def test_an_episode_read_anew_leaves_no_ghosts(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    kept = keeper(library, encoder)
    kept.update()
    with library.write() as tx:
        gone = [insight for insight in insights.listed(tx) if insight.show == "violin hour"]
        insights.replace(tx, gone[0].episode_id, [], {})
    with library.read() as tx:
        assert {theme.shows[0].name for theme in themes.every(tx)} == {"tea hour", "bridge hour"}
        assert len(themes.points(tx)) == 16
    kept.rebuild()
    with library.read() as tx:
        assert len(themes.points(tx)) == 16


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_small_library_has_a_map_and_no_themes(library: Catalog, encoder: LocalEncoder, count: int) -> None:
    if count:
        speak(library, "tea", list(SUBJECTS["tea"][:count]))
    report = keeper(library, encoder).update()
    assert report.themes == 0
    assert keeper(library, encoder).rebuild().themes == 0
    with library.read() as tx:
        assert themes.every(tx) == []
        assert len(themes.points(tx)) == count
        with pytest.raises(NotFound):
            themes.find(tx, "abcd1234")


def test_headings_are_written_by_a_model_where_there_is_one(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    chat = Chat({"label": "Tea, violin and bridge"})
    keeper(library, encoder, chat).update()
    with library.read() as tx:
        listed = themes.every(tx)
    # Only what a theme's own insights carry, so nobody else's words and nobody twice.
    assert len(chat.asked) == 6  # each once more, with the reason
    assert all(theme.label_by == "terms" for theme in listed)
    chat.reply = {"label": "The violin"}
    keeper(library, encoder, chat).rebuild()
    with library.read() as tx:
        assert {theme.label: theme.label_by for theme in themes.every(tx)}["The violin"] == "llm scripted"


def test_a_model_that_is_away_is_asked_once(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    chat = Chat(ModelCallError("away", subject="llm"))
    assert keeper(library, encoder, chat).update().themes == 3
    assert len(chat.asked) == 1


def test_a_retired_theme_leads_to_its_heir(library: Catalog) -> None:
    import numpy as np

    run = clustering.ClusteringRun(model="m", clustered_at=NOW, insights=3, parameters={})
    (insight, *_) = speak(library, "tea", list(SUBJECTS["tea"][:3]))

    def stored(key: str) -> clustering.StoredTheme:
        return clustering.StoredTheme(
            id=key, label=key, label_by="terms", terms=(), centroid=np.ones(3, np.float32), created_at=NOW
        )

    def standing(key: str) -> list[clustering.Member]:
        return [clustering.Member(insight_id=insight.id, theme_id=key, similarity=0.9, x=0.0, y=0.0)]

    with library.write() as tx:
        clustering.replace(tx, run, [stored("aaaa1111")], standing("aaaa1111"), {})
        clustering.replace(tx, run, [stored("bbbb2222")], standing("bbbb2222"), {"aaaa1111": "bbbb2222"})
        assert themes.find(tx, "aaaa").id == "bbbb2222"
        clustering.replace(tx, run, [], [], {"bbbb2222": ""})
        with pytest.raises(NotFound):
            themes.find(tx, "aaaa1111")


@pytest.mark.slow
def test_a_clustering_that_would_take_long_is_left_to_another_process(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library, upto=6)
    kept = keeper(library, encoder)
    assert kept.update(at_most=10) == ThemesReport(due=True)
    assert kept.update().clustered
    for number, (show, claims) in enumerate(SUBJECTS.items()):
        speak(library, f"{show} hour", list(claims[6:]), day=200 + number)
    # What is new joins meanwhile, and the clustering stays due once it has.
    assert kept.update(at_most=10) == ThemesReport(joined=6, due=True)
    assert kept.update(at_most=10) == ThemesReport(due=True)
    assert keeper(library, encoder).update().clustered
    assert kept.update(at_most=10) == ThemesReport()


def test_themes_whose_insights_are_all_gone_are_retired(library: Catalog, encoder: LocalEncoder) -> None:
    fill(library)
    kept = keeper(library, encoder)
    kept.update()
    with library.write() as tx:
        violin = next(theme for theme in themes.every(tx) if theme.shows[0].name == "violin hour")
        insights.replace(
            tx, next(insight for insight in insights.listed(tx) if insight.show == "violin hour").episode_id, [], {}
        )
    kept.rebuild()
    with library.read() as tx:
        assert violin.id not in {theme.id for theme in clustering.stored(tx)}


def test_newcomers_are_found_by_what_changed_and_nothing_is_read_where_nothing_did(
    library: Catalog, encoder: LocalEncoder
) -> None:
    asked: list[str] = []
    sa.event.listen(library.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    fill(library)
    kept = keeper(library, encoder)
    assert kept.update().clustered
    kept.update()
    asked.clear()
    assert kept.update() == ThemesReport()
    assert not any("FROM insights" in text for text in asked)
    speak(library, "Another show", ["Oolong tea is rolled after its leaves wither"], day=3)
    asked.clear()
    assert kept.update().joined == 1
    assert not any("OUTER JOIN theme_members" in text for text in asked)
    # Another process that clusters in between has seen all there was; what came after that is found all the same.
    assert keeper(library, encoder).rebuild().clustered
    speak(library, "A third show", ["Green tea tastes of grass where it was steamed"], day=4)
    assert kept.update().joined == 1
    assert kept.update().joined == 0
