"""Whether readers want mail: asked, confirmed, ended."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailings",
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirm_key", sa.Text(), server_default="", nullable=False),
        sa.Column("confirm_until", UtcDateTime(), nullable=True),
        sa.Column("leave_key", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name=op.f("fk_mailings_reader_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_mailings")),
    )


def downgrade() -> None:
    op.drop_table("mailings")
