"""A made library is what its size says, and is read like one that was followed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from earmark.catalog import open_catalog
from earmark.catalog.content import insights, themes
from earmark.catalog.feeds.summaries import summaries
from earmark.catalog.readers import briefs
from earmark.types import Reader
from evaluation.bench_served import links_of
from evaluation.made_library import MadeSize, make_library

TODAY = date(2026, 11, 28)


@pytest.mark.heavy
def test_a_made_library_has_its_size_and_the_same_again(tmp_path: Path) -> None:
    size = MadeSize(shows=4, episodes=200, insights=900, themes=6)
    newest = []
    for name in ("first", "second"):
        catalog = open_catalog(f"sqlite:///{tmp_path / name}.sqlite")
        with catalog.write() as tx:
            assert insights.count(tx) == 0
        make_library(catalog, size, model_id="made", today=TODAY, reader=Reader(id="ada"))
        with catalog.read() as tx:
            followed = summaries(tx)
            assert (len(followed), sum(each.episodes for each in followed)) == (4, 200)
            assert sum(each.insights for each in followed) == insights.count(tx) == 900
            assert 150 < sum(each.done for each in followed) < 200
            grouped = themes.every(tx)
            assert len(grouped) == 6 and 500 < sum(theme.size for theme in grouped) < 750
            brief = briefs.get(tx, "ada", TODAY)
            assert brief is not None and [len(item.related) for item in brief.items] == [3] * 5
            newest.append([insight.id for insight in insights.listed(tx, limit=9)])
        catalog.close()
    assert newest[0] == newest[1]


def test_readers_of_a_bench_follow_links_to_pages_of_their_own() -> None:
    body = '<a href="/i/ab12">one</a> <a href="/t/x#more">x</a> <a href="/search">no</a> <a href="/i/ab12">one</a> <a href="/s/s1">s</a>'
    assert links_of(body) == ["/i/ab12", "/s/s1"]
