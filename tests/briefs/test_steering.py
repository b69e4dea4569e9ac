"""What steers a brief: clicks and interests as leanings, each with a ramp of the library that they are in."""

from __future__ import annotations

import numpy as np
import pytest

from briefs.preferences import read
from briefs.steering import Steering, taste_of
from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, clicks
from earmark.types import Direction, Insight
from tests.briefs.samples import MODEL, NOW, READER, fill, insight, unit

pytestmark = pytest.mark.heavy


def crowd(catalog: Catalog, count: int) -> list[Insight]:
    """A library in which everything is near everything."""
    chance = np.random.default_rng(5)
    library = [insight(f"Claim {number}", show=f"Show {number % 9}") for number in range(count)]
    rows = {idea.id: unit(*(chance.normal(size=16) + 1.2)) for idea in library}
    fill(catalog, library, rows)
    with catalog.write() as tx:
        accounts.put(tx, READER)
        clicks.add(tx, READER.id, library[0].id, Direction.MORE, now=NOW)
        clicks.add(tx, READER.id, library[1].id, Direction.LESS, now=NOW)
    return library


def test_a_click_in_a_library_of_one_kind_counts_for_what_is_nearest(catalog: Catalog) -> None:
    library = crowd(catalog, 150)
    interests = read("## Interests\n- kelp: 2")
    steering = Steering(preferences=interests, subjects=unit(*[1.0] * 16)[None, :])
    with catalog.read() as tx:
        taste = taste_of(tx, READER.id, library, MODEL, steering)
    kelp, more, less = taste.leanings
    assert (kelp.words, kelp.weight, more.weight, less.weight) == ("kelp", 2.0, 1.0, -1.0)
    for leaning in taste.leanings:
        assert leaning.ramp is not None
        begins, whole = leaning.ramp
        assert 0.6 < begins < whole


def test_a_small_library_has_the_usual_ramp_and_a_reader_without_clicks_no_leaning(catalog: Catalog) -> None:
    library = crowd(catalog, 40)
    with catalog.read() as tx:
        assert [leaning.ramp for leaning in taste_of(tx, READER.id, library, MODEL).leanings] == [None, None]
        assert taste_of(tx, "nobody", library, MODEL).leanings == ()
