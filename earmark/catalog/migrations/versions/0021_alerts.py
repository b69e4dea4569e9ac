"""Alerts, which tell readers of new claims on what they follow, and what they told; changes are found by what changed."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader_alerts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        _of_reader("reader_alerts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_alerts")),
    )
    op.create_index(op.f("ix_reader_alerts_reader_id"), "reader_alerts", ["reader_id"], unique=False)
    op.create_table(
        "alert_told",
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _of_reader("alert_told"),
        sa.PrimaryKeyConstraint("reader_id", "insight_id", name=op.f("pk_alert_told")),
    )
    op.create_index(op.f("ix_alert_told_insight_id"), "alert_told", ["insight_id"], unique=False)
    op.create_index(op.f("ix_changes_key"), "changes", ["key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_changes_key"), table_name="changes")
    op.drop_table("alert_told")
    op.drop_table("reader_alerts")


def _of_reader(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reader_id"], ["readers.id"], name=op.f(f"fk_{table}_reader_id"), ondelete="CASCADE"
    )
