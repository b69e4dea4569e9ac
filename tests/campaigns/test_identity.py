"""Identity: precision and recall on labelled pairs of items, against the old rule (one show, one GUID).

``identity_pairs.jsonl`` holds one pair a line: ``a`` is known already, ``b`` comes with a later check.

- *Real pairs* name a snapshot and the position of an item in it, as `ingest.feeds.parse.parse_feed` gives them; no text of a
  publisher is kept here. They were labelled by reading title, date, length and address of both, side by side, in every
  fourth to eleventh item of four shows with successive snapshots; items next to each other in that sample are the pairs
  that are not the same, and all items of one title in nine further feeds were looked at. With ``guids: changed`` the same
  pair is asked for again as if the host had given every item a new GUID: the label does not depend on it. Both whole
  snapshots are matched.
- *Patterns* are items of our own that show what publishers and hosts are known to do, each labelled when it was written,
  by what it was written to show (``why``). They are matched among items of a show that did not change. ``beside``: the
  known item is still in the feed. ``elsewhere``: ``b`` comes in another feed that is followed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from earmark.types import EpisodeData
from ingest.episodes.identity import KnownEpisode, keys, match, twin
from ingest.feeds.parse import parse_feed
from tests.campaigns.conftest import Record

pytestmark = pytest.mark.campaign

PAIRS = Path(__file__).with_name("identity_pairs.jsonl")
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.95
Rule = Callable[[Sequence[EpisodeData], int, Sequence[EpisodeData], int, bool], bool]
"""Known items and the place of one, items of a feed and the place of one, whether that is another feed: the same?"""


def ours(known: Sequence[EpisodeData], a: int, feed: Sequence[EpisodeData], b: int, elsewhere: bool) -> bool:
    """What `ingest.episodes.identity` says."""
    held = [KnownEpisode(id=str(place), data=data, keys=frozenset(keys(data))) for place, data in enumerate(known)]
    return (twin(held, feed[b]) if elsewhere else match(held, feed).get(b)) == str(a)


def by_guid(known: Sequence[EpisodeData], a: int, feed: Sequence[EpisodeData], b: int, elsewhere: bool) -> bool:
    """The old rule: the same GUID in the same show."""
    return not elsewhere and known[a].guid == feed[b].guid


def test_items_are_matched_as_people_match_them(record: Record, realdata: Path) -> None:
    """Both rules on all pairs, with the pairs that ours gets wrong."""
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]

    @lru_cache(maxsize=32)
    def snapshot(name: str) -> tuple[EpisodeData, ...]:
        return parse_feed((realdata / "feeds" / name).read_bytes(), url="https://pod.example/feed").episodes

    asked = [_asked(pair, snapshot) for pair in pairs]
    report: dict[str, Any] = {"pairs": len(pairs), "same": sum(pair["same"] for pair in pairs)}
    kinds = ["real" if "file" in pair["a"] else "pattern" for pair in pairs]
    for name, rule in (("ours", ours), ("by_guid", by_guid)):
        said = [rule(*case) for case in asked]
        report[name] = _scores(pairs, said) | {
            kind: _scores(
                [pair for pair, of in zip(pairs, kinds, strict=True) if of == kind],
                [answer for answer, of in zip(said, kinds, strict=True) if of == kind],
            )
            for kind in ("real", "pattern")
        }
        if name == "ours":
            report["wrong"] = [
                f"line {number}: {pair['why']}"
                for number, (pair, answer) in enumerate(zip(pairs, said, strict=True), start=1)
                if answer != pair["same"]
            ]
    record("trust/identity", report)
    assert report["ours"]["precision"] >= LEAST_PRECISION
    assert report["ours"]["recall"] >= LEAST_RECALL


def _asked(
    pair: dict[str, Any], snapshot: Callable[[str], tuple[EpisodeData, ...]]
) -> tuple[Sequence[EpisodeData], int, Sequence[EpisodeData], int, bool]:
    if "file" in pair["a"]:
        known, feed = snapshot(pair["a"]["file"]), snapshot(pair["b"]["file"])
        if pair.get("guids") == "changed":
            feed = tuple(replace(data, guid=f"changed-{data.guid}") for data in feed)
        return known, pair["a"]["item"], feed, pair["b"]["item"], False
    a, b = _item(pair["a"]), _item(pair["b"])
    if pair.get("elsewhere"):
        return [a, *_REST], 0, [b], 0, True
    return [a, *_REST], 0, [b, *([a] if pair.get("beside") else []), *_REST], 0, False


def _item(values: dict[str, Any]) -> EpisodeData:
    return EpisodeData(**values | {"published": datetime.fromisoformat(values["published"])})


_REST = tuple(
    EpisodeData(
        guid=f"rest-{n}",
        title=f"{word} seen from the breakwater",
        published=datetime.fromisoformat("2025-06-01T09:41:17+00:00") + timedelta(days=7 * n),
        duration_s=2400.0 + 211 * n,
        audio_url=f"https://cdn.host.example/shows/ferry/rest-{n}.mp3",
        link=f"https://ferry.example/rest/{n}",
    )
    for n, word in enumerate(("Fog", "Herring", "Cranes", "Winter", "Pilots", "Ropes"))
)


def _scores(pairs: Sequence[dict[str, Any]], said: Sequence[bool]) -> dict[str, Any]:
    count = Counter((pair["same"], answer) for pair, answer in zip(pairs, said, strict=True))
    right, wrong, missed = count[True, True], count[False, True], count[True, False]
    return {
        "pairs": len(pairs),
        "precision": round(right / (right + wrong), 4) if right + wrong else 1.0,
        "recall": round(right / (right + missed), 4) if right + missed else 1.0,
        "false_same": wrong,
        "missed": missed,
    }
