"""The values that a library hands to its faces, gathered from the packages below."""

from __future__ import annotations

from earmark.catalog.readers.deliveries import Delivery
from earmark.catalog.work.listing import Job, JobState
from earmark.catalog.work.spending import ModelUse, Spending
from earmark.catalog.work.troubles import ModelWait
from ingest.events import Event, Failure, PostponedEpisode, Silence
from ingest.feeds.refresh import FeedCheck
from ingest.forecast.estimate import BudgetOutlook, Forecast
from ingest.links.check import LinkCheck
from ingest.run import IngestReport
from library.around import LinkedSegment, TranscriptPart
from library.removal import RemovalReport
from retrieval.search.facets import Facet, Facets, SearchPage
from retrieval.themes.keeper import ThemesReport

__all__ = [
    "BudgetOutlook",
    "Delivery",
    "Event",
    "Facet",
    "Facets",
    "Failure",
    "FeedCheck",
    "Forecast",
    "IngestReport",
    "Job",
    "JobState",
    "LinkCheck",
    "LinkedSegment",
    "ModelUse",
    "ModelWait",
    "PostponedEpisode",
    "RemovalReport",
    "SearchPage",
    "Silence",
    "Spending",
    "ThemesReport",
    "TranscriptPart",
]
