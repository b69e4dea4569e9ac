"""What insights are about together."""

from __future__ import annotations

import sqlalchemy as sa

from earmark.catalog.schema.columns import UtcDateTime, Words, metadata, text

__all__ = ["theme_members", "theme_runs", "themes"]

themes = sa.Table(
    "themes",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("model", Words, nullable=False),
    text("label"),
    text("label_by"),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("centroid", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("merged_into", Words, index=True),
)

theme_members = sa.Table(
    "theme_members",
    metadata,
    sa.Column("insight_id", Words, sa.ForeignKey("insights.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("theme_id", Words, sa.ForeignKey("themes.id", ondelete="CASCADE"), index=True),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("x", sa.Float, nullable=False),
    sa.Column("y", sa.Float, nullable=False),
)

theme_runs = sa.Table(
    "theme_runs",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("model", Words, nullable=False),
    sa.Column("clustered_at", UtcDateTime, nullable=False),
    sa.Column("insights", sa.Integer, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
)
