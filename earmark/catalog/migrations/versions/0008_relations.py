"""What a language model said of how two things that were said relate."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relations",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("other_episode_id", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_relations_episode_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_episode_id"], ["episodes.id"], name=op.f("fk_relations_other_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_episode_id"), "relations", ["episode_id"], unique=False)
    op.create_index(op.f("ix_relations_other_episode_id"), "relations", ["other_episode_id"], unique=False)


def downgrade() -> None:
    """The older version asks its model again."""
    op.drop_index(op.f("ix_relations_other_episode_id"), table_name="relations")
    op.drop_index(op.f("ix_relations_episode_id"), table_name="relations")
    op.drop_table("relations")
