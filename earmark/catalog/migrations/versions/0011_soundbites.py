"""The moments that a publisher points out of an episode."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("episodes", sa.Column("soundbites", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The feed's next change gives them again."""
    op.drop_column("episodes", "soundbites")
