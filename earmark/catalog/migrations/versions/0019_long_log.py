"""The log of changes is counted in 64 bits: a million episodes and their updates would use up 32 in a few years."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _count_in("BIGINT")


def downgrade() -> None:
    _count_in("INTEGER")


def _count_in(kind: str) -> None:
    """SQLite counts in 64 bits as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE changes ALTER COLUMN seq TYPE {kind}"))
        op.execute(sa.text(f"ALTER SEQUENCE changes_seq_seq AS {kind}"))
