"""Ray: fixed pools of actors, one behind the other, through which ids stream (`ray.data`, `map_batches`).

Ray starts the actors where their resources are, keeps every pool busy and no queue long, starts a dead actor again on a
machine that has room, and calls it again with what the dead one had. It is told nothing but ids.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from earmark.errors import SettingsError, TransientError
from earmark.settings import RaySettings

__all__ = ["Pool", "connected", "streamed"]

_STORE_BYTES = 100 * 2**20
"""What Ray may keep in memory of a cluster on this machine, in bytes; ids need a thousandth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A number of actors of a class, each with its arguments and with the resources that it takes for itself."""

    actor: type
    arguments: tuple[Any, ...]
    actors: int
    cpus: float
    gpus: float = 0.0


@contextmanager
def connected(settings: RaySettings, pools: Sequence[Pool]) -> Iterator[None]:
    """Within it this process drives the cluster, or one that is started here; at its end all of its actors are gone.

    Raises:
        SettingsError: Ray is not installed, the cluster asks for no token, or it is too small for the pools.
        TransientError: the cluster does not answer.
    """
    ray = _ray(settings)
    options: dict[str, Any] = (
        {} if settings.address else {"object_store_memory": _STORE_BYTES, "include_dashboard": False}
    )
    try:
        ray.init(address=settings.address or "local", log_to_driver=False, configure_logging=False, **options)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise TransientError("the cluster does not answer, or refuses the token", subject="ray.address") from error
    try:
        _check_room(ray.cluster_resources(), pools)
        yield
    finally:
        ray.shutdown()


def streamed(column: str, ids: Sequence[str], pools: Sequence[Pool]) -> Iterator[str]:
    """The ids, each as soon as it has come through all the pools; within ``connected``.

    Raises:
        TransientError: an actor cannot be started, or failed otherwise than by dying.
    """
    import ray

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    rows = ray.data.from_items([{column: key} for key in ids], override_num_blocks=len(ids))
    for pool in pools:
        rows = rows.map_batches(
            pool.actor,
            fn_constructor_args=pool.arguments,
            compute=ray.data.ActorPoolStrategy(size=pool.actors),
            batch_size=1,
            num_cpus=pool.cpus,
            num_gpus=pool.gpus or None,
        )
    try:
        for row in rows.iter_rows():
            yield str(row[column])
    except ray.exceptions.RayError as error:
        raise TransientError("the work on the cluster ended", subject="ray") from error


def _ray(settings: RaySettings) -> Any:
    """Ray, told by its variables, which it reads when it is loaded, to ask for a token and to report nothing."""
    mode = os.environ.setdefault("RAY_AUTH_MODE", "token")
    if mode != "token" and not settings.on_this_machine:
        raise SettingsError(
            "a cluster without a token runs whatever anybody sends it; set RAY_AUTH_MODE=token on every machine of it",
            subject="ray.address",
        )
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise SettingsError("Ray is not installed: pip install 'earmark[ray]'", subject="ingest.engine") from error
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    return ray


def _check_room(there: dict[str, float], pools: Sequence[Pool]) -> None:
    """A pool that finds no room would be waited for without end."""
    for name, wanted in (
        ("CPU", sum(pool.actors * pool.cpus for pool in pools)),
        ("GPU", sum(pool.actors * pool.gpus for pool in pools)),
    ):
        if wanted > there.get(name, 0.0):
            raise SettingsError(
                f"its actors take {wanted:g} {name}, and the cluster has {there.get(name, 0.0):g}", subject="[ray]"
            )
