"""Insights written by a language model: it reads everything, chooses once, writes only what was chosen, and is checked.

1. `candidates`: window by window the model points at sentences that could be printed;
2. `choice`: one look at all candidates merges and ranks them;
3. `writing`: the finalists are written out, those that promise most;
4. `checking`: code and one more call look for what the quote does not carry, and for what a reader would skip; what is
   refused and worth a reader's time is repaired once.

Transcript text reaches the model between marker lines that it cannot contain. A call that fails raises: the episode waits
and goes on from the replies that are remembered, and nothing falls back in silence.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from ingest.insights.choice import MOST_CHOSEN, ChoiceReply, choice_prompt, chosen, follows_list
from ingest.insights.evidence import Evidence
from ingest.insights.memory import NoMemory, ReplyMemory, request_key
from ingest.insights.numbered import NumberedTranscript
from ingest.insights.verify import DropReason, Gate
from ingest.insights.windows import WINDOW_WORDS, windows
from ingest.insights.writing import HEADLINE_WORDS, Writing, WritingReply, repair_prompt, writing_prompt
from ingest.insights.written_quality import promise, quality

if TYPE_CHECKING:
    from earmark.ports import ChatModel, SpanRater
    from earmark.types import Episode, Transcript

__all__ = ["LlmExtractor"]

CHOSEN = 2.0
"""Candidates that the editor may choose for each insight that may be kept: it knows them by a few words."""
SPARE = 1.25
"""Finalists for each insight that may be kept: some are refused, some cannot be made to stand alone, some would be skipped."""
LEAST_PROMISE = 0.3
"""The `promise` below which a candidate is not written: of eleven judged ideas below it four were worth a reader's time."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finalist:
    """A candidate that is written out, and how likely a reader is glad of it, as far as that can be known before."""

    candidate: Candidate
    promise: float


