"""Groups of vectors on a sphere, and a library that speaks of a few subjects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights
from earmark.catalog.feeds import shows
from earmark.ids import content_hash, make_id
from earmark.types import EpisodeData, Insight

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)

SUBJECTS = {
    "tea": (
        "Green tea turns bitter when the water boils",
        "White tea needs cooler water than green tea",
        "Loose leaf tea tastes fuller than tea bags",
        "Tea leaves give their best in the second steeping",
        "A clay teapot rounds the taste of dark tea",
        "Steeping tea for ten minutes draws out tannin",
        "Fresh tea leaves wither before they are rolled",
        "Cold brewed tea has less caffeine than hot tea",
    ),
    "bridge": (
        "Steel bridges rust first where the cables enter the anchorage",
        "A suspension bridge sways least when its deck is slotted",
        "Bridge inspectors listen to the cables with microphones",
        "Old iron bridges fail at their rivets",
        "The bridge deck expands a hand's width in summer",
        "Cable stayed bridges are quicker to build than arches",
        "Concrete bridges crack where water freezes in the joints",
        "Wind tunnels found what made the bridge collapse",
    ),
    "violin": (
        "A violin bow is tightened before every rehearsal",
        "Violin makers choose spruce that grew slowly",
        "The violin section tunes to the oboe",
        "Gut strings make a violin sound darker",
        "Children start the violin on a quarter size instrument",
        "A cracked violin can be glued and sound better",
        "Violin varnish dries for months in the sun",
        "The bridge of a violin carries the pressure of its strings",
    ),
}


def groups(
    sizes: list[int], *, d: int = 64, noise: float = 0.35, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Unit vectors around random middles, shuffled, and the number of each's group."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(len(sizes), d))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    vectors = middles[labels] + rng.normal(scale=noise / d**0.5, size=(len(labels), d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def speak(catalog: Catalog, show: str, claims: list[str], *, day: int = 0) -> list[Insight]:
    """A show with one episode in which these claims were made."""
    said: list[Insight] = []
    with catalog.write() as tx:
        held, _ = shows.add(tx, f"https://{make_id(show)}.example/feed", title=show, now=NOW)
        when = NOW - timedelta(days=day)
        data = EpisodeData(guid=f"{show}-{day}-{len(claims)}", title=f"{show} {day}", published=when)
        (episode,) = episodes.add_new(tx, held.id, [data], language="en", now=NOW)
        for seq, claim in enumerate(claims):
            said.append(
                Insight(
                    id=make_id("insight", episode, claim),
                    episode_id=episode,
                    show_id=held.id,
                    show=show,
                    episode=data.title,
                    published=when,
                    url="",
                    audio_url="",
                    seq=seq,
                    claim=claim,
                    body="",
                    quote=claim,
                    speaker="Ada Finch",
                    start_s=None,
                    end_s=None,
                    quality=0.5,
                    extractor="extractive",
                    content_hash=content_hash(claim),
                )
            )
        insights.replace(tx, episode, said, {})
    return said
