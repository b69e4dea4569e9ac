"""The search index: a view of the catalog that can be deleted and rebuilt at any time.

``edge`` is the engine in this process, ``server`` a Qdrant server; both keep the same points and give the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.errors import SettingsError, TransientError
from earmark.net import is_loopback

if TYPE_CHECKING:
    from earmark.ports import VectorIndex
    from earmark.settings import Settings
    from retrieval.index.watermark import Watermark

__all__ = ["open_index", "read_watermark"]


def open_index(settings: Settings, *, model_id: str, dimension: int, hosted: bool = False) -> VectorIndex:
    """The index that the settings name, for vectors of one model; empty if it held another's or was damaged.

    With ``hosted`` the embedded engine works in a process of its own, so that it stalls no thread of this one.

    Raises:
        IndexBusy: another process holds the embedded index for longer than ``index.wait_s``.
        TransientError: the server does not answer.
        SettingsError: a server elsewhere while offline.
        StorageFull: no space is left for it.
    """
    url = settings.index.qdrant_url
    if not url:
        from retrieval.index.edge import EdgeIndex
        from retrieval.index.hosted import HostedIndex
        from retrieval.index.rolling import RollingIndex

        return RollingIndex(
            settings.index_dir,
            model_id=model_id,
            dimension=dimension,
            open_shard=HostedIndex if hosted else EdgeIndex,
            wait_s=settings.index.wait_s,
        )
    if settings.offline and not is_loopback(url):
        raise SettingsError("is not on this machine, and Earmark is offline", subject="index.qdrant_url")
    from retrieval.index.server import Layout, ServerIndex, connect

    client = connect(url, api_key=settings.index.qdrant_api_key.get_secret_value())
    kept = settings.index
    layout = Layout(shards=kept.qdrant_shards, replicas=kept.qdrant_replicas, quantization=kept.qdrant_quantization)
    return ServerIndex(client, model_id=model_id, dimension=dimension, layout=layout)


def read_watermark(settings: Settings) -> Watermark:
    """What the index of the settings holds, by its own note; all zero if the note is missing or cannot be read."""
    from retrieval.index.watermark import Watermark

    if settings.index.qdrant_url:
        from retrieval.index.server import COLLECTION, connect, read_mark

        if settings.offline and not is_loopback(settings.index.qdrant_url):
            return Watermark()
        try:
            client = connect(settings.index.qdrant_url, api_key=settings.index.qdrant_api_key.get_secret_value())
            return read_mark(client, COLLECTION) or Watermark()
        except TransientError:
            return Watermark()
    from retrieval.index.generations import newest_mark

    return newest_mark(settings.index_dir) or Watermark()
