"""The index of waiting episodes has the order of claims: the next is its first row, whatever PostgreSQL knows of the tables."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_PUBLISHED = "SELECT episodes.published FROM episodes WHERE episodes.id = jobs.episode_id"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("aired", UtcDateTime(), nullable=True))
    undated = "1900-01-01 00:00:00.000000" if op.get_bind().dialect.name == "sqlite" else "1900-01-01 00:00:00+00"
    op.execute(sa.text(f"UPDATE jobs SET aired = coalesce(({_PUBLISHED}), '{undated}') WHERE turn > 0"))  # noqa: S608 - ours
    _index("priority", "turn", sa.text("aired DESC"), "episode_id")


def downgrade() -> None:
    _index("priority", "turn", "not_before", "lease_until")
    op.drop_column("jobs", "aired")


def _index(*columns: str | sa.TextClause) -> None:
    op.drop_index("ix_jobs_line", table_name="jobs")
    placed = sa.text("turn IS NOT NULL")
    op.create_index("ix_jobs_line", "jobs", list(columns), sqlite_where=placed, postgresql_where=placed)
