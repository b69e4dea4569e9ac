"""What a large library is asked for often and holds little of: who speaks, what failed or waits, which episodes gave nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failed = "failed" if op.get_bind().dialect.name == "postgresql" else "failed = 1"
    noted = sa.text(f"last_error != '' OR waits != '' OR {failed}")
    silent = sa.text("no_insights != ''")
    op.create_index("ix_jobs_noted", "jobs", ["episode_id"], sqlite_where=noted, postgresql_where=noted)
    op.create_index("ix_episodes_silent", "episodes", ["stage"], sqlite_where=silent, postgresql_where=silent)
    op.create_index("ix_chunks_speaker", "chunks", ["speaker", "episode_id", "spelling"])
    op.drop_index("ix_episodes_stage", table_name="episodes")
    op.create_index("ix_episodes_stage", "episodes", ["stage", "same_as"])


def downgrade() -> None:
    op.drop_index("ix_episodes_stage", table_name="episodes")
    op.create_index("ix_episodes_stage", "episodes", ["stage"])
    op.drop_index("ix_chunks_speaker", table_name="chunks")
    op.drop_index("ix_episodes_silent", table_name="episodes")
    op.drop_index("ix_jobs_noted", table_name="jobs")
