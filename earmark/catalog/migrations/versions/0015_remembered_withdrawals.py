"""That something was withdrawn, remembered when its show is removed."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remembered_withdrawals",
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("insight_id", name=op.f("pk_remembered_withdrawals")),
    )
    op.create_index(
        op.f("ix_remembered_withdrawals_content_hash"), "remembered_withdrawals", ["content_hash"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_remembered_withdrawals_content_hash"), table_name="remembered_withdrawals")
    op.drop_table("remembered_withdrawals")
