"""Answers with citations: understand the question, find and weigh the evidence, and write or quote, or say there is none.

Two steps: ``gather`` finds the evidence and how sure it is that it answers; ``written`` makes the answer, sentence by
sentence where a language model writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from earmark.clock import SystemClock
from earmark.errors import ModelCallError
from earmark.types import Answer, Filters, Question, Turn
from retrieval.answers.abstaining import NOTHING, abstained, from_any_time, in_words, told_instead
from retrieval.answers.asked_for import SearchRequest, asked_for, together, within
from retrieval.answers.comparing import Comparer
from retrieval.answers.conditions import ConditionedQuestion, conditioned, inherited, words_alone
from retrieval.answers.evidence import NEAR, AnswerEvidence
from retrieval.answers.extract import extractive_answer, not_read_closely, quoted
from retrieval.answers.finishing import finished, viewed
from retrieval.answers.followup import WholeQuestion, asked_content, resolve, rewritten
from retrieval.answers.halves import HalfReader
from retrieval.answers.mentions import KnownNames
from retrieval.answers.naming import of_the_named
from retrieval.answers.off_point import off_point
from retrieval.answers.packing import BUDGET
from retrieval.answers.parting import compares, parted
from retrieval.answers.picking import pick_together
from retrieval.answers.pool import pooled
from retrieval.answers.rewording import reworded
from retrieval.answers.searches import searches_for
from retrieval.answers.weighing import Weigher
from retrieval.answers.written import written_answers
from retrieval.search.searcher import clean_query
from retrieval.search.ways import Marked, unmarked

if TYPE_CHECKING:
    from earmark.ports import ChatModel, Clock, Encoder
    from retrieval.encoders.cross_encoder import CrossEncoder
    from retrieval.search.parsed import Term
    from retrieval.search.searcher import Searcher

__all__ = ["NOTHING", "Answerer"]

_ALONE = 0.15
"""How much better a follow-up question has to be answered as written to be taken as complete in itself."""
_DECLINED = "The language model read what was found, and says that it does not answer."
_UNCARRIED = "What the language model wrote could not be used, so this is quoted."
_ELSE = re.compile(r"\b(?:else|other|others|another|besides|apart from)\b", re.IGNORECASE)
"""Words of a follow-up question that ask for what the answer before did not say."""
_OTHERS = re.compile(
    r"\b(?:(?:who|any(?:one|body)|some(?:one|body)|every(?:one|body))\s+(?:else|besides|apart\s+from)|others"
    r"|other\s+(?:people|persons|speakers|guests|hosts|voices|experts)|(?:does|do|did|has|is)\s+any(?:one|body))\b",
    re.IGNORECASE,
)
"""Words of a follow-up question that ask for what somebody else says."""
_SEVERAL = 2 * BUDGET
"""Room from which a model reads what several searches find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What came of a model's reading: an answer, whole or as far as it came, a refusal, or nothing that can be used.

    A refusal may have what is told instead.
    """

    answer: Answer | None = None
    refused: bool = False
    whole: bool = True


class Answerer:
    """Safe to share between threads.

    Args:
        searcher: finds the passages.
        encoder: compares their sentences with the question.
        chat: writes the answer; without one, or when it fails, the answer is quoted.
        clock: what "last year" is counted from.
        day_of: the reader's day at a time; by default that in UTC.
        reader: reads the best sentences together with the question.
        room: tokens of passages that ``chat`` is given (see `retrieval.answers.packing`). One with room for many names
            searches of its own first, and reads what all of them find.
    """

    def __init__(
        self,
        searcher: Searcher,
        encoder: Encoder,
        chat: ChatModel | None = None,
        *,
        clock: Clock | None = None,
        day_of: Callable[[datetime], date] = datetime.date,
        reader: CrossEncoder | None = None,
        room: Callable[[], int] = lambda: BUDGET,
    ) -> None:
        self._chat = chat
        self._room = room
        self._searcher = searcher
        self._clock = clock or SystemClock()
        self._day_of = day_of
        self._rarities = searcher.rarities
        self._respelled = searcher.respelled
        self._names = KnownNames(searcher.catalog, day_of=day_of, scope=searcher.scope)
        self._weigher = Weigher(searcher, encoder, reader)
        self._encoder = encoder
        self._comparer = Comparer(self._weigher)
        self._half_reader = HalfReader(self._weigher)

    def ask(self, question: Question, *, history: Sequence[Turn] = (), marked_as: Marked = unmarked) -> Answer:
        """The answer to a question; abstains, in words, when the evidence does not answer it.

        Args:
            question: as the reader typed it, perhaps with operators of a search (`retrieval.search.query`), which hold as
                its filters do.
            history: the conversation so far, from which a follow-up question is understood.
            marked_as: says what ``is:`` and ``tag:`` mean to the asking reader.

        Raises:
            UsageError: an empty question.
            NotFound: no speaker or show has the name that an operator or a filter gives.
        """
        return self.write(self.gather(question, history=history, marked_as=marked_as))

    def stream(
        self, question: Question, *, history: Sequence[Turn] = (), marked_as: Marked = unmarked
    ) -> Iterator[Answer]:
        """The answer as it grows by checked sentences; the last value is what `ask` returns.

        An answer can also be replaced (when a model fails, by its stand-in), so each value takes the place of the one
        before. Takes and raises what `ask` does.
        """
        yield from self.written(self.gather(question, history=history, marked_as=marked_as))

    def gather(
        self, question: Question, *, history: Sequence[Turn] = (), marked_as: Marked = unmarked
    ) -> AnswerEvidence:
        """The passages found, their sentences with scores, and how sure it is that they answer; as of `ask`.

        Of several ways that ``OR`` between conditions leaves open, it is the evidence of the surest; a model words that one alone.
        """
        text = clean_query(question.text)
        held = self._held(text, history) if question.narrowing else []
        ways = conditioned(text, question.filters, self._searcher, self._names.known(), held=held, marked_as=marked_as)
        evidence: AnswerEvidence | None = None
        if len(ways) > 1:
            gathered = [self._gathered(way, question.narrowing, history, None) for way in ways]
            sure = [(self._weigher.answers(weighed), weighed.confidence) for weighed in gathered]
            at = sure.index(max(sure))
            ways, evidence = [ways[at]], None if self._chat is not None else gathered[at]
        evidence = evidence or self._gathered(ways[0], question.narrowing, history, self._chat)
        return replace(evidence, question=text)

    def _held(self, text: str, history: Sequence[Turn]) -> list[Term]:
        """The conditions of the question before that hold for a follow-up too."""
        if not history:
            return []
        known, today = self._names.known(), self._day_of(self._clock.now())
        whole = resolve(self._as_meant(words_alone(text)), history, known, self._rarities.rarity(), today)
        if not whole.changed:
            return []
        named = {narrowing.kind for narrowing in asked_for(whole.text, known, today).narrowed}
        if _OTHERS.search(text):
            named.add("speaker")
        return inherited([turn.answer.narrowed for turn in history], named, known, today)

    def _as_meant(self, text: str) -> str:
        """A question with its slips put right, and names as they are now."""
        return self._respelled(self._names.known().called_now(text))

    def _gathered(
        self, way: ConditionedQuestion, narrowing: bool, history: Sequence[Turn], chat: ChatModel | None
    ) -> AnswerEvidence:
        """The evidence for a question under its conditions, which ``chat`` may word and take apart."""
        if way.filters is None:
            nothing = AnswerEvidence(question=way.text, hits=(), sentences=(), scores=(), confidence=0.0)
            return replace(nothing, asked=way.text, conditions=way.narrowed, remarks=way.notes, unfit=True)
        text, given = way.text, way.filters
        rarity, today = self._rarities.rarity(), self._day_of(self._clock.now())
        asked = self._as_meant(text)
        resolved = resolve(asked, history, self._names.known(), rarity, today, way.narrowed)
        if chat is not None:
            resolved = rewritten(asked, history, chat, resolved)
        evidence = self._narrowed(resolved.text, given, narrowing=narrowing, carried=resolved.carried)
        if resolved.fuller and (evidence.note or not self._weigher.answers(evidence)):
            fuller = self._narrowed(resolved.fuller, given, narrowing=narrowing)
            if fuller.confidence > evidence.confidence:
                evidence, resolved = fuller, replace(resolved, text=resolved.fuller)
        elif resolved.carried and not resolved.person and asked_content(asked):
            alone = self._narrowed(asked, given, narrowing=narrowing)
            if alone.confidence > evidence.confidence + _ALONE:
                evidence, resolved = alone, WholeQuestion(text=asked)
        understood = resolved.text if resolved.changed or asked != text else ""
        reworded = not self._weigher.answers(evidence)
        if reworded:
            other = self._in_other_words(resolved.text, chat=None if self._reads_widely() else chat)
            again = self._narrowed(other, given, narrowing=narrowing) if other else evidence
            if self._weigher.answers(again):
                evidence, resolved, understood = again, replace(resolved, text=other), other
        if narrowing and not self._reads_widely():
            evidence = self._by_parts(resolved.text, evidence, given, chat)
        told = frozenset[str]()
        if resolved.changed and _ELSE.search(asked):
            told = frozenset(cite.chunk_id for cite in history[-1].answer.citations)
            evidence = evidence.without(told)
        return replace(
            evidence,
            asked=resolved.text,
            understood=understood,
            given=given,
            conditions=way.narrowed,
            remarks=way.notes,
            narrowing=narrowing,
            reworded=reworded,
            told=told,
        )

    def write(self, evidence: AnswerEvidence) -> Answer:
        """The answer that evidence gives."""
        *_, last = self.written(evidence)
        return last

    def written(self, evidence: AnswerEvidence) -> Iterator[Answer]:
        """The answer that evidence gives, as far as it has come; at least one, and the last one is whole."""
        # What is quoted where the model fails is of the time and the persons that the question names.
        read = evidence
        if self._chat is not None and self._reads_widely() and not evidence.unfit:
            read = self._pooled(evidence, self._chat)
        if self._chat is not None and self._worth_reading(read):
            reading = yield from self._read(read, self._chat)
            if reading.refused and not read.pool and (again := self._sought_again(evidence)) is not None:
                reading, read, evidence = (yield from self._read(again, self._chat)), again, again
            if reading.refused:
                told = reading.answer and told_instead(read, reading.answer)
                yield finished(told or abstained(read, self._chat.name), read, _DECLINED)
                return
            if reading.answer is not None:
                note = "" if reading.whole else "The model broke off; this is what it had written by then."
                yield viewed(finished(reading.answer, read, note), read, self._clock.now())
                return
        yield self._quoted(evidence)

    def _read(self, evidence: AnswerEvidence, chat: ChatModel) -> Generator[Answer, None, _Reading]:
        """The answer that the model writes, as it grows, and at its end what came of it."""
        last, whole = None, True
        try:
            for last in written_answers(evidence, chat, room=self._room()):
                if not last.abstained:
                    yield finished(last, evidence)
        except ModelCallError:
            whole = False  # no model makes it stop
        if last is None or (last.abstained and not whole):
            return _Reading()
        if last.abstained:
            return _Reading(answer=last if last.citations else None, refused=True)
        return _Reading(answer=last, whole=whole)

    def _quoted(self, evidence: AnswerEvidence) -> Answer:
        """The answer in the speakers' own words; abstains where the evidence does not answer."""
        named = of_the_named(evidence) if evidence.sentences else evidence
        whole = self._whole(evidence, named)
        if whole is None:
            return finished(abstained(evidence), evidence)
        if halves := self._halves(evidence, whole):
            whole = quoted(evidence, pick_together(named, halves))
        note = _UNCARRIED if self._chat is not None else not_read_closely(whole.citations)
        return viewed(finished(whole, evidence, note), evidence, self._clock.now())

    def _whole(self, evidence: AnswerEvidence, named: AnswerEvidence) -> Answer | None:
        """What a question as it stands is answered with; ``None`` where the evidence, of what it names, does not answer."""
        if not self._weigher.answers(evidence) or not self._weigher.answers(named):
            return None
        if named.vectors is None:
            raise ValueError("evidence with sentences has their vectors")
        answer = extractive_answer(named, named.vectors, around=False)
        speakers = {sentence.speaker for sentence in evidence.sentences if sentence.speaker}
        asked = evidence.asked or evidence.question
        if not evidence.sides and off_point(asked, answer.citations, speakers):
            return None
        return extractive_answer(named, named.vectors)

    def _halves(self, evidence: AnswerEvidence, whole: Answer) -> list[AnswerEvidence]:
        """What else answers each of two questions that are asked in one, in the episodes that it is answered from."""
        if evidence.sides or not evidence.narrowing:
            return []
        now = self._clock.now()
        there = replace(evidence.given, episodes=tuple(dict.fromkeys(cite.episode_id for cite in whole.citations)))
        asked, known = evidence.asked or evidence.question, self._names.known()
        return [
            half.without(evidence.told)
            for half in self._half_reader.answering(asked, there, known, self._day_of(now), now=now)
        ]

    def _worth_reading(self, evidence: AnswerEvidence) -> bool:
        """Whether a model is asked: it may refuse itself, so it is enough that what was found is about the subject."""
        if evidence.pool:
            return True
        if evidence.sides:
            return any(side.to_read() is not None for side in evidence.sides)
        return bool(evidence.sentences) and evidence.confidence >= NEAR

    def _reads_widely(self) -> bool:
        """Whether there is a model with room for the passages of several searches."""
        return self._chat is not None and self._room() >= _SEVERAL

    def _pooled(self, evidence: AnswerEvidence, chat: ChatModel) -> AnswerEvidence:
        """The evidence with what the model reads: the passages of the question, in all of the library, and of searches that it names."""
        named = searches_for(evidence.asked or evidence.question, chat)
        pool = pooled(self._searcher, evidence, named, self._names.known())
        return replace(evidence, pool=pool, narrowed=(), note="") if pool else evidence

    def _sought_again(self, evidence: AnswerEvidence) -> AnswerEvidence | None:
        """Other evidence for a question that the model refused to answer from the first; ``None`` if there is none.

        The question is asked in other words, once, and only where that finds passages that the model has not read.
        """
        asked = evidence.asked or evidence.question
        other = "" if evidence.reworded else self._in_other_words(asked, chat=self._chat)
        if not other:
            return None
        again = self._narrowed(other, evidence.given, narrowing=evidence.narrowing).without(evidence.told)
        new = {hit.chunk_id for hit in again.hits} - {hit.chunk_id for hit in evidence.hits}
        if not new or not self._worth_reading(again):
            return None
        return replace(
            again,
            question=evidence.question,
            asked=asked,
            understood=other,
            conditions=evidence.conditions,
            remarks=evidence.remarks,
            reworded=True,
        )

    def _by_parts(self, text: str, evidence: AnswerEvidence, given: Filters, chat: ChatModel | None) -> AnswerEvidence:
        """The evidence, or, where a model takes the question apart into sides of which one is answered, that of its sides."""
        if chat is None or evidence.sides or not compares(text):
            return evidence
        parts = parted(text, chat)
        if not parts:
            return evidence
        now = self._clock.now()
        divided = self._comparer.by_parts(text, parts, given, self._names.known(), self._day_of(now), now=now)
        better = self._weigher.answers(divided) or not self._weigher.answers(evidence)
        return divided if better and self._worth_reading(divided) else evidence

    def _in_other_words(self, text: str, *, chat: ChatModel | None) -> str:
        """The question once more: by a model in other words, else with its spelling put right; empty for no other words."""
        respelled = self._respelled(text)
        if respelled == text and chat is not None:
            return reworded(text, chat)
        return respelled if respelled != text else ""

    def _narrowed(self, text: str, given: Filters, *, narrowing: bool, carried: Sequence[str] = ()) -> AnswerEvidence:
        """The evidence in the part of the library that the question names, or, where that holds none, in all of it."""
        now = self._clock.now()
        known, today = self._names.known(), self._day_of(now)
        read = within(asked_for(text, known, today), given, known)
        if narrowing and (compared := self._comparer.compared(text, read, given, known, today, now=now)):
            return compared
        if not narrowing:
            return self._weigher.weigh(text, given, now=now, topical=read.topical, carried=carried)
        evidence = self._weigher.weigh(
            read.text,
            together(given, read.filters),
            now=now,
            topical=read.topical,
            carried=carried,
            about=read.about,
        )
        if not read.narrowed or self._weigher.answers(evidence):
            return replace(evidence, narrowed=read.narrowed)
        if read.filters.speakers:  # for what a person says nobody else's words stand in
            return self._any_time(read, given, evidence, now)
        wide = self._weigher.weigh(read.whole, given, now=now, topical=read.topical, carried=carried, about=read.about)
        if self._weigher.answers(wide):
            where = in_words(read.narrowed)
            return replace(wide, note=f"Nothing {where} answers this, so this is from everything.")
        return replace(evidence, narrowed=read.narrowed)

    def _any_time(self, read: SearchRequest, given: Filters, evidence: AnswerEvidence, now: datetime) -> AnswerEvidence:
        """What somebody says at any time, where nothing of theirs answers that is of the time that the question has.

        "In 2021" may be when it was said, and when it was that they speak of.
        """
        days = [narrowing for narrowing in read.narrowed if narrowing.kind == "dates"]
        always = replace(read.filters, after=None, before=None)
        if days:
            wide = self._weigher.weigh(read.text, together(given, always), now=now, topical=read.topical)
            if self._weigher.answers(wide):
                rest = tuple(narrowing for narrowing in read.narrowed if narrowing.kind != "dates")
                return replace(wide, narrowed=rest, note=from_any_time(days))
        return replace(evidence, narrowed=read.narrowed)
