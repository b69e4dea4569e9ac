"""Made talk is about its subjects, and a library of it is what its size says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import open_catalog
from earmark.catalog.content import chunks, insights, vectors
from earmark.statement_store import STATEMENTS, unpack
from evaluation.made_library import MadeSize
from evaluation.made_talk import MadeTalk
from evaluation.made_talk_library import PASSAGES, fill

pytestmark = pytest.mark.heavy


def test_what_is_said_about_one_thing_lies_together() -> None:
    talk = MadeTalk()
    subjects = [5] * 20 + [65] * 20 + [6] * 20  # the second is of the field of the first
    rows = talk.vectors([" ".join(talk.sentences(subject, 4)) for subject in subjects])
    near = rows @ rows.T
    assert np.allclose(np.diag(near), 1.0, atol=1e-5)
    own, field, other = near[:20, :20].mean(), near[:20, 20:40].mean(), near[:20, 40:].mean()
    assert own > field + 0.1 > other + 0.2
    assert np.allclose(talk.vectors([""]), talk.vectors(["…"]))


def test_a_library_of_it_has_its_size_and_is_placed_where_it_was_said(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    fill(catalog, MadeSize(shows=3, episodes=30, insights=200), model_id="made")
    with catalog.read() as tx:
        claims = insights.listed(tx)
        episodes = {claim.episode_id for claim in claims}
        assert len(claims) == insights.count(tx) == 200
        assert chunks.count(tx) == PASSAGES * len(episodes)
        spoken = {key: chunks.of_episode(tx, key) for key in episodes}
        hashes = [claim.content_hash for claim in claims]
        hashes += [passage.content_hash for said in spoken.values() for passage in said]
        assert vectors.known(tx, "made", hashes) == set(hashes)
        kept = vectors.get_bytes(tx, STATEMENTS, hashes)
    catalog.close()
    for claim in claims:
        at = claim.start_s or 0.0
        (passage,) = (p for p in spoken[claim.episode_id] if (p.start_s or 0.0) <= at < (p.end_s or 0.0))
        assert claim.quote in passage.text
        assert all(passage.text[s.start : s.end].strip() for s in unpack(kept[passage.content_hash]))
