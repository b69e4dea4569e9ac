"""Readers: who they are, which shows they see, and what they read, saved, hid and like; conversations are theirs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FIRST_TURNS = "fk_turns_conversation_id"


def upgrade() -> None:
    _rename("subscribers", "readers")
    for column in _added():
        op.add_column("readers", column)
    _hold_local()
    op.create_table(
        "reader_shows",
        _reader(),
        sa.Column("show_id", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        _of_reader("reader_shows"),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_reader_shows_show_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reader_id", "show_id", name=op.f("pk_reader_shows")),
    )
    op.create_index(op.f("ix_reader_shows_show_id"), "reader_shows", ["show_id"], unique=False)
    op.create_table(
        "reader_states",
        _reader(),
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("hidden_at", UtcDateTime(), nullable=True),
        _of_reader("reader_states"),
        sa.PrimaryKeyConstraint("reader_id", "insight_id", name=op.f("pk_reader_states")),
    )
    op.create_index(op.f("ix_reader_states_insight_id"), "reader_states", ["insight_id"], unique=False)
    op.create_table(
        "reader_clicks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        _reader(),
        sa.Column("insight_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        _of_reader("reader_clicks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_clicks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reader_clicks_reader_id"), "reader_clicks", ["reader_id"], unique=False)
    op.create_index(op.f("ix_reader_clicks_insight_id"), "reader_clicks", ["insight_id"], unique=False)
    op.create_table(
        "reader_profiles",
        _reader(),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("learned", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _of_reader("reader_profiles"),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_reader_profiles")),
    )
    _give_conversations_to_the_local_reader()


def downgrade() -> None:
    """An older version has one reader's conversations, and no place for what readers did with insights."""
    for table in ("reader_profiles", "reader_clicks", "reader_states", "reader_shows"):
        op.drop_table(table)
    for table in ("turns", "conversations"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE reader_id <> 'local'"))  # noqa: S608 - names of ours
    with op.batch_alter_table("turns") as batch:
        batch.drop_constraint("fk_turns_reader_id", type_="foreignkey")
        batch.drop_constraint("pk_turns", type_="primary")
        batch.drop_column("reader_id")
        batch.create_primary_key("pk_turns", ["conversation_id", "seq"])
    with op.batch_alter_table("conversations") as batch:
        batch.drop_constraint("fk_conversations_reader_id", type_="foreignkey")
        batch.drop_constraint("pk_conversations", type_="primary")
        batch.drop_column("reader_id")
        batch.create_primary_key("pk_conversations", ["id"])
    with op.batch_alter_table("turns") as batch:
        batch.create_foreign_key(_FIRST_TURNS, "conversations", ["conversation_id"], ["id"], ondelete="CASCADE")
    for column in reversed(_added()):
        op.drop_column("readers", column.name)
    _rename("readers", "subscribers")


def _added() -> list[sa.Column[Any]]:
    """What a reader has beyond what a subscriber had."""
    return [
        sa.Column("role", sa.Text(), server_default="reader", nullable=False),
        sa.Column("all_shows", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("brief_at", sa.Time(), server_default="06:00:00", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rhythm", sa.Text(), server_default="daily", nullable=False),
        sa.Column("weekday", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
    ]


def _rename(old: str, new: str) -> None:
    """Renames a table that others refer to; what refers to it follows."""
    op.rename_table(old, new)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER INDEX pk_{old} RENAME TO pk_{new}"))


def _hold_local() -> None:
    """The reader that all data belongs to so far, who is the owner."""
    readers = sa.table("readers", sa.column("id"), sa.column("timezone"), sa.column("role"))
    if op.get_bind().execute(readers.update().where(readers.c.id == "local").values(role="owner")).rowcount == 0:
        op.execute(readers.insert().values(id="local", timezone="", role="owner"))


def _give_conversations_to_the_local_reader() -> None:
    # The turns let go of their conversations first: SQLite makes a table again, and dropping the old one would take
    # along whatever hangs on it.
    with op.batch_alter_table("turns") as batch:
        batch.drop_constraint(_FIRST_TURNS, type_="foreignkey")
        batch.drop_constraint("pk_turns", type_="primary")
        batch.add_column(sa.Column("reader_id", sa.Text(), server_default="local", nullable=False))
        batch.create_primary_key("pk_turns", ["reader_id", "conversation_id", "seq"])
    with op.batch_alter_table("conversations") as batch:
        batch.drop_constraint("pk_conversations", type_="primary")
        batch.add_column(sa.Column("reader_id", sa.Text(), server_default="local", nullable=False))
        batch.create_primary_key("pk_conversations", ["reader_id", "id"])
        batch.create_foreign_key("fk_conversations_reader_id", "readers", ["reader_id"], ["id"], ondelete="CASCADE")
    with op.batch_alter_table("conversations") as batch:
        batch.alter_column("reader_id", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("turns") as batch:
        batch.alter_column("reader_id", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.create_foreign_key(
            "fk_turns_reader_id", "conversations", ["reader_id", "conversation_id"], ["reader_id", "id"],
            ondelete="CASCADE",
        )  # fmt: skip


def _reader() -> sa.Column[Any]:
    return sa.Column("reader_id", sa.Text(), nullable=False)


def _of_reader(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reader_id"], ["readers.id"], name=op.f(f"fk_{table}_reader_id"), ondelete="CASCADE"
    )
