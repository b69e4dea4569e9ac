"""A language model tried out on an invented conversation, by the real path: what works, what it takes, what a night would."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from earmark.types import Chapter, Episode, EpisodeData, Person, Segment, Stage, Transcript
from ingest.insights.amount import WORDS_PER_HOUR
from ingest.insights.llm import SPARE, UNUSABLE, LlmExtractor
from ingest.insights.memory import NoMemory
from ingest.insights.verify import select

if TYPE_CHECKING:
    from earmark.ports import ChatModel, Meter
    from earmark.settings import InsightSettings

__all__ = ["Call", "Night", "TimedChat", "Trial", "canned", "night", "run_trial"]

WINDOW_WORDS = 400
"""Words a window aims at here: each of the five parts of the conversation has about 360 and becomes one."""
EPISODES = 10
"""Episodes of an hour in the night that is estimated: twenty shows that are out twice a week."""
_WORDS_A_SECOND = 2.5

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request for a reply, with all that it took to get it."""

    seconds: float
    tokens_in: int
    tokens_out: int


class TimedChat:
    """A chat model whose calls are counted and timed; also its meter, which passes on to another."""

    def __init__(self, meter: Meter) -> None:
        self.calls: list[Call] = []
        self._meter = meter
        self._model: ChatModel | None = None
        self._tokens = [0, 0]

    def timing(self, model: ChatModel) -> TimedChat:
        """Itself, as this model, which must have been made with it as the meter."""
        self._model = model
        return self

    @property
    def model(self) -> ChatModel:
        """The model that is timed."""
        if self._model is None:
            raise RuntimeError("no model is timed yet")
        return self._model

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def reserve(self, tokens_in: int, tokens_out: int) -> Callable[[int, int], None]:
        """As the meter behind it; what a call came to is noted here as well."""
        settle = self._meter.reserve(tokens_in, tokens_out)

        def settled(used_in: int, used_out: int) -> None:
            self._tokens[0] += used_in
            self._tokens[1] += used_out
            settle(used_in, used_out)

        return settled

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        """As the model."""
        return self._timed(lambda: self.model.complete(system, user, max_tokens=max_tokens))

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        """As the model."""
        return self._timed(lambda: self.model.complete_json(system, user, schema=schema, max_tokens=max_tokens))

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        """As the model, untimed."""
        return self.model.stream(system, user, max_tokens=max_tokens)

    def _timed(self, ask: Callable[[], _Answer]) -> _Answer:
        began, before = time.monotonic(), tuple(self._tokens)
        try:
            return ask()
        finally:
            read, written = self._tokens[0] - before[0], self._tokens[1] - before[1]
            self.calls.append(Call(seconds=time.monotonic() - began, tokens_in=read, tokens_out=written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of the conversation.

    Of ``windows``, the model gave no usable answer to ``unread``. ``candidates`` were pointed at, ``finalists`` chosen,
    ``drafts`` written; ``refused`` counts those that were not printed, by reason, and ``claims`` are those that were.
    """

    words: int
    windows: int
    unread: int
    candidates: int
    finalists: int
    drafts: int
    refused: dict[str, int] = field(default_factory=dict)
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """About what a night with ``episodes`` episodes of an hour takes: seconds, tokens by the reading model and the other."""

    episodes: int
    seconds: float
    reader_tokens: tuple[float, float]
    editor_tokens: tuple[float, float]


class _SingleTryMemory(NoMemory):
    """Forgets everything, and tries an unusable window no second time."""

    def failed(self, key: str) -> int:
        """As if it had been tried often enough."""
        del key
        return UNUSABLE


def canned() -> tuple[Episode, Transcript]:
    """The invented conversation, with a chapter for each of its five parts."""
    segments: list[Segment] = []
    chapters: list[Chapter] = []
    clock = 0.0
    text = (files("library.canned") / "conversation.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("# "):
            chapters.append(Chapter(start_s=clock, title=line.removeprefix("# "), source="feed"))
        elif line:
            speaker, _, words = line.partition(": ")
            end = clock + len(words.split()) / _WORDS_A_SECOND
            segments.append(Segment(text=words, start_s=clock, end_s=end, speaker=speaker))
            clock = end
    names = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    people = tuple(Person(name=name, role="guest" if number else "host") for number, name in enumerate(names))
    when = datetime(2026, 3, 4, 5, tzinfo=UTC)
    data = EpisodeData(
        guid="canned", title="Five conversations about slack, waste and memory", published=when, persons=people
    )
    episode = Episode(
        id="canned",
        show_id="canned",
        show="The Trial",
        data=data,
        stage=Stage.CHUNKS,
        language="en",
        discovered_at=when,
    )
    transcript = Transcript(segments=tuple(segments), source="text", language="en", chapters=tuple(chapters))
    return episode, transcript


def run_trial(editor: ChatModel, reader: ChatModel, settings: InsightSettings) -> Trial:
    """What the models make of the conversation.

    Raises:
        ModelCallError: a model did not answer, or its answer to all candidates at once could not be used.
    """
    episode, transcript = canned()
    # The trial is of the model and not of the canned talk: whatever passes the gate is shown.
    settings = settings.model_copy(update={"min_quality": 0.0, "min_written": 0.0})
    extractor = LlmExtractor(
        editor,
        reader=reader,
        limits=settings,
        window_words=WINDOW_WORDS,
        memory=lambda _: _SingleTryMemory(),
    )
    drafts = extractor.extract(episode, transcript)
    published, dropped = select(drafts, episode, transcript, settings, extractor=extractor.name)
    counts = extractor.counts
    return Trial(
        words=sum(len(segment.text.split()) for segment in transcript.segments),
        windows=counts["windows"],
        unread=counts["unread"],
        candidates=counts["candidates"],
        finalists=counts["finalists"],
        drafts=len(drafts),
        refused={str(reason): number for reason, number in dropped.items()},
        claims=tuple(insight.claim for insight in published),
    )


def night(
    trial: Trial, reading: Sequence[Call], editing: Sequence[Call], *, instructions: float, window_words: int, most: int
) -> Night:
    """What a night takes, by what the trial took.

    Args:
        trial: what came of it.
        reading: the calls for its windows.
        editing: the calls after them.
        instructions: tokens of the instructions that each window comes with.
        window_words: words of a window in earnest.
        most: insights of an episode.
    """
    read, pointed = _tokens(reading)
    windows = max(1.0, WORDS_PER_HOUR / window_words)
    a_word = max(0.0, read - trial.windows * instructions) / trial.words
    reader = (windows * instructions + WORDS_PER_HOUR * a_word, pointed * WORDS_PER_HOUR / trial.words)
    given, written = _tokens(editing)
    finalists = math.ceil(most * SPARE) / max(1, trial.finalists) if editing else 0.0
    editor = (given * finalists, written * finalists)
    seconds = _seconds(reading, reader) + _seconds(editing, editor)
    return Night(
        episodes=EPISODES,
        seconds=EPISODES * seconds,
        reader_tokens=(EPISODES * reader[0], EPISODES * reader[1]),
        editor_tokens=(EPISODES * editor[0], EPISODES * editor[1]),
    )


def _tokens(calls: Sequence[Call]) -> tuple[float, float]:
    return float(sum(call.tokens_in for call in calls)), float(sum(call.tokens_out for call in calls))


def _seconds(calls: Sequence[Call], tokens: tuple[float, float]) -> float:
    """How long it takes to read and write so many tokens, by calls of the same kind: least squares through nothing.

    Calls that are too alike to tell reading from writing are taken together, by their tokens written.
    """
    aa = sum(call.tokens_in**2 for call in calls)
    bb = sum(call.tokens_out**2 for call in calls)
    ab = sum(call.tokens_in * call.tokens_out for call in calls)
    at = sum(call.tokens_in * call.seconds for call in calls)
    bt = sum(call.tokens_out * call.seconds for call in calls)
    determinant = aa * bb - ab * ab
    if determinant > 0.01 * aa * bb:
        a_read, a_written = (at * bb - bt * ab) / determinant, (bt * aa - at * ab) / determinant
        if a_read >= 0 and a_written >= 0:
            return a_read * tokens[0] + a_written * tokens[1]
    written = sum(call.tokens_out for call in calls)
    total = sum(call.seconds for call in calls)
    return total * tokens[1] / written if written else total
