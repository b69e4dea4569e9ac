"""An answer written by a language model, sentence by sentence as it comes; only what its evidence carries is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem
from earmark.llm.replies import parse_json
from earmark.types import Answer, Citation, Hit
from retrieval.answers.carrying import carried, carrier, shown_for
from retrieval.answers.checked import bare_text, has_address, may_cite
from retrieval.answers.evidence import AnswerEvidence, PassageSentence, citation
from retrieval.answers.extract import quoted_side, silence
from retrieval.answers.mending import LostSentence, mended
from retrieval.answers.packing import BUDGET, pack

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["cited_sentences", "written_answers"]

_MAX_TOKENS = 700
_MOST_SENTENCES = 12
_LONGEST = 2_000
"""Characters of one sentence; what is longer without an end is no sentence."""
_NONE = re.compile(r"^\W*(?:NONE|NOTHING|NO ANSWER)\W*$", re.IGNORECASE)
_MARKS = re.compile(r"(?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+")
_ENDED = re.compile(rf"{_MARKS.pattern}\s*[.!?]?(?=\s+[^\s\[])")
"""Marks and what follows them: from there on a sentence is whole."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
_BLANKS = re.compile(r"[ \t]{2,}")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_PRONOUN = re.compile(r"^(?:He|She)\b(?!['’])")
_SUBJECT = re.compile(r"[A-Z][\w’-]*[^\W_](?:\s+[A-Z][\w’-]*[^\W_])*")
_FENCE = "-----"


class _CitedSentence(BaseModel):
    text: str = Field(max_length=_LONGEST)
    cites: list[int] = Field(max_length=20)


class _WrittenReply(BaseModel):
    answered: bool
    sentences: list[_CitedSentence] = Field(default_factory=list, max_length=20)


@dataclass(slots=True)
class _Draft:
    """The sentences that were kept, by side, and how the reader's numbers go with the model's.

    ``owners`` says of which side each of ``hits`` is; a question without sides has one.
    """

    evidence: AnswerEvidence
    hits: Sequence[Hit]
    owners: Sequence[int]
    writer: str
    kept: dict[int, dict[int, str]]
    citations: list[Citation]

    def add(self, place: int, text: str, cites: Sequence[int]) -> bool:
        """Takes the sentence at a place of the reply if it may be shown; it belongs to the side of the first passage that it cites."""
        if has_address(text) or sum(map(len, self.kept.values())) == _MOST_SENTENCES:
            return False
        bare = bare_text(text)
        if has_address(bare):  # markup in the midst of one had hidden it
            return False
        kept = may_cite(bare, cites, self.hits)
        quotes = [carrier(bare, self.hits[n - 1]) for n in kept]
        if not kept or not carried(bare, quotes, self.hits, asked=_asked(self.evidence)):
            return False
        marks = [self._number(shown) for quote in quotes for shown in shown_for(bare, quote)]
        said = self.kept.setdefault(self.owners[kept[0] - 1], {})
        said[place] = f"{bare} {''.join(f'[{n}]' for n in dict.fromkeys(marks))}"
        return True

    def named(self, text: str, cites: Sequence[int], lost: str) -> str:
        """A sentence that follows on one that was lost, with a name for its "He" or "She": it has nobody to mean now."""
        pronoun = _PRONOUN.match(text)
        if not lost or pronoun is None:
            return text
        subject = _SUBJECT.match(bare_text(lost))
        speaker = next((self.hits[n - 1].speaker for n in cites if 1 <= n <= len(self.hits)), None)
        name = subject[0] if subject and stem(subject[0]) not in STOPWORDS else speaker
        return f"{name}{text[pronoun.end() :]}" if name else text

    def _number(self, quote: PassageSentence) -> int:
        """The reader's number of a quote; one that holds it already serves."""
        for cite in self.citations:
            if cite.chunk_id == quote.hit.chunk_id and quote.text in cite.quote:
                return cite.n
        self.citations.append(citation(len(self.citations) + 1, quote))
        return len(self.citations)

    def complete(self) -> None:
        """Gives each voice and claim that the model left out its own words, if it wrote of any.

        Of a subject that it left out what was found says nothing that answers.
        """
        missing = [
            n
            for n, side in enumerate(self.evidence.sides)
            if side.evidence is not None and side.kind != "subject" and n not in self.kept
        ]
        for n in missing if self.kept else ():
            paragraph, cited = quoted_side(self.evidence.sides[n], len(self.citations) + 1)
            self.kept[n] = {0: paragraph}
            self.citations += cited

    def answer(self, *, whole: bool = False) -> Answer:
        """The answer so far, a paragraph for each side; once it is ``whole`` a side that has none is said to be silent.

        What is written about subjects, which one sentence may set against each other, stays in the order of the model.
        """
        paragraphs = [self._paragraph(n) for n in sorted(self.kept)]
        sides = self.evidence.sides
        if whole and self.kept and any(side.kind == "subject" for side in sides):
            paragraphs.append(" ".join(silence(side) for side in sides if side.to_read() is None))
        elif whole and self.kept and sides:
            paragraphs = [self._paragraph(n) if n in self.kept else silence(side) for n, side in enumerate(sides)]
        return Answer(
            question=self.evidence.question,
            answer="\n\n".join(filter(None, paragraphs)),
            abstained=not self.kept,
            citations=tuple(self.citations),
            writer=self.writer,
        )

    def _paragraph(self, side: int) -> str:
        """What was kept of a side, in the order of the reply."""
        return " ".join(text for _, text in sorted(self.kept[side].items()))


