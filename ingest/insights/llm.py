"""Insights written by a language model: it reads everything, chooses once, writes only what was chosen, and is checked.

1. `candidates`: window by window the model points at sentences that could be printed;
2. `choice`: one look at all candidates merges, ranks and drops them;
3. `writing`: only the finalists are written out;
4. `checking`: code and one more call look for what the quote does not carry; what is refused is repaired once.

Transcript text reaches the model between marker lines that it cannot contain. A call that fails raises: the episode waits
and goes on from the replies that are remembered, and nothing falls back in silence.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from earmark.errors import ModelCallError
from earmark.settings import InsightSettings
from earmark.types import InsightDraft
from ingest.insights.amount import most_insights
from ingest.insights.candidates import (
    Candidate,
    CandidatesReply,
    pointed,
    window_prompt,
    with_evidence,
    without_repeats,
)
from ingest.insights.checking import CheckReply, check_prompt, headline_stands, objections
from ingest.insights.choice import ChoiceReply, choice_prompt, chosen, follows_list
from ingest.insights.evidence import Evidence
from ingest.insights.memory import NoMemory, ReplyMemory, request_key
from ingest.insights.numbered import NumberedTranscript
from ingest.insights.verify import DropReason, Gate
from ingest.insights.windows import WINDOW_WORDS, windows
from ingest.insights.worth import worths
from ingest.insights.writing import HEADLINE_WORDS, Writing, WritingReply, repair_prompt, writing_prompt
from ingest.insights.written_quality import rated_quality, written_quality

if TYPE_CHECKING:
    from earmark.ports import ChatModel, SpanRater
    from earmark.types import Episode, Transcript

__all__ = ["LlmExtractor"]

SPARE = 1.25
"""Finalists for each insight that may be kept: some are refused, some cannot be made to stand alone."""
UNUSABLE = 3
"""Unusable replies to one window after which the episode goes on without it."""
HOPELESS = frozenset([DropReason.SPONSOR, DropReason.GREETING, DropReason.HOUSEKEEPING, DropReason.QUOTE_SPEAKERS])
"""What no other words can mend."""

Reply = TypeVar("Reply", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One episode on its way."""

    episode: Episode
    transcript: Transcript
    numbered: NumberedTranscript
    gate: Gate
    memory: ReplyMemory


