"""An answer written by a language model, sentence by sentence as it comes; only what its evidence carries is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.llm.replies import parse_json
from earmark.types import Answer, Hit
from retrieval.answers.checked import has_address
from retrieval.answers.conditions import words_alone
from retrieval.answers.drafting import AnswerDraft
from retrieval.answers.evidence import AnswerEvidence
from retrieval.answers.mending import LostSentence, mended
from retrieval.answers.packing import BUDGET, pack

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["cited_sentences", "written_answers"]

_MAX_TOKENS = 700
_LONGEST = 2_000
"""Characters of one sentence; what is longer without an end is no sentence."""
_NONE = re.compile(r"^\W*(?:NONE|NOTHING|NO ANSWER)\W*$", re.IGNORECASE)
_MARKS = re.compile(r"(?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+")
_ENDED = re.compile(rf"{_MARKS.pattern}\s*[.!?]?(?=\s+[^\s\[])")
"""Marks and what follows them: from there on a sentence is whole."""
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[SDM][trs]\.)(?<!\bMrs\.)\s+(?=[A-Z\"“])")
"""Where a sentence of a line ends; not after an initial or a title: "Mireille B. Reece", "Erik St. Martin"."""
_BLANKS = re.compile(r"[ \t]{2,}")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_FENCE = "-----"


class _CitedSentence(BaseModel):
    text: str = Field(max_length=_LONGEST)
    cites: list[int] = Field(max_length=20)


class _WrittenReply(BaseModel):
    answered: bool
    sentences: list[_CitedSentence] = Field(default_factory=list, max_length=20)


def written_answers(evidence: AnswerEvidence, chat: ChatModel, *, room: int = BUDGET) -> Iterator[Answer]:
    """The model's answer as far as it has come, after each sentence that is shown; nothing if none is.

    It reads as many passages as ``room`` tokens hold.

    A sentence is held back until it is whole and checked (see `retrieval.answers.checked`): it cites what it was given, and
    what it cites carries its words, numbers and names. One with words that nothing shown for it has is worded closer first,
    and comes with those behind it at the end. Where the model says first that the evidence does not answer, the one
    answer abstains, with the first sentence of what is told instead. Where the question has sides, each has a paragraph; what
    the model leaves out is quoted.

    Raises:
        ModelCallError: the model failed, perhaps after some sentences.
    """
    packed = _packed(evidence, room)
    hits = [hit for part in packed for hit in part]
    apart = all(side.kind != "subject" for side in evidence.sides)
    owners = [n if apart else 0 for n, part in enumerate(packed) for _ in part]
    draft = AnswerDraft(evidence, hits, owners, chat.name, _asked(evidence))
    refused, declined, waiting, failed = False, False, list[LostSentence](), list[ModelCallError]()
    reply = chat.stream(_system(), _user(evidence, packed), max_tokens=_MAX_TOKENS)
    for place, (text, cites) in enumerate(_until_failure(cited_sentences(reply), failed)):
        none = not cites and bool(_NONE.match(text))
        declined = declined or (none and not draft.kept and not any(sentence.shown for sentence in waiting))
        refused = (not cites and draft.tells_silence(text)) or none or refused
        if _take(draft, place, text, cites, waiting, whole=not declined):
            if declined:
                break
            yield draft.answer()
    if declined and not failed:
        yield replace(draft.answer(), abstained=True)
        return
    if waiting and (_mend(draft, waiting, None if failed else chat) or draft.kept):
        yield draft.answer()
    if failed:
        raise failed[0]
    draft.complete()
    if draft.kept and (evidence.sides or draft.silent):
        yield draft.answer(whole=True)
    if refused and not draft.kept:
        yield replace(draft.answer(), abstained=True)


def _until_failure(
    sentences: Iterator[tuple[str, list[int]]], failed: list[ModelCallError]
) -> Iterator[tuple[str, list[int]]]:
    """The sentences until the model fails, if it does; then ``failed`` has the error."""
    try:
        yield from sentences
    except ModelCallError as error:
        failed.append(error)


def _take(
    draft: AnswerDraft, place: int, text: str, cites: list[int], waiting: list[LostSentence], *, whole: bool
) -> bool:
    """Takes a sentence if it may be shown. Else it waits; where only ``whole`` ones may be, so does one with words that no quote has.

    What follows on a sentence that waits and may be shown waits too, so that sentences come and are numbered in order.
    """
    lost = waiting[-1] if waiting and waiting[-1].place == place - 1 and not waiting[-1].shown else None
    sentence = draft.named(text, cites, lost.text if lost else "")
    if not any(before.shown for before in waiting) and draft.add(place, sentence, cites, whole=whole):
        return True
    waiting.append(
        LostSentence(
            place=place,
            text=sentence,
            cites=() if has_address(text) else tuple(cites),
            lack=draft.lack(sentence, cites),
            shown=draft.carries(sentence, cites),
        )
    )
    return False


def _mend(draft: AnswerDraft, waiting: Sequence[LostSentence], chat: ChatModel | None) -> bool:
    """Takes what of the sentences that wait may be shown, once the model has worded them anew; whether any may.

    Where the new words are no better, or no model is left to ask, a sentence that may be shown stays as it was.
    """
    passages = {n: f"{_FENCE} passage {n}\n{_passage(hit)}" for n, hit in enumerate(draft.hits, 1)}
    fresh = mended(draft.asked, waiting, passages, chat) if chat is not None else {}
    added = []
    for sentence in waiting:
        wording = next(_cited(fresh.get(sentence.place, "")), None)
        added.append(
            (wording is not None and draft.add(sentence.place, *wording, whole=sentence.shown))
            or (sentence.shown and draft.add(sentence.place, sentence.text, sentence.cites))
        )
    return any(added)


def _packed(evidence: AnswerEvidence, room: int) -> list[tuple[Hit, ...]]:
    """The passages that the model reads, by side: of each as many as its share of the room holds."""
    if evidence.pool:
        return [pack(evidence.pool, range(0, -len(evidence.pool), -1), budget=room, most=len(evidence.pool))]
    if not evidence.sides:
        return [pack(evidence.hits, evidence.passage_scores())]
    read = [side.to_read() for side in evidence.sides]
    budget = BUDGET // max(1, sum(held is not None for held in read))
    return [pack(held.hits, held.passage_scores(), budget=budget) if held is not None else () for held in read]


def cited_sentences(pieces: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
    """The sentences of a reply as soon as each is whole, with the numbers that it cites."""
    waiting, as_json = "", False
    for piece in pieces:
        waiting = _joined(waiting, piece)
        as_json = as_json or waiting.lstrip().startswith(("{", "```"))
        if as_json:
            continue  # a model that answers in JSON, whatever it was asked for, is read when it is done
        while (cut := _whole(waiting)) > 0:
            yield from _cited(waiting[:cut])
            waiting = waiting[cut:]
        waiting = waiting[-2 * _LONGEST :]
    yield from _from_json(waiting) if as_json else _cited(waiting)


def _joined(waiting: str, piece: str) -> str:
    """The text with what came next; blanks in a row become one, lest a model that writes nothing else costs hours."""
    return _BLANKS.sub(" ", waiting + piece) if piece[:1].isspace() or _BLANKS.search(piece) else waiting + piece


def _whole(text: str) -> int:
    """Where the first whole sentence of a text ends: at a line's end, or after marks; 0 if none is whole yet."""
    line = text.find("\n")
    marks = _ENDED.search(text)
    ends = [end for end in (line + 1 if line >= 0 else 0, marks.end() if marks else 0) if end]
    return min(ends, default=0)


