"""What a claim is about: told by how unusual its likeness to the words is in its library, and by the words that it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import open_catalog
from earmark.catalog.content import insights, vectors
from evaluation.given_insights import given_insight
from retrieval.search.subject import ABOUT, ClaimSample, ClaimSamples, Subject, said_terms
from tests.retrieval.library import Talk, put

CLAIM = replace(given_insight("one", "one", claim="Kelp sinks carbon."), body="It does so before the storms.")


def sample(cosines: list[float], counts: Counter[str] | None = None) -> ClaimSample:
    """Claims with these cosines to the first axis."""
    rows = [[cosine, (1 - cosine**2) ** 0.5] for cosine in cosines]
    return ClaimSample(vectors=np.array(rows, dtype=np.float32).reshape(-1, 2), counts=counts or Counter())


def subject(words: str, cosines: list[float], counts: Counter[str] | None = None) -> Subject:
    return sample(cosines, counts).subject(words, np.array([1.0, 0.0], dtype=np.float32))


FAR = [0.0, 0.1] * 50
"""Mean .05, standard deviation .05."""
NEAR = [0.4, 0.6] * 50
"""Mean .5, standard deviation .1."""


def test_the_same_likeness_is_unusual_in_one_library_and_usual_in_another() -> None:
    assert subject("tides", FAR).holds(CLAIM, 0.05 + 5.6 * 0.05, ABOUT)
    assert not subject("tides", FAR).holds(CLAIM, 0.05 + 5.4 * 0.05, ABOUT)
    assert not subject("tides", NEAR).holds(CLAIM, 0.05 + 5.6 * 0.05, ABOUT)
    assert not subject("tides", NEAR).holds(CLAIM, 0.9, ABOUT)


def test_a_claim_that_holds_enough_of_the_words_need_not_be_as_near() -> None:
    nearly = 0.05 + 4.5 * 0.05
    assert subject("kelp prices", FAR).holds(CLAIM, nearly, ABOUT)
    assert not subject("seaweed prices", FAR).holds(CLAIM, nearly, ABOUT)
    assert not subject("kelp prices", FAR).holds(CLAIM, 0.05 + 3.5 * 0.05, ABOUT)


def test_a_common_word_counts_for_little() -> None:
    nearly, counts = 0.05 + 4.5 * 0.05, Counter({"kelp": 90, "auction": 1})
    assert not subject("kelp auctions", FAR, counts).holds(CLAIM, nearly, ABOUT)
    assert subject("carbon auctions", FAR, counts).holds(CLAIM, nearly, ABOUT)


def test_a_claim_that_holds_all_words_is_told_unless_it_is_about_something_else() -> None:
    assert subject("carbon storms", NEAR).holds(CLAIM, 0.2, ABOUT)
    assert not subject("carbon storms", NEAR).holds(CLAIM, 0.1, ABOUT)


def test_words_that_say_nothing_are_held_by_nothing() -> None:
    assert subject("the of", FAR).weights == {}
    assert not subject("the of", FAR).holds(CLAIM, 0.3, ABOUT)


@pytest.mark.parametrize("cosines", [[], FAR[:10]])
def test_of_few_claims_none_is_unusual(cosines: list[float]) -> None:
    few = subject("tides", cosines)
    assert few.deviation is None
    assert few.holds(CLAIM, 0.5, ABOUT)
    assert not few.holds(CLAIM, 0.49, ABOUT)


def test_claims_that_are_all_alike_are_told_by_their_cosine() -> None:
    assert subject("tides", [0.3] * 60).deviation is None


def test_the_sample_follows_the_library(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    samples = ClaimSamples(catalog, model_id="none")
    assert samples.current().counts == Counter()
    talk = Talk("Tideline", "Kelp", 1, (("Ines", "Kelp sinks."),), (("Ines", "Kelp sinks carbon", ""),))
    put(catalog, talk)
    with catalog.read() as tx:
        (kept,) = insights.listed(tx)
    assert samples.current().counts == Counter(), "it has no vector yet"
    with catalog.write() as tx:
        vectors.put(tx, "none", {kept.content_hash: np.ones(3, dtype=np.float32)})
    assert ClaimSamples(catalog, model_id="none").current().counts == Counter(said_terms(kept))
    assert samples.current().counts == Counter(said_terms(kept)), "it has one now"
    catalog.close()
