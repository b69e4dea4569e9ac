"""Several readers of one library: each has briefs of their own, everything else is shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.catalog.readers import accounts
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.settings import load_settings
from earmark.types import Reader
from library.library import Library
from tests.retrieval.library import fill


def test_a_reader_has_briefs_of_their_own(tmp_path: Path, clock: FixedClock) -> None:
    values = {"brief": {"reader_name": "Ada", "timezone": "UTC"}, "mail": {"to": "ada@example.org"}, "offline": True}
    with Library.open(settings=load_settings(values, home=tmp_path, environ={}), clock=clock) as library:
        assert (library.reader.id, library.reader.name, library.reader.email) == ("local", "Ada", "ada@example.org")
        assert library.for_reader("local").reader == library.reader
        fill(library.catalog)
        ben = Reader(id="ben", name="Ben", timezone="Pacific/Auckland")
        with library.catalog.write() as tx:
            accounts.put(tx, ben)
        theirs = library.for_reader("ben")
        assert theirs.reader == ben
        assert theirs.wiring is library.wiring
        # It is Sunday morning by UTC, and in Auckland, where it is evening, Sunday too.
        brief = theirs.briefs.get()
        assert (brief.subscriber_id, brief.items != ()) == ("ben", True)
        assert theirs.briefs.dates() == [brief.date]
        assert library.briefs.dates() == []
        with pytest.raises(NotFound, match="no reader has this id"):
            library.for_reader("nobody")
