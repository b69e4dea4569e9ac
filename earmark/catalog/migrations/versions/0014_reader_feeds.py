"""Feeds of what a reader reads, at private addresses."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader_feeds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name=op.f("fk_reader_feeds_reader_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_feeds")),
        sa.UniqueConstraint("key", name=op.f("uq_reader_feeds_key")),
    )
    op.create_index(op.f("ix_reader_feeds_reader_id"), "reader_feeds", ["reader_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reader_feeds")
