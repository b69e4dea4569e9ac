"""The catalog: everything Earmark knows, in one SQL database. One module an entity; each function takes a connection.

with catalog.read() as tx:   shows.every(tx)
with catalog.write() as tx:  shows.add(tx, …)      # one transaction, committed at the end, rolled back on an error
"""

from sqlalchemy import Connection

from earmark.catalog.engine import Catalog, open_catalog

__all__ = ["Catalog", "Connection", "open_catalog"]
