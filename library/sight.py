"""What a reader sees of a library and may change in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.catalog.readers import reader_shows, states
from earmark.errors import Forbidden
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Role

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.types import Reader

__all__ = ["Sight"]


class Sight:
    """Answers for one reader, from the catalog as it is at that moment: an owner may change what the reader sees."""

    def __init__(self, catalog: Catalog, reader: Reader) -> None:
        self._catalog = catalog
        self.reader = reader

    @property
    def is_owner(self) -> bool:
        """Whether the reader may change shows, settings and readers."""
        return self.reader.role is Role.OWNER

    def scope(self, tx: Connection) -> ShowScope:
        """The shows that the reader sees."""
        return EVERYTHING if self.is_owner else reader_shows.scope(tx, self.reader.id)

    def scope_now(self) -> ShowScope:
        """The same, in a transaction of its own."""
        if self.is_owner:
            return EVERYTHING
        with self._catalog.read() as tx:
            return self.scope(tx)

    def hidden_now(self) -> frozenset[str]:
        """The ids of the insights that the reader hid, which no list and no brief shows them."""
        with self._catalog.read() as tx:
            return states.hidden(tx, self.reader.id)

    def require_self(self, reader_id: str, what: str) -> None:
        """Raises ``Forbidden`` where it is another reader's and this one is no owner; ``what`` as in `require_owner`."""
        if reader_id != self.reader.id:
            self.require_owner(what)

    def require_owner(self, what: str) -> None:
        """Raises ``Forbidden`` for a reader who is no owner; ``what`` names what only an owner may do."""
        if not self.is_owner:
            raise Forbidden(f"{what} is for an owner of this library; ask one", subject=self.reader.name)
