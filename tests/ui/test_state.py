"""What `earmark status` and `earmark retry` say of failures and of what waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs
from earmark.clock import SystemClock
from earmark.documents import document as document_of
from earmark.errors import NotFound
from earmark.settings import load_settings
from earmark.types import EpisodeData
from library.library import Library
from ui.cli.status import print_failures, print_status


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three episodes: one given up, one to be tried again, one that waits."""
    library = Library.open(settings=load_settings(home=tmp_path, environ={}))
    now = SystemClock().now()
    with library.catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettle Hour", now=now)
        data = [EpisodeData(guid=str(n), title=f"Part {n}", published=now - timedelta(days=n)) for n in range(3)]
        episodes.add_new(tx, show.id, data, language="en", now=now)
        leases = [jobs.claim(tx, owner="me", now=now, lease_s=60) for _ in range(3)]
        dead, passing, waiting = (lease for lease in leases if lease is not None)
        note = "the server answered 404\nTraceback (most recent call last):\n  in somewhere\x1b[31m"
        jobs.fail(tx, dead, note, not_before=None, failed=True, now=now)
        jobs.fail(tx, passing, "no answer", not_before=now + timedelta(minutes=1), failed=False, now=now)
        jobs.postpone(tx, waiting, "today's budget is spent", until=now + timedelta(hours=4))
    return library


def test_status_lists_dead_letters_first_and_what_waits_apart(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    with library:
        print_status(library, as_json=False)
        text = " ".join(capsys.readouterr().out.split())
        assert "Kettle Hour — Part 0: the server answered 404 (given up; getting the text, 1 attempt" in text
        assert "Part 1: no answer (will be tried again; again" in text
        assert "Waiting: Kettle Hour — Part 2: today's budget is spent, until" in text
        assert "Traceback" not in text
        print_failures(library)
        shown = capsys.readouterr().out
        assert "Traceback (most recent call last):" in shown
        assert "in somewhere" in shown
        assert "\x1b" not in shown
        document = document_of(library.status())
    assert [failure["gives_up"] for failure in document["failures"]] == [True, False]
    assert document["failures"][0]["attempts"] == 1
    assert document["failures"][0]["detail"].startswith("Traceback")
    assert [entry["reason"] for entry in document["waiting"]] == ["today's budget is spent"]
    assert document["in_hand"] == 0


def test_retry_is_narrowed_by_show_and_episode(library: Library) -> None:
    with library:
        dead = next(failure for failure in library.status().failures if failure.gives_up)
        assert library.work.retry([dead.episode_id[:10]]) == 1
        assert library.work.retry(["kettle hour"]) == 2
        assert library.work.retry() == 0
        with pytest.raises(NotFound):
            library.work.retry(["nothing of the kind"])
