"""The catalog's own tests run on SQLite, and on PostgreSQL too where EARMARK_TEST_POSTGRES_URL names an empty database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from earmark.catalog import Catalog, open_catalog

POSTGRES = os.environ.get("EARMARK_TEST_POSTGRES_URL", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing yet: a file, or a schema of its own that is dropped afterwards."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite'}"
        return
    schema = f"t{uuid4().hex}"
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
    yield make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def catalog(database_url: str) -> Iterator[Catalog]:
    """An empty catalog in that database."""
    opened = open_catalog(database_url)
    yield opened
    opened.close()
