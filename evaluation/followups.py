"""Follow-up questions over the sample library: how many are answered from where they should be.

    earmark --home FOLDER demo            (once)
    python -m evaluation.followups FOLDER

Each dialogue of data/followups.jsonl holds the questions before, the follow-up question, and where it is answered: the
episodes, and words that a cited sentence may have. Half of them (``tune``) were looked at while the rules were made.
The same questions are also asked with the conversation forgotten, for comparison. Four are questions that make sense alone,
which must not be bent by what was asked before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from earmark.catalog import open_catalog
from earmark.settings import load_settings
from earmark.types import Answer, Question, Turn
from evaluation.significance import mean
from evaluation.suite import Measure
from retrieval.answers.answerer import Answerer
from retrieval.encoders.cross_encoder import open_cross_encoder
from retrieval.encoders.encoder import open_encoder
from retrieval.index import open_index
from retrieval.index.follow import follow
from retrieval.search.searcher import Searcher

__all__ = ["DIALOGUES", "Dialogue", "dialogues", "is_answered", "measure"]

_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a question of a dialogue was asked; nothing depends on it."""
DIALOGUES = Path(__file__).parent / "data" / "followups.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Questions that follow on each other; only the last is scored."""

    before: tuple[str, ...]
    question: str
    episodes: tuple[str, ...]
    words: tuple[str, ...]
    part: str


def dialogues(path: Path = DIALOGUES) -> list[Dialogue]:
    """The dialogues of a file, in order."""
    listed = []
    for line in path.read_text(encoding="utf-8").splitlines():
        values: Mapping[str, Any] = json.loads(line)
        many = {name: tuple(values[name]) for name in ("before", "episodes", "words")}
        listed.append(Dialogue(**many, question=values["question"], part=values["part"]))
    return listed


def is_answered(answer: Answer, dialogue: Dialogue) -> bool:
    """Whether a cited sentence of one of the episodes has one of the words."""
    return any(
        citation.episode in dialogue.episodes
        and any(word.casefold() in citation.quote.casefold() for word in dialogue.words)
        for citation in answer.citations
    )


def measure(
    answerer: Answerer,
    asked: Sequence[Dialogue],
    *,
    on_each: Callable[[Dialogue, Answer, bool], None] = lambda *_: None,
) -> dict[str, Measure]:
    """The share answered, with the conversation and without it, by part.

    ``on_each`` is called with each dialogue, its answer and whether that is right.
    """
    right: dict[str, list[float]] = {}
    for dialogue in asked:
        history: list[Turn] = []
        for text in dialogue.before:
            answer = answerer.ask(Question(text=text), history=history)
            history.append(Turn(question=text, answer=answer, asked_at=_NEVER))
        answer = answerer.ask(Question(text=dialogue.question), history=history)
        is_right = is_answered(answer, dialogue)
        right.setdefault(f"with the conversation, {dialogue.part}", []).append(float(is_right))
        right.setdefault(f"without it, {dialogue.part}", []).append(
            float(is_answered(answerer.ask(Question(text=dialogue.question)), dialogue))
        )
        on_each(dialogue, answer, is_right)
    return {name: mean(values) for name, values in sorted(right.items())}


def main() -> None:
    """Measures over the library in the folder given, and prints what went wrong and the shares."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m evaluation.followups FOLDER (a home that `earmark --home FOLDER demo` made)")
    settings = load_settings({"offline": True}, home=Path(sys.argv[1]))
    encoder = open_encoder(settings)
    catalog = open_catalog(settings.catalog_url)
    index = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension)
    follow(catalog, index, encoder)
    answerer = Answerer(Searcher(catalog, index, encoder), encoder, reader=open_cross_encoder(settings))

    def tell(dialogue: Dialogue, answer: Answer, right: bool) -> None:
        if not right:
            said = "; ".join(citation.quote for citation in answer.citations) or "(nothing)"
            print(
                f"- {' / '.join(dialogue.before)} → {dialogue.question}\n    as: {answer.understood}\n    {said[:300]}"
            )

    for name, share in measure(answerer, dialogues(), on_each=tell).items():
        print(f"{name}: {share.value:.2f} of {share.n} [{share.low:.2f}, {share.high:.2f}]")
    index.close()
    catalog.close()


if __name__ == "__main__":
    main()
