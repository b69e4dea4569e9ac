"""Settings: a TOML file, then the environment, then what the command line says; the last one wins.

``EARMARK_HOME`` moves everything: the catalog, the index, the model cache, the log and ``earmark.toml`` lie in it.
Every setting ``x`` of a group ``g`` is ``[g] x = …`` in the file and ``EARMARK_G__X`` in the environment; a secret can
also be named by a file (``EARMARK_LLM__API_KEY_FILE``). ``OPENAI_API_KEY`` and ``OPENAI_BASE_URL`` are understood too.
"""

from __future__ import annotations

from earmark.settings.app import AppSettings, PublishSettings, SignInSettings
from earmark.settings.briefs import (
    BriefSettings,
    MailSettings,
    PushSettings,
    ReadwiseSettings,
    ScheduleSettings,
    WebhookSettings,
)
from earmark.settings.environment import is_secret
from earmark.settings.group import Group
from earmark.settings.library import IndexSettings, InsightSettings, KeepSettings, LinksSettings, SearchSettings
from earmark.settings.loading import load_settings
from earmark.settings.models import AsrSettings, BudgetSettings, EmbeddingSettings, LlmSettings
from earmark.settings.taking_in import FetchSettings, IngestSettings, RaySettings
from earmark.settings.whole import Settings, default_home, secret_values

__all__ = [
    "AppSettings",
    "AsrSettings",
    "BriefSettings",
    "BudgetSettings",
    "EmbeddingSettings",
    "FetchSettings",
    "Group",
    "IndexSettings",
    "IngestSettings",
    "InsightSettings",
    "KeepSettings",
    "LinksSettings",
    "LlmSettings",
    "MailSettings",
    "PublishSettings",
    "PushSettings",
    "RaySettings",
    "ReadwiseSettings",
    "ScheduleSettings",
    "SearchSettings",
    "Settings",
    "SignInSettings",
    "WebhookSettings",
    "default_home",
    "is_secret",
    "load_settings",
    "secret_values",
]
