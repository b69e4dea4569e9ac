"""Insights that readers withdrew, and what each language model was used for."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OWN = (
    "episode_id", "seq", "claim", "body", "quote", "url", "speaker", "start_s", "end_s", "quality", "extractor",
    "content_hash", "headline", "kind",
)  # fmt: skip
"""Columns of an insight beside its id, as they are at this revision."""


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_withdrawals_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("insight_id", name=op.f("pk_withdrawals")),
    )
    op.create_index(op.f("ix_withdrawals_episode_id"), "withdrawals", ["episode_id"], unique=False)
    op.create_table(
        "model_usage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("day", "model", name=op.f("pk_model_usage")),
    )


def downgrade() -> None:
    """The older version knows no withdrawals: what was withdrawn is an insight again."""
    op.drop_table("model_usage")
    _restore()
    op.drop_index(op.f("ix_withdrawals_episode_id"), table_name="withdrawals")
    op.drop_table("withdrawals")


def _restore() -> None:
    withdrawals = sa.table("withdrawals", sa.column("insight_id"), sa.column("document", sa.JSON()))
    insights = sa.table("insights", sa.column("id"), *(sa.column(name) for name in _OWN))
    changes = sa.table("changes", sa.column("kind"), sa.column("key"))
    for row in op.get_bind().execute(sa.select(withdrawals)).all():
        op.execute(insights.insert().values(id=row.insight_id, **{name: row.document[name] for name in _OWN}))
        op.execute(changes.insert().values(kind="insight", key=row.insight_id))
