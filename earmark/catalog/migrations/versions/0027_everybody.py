"""Everybody who speaks is counted in one index, with the episodes in which they do."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_insights_speaker", table_name="insights")
    op.create_index("ix_insights_speaker", "insights", ["speaker", "episode_id"])


def downgrade() -> None:
    op.drop_index("ix_insights_speaker", table_name="insights")
    op.create_index("ix_insights_speaker", "insights", ["speaker"])
