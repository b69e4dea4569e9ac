"""Who wants a weekly digest, ideas taken out of a brief before it comes, and whether a reader wants to be told of quiet days."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readers", sa.Column("digest_on", sa.Integer(), nullable=True))
    op.add_column("readers", sa.Column("tell_quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "brief_drops",
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("swapped", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_reader("brief_drops"),
        sa.PrimaryKeyConstraint("reader_id", "insight_id", name=op.f("pk_brief_drops")),
    )
    op.create_index(op.f("ix_brief_drops_insight_id"), "brief_drops", ["insight_id"], unique=False)


def downgrade() -> None:
    op.drop_table("brief_drops")
    op.drop_column("readers", "tell_quiet")
    op.drop_column("readers", "digest_on")


def _of_reader(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reader_id"], ["readers.id"], name=op.f(f"fk_{table}_reader_id"), ondelete="CASCADE"
    )