@dataclass(slots=True)
class _Checked:
    """By the number of a writing (from 1): what is held against it, if anything, and its worth, if it was told."""

    objections: dict[int, list[str]] = field(default_factory=dict)
    worth: dict[int, int | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Made:
    """By the number of a finalist (from 1): what may be printed, its quality, and what may not, with the reason."""

    kept: dict[int, Writing]
    quality: dict[int, float] = field(default_factory=dict)
    refused: dict[int, tuple[Writing, str]] = field(default_factory=dict)


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
            rater: gives what rates the quotes, where there is such a thing.
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
        finalists = self._finalists(work, self._candidates(work))
        if not finalists:
            return []
        made = self._written(work, finalists)
        drafts = [
            replace(_draft(writing, finalists[number - 1].candidate, numbered), quality=made.quality[number])
            for number, writing in made.kept.items()
        ]
        # What was refused goes along, so that it is counted by its reason.
        return sorted(drafts, key=lambda draft: -draft.quality) + [
            replace(_draft(writing, finalists[number - 1].candidate, numbered), objection=reason)
            for number, (writing, reason) in made.refused.items()
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

    def _finalists(self, work: _Work, candidates: Sequence[Candidate]) -> list[_Finalist]:
        """The chosen ones that promise most, in the editor's order, a few more than are kept."""
        if not candidates:
            return []
        insights = most_insights(work.transcript, self._limits)
        most = min(MOST_CHOSEN, math.ceil(insights * CHOSEN))
        replies: list[ChoiceReply] = []
        for reverse in (False, True):
            system, user = choice_prompt(candidates, work.numbered, most=most, reverse=reverse)
            replies.append(self._ask(self._editor, work, system, user, ChoiceReply, tokens=400 + 25 * most))
            if not follows_list(replies[0]):
                break
        finalists = self._promising(chosen(replies, candidates, most=most), work.numbered)
        best = sorted(finalists, key=lambda finalist: -finalist.promise)[: math.ceil(insights * SPARE)]
        self._count("finalists", len(best))
        return [finalist for finalist in finalists if finalist in best]

    def _promising(self, candidates: Sequence[Candidate], numbered: NumberedTranscript) -> list[_Finalist]:
        """The candidates, given best first, without those that promise too little; one at least."""
        rater = self._rater()
        quotes = [numbered.quote(candidate.span) for candidate in candidates]
        ratings = [None] * len(quotes) if rater is None else [float(glad) for glad, _ in rater.rate(quotes)]
        last = max(1, len(candidates) - 1)
        finalists = [
            _Finalist(candidate=candidate, promise=promise(place / last, rating))
            for place, (candidate, rating) in enumerate(zip(candidates, ratings, strict=True))
        ]
        least = min(LEAST_PROMISE, self._limits.min_written)
        return [finalist for finalist in finalists if finalist.promise >= least] or finalists[:1]

    def _written(self, work: _Work, finalists: Sequence[_Finalist]) -> _Made:
        """What may be printed of the finalists, and what may not."""
        candidates = [finalist.candidate for finalist in finalists]
        system, user = writing_prompt(candidates, work.episode, work.transcript, work.numbered)
        reply = self._ask(self._editor, work, system, user, WritingReply, tokens=300 + 220 * len(finalists))
        writings = {
            item.id: item for item in reply.ideas if 0 < item.id <= len(finalists) and not item.drop and item.claim
        }
        self._count("dropped", len(finalists) - len(writings))
        checked = self._checked(work, writings, candidates)
        made = _Made(kept={n: w for n, w in writings.items() if n not in checked.objections})
        made.quality = {n: quality(finalists[n - 1].promise, checked.worth.get(n)) for n in writings}
        self._count("refused", len(checked.objections))
        # What a reader would skip is not worth another call.
        again = {n: o for n, o in checked.objections.items() if made.quality[n] >= self._limits.min_written}
        if again:
            repaired, worth = self._repaired(work, writings, again, candidates)
            made.kept |= repaired
            worth = {n: checked.worth.get(n) if told is None else told for n, told in worth.items()}
            made.quality |= {n: quality(finalists[n - 1].promise, worth.get(n)) for n in repaired}
        made.refused = {n: (writings[n], "; ".join(o)) for n, o in checked.objections.items() if n not in made.kept}
        return made

    def _repaired(
        self,
        work: _Work,
        writings: Mapping[int, Writing],
        objections: Mapping[int, list[str]],
        candidates: Sequence[Candidate],
    ) -> tuple[dict[int, Writing], dict[int, int | None]]:
        """What was sent back, written again and found right, with its worth; where only the body was at fault, the idea without it."""
        system, user = repair_prompt(objections, writings, candidates, work.episode, work.transcript, work.numbered)
        reply = self._ask(self._editor, work, system, user, WritingReply, tokens=300 + 220 * len(objections))
        again = {item.id: item for item in reply.ideas if item.id in objections and not item.drop and item.claim}
        checked = self._checked(work, again, candidates)
        kept = {number: writing for number, writing in again.items() if number not in checked.objections}
        self._count("repaired", len(kept))
        for number, reasons in checked.objections.items():
            if all(reason.startswith("the body") for reason in reasons):
                kept[number] = again[number].model_copy(update={"body": ""})
                self._count("bodies")
        return kept, checked.worth

    def _checked(self, work: _Work, writings: Mapping[int, Writing], candidates: Sequence[Candidate]) -> _Checked:
        """All that code and the checking model have against each writing, and what the model says it is to a reader."""
        checked = _Checked()
        asked: dict[int, Writing] = {}
        for number, writing in writings.items():
            drops = work.gate.objections(_draft(writing, candidates[number - 1], work.numbered))
            if any(drop.reason in HOPELESS for drop in drops):
                continue  # `select` refuses it; no words can mend it
            asked[number] = writing
            if drops:
                checked.objections[number] = [
                    f"{drop.reason.value}{f' ({drop.detail})' if drop.detail else ''}" for drop in drops
                ]
        if asked:
            spans = {number: candidates[number - 1] for number in asked}
            system, user = check_prompt(asked, spans, work.episode, work.transcript, work.numbered)
            reply = self._ask(self._editor, work, system, user, CheckReply, tokens=200 + 90 * len(asked))
            verdicts = {verdict.id: verdict for verdict in reply.verdicts}
            for number, writing in asked.items():
                verdict = verdicts.get(number)
                if verdict is not None:
                    checked.worth[number] = verdict.worth
                    if not headline_stands(verdict):
                        writing.headline = ""
                if reasons := objections(verdict, writing):
                    checked.objections.setdefault(number, []).extend(reasons)
        return checked

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


def _draft(writing: Writing, candidate: Candidate, numbered: NumberedTranscript) -> InsightDraft:
    return InsightDraft(
        claim=writing.claim,
        body=writing.body,
        quote=numbered.quote(candidate.span),
        headline=writing.headline if len(writing.headline.split()) <= HEADLINE_WORDS else "",
        kind=candidate.kind,
        written=True,
    )
