"""Runs migrations inside the transaction that `open_catalog` has begun."""

from alembic import context

from earmark.catalog.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
