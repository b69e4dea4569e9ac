"""The library on another machine: a worker's own settings, and the catalog that all share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.catalog import open_catalog
from earmark.catalog.clock import SharedClock
from earmark.clock import SystemClock
from earmark.settings import load_settings
from library.wiring import Wiring

if TYPE_CHECKING:
    from ingest.stages import Stages

__all__ = ["open_on_host"]


def open_on_host() -> Stages:
    """The stages, by the settings of the machine where this is called: it has its own keys, models and audio."""
    settings = load_settings()
    catalog = open_catalog(settings.catalog_url)
    return Wiring(settings, catalog, SharedClock(catalog, SystemClock())).stages()
