"""Themes over everything that was said, kept up to date: newcomers join at once, a clustering of all is rare."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.catalog import changes
from earmark.catalog.content import clustering as stored_clustering
from earmark.catalog.content import episodes as stored_episodes
from earmark.catalog.content import insights as stored_insights
from earmark.catalog.content.clustering import ClusteringRun, Member, StoredTheme
from earmark.embedding import insight_text, vectors_for
from earmark.scope import EVERYTHING, ShowScope
from retrieval.themes.cluster import Clustering, centred, cluster, into_space, means
from retrieval.themes.counted import CountedThemes
from retrieval.themes.identity import Identities, identify
from retrieval.themes.join import candidate_themes, join, numbered
from retrieval.themes.labels import ThemeHeading, headings
from retrieval.themes.layout import layout
from retrieval.themes.setting import Setting

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.ports import ChatModel, Clock, Encoder
    from earmark.types import Insight, Theme

__all__ = ["ThemeKeeper", "ThemesReport"]

GROWN = 1.25
"""How many times the insights of the last clustering make the next one due."""
_ALONE_READ = 400
"""Insights on their own beside which a newcomer may be placed on the map."""
_VOTERS_READ = 300
"""Insights of each theme that comes into question that may vote, on average: of a library of 100,000 a theme has a thousand,
and reading all of those takes three times as long as all else."""
_SAID_MEAN = "said_mean"
"""The parameter of a clustering under which the mean of what insights say is kept; those before had none."""
_JOIN_BATCH = 512
_LOOKED_THROUGH = 5_000
"""Changes up to which newcomers are looked for among what has changed; past these all insights are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesReport:
    """What was done: insights that joined, and, where all were clustered, the themes found.

    ``due`` says that a clustering of all is due and was left for another process.
    """

    joined: int = 0
    clustered: bool = False
    themes: int = 0
    due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Up to where everything has joined: the clustering, the change of the catalog, and whether another clustering was due."""

    run: int = -1
    head: int = -1
    due: bool = False


class ThemeKeeper:
    """Keeps themes and map of a catalog. It needs no index; safe to share between threads and processes."""

    def __init__(self, catalog: Catalog, encoder: Encoder, clock: Clock, *, chat: ChatModel | None = None) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._clock = clock
        self._chat = chat
        self._setting = Setting(catalog, encoder)
        self._lock = threading.Lock()
        self._counted = CountedThemes(catalog)
        self._seen = _Seen()

    def update(self, *, at_most: int | None = None) -> ThemesReport:
        """Lets what is new join, or clusters everything where that is due; quick where there is nothing to do.

        A clustering is due when there has been none of this embedding model, or when the library has grown by a quarter.
        One of more than ``at_most`` insights is left to somebody else, and what is new joins meanwhile. Where another
        thread is at it, nothing is done.

        Raises:
            ModelCallError: the encoder's endpoint failed.
            CatalogError, StorageFull: the themes could not be kept.
        """
        if not self._lock.acquire(blocking=False):
            return ThemesReport()  # a thread is at it; what is there is shown meanwhile
        try:
            with self._catalog.read() as tx:
                run, head = stored_clustering.last_run(tx), changes.head(tx)
                seen = run is not None and run.seq == self._seen.run and head >= self._seen.head
                if seen and head == self._seen.head and not self._seen.due:
                    return ThemesReport()
                count = stored_insights.count(tx)
                new = self._new(tx, head) if seen else stored_clustering.waiting(tx)
            due = count > 0 if run is None else not self._fits(run) or count >= GROWN * max(run.insights, 1)
            if due and (at_most is None or count <= at_most):
                return self._cluster(relabel=False)
            if run is None or not self._fits(run):
                return ThemesReport(due=due)
            for start in range(0, len(new), _JOIN_BATCH):
                self._join(run, new[start : start + _JOIN_BATCH])
            self._seen = _Seen(run=run.seq, head=head, due=due)
            return ThemesReport(joined=len(new), due=due)
        finally:
            self._lock.release()

    def _fits(self, run: ClusteringRun) -> bool:
        """Whether newcomers can join what a clustering found: it was of this embedding model, and of this way to place insights."""
        return run.model == self._encoder.model_id and _SAID_MEAN in run.parameters

    def _new(self, tx: Connection, head: int) -> list[str]:
        """The newcomers since everything was last looked through."""
        if head - self._seen.head > _LOOKED_THROUGH:
            return stored_clustering.waiting(tx)
        noted, _ = changes.since(tx, self._seen.head, limit=_LOOKED_THROUGH)
        return stored_clustering.waiting(tx, [key for kind, key in noted if kind == "insight"])

    def themes(self, scope: ShowScope = EVERYTHING) -> list[Theme]:
        """The themes that these shows speak of, most insights first; see `retrieval.themes.counted`."""
        return self._counted.of(scope)

    def tend(self, *, at_most: int) -> ThemesReport:
        """As `update`, and counts what `themes` gives: a thread that does this again and again spares readers both.

        Raises as `update` does.
        """
        report = self.update(at_most=at_most)
        self._counted.tend(at_most=at_most)
        return report

    @property
    def tended(self) -> bool:
        """Whether the library is a large one and a thread has tended it lately."""
        return self._counted.tended

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Clusters everything and writes every heading again; ids stay with the themes that stay.

        ``on_step`` is told in words what begins. Raises as ``update`` does.
        """
        with self._lock:
            return self._cluster(relabel=True, on_step=on_step)

    def _cluster(self, *, relabel: bool, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        say = on_step or (lambda _: None)
        with self._catalog.read() as tx:
            run = stored_clustering.last_run(tx)
            everything = sorted(stored_insights.listed(tx), key=lambda insight: insight.id)
            before = {member.insight_id: member for member in stored_clustering.members(tx)}
            old = {theme.id: theme for theme in stored_clustering.stored(tx)}
            people = stored_episodes.people(tx)
        say(f"Comparing {len(everything):,} insights")
        said = self._vectors(everything)
        clustering = cluster(self._setting.vectors(everything, said))
        spread, mean = centred(said)
        inside = [np.flatnonzero(clustering.labels == number) for number in range(len(clustering.centroids))]
        central = [rows[np.lexsort((rows, -clustering.similarity[rows]))] for rows in inside]
        known = {member.insight_id: member.theme_id for member in before.values() if member.theme_id}
        names = identify([[everything[row].id for row in rows] for rows in central], known)
        say(f"Finding words for {len(central):,} themes")
        gone_on = [
            (old[theme_id], share) if theme_id in old and not relabel else None for theme_id, share in _pairs(names)
        ]
        written = headings(
            [[everything[row] for row in rows] for rows in central],
            means(spread, clustering.labels, len(central)),
            mean,
            encoder=self._encoder,
            chat=self._chat,
            before=gone_on,
            people=people,
        )
        say("Drawing the map")
        places = layout(clustering.graph_vectors, clustering.labels, before=_places_before(everything, before))
        now = self._clock.now()
        done = ClusteringRun(
            model=self._encoder.model_id,
            clustered_at=now,
            insights=len(everything),
            parameters={
                "mean": _packed(clustering.mean),
                _SAID_MEAN: _packed(mean),
                "resolution": clustering.resolution,
                "themes": len(written),
            },
        )
        standing = _members(everything, clustering, names, places)
        retired = {**dict.fromkeys(old.keys() - set(names.ids), ""), **names.retired}
        with self._catalog.write() as tx:
            stored_clustering.hold(tx)
            latest = stored_clustering.last_run(tx)
            if (latest.seq if latest else 0) != (run.seq if run else 0):
                return ThemesReport()  # another process clustered meanwhile; its ids are kept
            stored_clustering.replace(tx, done, _themes(names, written, clustering, now), standing, retired)
        return ThemesReport(joined=len(everything) - len(before), clustered=True, themes=len(written))

    def _join(self, run: ClusteringRun, ids: Sequence[str]) -> None:
        with self._catalog.read() as tx:
            new = list(stored_insights.get_many(tx, ids).values())
            themes = stored_clustering.stored(tx)
        mean, said_mean = (_unpacked(run.parameters[name]) for name in ("mean", _SAID_MEAN))
        said = self._vectors(new)
        spread = into_space(self._setting.vectors(new, said), mean)
        centroids = np.stack([theme.centroid for theme in themes]) if themes else np.zeros((0, len(mean)), np.float32)
        near = [themes[number].id for number in candidate_themes(spread, centroids)]
        with self._catalog.read() as tx:
            beside = stored_clustering.standing(
                tx,
                self._encoder.model_id,
                near,
                dimension=len(mean),
                most=_VOTERS_READ * len(near),
                alone=_ALONE_READ,
            )
        labels, similarity, places = join(
            into_space(said, said_mean),
            spread @ centroids.T,
            into_space(beside.vectors, said_mean),
            numbered(beside.theme_ids, [theme.id for theme in themes]),
            beside.places,
        )
        placed = [
            Member(
                insight_id=insight.id,
                theme_id=themes[label].id if label >= 0 else None,
                similarity=float(near_to),
                x=float(at[0]),
                y=float(at[1]),
            )
            for insight, label, near_to, at in zip(new, labels, similarity, places, strict=True)
        ]
        with self._catalog.write() as tx:
            stored_clustering.hold(tx)
            latest = stored_clustering.last_run(tx)
            if latest is not None and latest.seq == run.seq:  # else a clustering came between and has seen them
                stored_clustering.place(tx, placed)

    def _vectors(self, insights: Sequence[Insight]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(found), dimension)``."""
        made = vectors_for(
            self._catalog, self._encoder, {insight.content_hash: insight_text(insight) for insight in insights}
        )
        if not insights:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.stack([made[insight.content_hash] for insight in insights]).astype(np.float32, copy=False)


def _pairs(names: Identities) -> list[tuple[str, float]]:
    return list(zip(names.ids, names.overlap, strict=True))


def _places_before(insights: Sequence[Insight], before: dict[str, Member]) -> NDArray[np.float32] | None:
    if not before:
        return None
    nowhere = (np.nan, np.nan)
    places = [(before[insight.id].x, before[insight.id].y) if insight.id in before else nowhere for insight in insights]
    return np.array(places, dtype=np.float32).reshape(-1, 2)


def _themes(
    names: Identities, written: Sequence[ThemeHeading], clustering: Clustering, now: datetime
) -> list[StoredTheme]:
    return [
        StoredTheme(
            id=theme_id,
            label=heading.label,
            label_by=heading.by,
            terms=heading.terms,
            centroid=centroid,
            created_at=now,
        )
        for theme_id, heading, centroid in zip(names.ids, written, clustering.centroids, strict=True)
    ]


def _members(
    insights: Sequence[Insight], clustering: Clustering, names: Identities, places: NDArray[np.float32]
) -> list[Member]:
    return [
        Member(
            insight_id=insight.id,
            theme_id=names.ids[label] if label >= 0 else None,
            similarity=float(similarity),
            x=float(place[0]),
            y=float(place[1]),
        )
        for insight, label, similarity, place in zip(
            insights, clustering.labels, clustering.similarity, places, strict=True
        )
    ]


def _packed(mean: NDArray[np.float32]) -> str:
    return base64.b64encode(mean.astype("<f4").tobytes()).decode("ascii")


def _unpacked(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")