def _cited(text: str) -> Iterator[tuple[str, list[int]]]:
    """What a line says, sentence by sentence; marks at its end hold for all of it."""
    marks = list(_MARKS.finditer(text))
    cites = [int(number) for match in marks for number in re.findall(r"\d+", match.group())]
    bare = _BULLET.sub("", _MARKS.sub("", text)).strip()
    if not bare:
        return
    for sentence in _SENTENCE_END.split(bare):
        yield sentence, cites


def _from_json(text: str) -> Iterator[tuple[str, list[int]]]:
    try:
        reply = _WrittenReply.model_validate(parse_json(text))
    except (ValueError, ValidationError) as error:
        raise ModelCallError("answered something that is not an answer", subject="llm") from error
    if not reply.answered:
        yield "NONE", []
    for sentence in reply.sentences:
        yield sentence.text, sentence.cites


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("answer.md").read_text(encoding="utf-8")


def _user(evidence: AnswerEvidence, packed: Sequence[Sequence[Hit]]) -> str:
    """Question and passages, by side; what could look like the fence is taken out of them."""
    blocks: list[str] = []
    n = 0
    for side, hits in enumerate(packed):
        if evidence.sides and hits and not evidence.pool:
            blocks.append(f"{_FENCE} side: {plain(evidence.sides[side].label).replace(_FENCE, '—')}")
        for hit in hits:
            n += 1
            blocks.append(f"{_FENCE} passage {n}\n{_passage(hit)}")
    question = _asked(evidence)
    return f"Question: {question}\n\n" + "\n".join(blocks) + f"\n{_FENCE} end of passages\n\nQuestion again: {question}"


def _asked(evidence: AnswerEvidence) -> str:
    """The question in the reader's words, and, where it was read otherwise, as it was looked for."""
    typed, read = (plain(text).replace(_FENCE, "—") for text in (words_alone(evidence.question), evidence.understood))
    return f"{typed}\n(That is: {read})" if read and read != typed else typed


def _passage(hit: Hit) -> str:
    when = f" — {hit.published:%Y-%m-%d}" if hit.published else ""
    head = plain(f"{hit.show} — {hit.episode} — {hit.speaker or 'unknown speaker'}{when}")
    return f"{head}\n{plain(hit.text)}".replace(_FENCE, "—")
