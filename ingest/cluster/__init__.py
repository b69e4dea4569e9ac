"""Bulk work on a Ray cluster: the same stages, leases and commits as those of `ingest.work`, on many machines.

actors.py   what an actor does with an episode's id: claims it, runs one stage, commits it, gives it back
pools.py    Ray: fixed pools of actors, one behind the other, through which ids stream
run.py      one run: which episodes, through which pools, and what came of them
"""

from ingest.cluster.actors import OpenStages
from ingest.cluster.run import run_on_cluster

__all__ = ["OpenStages", "run_on_cluster"]
