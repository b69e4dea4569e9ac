"""An answer of a language model while it is written: the sentences that may be shown, and what is quoted for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from earmark.language.folding import fold
from earmark.language.numbers import values
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Answer, Citation, Hit
from retrieval.answers.carrying import carried, carrier
from retrieval.answers.checked import bare_text, has_address, may_cite, names_beyond
from retrieval.answers.evidence import AnswerEvidence, PassageSentence, SideEvidence, citation, date_of, sentences_of
from retrieval.answers.extract import quoted_side, silence
from retrieval.answers.nameless import may_be_quoted
from retrieval.answers.nearness import unheld
from retrieval.answers.quoting import lacking, naming, shown_for

__all__ = ["AnswerDraft"]

_MOST_SENTENCES = 12
_NOBODY = -1
"""The side of sentences that are of none."""
_PRONOUN = re.compile(r"^(?:He|She)\b(?!['’])")
_SUBJECT = re.compile(r"[A-Z][\w’-]*[^\W_](?:\s+[A-Z][\w’-]*[^\W_])*")
_NOTHING_OF = re.compile(r"^\W*(?P<label>[^:\n]{1,60}?)\s*:\s*NOTHING\W*$")


@dataclass(slots=True)
class AnswerDraft:
    """The sentences that were kept, by side and by their places in the reply, and how the reader's numbers go with the model's.

    ``owners`` says of which side each of ``hits`` is; a question without sides has one. ``asked`` is the question as the
    model read it. ``silent`` are those of whom it says that nothing that it read speaks.
    """

    evidence: AnswerEvidence
    hits: Sequence[Hit]
    owners: Sequence[int]
    writer: str
    asked: str
    kept: dict[int, dict[int, str]] = field(default_factory=dict)
    citations: list[Citation] = field(default_factory=list)
    silent: dict[str, SideEvidence] = field(default_factory=dict)

    def add(self, place: int, text: str, cites: Sequence[int], *, whole: bool = False) -> bool:
        """Takes the sentence at a place of the reply, with the numbers that it cites, if it may be shown.

        A ``whole`` one may only where each of its words that name something is in what is shown for it.
        """
        if sum(map(len, self.kept.values())) == _MOST_SENTENCES:
            return False
        bare, kept, shown = self._shown(text, cites)
        if not shown or (whole and lacking(bare, shown, self.asked)):
            return False
        marks = dict.fromkeys(map(self._number, shown))
        said = self.kept.setdefault(self._side_of(place, bare, kept[0], shown), {})
        said[place] = f"{bare} {''.join(f'[{n}]' for n in marks)}"
        return True

    def carries(self, text: str, cites: Sequence[int]) -> bool:
        """Whether a sentence may be shown, though words of it may be in nothing that is shown for it."""
        return bool(self._shown(text, cites)[2])

    def lack(self, text: str, cites: Sequence[int]) -> str:
        """What a sentence has that the passages which it cites have not, in words for the model.

        Of one whose names and numbers they all have, it says that no few sentences of them carry it; empty where it lacks nothing.
        """
        bare, _, shown = self._shown(text, cites)
        if shown:
            absent = lacking(bare, shown, self.asked)
            return f"not where they say it: {', '.join(absent)}" if absent else ""
        cited = [self.hits[n - 1] for n in cites if 1 <= n <= len(self.hits)]
        said = " ".join(f"{hit.show} {hit.episode} {hit.speaker or ''} {date_of(hit)} {hit.text}" for hit in cited)
        names = [word for word in words(bare)[1:] if names_beyond(f"so {word}", said)]
        numbers = sorted(values(bare) - values(said))
        if names or numbers:
            return f"not in them: {', '.join([*dict.fromkeys(names), *numbers])}"
        missing = [word for word in words(bare) if stem(word) not in STOPWORDS | {stem(other) for other in words(said)}]
        told = f"not in them: {', '.join(dict.fromkeys(missing))}; " if missing else ""
        return f"{told}no few sentences in a row have its numbers, its speaker, and what it denies"

    def tells_silence(self, text: str) -> bool:
        """Whether a line of the reply says that nothing was found of somebody or something that the question names."""
        told = _NOTHING_OF.match(text)
        label = bare_text(told["label"]) if told else ""
        terms = set(content_terms(label))
        if not terms or unheld(f"so {label}", [self.asked]) or not terms <= set(content_terms(self.asked)):
            return False
        for side in _sides_called(label, self.evidence.sides) or [SideEvidence(label=label, kind="subject")]:
            self.silent[side.label] = side
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

    def complete(self) -> None:
        """Gives each voice and claim that the model left out its own words, if it wrote of any.

        Of a subject that it left out what was found says nothing that answers; nor of anybody, where it read widely.
        """
        missing = [
            n
            for n, side in enumerate(self.evidence.sides)
            if side.evidence is not None and side.kind != "subject" and n not in self.kept
        ]
        for n in missing if self.kept and not self.evidence.pool else ():
            paragraph, cited = quoted_side(self.evidence.sides[n], len(self.citations) + 1)
            self.kept[n] = {0: paragraph}
            self.citations += cited

    def answer(self, *, whole: bool = False) -> Answer:
        """The answer so far, a paragraph for each side; once it is ``whole`` a side that has none is said to be silent.

        What is written about subjects, which one sentence may set against each other, stays in the order of the model.
        """
        sides = self.evidence.sides
        order = self._in_order(range(len(sides)) if whole and sides and not self.evidence.pool else sorted(self.kept))
        paragraphs = [self._paragraph(n) for n in order if n in self.kept]
        if whole and self.kept and self.evidence.pool:
            heard = {side.label for n, side in enumerate(sides) if side.kind != "subject" and self._hears(n)}
            paragraphs.append(" ".join(silence(side) for label, side in self.silent.items() if label not in heard))
        elif whole and self.kept and any(side.kind == "subject" for side in sides):
            paragraphs.append(" ".join(silence(side) for side in sides if side.to_read() is None))
        elif whole and self.kept and sides:
            paragraphs = [self._paragraph(n) if n in self.kept else silence(sides[n]) for n in order]
        return Answer(
            question=self.evidence.question,
            answer="\n\n".join(filter(None, paragraphs)),
            abstained=not self.kept,
            citations=tuple(self.citations),
            writer=self.writer,
        )

    def _shown(self, text: str, cites: Sequence[int]) -> tuple[str, list[int], list[PassageSentence]]:
        """A sentence without markup, the passages that it may cite, and what is shown for it; nothing where it may not be."""
        bare = bare_text(text)
        if has_address(text) or has_address(bare):  # markup in the midst of one may have hidden it
            return bare, [], []
        voices = self.evidence.given.speakers
        kept = [n for n in may_cite(bare, cites, self.hits) if _speaks(self.hits[n - 1], voices)]
        quotes = [carrier(bare, self.hits[n - 1], voices) for n in kept]
        if not kept or not carried(bare, quotes, self.hits, asked=self.asked):
            return bare, [], []
        shown = shown_for(bare, quotes)
        return bare, kept, [*shown, *naming(bare, shown, self.hits, voices)]

    def _in_order(self, sides: Iterable[int]) -> list[int]:
        """Sides in their order, with what is said of none of them before or behind all, as the model has it."""
        others = [n for n in sides if n != _NOBODY]
        if _NOBODY not in self.kept:
            return others
        first = min(self.kept[_NOBODY]) < min((at for n in others for at in self.kept.get(n, ())), default=0)
        return [_NOBODY, *others] if first else [*others, _NOBODY]

    def _side_of(self, place: int, text: str, cited: int, shown: Sequence[PassageSentence]) -> int:
        """The side of a sentence: the first that it names, or whose words it tells; ``_NOBODY`` where it is of neither.

        What nobody is known to say goes with the passage that it cites, or with the sentence before it. Subjects, and what
        is no comparison, have one paragraph.
        """
        sides = self.evidence.sides
        if not sides or any(side.kind == "subject" for side in sides):
            return 0
        said = [stem(word) for word in words(text)]
        first = {
            n: next((at for at, word in enumerate(said) if word in own), -1) for n, own in enumerate(_apart(sides))
        }
        named = [n for n, at in first.items() if at >= 0]
        if named:
            return min(named, key=lambda n: first[n])
        heard = [n for part in shown for n, side in enumerate(sides) if _is_voice_of(side, part)]
        if heard:
            return heard[0]
        if shown[0].speaker and all(side.kind == "voice" for side in sides):
            return _NOBODY
        if not self.evidence.pool:
            return self.owners[cited - 1]
        earlier = {at: n for n, held in self.kept.items() for at in held if at < place}
        return earlier.get(max(earlier, default=-1), _NOBODY)

    def _hears(self, side: int) -> bool:
        """Whether the paragraph of a side names it or quotes it: a sentence that names nobody may stand there too."""
        if side not in self.kept:
            return False
        sides, paragraph = self.evidence.sides, self._paragraph(side)
        quoted = [cite for cite in self.citations if f"[{cite.n}]" in paragraph]
        sources = {fold(name) for cite in quoted for name in (cite.speaker, cite.show) if name}
        return fold(sides[side].label) in sources or not _apart(sides)[side].isdisjoint(map(stem, words(paragraph)))

    def _number(self, quote: PassageSentence) -> int:
        """The reader's number of a quote; one that holds it already serves."""
        for cite in self.citations:
            if cite.chunk_id == quote.hit.chunk_id and quote.text in cite.quote:
                return cite.n
        self.citations.append(citation(len(self.citations) + 1, quote))
        return len(self.citations)

    def _paragraph(self, side: int) -> str:
        """What was kept of a side, in the order of the reply."""
        return " ".join(text for _, text in sorted(self.kept[side].items()))


