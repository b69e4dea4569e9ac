"""When a feed is asked next, private feeds, keys of episodes, chapters, voices, provenance, priorities and budgets."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime
from earmark.private import is_private, shown

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shows", sa.Column("next_check", UtcDateTime(), nullable=True))
    op.add_column("shows", sa.Column("hold_until", UtcDateTime(), nullable=True))
    op.add_column("shows", sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("shows", sa.Column("backfill", sa.Text(), server_default="", nullable=False))
    op.add_column("shows", sa.Column("ttl_s", sa.Float(), nullable=True))
    op.add_column("episodes", sa.Column("chapters", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("episodes", sa.Column("same_as", sa.Text(), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
    op.add_column("jobs", sa.Column("waits", sa.Text(), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("failed_at", UtcDateTime(), nullable=True))
    op.add_column("jobs", sa.Column("turn", sa.Integer(), server_default="0", nullable=True))
    op.create_index(
        "ix_jobs_line",
        "jobs",
        ["priority", "turn", "not_before", "lease_until"],
        unique=False,
        sqlite_where=sa.text("turn IS NOT NULL"),
        postgresql_where=sa.text("turn IS NOT NULL"),
    )
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
    _hide_addresses()


def downgrade() -> None:
    """An older version keeps addresses in one place, and knows neither keys nor turns."""
    secrets = "SELECT feed_url FROM show_secrets WHERE show_secrets.show_id = shows.id"
    op.execute(sa.text(f"UPDATE shows SET feed_url = ({secrets}) WHERE EXISTS ({secrets})"))  # noqa: S608 - ours
    for table in ("usage", "episode_keys", "show_secrets"):
        op.drop_table(table)
    op.drop_index("ix_jobs_line", table_name="jobs")
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)


_COLUMNS = {
    "shows": ("next_check", "hold_until", "private", "backfill", "ttl_s"),
    "episodes": ("chapters", "same_as"),
    "jobs": ("priority", "waits", "failed_at", "turn"),
    "transcripts": ("chapters", "voices", "provenance"),
    "chunks": ("chapter",),
}


def _hide_addresses() -> None:
    """Shows that were followed by a secret address before there was a place for it: it goes there."""
    shows = sa.table("shows", sa.column("id"), sa.column("feed_url"), sa.column("private", sa.Boolean()))
    secrets = sa.table("show_secrets", sa.column("show_id"), sa.column("feed_url"))
    rows = op.get_bind().execute(sa.select(shows.c.id, shows.c.feed_url).order_by(shows.c.id)).all()
    taken = {row.feed_url for row in rows}
    for row in rows:
        if not is_private(row.feed_url):
            continue
        number, marked = 1, f"{shown(row.feed_url)}#private"
        while marked in taken:
            number += 1
            marked = f"{shown(row.feed_url)}#private-{number}"
        taken.add(marked)
        op.execute(secrets.insert().values(show_id=row.id, feed_url=row.feed_url))
        op.execute(shows.update().where(shows.c.id == row.id).values(feed_url=marked, private=True))
