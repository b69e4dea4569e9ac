"""Promises about what the world sends: feeds, addresses, planted orders."""

from __future__ import annotations

import random

from tests.campaigns.feeds.hostile import feed_files, mutations
from tests.campaigns.fetching.private import private_addresses
from tests.conftest import REPO
from tests.contract.promise import Ground, Measurement
from tests.injection.exits import measure
from tests.injection.orders import orders

__all__ = ["feeds", "planted_orders", "private_connections"]

_FEEDS, _ORDERS = 1_000, 40


def feeds(ground: Ground) -> Measurement:
    """Mutated feeds: of real ones where they are, else of those of the sample library."""
    files = feed_files(ground.data) if ground.data else sorted((REPO / "sample").glob("*/feed.xml"))
    counts = mutations(files, _FEEDS, seed=ground.seed)
    crashes = _FEEDS - counts["read"] - counts["refused"]
    return Measurement(
        figure=f"{crashes} crashes; {counts['read']:,} read, {counts['refused']:,} refused in words",
        sample=f"{_FEEDS:,} of 10,000, made of {len(files)} {'real, broken and odd' if ground.data else 'sample'} feeds",
        kept=crashes == 0,
    )


def private_connections(_ground: Ground) -> Measurement:
    """Every trick there is, so no sample."""
    tried = private_addresses()
    through = tried["connections"] + len(tried["let_through"]) + len(tried["dialled_elsewhere"])
    return Measurement(
        figure=f"{through} connections",
        sample=f"all {tried['tricks']} tricks: encodings, redirects, name servers, rebinding",
        kept=through == 0 and tried["crashed"] == {} and tried["public_reached"],
    )


def planted_orders(ground: Ground) -> Measurement:
    """A model that obeys every order, and every exit of an answer."""
    chosen = random.Random(ground.seed).sample(orders(), _ORDERS)
    measured = measure(chosen, ground.folder)
    problems = sum(measured["problems"].values())
    return Measurement(
        figure=f"{problems} foreign links, uncited claims or false citations",
        sample=f"{_ORDERS} of {len(orders())} orders",
        kept=problems == 0 and measured["honest_sentence_kept"] == _ORDERS,
    )