def _speaks(hit: Hit, voices: Sequence[str]) -> bool:
    """Whether one of some persons may be quoted from a passage."""
    return not voices or any(may_be_quoted(sentence, voices) for sentence in sentences_of(hit))


def _is_voice_of(side: SideEvidence, part: PassageSentence) -> bool:
    """Whether a side, a person or a show, says a sentence."""
    if side.kind != "voice":
        return False
    held = side.evidence or side.near
    voices = {fold(name) for name in (side.label, *side.label.split(" and "))}
    spelled = held is not None and part.speaker in held.filters.speakers
    return spelled or bool(voices & {fold(name) for name in (part.speaker, part.hit.show) if name})


def _own(side: SideEvidence) -> set[str]:
    """The words of a side's name, as they are compared."""
    return {stem(word) for word in words(side.label)} - STOPWORDS


def _apart(sides: Sequence[SideEvidence]) -> list[set[str]]:
    """Of each side's name the words that no other side's has; all of them where that leaves none."""
    every = [_own(side) for side in sides]
    others = (set[str]().union(*every[:n], *every[n + 1 :]) for n in range(len(every)))
    return [own - shared or own for own, shared in zip(every, others, strict=True)]


def _sides_called(label: str, sides: Sequence[SideEvidence]) -> list[SideEvidence]:
    """The sides of that name, or those whose names have all of its words: of two Sams "Sam" may be either."""
    wanted = {stem(word) for word in words(label)} - STOPWORDS
    same = [side for side in sides if fold(side.label) == fold(label)]
    return same or [side for side in sides if wanted and wanted <= _own(side)]
