"""What a model by hand makes of the conversation about bread: its sentences, a writer that gives quotes back, and what is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from earmark.settings import InsightSettings
from earmark.types import Insight, Transcript
from ingest.insights import DropReason, LlmExtractor, select
from tests.ingest.desk import Desk, pointing_at
from tests.ingest.talk import GUEST, episode, transcript

ACID = "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."
OVENS = "A thick steel plate stores enough heat to smooth out the swing, which costs far less than a new oven."
WATER = "A dough at 65 percent hydration with strong gluten holds more gas than a slack dough at 85 percent."
ALL = InsightSettings(min_quality=0, min_written=0)
"""Short claims that are their own quotes are worth little; here they are printed all the same."""
POINTED = pointing_at("Acetic acid keeps", "A thick steel", "A dough at 65")


def written(**by_beginning: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """A writer that answers ideas by the words their quote begins with; others get their quote back."""

    def answer(user: str) -> dict[str, Any]:
        ideas = []
        parts = user.split("\n[")
        for part in parts[1:]:
            number = int(part.split("]")[0])
            claim = part.split("»")[1].split("«")[0].removeprefix(f"{GUEST}: ")
            idea: dict[str, Any] = {"id": number, "headline": "An idea", "claim": claim, "body": ""}
            for beginning, changes in by_beginning.items():
                if idea["claim"].casefold().startswith(beginning):
                    idea |= changes
            ideas.append(idea)
        return {"ideas": ideas}

    return answer


def published(
    desk: Desk, said: Transcript | None = None, floors: InsightSettings = ALL, **options: Any
) -> tuple[tuple[Insight, ...], Counter[DropReason], Counter[str]]:
    extractor = LlmExtractor(desk, **({"limits": ALL} | options))
    said = said or transcript()
    drafts = extractor.extract(episode(), said)
    made, dropped = select(drafts, episode(), said, floors, extractor=extractor.name)
    return made, dropped, extractor.counts
