"""What a reader takes out of the library: notes, highlights, cards, and everything as one value, which can be put back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

from earmark.catalog.readers import archives
from earmark.errors import DeliveryRefused, FetchError, SettingsError
from earmark.openers import keyed_opener
from earmark.types import Archive, Selection

if TYPE_CHECKING:
    from briefs.entries import Entry
    from briefs.exports.notes import NotesReport
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.selections import Selections
    from library.sight import Sight

__all__ = ["Takeout"]

_AT_ONCE = 100
"""Highlights in one request to Readwise."""
_TIMEOUT_S = 30.0


class Takeout:
    """The exports of one reader."""

    def __init__(
        self, catalog: Catalog, settings: Settings, clock: Clock, sight: Sight, selections: Selections
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight
        self._selections = selections

    def notes(self, selection: Selection, folder: Path, *, by_day: bool = False, template: str = "") -> NotesReport:
        """Writes notes in Markdown into a folder; see `briefs.exports.notes.write_notes`, which says what is raised."""
        from briefs.exports.notes import DEFAULT_TEMPLATE, write_notes

        entries = self._selections.with_themes(self._entries(selection))
        return write_notes(folder, entries, by_day=by_day, template=template or DEFAULT_TEMPLATE)

    def readwise_csv(self, selection: Selection) -> str:
        """A CSV file for Readwise's import."""
        from briefs.exports.tables import readwise_csv

        return readwise_csv(self._entries(selection))

    def anki(self, selection: Selection) -> str:
        """A text file for Anki's import."""
        from briefs.exports.tables import anki_text

        return anki_text(self._entries(selection))

    def to_readwise(self, selection: Selection) -> int:
        """Sends highlights to Readwise, which recognises those that it has; returns how many were sent.

        Raises:
            SettingsError: no token is set, or Earmark is offline.
            DeliveryRefused: Readwise does not take them, such as for a wrong token.
            FetchError: Readwise cannot be reached or asks to try later.
        """
        from briefs.exports.tables import highlights

        if not self._settings.readwise.token.get_secret_value():
            raise SettingsError("set it to your token from readwise.io/access_token", subject="readwise.token")
        if self._settings.offline:
            raise SettingsError("Earmark is offline; turn that off to send highlights", subject="offline")
        made = highlights(self._entries(selection))
        for first in range(0, len(made), _AT_ONCE):
            self._post({"highlights": made[first : first + _AT_ONCE]})
        return len(made)

    def everything(self) -> Archive:
        """All that is the reader's own: profile, marks with notes, wishes, conversations, briefs, alerts, and what was saved, whole."""
        with self._catalog.read() as tx:
            return archives.read(tx, self._sight.reader.id, self._sight.scope(tx))

    def put_back(self, archive: Archive) -> int:
        """Adds what an archive holds to what the reader has, which stays; returns how many things were new.

        Who the reader is and sees is not taken from it.
        """
        with self._catalog.write() as tx:
            return archives.put(tx, self._sight.reader.id, archive, now=self._clock.now())

    def _entries(self, selection: Selection) -> list[Entry]:
        """All that is selected, where a feed has the newest; raises ``UsageError`` or ``NotFound`` as a new feed does."""
        wanted, _ = self._selections.named(selection)
        return self._selections.entries(wanted, limit=None, briefs=None)

    def _post(self, body: dict[str, Any]) -> None:
        settings = self._settings.readwise
        request = Request(  # noqa: S310 - the settings let https alone through, and http to this machine
            settings.url,
            json.dumps(body).encode(),
            method="POST",
            headers={
                "Authorization": f"Token {settings.token.get_secret_value()}",
                "Content-Type": "application/json",
            },
        )
        try:
            with keyed_opener(direct=False).open(request, timeout=_TIMEOUT_S):
                return
        except HTTPError as error:
            with error:
                code = error.code
        except (URLError, OSError, ValueError) as error:
            raise FetchError(
                f"cannot be reached ({type(error).__name__}); try again later", subject="Readwise"
            ) from None
        if code == 429 or code >= 500:
            raise FetchError(f"asks to try again later ({code})", subject="Readwise")
        why = (
            "does not know the token; look at readwise.token" if code in {401, 403} else "does not take the highlights"
        )
        raise DeliveryRefused(f"{why} ({code})", subject="Readwise")
