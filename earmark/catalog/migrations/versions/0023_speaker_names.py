"""What owners decided about the names of people, and the spelling of whoever is called otherwise than a transcript has it."""

import sqlalchemy as sa
from alembic import op

from earmark.catalog.schema import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speaker_names",
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("spelling", "place", "label", name=op.f("pk_speaker_names")),
    )
    op.add_column("chunks", sa.Column("spelling", sa.Text(), nullable=True))
    op.add_column("insights", sa.Column("spelling", sa.Text(), nullable=True))


def downgrade() -> None:
    for table, kind in (("chunks", "chunk"), ("insights", "insight")):
        op.execute(f"INSERT INTO changes (kind, key) SELECT '{kind}', id FROM {table} WHERE spelling IS NOT NULL")  # noqa: S608 - as below
        op.execute(f"UPDATE {table} SET speaker = spelling WHERE spelling IS NOT NULL")  # noqa: S608 - names of ours
        op.drop_column(table, "spelling")
    op.drop_table("speaker_names")
