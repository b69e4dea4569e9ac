"""Headline and kind of insights, and replies of a language model that unfinished episodes already have."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("insights", sa.Column("headline", sa.Text(), server_default="", nullable=False))
    op.add_column("insights", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "llm_replies",
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_llm_replies_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", "key", name=op.f("pk_llm_replies")),
    )


def downgrade() -> None:
    op.drop_table("llm_replies")
    for column in ("kind", "headline"):
        op.drop_column("insights", column)
