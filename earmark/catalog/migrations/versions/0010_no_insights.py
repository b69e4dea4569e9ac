"""Why an episode gave no insight."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("episodes", sa.Column("no_insights", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Reading the episode again gives the reason again."""
    op.drop_column("episodes", "no_insights")
