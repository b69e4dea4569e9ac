"""A brief goes out through several channels: deliveries are one row a reader, day and channel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = "pk_deliveries"


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("channel", sa.Text(), server_default="mail", nullable=False))
        batch.drop_constraint(_KEY, type_="primary")
        batch.create_primary_key(_KEY, ["subscriber_id", "date", "channel"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM deliveries WHERE channel <> 'mail'"))
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint(_KEY, type_="primary")
        batch.drop_column("channel")
        batch.create_primary_key(_KEY, ["subscriber_id", "date"])