def written_answers(evidence: AnswerEvidence, chat: ChatModel) -> Iterator[Answer]:
    """The model's answer as far as it has come, after each sentence that is shown; nothing if none is.

    A sentence is held back until it is whole and checked (see `retrieval.answers.checked`): it cites what it was given, and
    what it cites carries its words, numbers and names. Where the model says that the evidence does not answer, and has
    written nothing else, the one answer abstains. Where the question has sides, each has a paragraph; what the model
    leaves out is quoted.

    Raises:
        ModelCallError: the model failed, perhaps after some sentences.
    """
    packed = _packed(evidence)
    hits = [hit for part in packed for hit in part]
    apart = all(side.kind != "subject" for side in evidence.sides)
    owners = [n if apart else 0 for n, part in enumerate(packed) for _ in part]
    draft = _Draft(evidence=evidence, hits=hits, owners=owners, writer=chat.name, kept={}, citations=[])
    refused, before, lost = False, "", list[LostSentence]()
    user = _user(evidence, packed)
    for place, (text, cites) in enumerate(cited_sentences(chat.stream(_system(), user, max_tokens=_MAX_TOKENS))):
        refused = refused or (not cites and bool(_NONE.match(text)))
        if draft.add(place, draft.named(text, cites, before), cites):
            before = ""
            yield draft.answer()
        else:
            before = text
            lost += (
                [LostSentence(place=place, text=text, cites=tuple(cites))] if cites and not has_address(text) else []
            )
    if lost and _mend(draft, lost, chat):
        yield draft.answer()
    draft.complete()
    if draft.kept and evidence.sides:
        yield draft.answer(whole=True)
    if refused and not draft.kept:
        yield replace(draft.answer(), abstained=True)


def _mend(draft: _Draft, lost: Sequence[LostSentence], chat: ChatModel) -> bool:
    """Takes what of the sentences that were lost may be shown once the model has worded them anew; whether any may."""
    passages = {n: f"{_FENCE} passage {n}\n{_passage(hit)}" for n, hit in enumerate(draft.hits, 1)}
    fresh = mended(_asked(draft.evidence), lost, passages, chat)
    added = [
        draft.add(place, text, cites) for place, wording in fresh.items() for text, cites in list(_cited(wording))[:1]
    ]
    return any(added)


def _packed(evidence: AnswerEvidence) -> list[tuple[Hit, ...]]:
    """The passages that the model reads, by side: of each as many as its share of the budget holds."""
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
        if evidence.sides and hits:
            blocks.append(f"{_FENCE} side: {plain(evidence.sides[side].label).replace(_FENCE, '—')}")
        for hit in hits:
            n += 1
            blocks.append(f"{_FENCE} passage {n}\n{_passage(hit)}")
    question = _asked(evidence)
    return f"Question: {question}\n\n" + "\n".join(blocks) + f"\n{_FENCE} end of passages\n\nQuestion again: {question}"


def _asked(evidence: AnswerEvidence) -> str:
    """The question as the reader typed it, and, where it was read otherwise, as it was looked for."""
    typed, read = (plain(text).replace(_FENCE, "—") for text in (evidence.question, evidence.understood))
    return f"{typed}\n(That is: {read})" if read and read != typed else typed


def _passage(hit: Hit) -> str:
    when = f" — {hit.published:%Y-%m-%d}" if hit.published else ""
    head = plain(f"{hit.show} — {hit.episode} — {hit.speaker or 'unknown speaker'}{when}")
    return f"{head}\n{plain(hit.text)}".replace(_FENCE, "—")
