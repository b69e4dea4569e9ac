"""The readers: the local reader, and any other in the catalog."""

from __future__ import annotations

from earmark.catalog import Catalog
from earmark.catalog.readers import subscribers
from earmark.errors import NotFound
from earmark.settings import Settings
from earmark.types import Subscriber

__all__ = ["find_reader", "local_reader"]


def local_reader(settings: Settings) -> Subscriber:
    """The reader of a private installation, as the settings describe them."""
    brief = settings.brief
    return Subscriber(id=subscribers.LOCAL, name=brief.reader_name, email=settings.mail.to, timezone=brief.timezone)


def find_reader(catalog: Catalog, settings: Settings, reader_id: str) -> Subscriber:
    """The reader with that id; raises ``NotFound``."""
    local = local_reader(settings)
    if reader_id == local.id:
        return local
    with catalog.read() as tx:
        reader = next((reader for reader in subscribers.every(tx) if reader.id == reader_id), None)
    if reader is None:
        raise NotFound("no reader has this id", subject=reader_id)
    return reader
