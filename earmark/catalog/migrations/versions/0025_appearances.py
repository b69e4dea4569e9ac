"""Whom the voices and the feed of each episode name, and as what, taken from the transcripts and episodes that are there."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_SURE = 0.85
_AT_ONCE = 200


def upgrade() -> None:
    made = op.create_table(
        "appearances",
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_appearances_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("episode_id", "name", "heard", name=op.f("pk_appearances")),
    )
    for table, key, people in (("transcripts", "episode_id", "voices"), ("episodes", "id", "persons")):
        heard = table == "transcripts"
        for episode_id, named in _named(table, key, people):
            roles: dict[str, str] = {}
            for person in named:
                name, role = person.get("name", ""), person.get("role", "")
                if name and (person.get("confidence", 1.0) >= _SURE if heard else role):
                    roles[name] = roles.get(name) or role
            rows = [
                {"episode_id": episode_id, "name": name, "heard": heard, "role": role} for name, role in roles.items()
            ]
            if rows:
                op.bulk_insert(made, rows)


def _named(table: str, key: str, people: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The JSON of every row, some rows at a time: a library has tens of thousands."""
    held = sa.table(table, sa.column(key, sa.Text()), sa.column(people, sa.JSON()))
    tx, last = op.get_bind(), ""
    while True:
        query = sa.select(held.c[key], held.c[people]).where(held.c[key] > last).order_by(held.c[key]).limit(_AT_ONCE)
        rows = tx.execute(query).all()
        yield from ((row[0], row[1] or []) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1][0]


def downgrade() -> None:
    op.drop_table("appearances")
