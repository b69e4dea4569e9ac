"""All groups in one, and the home that they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr, field_validator

from earmark.settings.app import AppGroups
from earmark.settings.briefs import BriefGroups
from earmark.settings.group import Group
from earmark.settings.library import LibraryGroups
from earmark.settings.models import ModelGroups
from earmark.settings.taking_in import TakingInGroups

__all__ = ["Settings", "default_home", "secret_values"]


class Settings(AppGroups, BriefGroups, LibraryGroups, ModelGroups, TakingInGroups):
    """All settings. Made by ``load_settings`` at entry points and passed down from there."""

    home: Path = Field(default_factory=lambda: default_home({}), description="the folder that everything lives in")
    database_url: SecretStr = Field(SecretStr(""), description="the catalog; empty is catalog.sqlite in home")
    offline: bool = Field(False, description="open no connection at all")
    log_json: bool = Field(
        False, description="write the log as lines of JSON on stderr, without secrets or texts of podcasts"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def catalog_url(self) -> str:
        """The SQLAlchemy URL of the catalog."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'catalog.sqlite'}"

    @property
    def index_dir(self) -> Path:
        """Where the embedded index lives."""
        return self.home / "index"

    @property
    def models_dir(self) -> Path:
        """Where downloaded models are kept."""
        return self.home / "models"

    @property
    def audio_dir(self) -> Path:
        """Where audio waits to be transcribed."""
        return self.home / "audio"

    @property
    def links_dir(self) -> Path:
        """Where audio lies while links into it are checked."""
        return self.home / "links"


def secret_values(group: Group) -> Iterator[str]:
    """The values of all secrets of a group of settings, and of the groups inside it, that are set."""
    for name in type(group).model_fields:
        value = getattr(group, name)
        if isinstance(value, Group):
            yield from secret_values(value)
        elif isinstance(value, SecretStr) and value.get_secret_value():
            yield value.get_secret_value()


def default_home(environ: Mapping[str, str]) -> Path:
    """``EARMARK_HOME``, else the platform's folder for a program's data."""
    return (
        Path(environ.get("EARMARK_HOME") or platformdirs.user_data_path("earmark", appauthor=False))
        .expanduser()
        .absolute()
    )
