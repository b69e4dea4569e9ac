"""What the actors of the tests open, each in its own process."""

from __future__ import annotations

import os
from pathlib import Path

from earmark.catalog import open_catalog
from ingest.stages import Stages
from tests.campaigns.work.library import make_stages, settings_for

__all__ = ["open_stages"]

_WINDOW_S = 0.1
"""How long the ears of the tests take for a window, in seconds: slow enough to be killed while they listen."""


def open_stages() -> Stages:
    """The product's stages with the ears and the encoder of the campaigns, on the catalog that EARMARK_HOME says."""
    settings = settings_for(Path(os.environ["EARMARK_HOME"]))
    return make_stages(open_catalog(settings.catalog_url), settings, window_s=_WINDOW_S)
