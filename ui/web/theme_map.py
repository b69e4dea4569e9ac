"""The map of insights as a chart: a point for each, coloured by theme, the largest themes named on it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from earmark.clean import cut, plain
from earmark.types import Theme, ThemePoint
from ui.web.theme import DARK, LIGHT

__all__ = ["MOST_POINTS", "MapPicture", "picture"]

MOST_POINTS = 4_000
"""The most points that a browser draws without lag."""
_NAMED = 14
_NAME_CHARACTERS = 24
_CLAIM_CHARACTERS = 160
_INKS = {
    "light": (
        "#8c2f1f",
        "#3d6b73",
        "#b07d24",
        "#5a6b35",
        "#5b5a8c",
        "#a8577a",
        "#7a5236",
        "#2f7d5b",
        "#c26a3d",
        "#6c7a89",
    ),
    "dark": (
        "#e8a184",
        "#86b8be",
        "#dfb866",
        "#a9bd7c",
        "#a9a8d8",
        "#dba0b8",
        "#c79a78",
        "#7fc4a0",
        "#e59a6c",
        "#a3b1bf",
    ),
}
"""Ten muted colours of about one weight, on paper and on black; the first is the accent of `style.css`."""
_FONT = {
    "type": "text",
    "font": "Source Sans, system-ui, sans-serif",
    "fontSize": 12.5,
    "fontWeight": 600,
    "baseline": "bottom",
}
_SELECT = {"type": "point", "fields": ["id"], "on": "click", "nearest": False}
_TOLD = ("claim", "show", "speaker", "theme")
"""The fields shown for the point under the pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapName:
    """A theme's name on the map, above its insights, in their colour."""

    theme_id: str
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPicture:
    """What is drawn: rows of points, names, colours by theme (an empty id means no theme) and the page's colours."""

    rows: tuple[dict[str, Any], ...]
    names: tuple[MapName, ...]
    colours: Mapping[str, str]
    page: Mapping[str, str]

    @property
    def ids(self) -> frozenset[str]:
        """The insights on it."""
        return frozenset(str(row["id"]) for row in self.rows)

    def spec(self) -> dict[str, Any]:
        """The chart as Vega-Lite, without axes; clicking a point selects it under the name ``picked``.

        Written out, because altair would build and check the same for a tenth of a second at each visit.
        """
        place = {
            axis: {
                "field": axis,
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": _domain([row[axis] for row in self.rows]), "nice": False},
            }
            for axis in ("x", "y")
        }
        colour = {
            "field": "theme_id",
            "type": "nominal",
            "legend": None,
            "scale": {"domain": list(self.colours), "range": list(self.colours.values())},
        }
        names = {"values": [asdict(name) for name in self.names]}
        written = {**place, "text": {"field": "text", "type": "nominal"}}
        halo = {"stroke": self.page["paper"], "strokeWidth": 4, "strokeJoin": "round", "opacity": 0.85}
        return {
            "layer": [
                {"name": "points", **self._points(place, colour)},
                {"data": names, "mark": {**_FONT, **halo}, "encoding": written},
                {"data": names, "mark": _FONT, "encoding": {**written, "color": colour}},
            ],
            "params": [{"name": "picked", "select": _SELECT, "views": ["points"]}],
            "config": {
                "background": "transparent",
                "padding": {"left": 0, "right": 0, "top": 4, "bottom": 4},
                "view": {"strokeWidth": 0},
            },
        }

    def _points(self, place: Mapping[str, Any], colour: Mapping[str, Any]) -> dict[str, Any]:
        larger = {"param": "picked", "value": 190, "empty": False}
        told = [{"field": name, "title": name.capitalize(), "type": "nominal"} for name in _TOLD]
        return {
            "data": {"values": list(self.rows)},
            "mark": {"type": "circle", "opacity": 0.78, "cursor": "pointer"},
            "encoding": {
                **place,
                "color": colour,
                "description": {"field": "claim", "type": "nominal"},
                "size": {"condition": larger, "value": _size(len(self.rows))},
                "tooltip": told,
            },
        }


