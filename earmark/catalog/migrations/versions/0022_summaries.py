"""What a summary of the shows counts of episodes lies in one index: the episodes themselves are long, and need not be read."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_episodes_summary", "episodes", ["show_id", "stage", "published", "same_as", "id"])


def downgrade() -> None:
    op.drop_index("ix_episodes_summary", table_name="episodes")
