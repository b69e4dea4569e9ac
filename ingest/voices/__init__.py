"""Who speaks: names for the voices of a transcript, each with a confidence and where it comes from."""

from ingest.voices.assign import FLOOR
from ingest.voices.diarise import Diariser, SpeechTurn, diarised
from ingest.voices.engines import open_diariser
from ingest.voices.resolve import resolve_voices

__all__ = ["FLOOR", "Diariser", "SpeechTurn", "diarised", "open_diariser", "resolve_voices"]
