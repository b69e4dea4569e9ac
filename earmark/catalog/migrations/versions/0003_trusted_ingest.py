"""When a feed is asked next, private feeds, keys of episodes, chapters, voices, provenance, priorities and budgets."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shows", sa.Column("next_check", UtcDateTime(), nullable=True))
    op.add_column("shows", sa.Column("hold_until", UtcDateTime(), nullable=True))
    op.add_column("shows", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("shows", sa.Column("backfill", sa.Text(), server_default="", nullable=False))
    op.add_column("episodes", sa.Column("chapters", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("episodes", sa.Column("same_as", sa.Text(), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
    op.add_column("transcripts", sa.Column("chapters", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("transcripts", sa.Column("voices", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("transcripts", sa.Column("provenance", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("chunks", sa.Column("chapter", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "show_secrets",
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("feed_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_show_secrets_show_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_show_secrets")),
    )
    op.create_table(
        "episode_keys",
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_episode_keys_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", "key", name=op.f("pk_episode_keys")),
    )
    op.create_index(op.f("ix_episode_keys_key"), "episode_keys", ["key"], unique=False)
    op.create_table(
        "usage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_usage")),
    )
