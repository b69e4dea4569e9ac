"""Ideas for somebody new to pick from, each about something else."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.catalog import Connection
from earmark.catalog.content import speakers
from earmark.types import Insight

__all__ = ["unlike"]


def unlike(tx: Connection, insights: Sequence[Insight], *, limit: int) -> list[Insight]:
    """The best ideas by quality, of different themes as long as there are such, and no show twice before each had its turn."""
    theme_of = speakers.themes_of(tx, [insight.id for insight in insights])
    ranked = sorted(insights, key=lambda insight: (-insight.quality, insight.id))
    chosen: list[Insight] = []
    for new_theme, new_show in ((True, True), (True, False), (False, True), (False, False)):
        for insight in ranked:
            if len(chosen) == limit:
                return chosen
            themes = {theme_of.get(seed.id) for seed in chosen}
            theme = theme_of.get(insight.id)
            if insight in chosen or (new_theme and (theme is None or theme in themes)):
                continue
            if not new_show or insight.show_id not in {seed.show_id for seed in chosen}:
                chosen.append(insight)
    return chosen