def picture(themes: Sequence[Theme], points: Sequence[ThemePoint], *, dark: bool) -> MapPicture:
    """What to draw of themes (largest first) and insights."""
    held: dict[str, list[ThemePoint]] = defaultdict(list)
    for point in points:
        if point.theme_id:
            held[point.theme_id].append(point)
    middles = {
        theme_id: (median(p.x for p in members), median(p.y for p in members)) for theme_id, members in held.items()
    }
    tops = {
        theme_id: (middles[theme_id][0], sorted(p.y for p in members)[(7 * len(members) - 1) // 8])
        for theme_id, members in held.items()
    }
    page = DARK if dark else LIGHT
    colours = {
        "": page["rule"],
        **_coloured([theme.id for theme in themes], middles, _INKS["dark" if dark else "light"]),
    }
    labels = {theme.id: plain(theme.label) for theme in themes}
    rows = tuple(
        {
            "id": point.insight_id,
            "theme_id": point.theme_id if point.theme_id in labels else "",
            "x": point.x,
            "y": point.y,
            "claim": cut(plain(point.claim), _CLAIM_CHARACTERS),
            "show": plain(point.show),
            "speaker": plain(point.speaker or "") or "not named",
            "theme": labels.get(point.theme_id or "", "") or "on its own",
        }
        for point in sorted(points, key=lambda member: member.theme_id is not None)  # those on their own lie underneath
    )
    return MapPicture(
        rows=rows,
        names=_named(themes, tops, points),
        colours=colours,
        page=page,
    )


def _coloured(ids: Sequence[str], middles: Mapping[str, tuple[float, float]], inks: Sequence[str]) -> dict[str, str]:
    """A colour for each theme, so that those of one colour lie as far apart as can be."""
    chosen: dict[str, str] = {}
    for theme_id in ids:
        if theme_id not in middles:
            continue

        def apart(ink: str, here: tuple[float, float] = middles[theme_id]) -> float:
            return min((math.dist(here, middles[other]) for other, its in chosen.items() if its == ink), default=9.0)

        chosen[theme_id] = max(inks, key=lambda ink: (apart(ink), -inks.index(ink)))
    return chosen


def _named(
    themes: Sequence[Theme], tops: Mapping[str, tuple[float, float]], points: Sequence[ThemePoint]
) -> tuple[MapName, ...]:
    """Names of the largest themes, where they do not run into one another on a narrow screen."""
    if not points:
        return ()
    low, high = _domain([point.x for point in points])
    bottom, top = _domain([point.y for point in points])
    wide, tall = (high - low) / 52, (top - bottom) / 22  # of a letter, of a line
    names: list[MapName] = []
    for theme in themes:
        if theme.id not in tops or len(names) == _NAMED:
            continue
        text = _name(theme)
        half = len(text) / 2 * wide
        x = min(max(tops[theme.id][0], low + half), high - half)
        y = tops[theme.id][1] + 0.4 * tall
        if all(abs(y - name.y) > tall or abs(x - name.x) > half + len(name.text) / 2 * wide for name in names):
            names.append(MapName(theme_id=theme.id, text=text, x=x, y=y))
    return tuple(names)


def _name(theme: Theme) -> str:
    """The first phrase of its heading: a map is no place for a list."""
    label = plain(theme.label)
    first = label.split(", ", 1)[0]
    text = cut(first if len(first) <= _NAME_CHARACTERS or not theme.terms else plain(theme.terms[0]), _NAME_CHARACTERS)
    return text[:1].upper() + text[1:]


def _domain(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or 0.5
    return [low - margin, high + margin]


def _size(count: int) -> int:
    """The area of a point in square pixels: the fewer the points, the larger."""
    return 75 if count < 200 else 42 if count < 1_000 else 22 if count < 2_500 else 12
