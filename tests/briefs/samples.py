"""Insights, shows and a library that the tests of `briefs` share; all text is original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from briefs.mail_links import MailLinks
from earmark.catalog import Catalog
from earmark.catalog.content import insights as catalog_insights
from earmark.catalog.content import vectors
from earmark.catalog.schema import episodes, shows
from earmark.ids import content_hash, make_id
from earmark.types import Brief, BriefItem, Echo, Insight, Reader, Related

NOW = datetime(2026, 8, 3, 6, 30, tzinfo=UTC)
DAY = date(2026, 8, 3)
MODEL = "test-model"
READER = Reader(id="local", name="Ada", email="ada@example.org", timezone="Europe/Berlin")


def insight(
    claim: str,
    *,
    show: str = "Lattice Hours",
    episode: str = "Slow queues",
    quality: float = 0.7,
    days_ago: float | None = 1,
    speaker: str | None = "Mira Holt",
    start_s: float | None = 754.2,
    body: str = "",
    quote: str = "",
) -> Insight:
    show_id = make_id(show)
    return Insight(
        id=make_id(show, episode, claim),
        episode_id=make_id(show, episode),
        show_id=show_id,
        show=show,
        episode=episode,
        published=None if days_ago is None else NOW - timedelta(days=days_ago),
        url=f"https://{show_id}.example/{make_id(episode)}",
        audio_url=f"https://audio.example/{make_id(show, episode)}.mp3",
        seq=0,
        claim=claim,
        body=body or f"{claim} That is what follows from the measurements they describe.",
        quote=quote or f"{claim}, and I would say it again.",
        speaker=speaker,
        start_s=start_s,
        end_s=None if start_s is None else start_s + 9.0,
        quality=quality,
        extractor="extractive",
        content_hash=content_hash(claim),
    )


def unit(*values: float) -> NDArray[np.float32]:
    vector = np.array(values, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class SmallFinder:
    """A `Finder` over given vectors: exact cosines, as a real one without an index would compute them."""

    def __init__(
        self, library: Sequence[Insight], by_id: dict[str, NDArray[np.float32]], *, near: float = 0.85
    ) -> None:
        self.library, self.by_id, self.near = list(library), by_id, near

    def _cosine(self, a: Insight, b: Insight) -> float:
        return float(self.by_id[a.id] @ self.by_id[b.id]) if a.id in self.by_id and b.id in self.by_id else 0.0

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        scored = [(self._cosine(insight, other), other) for other in self.library if other.show_id != insight.show_id]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [Related(insight=o, score=c, why="takes up the same question") for c, o in scored[:limit] if c >= 0.4]

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        others = {i.id: [self._cosine(i, o) for o in self.library if o.show_id != i.show_id] for i in insights}
        return {key: 1.0 - max([0.0, *cosines]) for key, cosines in others.items()}

    def near_duplicates(self, insight: Insight) -> list[Insight]:
        return [o for o in self.library if o.id != insight.id and self._cosine(insight, o) >= self.near]

    def nearest(self, vector: NDArray[np.float32], *, words: str = "", limit: int) -> list[str]:
        here = [insight.id for insight in self.library if insight.id in self.by_id]
        return sorted(here, key=lambda key: (-float(self.by_id[key] @ vector), key))[:limit]


def fill(catalog: Catalog, library: Sequence[Insight], by_id: dict[str, NDArray[np.float32]]) -> None:
    """Puts insights, with the shows and episodes that they belong to, and their vectors into a catalog."""
    with catalog.write() as tx:
        for show_id, idea in {i.show_id: i for i in library}.items():
            row: dict[str, object] = {"id": show_id, "feed_url": f"https://{show_id}.example/feed", "title": idea.show}
            tx.execute(shows.insert().values(**row, status="active", added_at=NOW))
        for episode_id, idea in {i.episode_id: i for i in library}.items():
            row = {"id": episode_id, "show_id": idea.show_id, "title": idea.episode, "published": idea.published}
            empty: dict[str, list[str]] = {"transcripts": [], "persons": []}
            row |= {"audio_url": idea.audio_url, "stage": "insights", "discovered_at": NOW}
            tx.execute(episodes.insert().values(**row, **empty))
            mine = [i for i in library if i.episode_id == episode_id]
            catalog_insights.replace(tx, episode_id, [replace(i, seq=n) for n, i in enumerate(mine)], {})
        vectors.put(tx, MODEL, {i.content_hash: by_id[i.id] for i in library if i.id in by_id})


def sample_brief() -> Brief:
    """A brief as a reader would get it."""
    first = insight(
        "A queue that is always short hides an idle server, not a fast one",
        body="Teams tune for empty queues because an empty queue looks like speed. Holt's measurements show the "
        "opposite: below forty per cent utilisation the waiting time hardly moves, so the money spent on the last "
        "empty slot buys nothing that anybody waits for.",
        quote="We kept adding machines until the queue was empty, and all that we had bought was a very expensive "
        "way of not knowing what our capacity was.",
    )
    second = insight(
        "Bread flour varies more between two sacks of one mill than between two mills",
        show="Field Notes from the Bakery",
        episode="What the falling number tells you, and what it does not",
        speaker="Tomas Ferreira",
        start_s=3790,
        body="Bakers who switch mills to fix a slack dough are chasing the wrong variable. The harvest and the weeks "
        "in storage move the enzyme activity further than the miller's recipe can pull it back.",
        quote="I have had two sacks with the same label, one after the other, and they were strangers to each other.",
    )
    third = insight(
        "Coral larvae settle by sound before they settle by light",
        show="Salt & Signal",
        episode="Reefs that can be heard",
        speaker=None,
        start_s=None,
        body="Played the recording of a healthy reef, larvae choose bare tiles; in silence they choose none.",
        quote="Turn the loudspeaker off and they simply go on drifting.",
    )
    echo = Echo(insight_id="e1", show="Ferrous Minds", speaker="Jo Adeyemi")
    other = insight(
        "Utilisation above eighty per cent doubles waiting time with every further step",
        show="Ferrous Minds",
        episode="Queues again",
        speaker="Jo Adeyemi",
        start_s=61,
    )
    another = insight(
        "Hospitals that plan for full beds lose more hours to moving patients than to treating them",
        show="The Ward Round",
        episode="Beds",
        speaker="Dr Sunita Rao",
        start_s=1804,
    )
    related = (
        Related(insight=other, score=0.7, why="Says the same of the other end of the scale", also_said_by=(echo,)),
        Related(insight=another, score=0.6, why="An example from hospitals", same_guest=True),
    )
    rare = "From Salt & Signal, 12 days ago; nothing like it was found on your other shows."
    return Brief(
        subscriber_id="local",
        date=DAY,
        created_at=NOW,
        items=(
            BriefItem(
                insight=first,
                why="New on Lattice Hours yesterday; also said on Ferrous Minds.",
                novelty=0.6,
                related=related,
            ),
            BriefItem(
                insight=second,
                why="Puts a number on what Jo Adeyemi said on Ferrous Minds in March.",
                novelty=0.8,
                related=related[1:],
            ),
            BriefItem(insight=third, why=rare, novelty=0.9),
        ),
        note="Only 3 of 5 ideas today: the rest you have been told, or it says the same; `earmark ingest` looks for new "
        "episodes, `earmark add URL` follows another show.",
    )


class FullConsents:
    """A `Consents` of readers who all want mail."""

    def links(self, reader: Reader) -> MailLinks:
        return MailLinks()

    def key(self, reader: Reader) -> str:
        return f"secret of {reader.id}"

    def taken(self, reader: Reader) -> None:
        """It does not matter."""

    def refused(self, reader: Reader, why: str) -> None:
        """It does not matter."""