class LlmExtractor:
    """Drafts by a chat model.

    ``counts`` says, for all episodes so far, how often what happened: ``windows``, ``unread`` (windows to which the model
    gave no usable answer), ``candidates``, ``finalists``, ``dropped`` (by the writer), ``refused`` (by code or check),
    ``repaired``, ``bodies`` (printed without their body).
    """

    def __init__(
        self,
        editor: ChatModel,
        *,
        reader: ChatModel | None = None,
        limits: InsightSettings | None = None,
        window_words: int | Callable[[], int] = WINDOW_WORDS,
        memory: Callable[[str], ReplyMemory] | None = None,
        rater: Callable[[], SpanRater | None] = lambda: None,
    ) -> None:
        """An extractor.

        Args:
            editor: chooses, writes and checks.
            reader: points at candidates; a cheaper model will do. By default the editor.
            limits: how many insights an episode may give; by default as the settings have it.
            window_words: how many words a window aims at; a function is asked for each episode.
            memory: replies that an episode, given by its id, already has.
            rater: gives what rates the quotes beside counted words, where there is such a thing.
        """
        self._editor = editor
        self._reader = reader or editor
        self._limits = limits or InsightSettings()
        self._window_words = window_words if callable(window_words) else lambda: window_words
        self._memory = memory or (lambda _: NoMemory())
        self._rater = rater
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """``llm`` and the model's name."""
        return f"llm {self._editor.name}"

    def extract(self, episode: Episode, transcript: Transcript) -> list[InsightDraft]:
        """Drafts, best first; speakers are taken as they are, so resolve them first.

        Raises:
            ModelCallError: the model did not answer. What it has answered is remembered, so a later call goes on.
        """
        gate = Gate(episode, transcript)
        numbered = gate.numbered()
        work = _Work(
            episode=episode,
            transcript=transcript,
            numbered=numbered,
            gate=gate,
            memory=self._memory(episode.id),
        )
        candidates = self._candidates(work)
        finalists = self._finalists(work, candidates)
        if not finalists:
            return []
        ratings = self._ratings(finalists, numbered)
        kept, refused = self._written(work, finalists, ratings)
        quality = _qualities(kept, finalists, numbered, ratings, of=sorted({*kept, *refused}))
        drafts = [
            replace(_draft(kept[number], finalists[number - 1], numbered), quality=quality[number])
            for number in sorted(kept, key=lambda number: -quality[number])
        ]
        # What was refused goes along, so that it is counted by its reason.
        return drafts + [
            replace(_draft(writing, finalists[number - 1], numbered), objection=reason)
            for number, (writing, reason) in refused.items()
        ]

    def _candidates(self, work: _Work) -> list[Candidate]:
        """Every window is tried before the first failure counts: what was answered stays answered."""
        candidates: list[Candidate] = []
        failure: ModelCallError | None = None
        for window in windows(work.numbered, work.transcript.chapters, words=self._window_words()):
            self._count("windows")
            system, user = window_prompt(work.episode, work.transcript, work.numbered, window)
            try:
                reply = self._ask(self._reader, work, system, user, CandidatesReply, tokens=1500)
            except ModelCallError as error:
                if error.answered and work.memory.failed(request_key(self._reader, system, user)) >= UNUSABLE:
                    self._count("unread")
                    continue
                failure = failure or error
                continue
            candidates += pointed(reply, work.numbered, window, work.gate.locator)
        if failure is not None:
            raise failure
        evidence = Evidence.given(work.episode.data, work.transcript.chapters)
        kept = with_evidence(without_repeats(candidates), work.numbered, evidence)
        self._count("candidates", len(kept))
        return kept

    def _finalists(self, work: _Work, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The chosen ones, best first, a few more than are kept."""
        if not candidates:
            return []
        most = math.ceil(most_insights(work.transcript, self._limits) * SPARE)
        replies: list[ChoiceReply] = []
        for reverse in (False, True):
            system, user = choice_prompt(candidates, work.numbered, most=most, reverse=reverse)
            replies.append(self._ask(self._editor, work, system, user, ChoiceReply, tokens=1000))
            if not follows_list(replies[0]):
                break
        finalists = chosen(replies, candidates, most=most)
        self._count("finalists", len(finalists))
        return finalists

    def _written(
        self, work: _Work, finalists: Sequence[Candidate], ratings: Sequence[float] | None
    ) -> tuple[dict[int, Writing], dict[int, tuple[Writing, str]]]:
        """What may be printed of the finalists, by their number (from 1), and what may not, with the reason.

        What ranks below the floor is refused whatever a check would say, so none is paid for.
        """
        system, user = writing_prompt(finalists, work.episode, work.transcript, work.numbered)
        reply = self._ask(self._editor, work, system, user, WritingReply, tokens=300 + 220 * len(finalists))
        writings = {
            item.id: item for item in reply.ideas if 0 < item.id <= len(finalists) and not item.drop and item.claim
        }
        self._count("dropped", len(finalists) - len(writings))
        quality = _qualities(writings, finalists, work.numbered, ratings, of=sorted(writings))
        floor = self._limits.min_written
        objected = self._objections(work, {n: w for n, w in writings.items() if quality[n] >= floor}, finalists)
        kept = {number: writing for number, writing in writings.items() if number not in objected}
        kept |= self._repaired(work, writings, objected, finalists)
        refused = {
            number: (writings[number], "; ".join(reasons)) for number, reasons in objected.items() if number not in kept
        }
        return kept, refused

    def _repaired(
        self,
        work: _Work,
        writings: Mapping[int, Writing],
        objected: Mapping[int, list[str]],
        finalists: Sequence[Candidate],
    ) -> dict[int, Writing]:
        """What was sent back, written again and found right; where only the body was at fault, the idea without it."""
        if not objected:
            return {}
        self._count("refused", len(objected))
        system, user = repair_prompt(objected, writings, finalists, work.episode, work.transcript, work.numbered)
        reply = self._ask(self._editor, work, system, user, WritingReply, tokens=300 + 220 * len(objected))
        again = {item.id: item for item in reply.ideas if item.id in objected and not item.drop and item.claim}
        still = self._objections(work, again, finalists)
        kept = {number: writing for number, writing in again.items() if number not in still}
        self._count("repaired", len(kept))
        for number, reasons in still.items():
            if all(reason.startswith("the body") for reason in reasons):
                kept[number] = again[number].model_copy(update={"body": ""})
                self._count("bodies")
        return kept

    def _objections(
        self, work: _Work, writings: Mapping[int, Writing], finalists: Sequence[Candidate]
    ) -> dict[int, list[str]]:
        """All that code and the checking model have against each writing; what is clean is not in it."""
        complaints: dict[int, list[str]] = {}
        asked: dict[int, Writing] = {}
        for number, writing in writings.items():
            drops = work.gate.objections(_draft(writing, finalists[number - 1], work.numbered))
            if any(drop.reason in HOPELESS for drop in drops):
                continue  # `select` refuses it; no words can mend it
            asked[number] = writing
            if drops:
                complaints[number] = [
                    f"{drop.reason.value}{f' ({drop.detail})' if drop.detail else ''}" for drop in drops
                ]
        if asked:
            spans = {number: finalists[number - 1] for number in asked}
            system, user = check_prompt(asked, spans, work.episode, work.transcript, work.numbered)
            reply = self._ask(self._editor, work, system, user, CheckReply, tokens=200 + 80 * len(asked))
            verdicts = {verdict.id: verdict for verdict in reply.verdicts}
            for number, writing in asked.items():
                verdict = verdicts.get(number)
                if verdict is not None and not headline_stands(verdict):
                    writing.headline = ""
                if reasons := objections(verdict, writing):
                    complaints.setdefault(number, []).extend(reasons)
        return complaints

    def _ratings(self, finalists: Sequence[Candidate], numbered: NumberedTranscript) -> list[float] | None:
        """The log odds that a reader is glad of each quote; ``None`` where nothing rates it."""
        rater = self._rater()
        if rater is None:
            return None
        return [float(glad) for glad, _ in rater.rate([numbered.quote(finalist.span) for finalist in finalists])]

    def _ask(self, model: ChatModel, work: _Work, system: str, user: str, shape: type[Reply], *, tokens: int) -> Reply:
        """The model's reply in that shape, from memory where it was given before.

        Raises:
            ModelCallError: there is none, or it is not what was asked for (``answered`` is then true).
        """
        key = request_key(model, system, user)
        known = work.memory.get(key)
        reply = known
        if reply is None:
            self._count("calls")
            reply = model.complete_json(system, user, schema=shape.model_json_schema(), max_tokens=tokens)
        try:
            read = shape.model_validate(reply)
        except ValidationError as error:
            raise ModelCallError("the reply is not what was asked for", subject=model.name, answered=True) from error
        if known is None:
            work.memory.put(key, reply)
        return read

    def _count(self, what: str, number: int = 1) -> None:
        with self._lock:  # several workers share one extractor
            self.counts[what] += number


def _qualities(
    writings: Mapping[int, Writing],
    finalists: Sequence[Candidate],
    numbered: NumberedTranscript,
    ratings: Sequence[float] | None,
    *,
    of: Sequence[int],
) -> dict[int, float]:
    """The quality of each writing by its number; ``of`` are the numbers, in the editor's order, among which it has its place."""
    order = sorted(writings)
    last = max(1, len(of) - 1)
    places = [of.index(number) / last for number in order]
    if ratings is not None:
        qualities = [rated_quality(place, ratings[number - 1]) for place, number in zip(places, order, strict=True)]
    else:
        quotes = worths([numbered.quote(finalists[number - 1].span) for number in order])
        claims = worths([writings[number].claim for number in order])
        words = zip(places, quotes, claims, strict=True)
        qualities = [written_quality(place, quote.value, claim.value) for place, quote, claim in words]
    return {number: round(quality, 4) for number, quality in zip(order, qualities, strict=True)}


def _draft(writing: Writing, candidate: Candidate, numbered: NumberedTranscript) -> InsightDraft:
    return InsightDraft(
        claim=writing.claim,
        body=writing.body,
        quote=numbered.quote(candidate.span),
        headline=writing.headline if len(writing.headline.split()) <= HEADLINE_WORDS else "",
        kind=candidate.kind,
        written=True,
    )
