"""What a brief could not draw from is said: how many episodes are not read yet, and what they wait for."""

from __future__ import annotations

from datetime import timedelta

from briefs.unread import unread_words
from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Stage
from tests.earmark.catalog.test_troubles import claimed


def test_each_reason_is_counted_and_other_shows_are_left_out(catalog: Catalog, clock: FixedClock) -> None:
    later = clock.now() + timedelta(hours=1)
    with catalog.write() as tx:
        assert unread_words(tx, EVERYTHING, now=clock.now()) == ""
        jobs.release(tx, claimed(tx, clock, "new"))
        assert unread_words(tx, EVERYTHING, now=clock.now()) == "1 episode was not read yet: 1 is next in line."
        for guid in ("a", "b"):
            lease = claimed(tx, clock, guid, Stage.TRANSCRIPT, Stage.CHUNKS)
            jobs.postpone(tx, lease, "the model does not answer", until=later)
        slow = claimed(tx, clock, "slow")
        jobs.postpone(tx, slow, "its transcript is \x1b[31mnot there yet", until=later)
        words = unread_words(tx, EVERYTHING, now=clock.now())
        assert words.startswith(
            "4 episodes were not read yet: 2 wait for the language model, 1 waits (its transcript is"
        )
        assert words.endswith("1 is next in line.")
        assert "\x1b" not in words
        show = ShowScope(frozenset({episodes.get(tx, slow.episode_id).show_id}))
        assert unread_words(tx, show, now=clock.now()).startswith("1 episode was not read yet: 1 waits (its transcript")
