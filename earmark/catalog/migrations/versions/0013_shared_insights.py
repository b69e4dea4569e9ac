"""Which insights an owner shares with strangers; who said something is found without reading every insight."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_insights",
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("insight_id", name=op.f("pk_shared_insights")),
    )
    op.create_index(op.f("ix_insights_speaker"), "insights", ["speaker"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_insights_speaker"), table_name="insights")
    op.drop_table("shared_insights")
