"""How readers sign in: passwords, sessions, invitations, and tokens of programs."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reader_passwords",
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        _of_reader("reader_passwords"),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_reader_passwords")),
    )
    for table in ("reader_sessions", "invitations"):
        op.create_table(
            table,
            sa.Column("key", sa.Text(), nullable=False),
            sa.Column("reader_id", sa.Text(), nullable=False),
            sa.Column("created_at", UtcDateTime(), nullable=False),
            sa.Column("expires_at", UtcDateTime(), nullable=False),
            _of_reader(table),
            sa.PrimaryKeyConstraint("key", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_reader_id"), table, ["reader_id"], unique=False)
    op.create_table(
        "reader_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        _of_reader("reader_tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_tokens")),
        sa.UniqueConstraint("key", name=op.f("uq_reader_tokens_key")),
    )
    op.create_index(op.f("ix_reader_tokens_reader_id"), "reader_tokens", ["reader_id"], unique=False)


def downgrade() -> None:
    for table in ("reader_tokens", "invitations", "reader_sessions", "reader_passwords"):
        op.drop_table(table)


def _of_reader(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reader_id"], ["readers.id"], name=op.f(f"fk_{table}_reader_id"), ondelete="CASCADE"
    )
