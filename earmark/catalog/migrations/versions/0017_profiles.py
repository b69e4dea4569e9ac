"""A profile keeps the text that it replaced; what clicks taught is read from the clicks."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reader_profiles") as table:
        table.add_column(sa.Column("before", sa.Text(), server_default="", nullable=False))
        table.drop_column("learned")


def downgrade() -> None:
    with op.batch_alter_table("reader_profiles") as table:
        table.add_column(sa.Column("learned", sa.JSON(), server_default="{}", nullable=False))
        table.drop_column("before")
