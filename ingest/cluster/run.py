"""One run on a cluster: the episodes that wait go through three pools, and the catalog says what came of each.

Nothing of the run is kept but what its actors commit. A run that ends early is gone on with by the next one, or by any
worker, from what the catalog lacks.
"""

from __future__ import annotations

import queue
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.content.unembedded import unembedded
from earmark.catalog.work import handed, jobs, troubles
from earmark.errors import EarmarkError, NotFound, SettingsError, UsageError
from earmark.ports import Clock
from earmark.settings import RaySettings
from earmark.types import Stage
from ingest.cluster.actors import EPISODE, EmbeddingAgain, OpenStages, StageActor
from ingest.cluster.pools import Pool, connected, streamed
from ingest.events import Event, Failure, PostponedEpisode, Silence, WorkReport
from ingest.stages import Stages
from ingest.work.progress import Progress

__all__ = ["run_on_cluster"]

_SHARED_OUT = 10_000
"""Episodes that are shared out at once: what is new and urgent waits for no more than these."""
_LOOK_S = 0.5
"""How often a stop is looked for while nothing comes through, in seconds."""


def run_on_cluster(
    catalog: Catalog,
    stages: Stages,
    clock: Clock,
    *,
    open_stages: OpenStages,
    shows: Sequence[str] = (),
    embed_again: bool = True,
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
) -> WorkReport:
    """Has a cluster work until nothing is waiting. Where nothing waits, no cluster is asked.

    On ``stop`` its actors are ended at once. What they were at is begun again by the next run, from the last stage that
    was committed.

    Args:
        catalog: where the work is; the machines of the cluster open the same by their own settings.
        stages: the settings, and the model that texts are embedded with. Nothing is run with them here.
        clock: the time.
        open_stages: opens the library on each machine.
        shows: the ids of those whose episodes are worked on; empty for all.
        embed_again: whether finished episodes that have no vectors of the model of today get them.
        on_event: told of each episode that came through.
        stop: ends the run.

    Raises:
        SettingsError: Ray is not installed, the catalog is a file that other machines cannot open, or the cluster is too
            small.
    """
    settings, halt, run = stages.settings.ray, stop or threading.Event(), uuid.uuid4().hex
    report = WorkReport()
    with catalog.read() as tx:
        bare = unembedded(tx, stages.encoder().model_id) if embed_again else []
        if not bare and not jobs.waiting(tx, now=clock.now(), shows=shows):
            return report
    _check_shared(catalog, settings)
    pools = _pools(settings, open_stages, run)
    again = _pool(
        settings.embedding_actors, settings.embedding_cpus, settings.embedding_gpus, EmbeddingAgain, open_stages
    )
    progress = Progress(catalog, clock, on_event or (lambda _event: None), shows=shows)
    try:
        with connected(settings, pools):
            for episode_id in _shared_out(catalog, clock, pools, shows, halt):
                _count(catalog, episode_id, report, progress)
            if bare:
                deque(_until(halt, streamed(EPISODE, bare, [again])), maxlen=0)
    except UsageError:
        raise
    except EarmarkError as error:
        report.stopped_by = error
    finally:
        with catalog.write() as tx:
            handed.free_run(tx, run)
    report.interrupted = halt.is_set() and report.stopped_by is None
    return report


def _pools(settings: RaySettings, open_stages: OpenStages, run: str) -> list[Pool]:
    """Speech, embedding, insights: a pool a stage."""
    return [
        _pool(actors, cpus, gpus, StageActor, open_stages, after, to, run)
        for after, to, actors, cpus, gpus in (
            (Stage.DISCOVERED, Stage.TRANSCRIPT, settings.speech_actors, settings.speech_cpus, settings.speech_gpus),
            (
                Stage.TRANSCRIPT,
                Stage.CHUNKS,
                settings.embedding_actors,
                settings.embedding_cpus,
                settings.embedding_gpus,
            ),
            (Stage.CHUNKS, Stage.INSIGHTS, settings.insight_actors, settings.insight_cpus, 0.0),
        )
    ]


def _pool(actors: int, cpus: float, gpus: float, actor: type, *arguments: object) -> Pool:
    return Pool(actor=actor, arguments=arguments, actors=actors, cpus=cpus, gpus=gpus)


def _shared_out(
    catalog: Catalog, clock: Clock, pools: Sequence[Pool], shows: Sequence[str], halt: threading.Event
) -> Iterator[str]:
    """The ids of waiting episodes as they have come through the pools, each once in a run, until none is left."""
    tried: set[str] = set()
    while not halt.is_set():
        with catalog.write() as tx:
            waiting = handed.handed_out(tx, now=clock.now(), shows=shows, most=_SHARED_OUT + len(tried))
        fresh = [episode_id for episode_id in waiting if episode_id not in tried][:_SHARED_OUT]
        if not fresh:
            return
        tried.update(fresh)
        yield from _until(halt, streamed(EPISODE, fresh, pools))


def _until(halt: threading.Event, ids: Iterator[str]) -> Iterator[str]:
    """The ids as they come, until the stop, which is not kept waiting by an episode of three hours."""
    through: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()

    def wait() -> None:
        try:
            for episode_id in ids:
                through.put(episode_id)
            through.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            through.put(error)

    threading.Thread(target=wait, name="cluster", daemon=True).start()
    while not halt.is_set():
        try:
            came = through.get(timeout=_LOOK_S)
        except queue.Empty:
            continue
        if came is None:
            return
        if isinstance(came, Exception):
            raise came
        yield came


def _count(catalog: Catalog, episode_id: str, report: WorkReport, progress: Progress) -> None:
    """Reads from the catalog what came of an episode."""
    try:
        with catalog.read() as tx:
            episode = episodes.get(tx, episode_id)
            trouble = troubles.of_episode(tx, episode_id)
    except NotFound:  # its show was removed meanwhile
        return
    show, title = episode.show, episode.data.title
    if episode.stage is Stage.INSIGHTS:
        report.done += 1
        if episode.no_insights:
            report.silent.append(Silence(show=show, episode=title, reason=episode.no_insights))
        progress.ended("episode", episode, "done")
    elif trouble is None:
        progress.ended("ended", episode, "another worker has it")
    elif trouble.at is None and trouble.again is not None:
        postponed = PostponedEpisode(
            show=show, episode=title, reason=trouble.note, until=trouble.again, for_model=trouble.for_model
        )
        report.postponed.append(postponed)
        progress.ended("postponed", episode, trouble.note)
    else:
        reason = trouble.note.partition("\n")[0]
        failure = Failure(show=show, episode=title, stage=episode.stage, reason=reason, gives_up=trouble.failed)
        report.failures.append(failure)
        progress.ended("failure", episode, reason)


def _check_shared(catalog: Catalog, settings: RaySettings) -> None:
    if catalog.file is not None and not settings.on_this_machine:
        raise SettingsError(
            "other machines cannot open a catalog that is a file here; set a PostgreSQL", subject="database_url"
        )
