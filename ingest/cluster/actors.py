"""What an actor does. Ids come in and go on; what is made of an episode goes from the actor straight into the catalog.

An actor opens the library with the settings of its own machine, so no key, text or vector passes through Ray. Where Ray
calls an actor again with an id that a dead one had, the lease is taken over and the fence keeps the dead one out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from earmark.catalog.content import chunks, insights
from earmark.catalog.work import handed
from earmark.embedding import chunk_text, insight_text, vectors_for
from earmark.types import Stage
from ingest.stages import Stages
from ingest.work.heartbeat import Heartbeat
from ingest.work.owners import owner_name
from ingest.work.progress import Progress
from ingest.work.worker import Worker

__all__ = ["EPISODE", "EmbeddingAgain", "OpenStages", "StageActor"]

EPISODE = "episode"
"""The only column of a row: an episode's id."""

OpenStages = Callable[[], Stages]
"""Opens the library on the machine where it is called. A function of a module, which Ray names and does not copy."""

Rows = Mapping[str, Iterable[Any]]


class StageActor:
    """Takes episodes from one stage to the next."""

    def __init__(self, open_stages: OpenStages, after: Stage, to: Stage, run: str) -> None:
        """Opens the library here and clears away what died here.

        Args:
            open_stages: opens the library on this machine.
            after: the stage that an episode must have completed.
            to: the stage that is run.
            run: the id of the run.
        """
        self._stages = stages = open_stages()
        self._catalog, self._clock = stages.catalog, stages.clock
        self._after, self._run = after, run
        self._lease_s = stages.settings.ingest.lease_s
        self._worker = Worker(self._catalog, stages, self._clock, until=to)
        self._worker.tidy()
        self._progress = Progress(self._catalog, self._clock, lambda _event: None)
        self._heart = Heartbeat(self._catalog, self._clock, lease_s=self._lease_s)
        self._heart.start()

    def __call__(self, rows: Rows) -> Rows:
        """Runs the stage of each of these episodes that waits for it; all go on, and the next pool looks for itself."""
        for episode_id in rows[EPISODE]:
            self._step(str(episode_id))
        return rows

    def _step(self, episode_id: str) -> None:
        with self._catalog.write() as tx:
            lease = handed.take(
                tx,
                episode_id,
                after=self._after,
                owner=owner_name(self._run),
                run=self._run,
                now=self._clock.now(),
                lease_s=self._lease_s,
            )
        if lease is not None:
            self._worker.take(lease, self._heart, self._progress)


class EmbeddingAgain:
    """Embeds what an episode has with the model of today. Vectors are kept by content, so nobody needs a lease."""

    def __init__(self, open_stages: OpenStages) -> None:
        self._stages = open_stages()

    def __call__(self, rows: Rows) -> Rows:
        """Embeds the passages and insights of each of these episodes that have no vector of the model."""
        for episode_id in rows[EPISODE]:
            self._embed(str(episode_id))
        return rows

    def _embed(self, episode_id: str) -> None:
        catalog, encoder = self._stages.catalog, self._stages.encoder()
        with catalog.read() as tx:
            passages = {chunk.content_hash: chunk_text(chunk) for chunk in chunks.of_episode(tx, episode_id)}
            claims = {insight.content_hash: insight_text(insight) for insight in insights.of_episode(tx, episode_id)}
        vectors_for(catalog, encoder, passages, tokens=self._stages.settings.search.late_interaction)
        vectors_for(catalog, encoder, claims)
