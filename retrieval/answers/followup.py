"""Follow-up questions made whole: what a question leaves out is taken from the conversation before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Narrowing, Turn
from retrieval.answers.again import asked_again, narrowing_words
from retrieval.answers.conditions import words_alone
from retrieval.answers.mentions import LibraryNames, speakers_in
from retrieval.answers.nearness import names_in
from retrieval.answers.searches import without_conditions
from retrieval.answers.signals import asked_words
from retrieval.rarity import Rarity

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["WholeQuestion", "resolve", "rewritten"]

_MOST_CARRIED = 6
"""Words that are carried from the question before."""
_FROM_ANSWER = 2
"""Rare words of the answer before that are carried where its question says little."""
_FEW = 2
"""Content words up to which a question is hardly complete, unless it names something."""
_ADDED = 2
"""Plain words that a rewrite may add: "how much does it cost" is asked in other words as "what is the price"."""
_TURNS = 3
"""Turns that the model sees when it rewrites."""
_LONGEST = 300

_OPENING = re.compile(
    r"^(?:and|but|so|or|also|then|ok(?:ay)?|what about|how about|what else|who else|anyone else|anything else|anything more|"
    r"tell me more|more|go on|why(?: not| so| is that)?\s*\?|how so|how come|really|for example|such as|in what way|"
    r"what do you mean|on what|by how much|since when|says who|where|when|who|how|which ones?)\b",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"^(?:and|but|so|or|also|then|what about|how about|what else|who else|anyone else|anything else)\b", re.IGNORECASE
)
_TIME_ALONE = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:what about\s+|how about\s+)?(?:(?:since|before|after|in|until|during|around)\s+)?"
    r"(?:(?:19|20)\d\d|(?:last|this) (?:year|month|week))\W*$",
    re.IGNORECASE,
)
"""A question that names nothing but another time: "And since 2024?" still asks for the same words of the same person."""
_PERSON = re.compile(
    r"\b(?:he|she|him)\b|\bher\b(?=\s*[?.!,]|$)|\bthey\b(?=\s+(?:say|think|argue|claim|believe|suggest|recommend|propose|mean)\b)",
    re.IGNORECASE,
)
_PERSON_OWN = re.compile(r"\b(?:his|her)\b(?=\s+\w)", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|such|the same|the other|the former|the latter|the first|the second|instead)\b"
    r"|\bthat\b(?=\s*[?.!,]|\s+(?:is|was|does|did|do|mean|means|work|works|happen|change|changes|cost|costs|true|idea|claim|number|figure|view|point|way|approach|one|kind|long|much|many|bad|good)\b)"
    r"|(?<=\babout )that\b|(?<=\bof )that\b|(?<=\bfor )that\b|(?<=\bwith )that\b|(?<=\bto )that\b|(?<=\bfrom )that\b|(?<=\bdo )that\b"
    r"|\bthere\b(?!\s+(?:is|are|was|were|any|a|an|be|been)\b)|\bones?\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:does|did|is|was|will|would|can) it (?:take|cost|true|possible|worth|safe|better|good|bad|hard|easy|legal|make sense)\b"
    r"|\bthis (?:year|month|week|summer|spring|autumn|winter)\b|\bit(?:'s| is) (?:true|possible|worth)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeQuestion:
    """A question as it is to be looked for, and what was carried into it from the conversation (nothing: it is whole).

    ``carried`` are the words of the subject, in brackets behind it, ``person`` is who was put in for a pronoun
    or named because the question before asked for that person's words. Where a person and the question's own words are
    enough, ``fuller`` is the question with the subject too, for when they are not. ``again`` is whether it is the question
    before, asked of another person, show or time.
    """

    text: str
    carried: tuple[str, ...] = ()
    person: str = ""
    fuller: str = ""
    again: bool = False

    @property
    def changed(self) -> bool:
        """Whether it is a follow-up question."""
        return bool(self.carried or self.person or self.again)


def resolve(
    question: str,
    history: Sequence[Turn],
    known: LibraryNames,
    rarity: Rarity,
    today: date,
    conditions: Sequence[Narrowing] = (),
) -> WholeQuestion:
    """The question with what it leaves out, by rule: persons for pronouns, and the subject of the question before.

    A question that is complete is returned as it is.

    Args:
        question: without operators of a search.
        history: the conversation so far.
        known: the names of the library.
        rarity: of words there.
        today: what "last year" is counted from.
        conditions: what the reader set beside the words of this question.
    """
    if not history:
        return WholeQuestion(text=question)
    last = history[-1]
    before = last.answer.understood or words_alone(last.question)
    if again := asked_again(question, before, known, today, conditions):
        return WholeQuestion(text=again, again=True)
    signs = _Signs.of(question)
    if not signs.follows:
        return WholeQuestion(text=question)
    shows, subject = narrowing_words(before, known, today, shows=True)
    time, subject = narrowing_words(subject, known, today, shows=False)
    text, person = question, ""
    other_time = bool(_TIME_ALONE.match(question))
    named = speakers_in(question, known.speakers)
    if signs.persons and not named:
        person = _person_before(history, known)
        text = _with_person(text, person)
    elif not named and not signs.persons and (signs.joins or signs.short):
        # "And about costs?" after "What did Ines say about kelp?" still asks what Ines said.
        person = _asked_person(before, known) if _asks_about(question) or other_time else ""
        text = f"{person} {'' if other_time else 'on '}{_without_opening(text)}" if person else text
    if _asks_about(question):
        text = _kept_to(text, known, today, shows=shows, time=time)
    topic = _topic(subject, last, known, rarity, besides={stem(word) for word in signs.content} | _stems(person))
    if not topic and not person:
        return WholeQuestion(text=question)
    with_topic = f"{text} ({', '.join(topic)})" if topic else text
    if person and signs.content and not signs.things and not other_time:
        return WholeQuestion(text=text, person=person, fuller=with_topic)
    return WholeQuestion(text=with_topic, carried=topic, person=person)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signs:
    """What in a question points to the one before: pronouns, an "and" that joins it, or too few words of its own."""

    content: Sequence[str]
    persons: bool
    things: bool
    joins: bool
    opens: bool
    short: bool

    @classmethod
    def of(cls, question: str) -> _Signs:
        """The signs in a question."""
        bare = _EXPLETIVE.sub(" ", question)
        content = asked_content(question)
        return cls(
            content=content,
            persons=bool(_PERSON.search(bare) or _PERSON_OWN.search(bare)),
            things=bool(_THING.search(bare)),
            joins=bool(_JOINING.match(question)),
            opens=bool(_OPENING.match(question)) and len(content) <= _FEW,
            short=len(content) <= _FEW and not _has_name(question),
        )

    @property
    def follows(self) -> bool:
        """Whether the question leaves something out."""
        return self.persons or self.things or self.joins or self.short or self.opens


def rewritten(question: str, history: Sequence[Turn], chat: ChatModel, fallback: WholeQuestion) -> WholeQuestion:
    """The question made whole by a language model; what the rules made of it where the model fails or invents.

    A rewrite is kept if it is one line, a question's length, and adds no name, no number and hardly a plain word that
    neither the question nor the conversation has.
    """
    if not fallback.changed or fallback.again:
        return fallback
    try:
        reply = chat.complete(_system(), _talk(question, history), max_tokens=120)
    except ModelCallError:
        return fallback
    text = without_conditions(plain(reply.strip().splitlines()[0] if reply.strip() else ""))
    said = " ".join((question, *(f"{turn.question} {turn.answer.understood} {turn.answer.answer}" for turn in history)))
    said += " ".join(cite.speaker or "" for turn in history for cite in turn.answer.citations)
    added = set(content_terms(text)) - set(content_terms(said))
    invented = len(added) > _ADDED or any(stem(word) in added for word in names_in(text))
    if not text or len(text) > _LONGEST or invented or not content_terms(text):
        return fallback
    carried = tuple(word for word in asked_content(text) if stem(word) not in set(content_terms(question)))
    return WholeQuestion(text=text, carried=carried, fuller=fallback.text) if carried else fallback


def asked_content(text: str) -> list[str]:
    """The content words of a text as written, each once; nothing if no word carries content."""
    return [word for word in asked_words(text) if stem(word) not in STOPWORDS]


def _topic(before: str, last: Turn, known: LibraryNames, rarity: Rarity, *, besides: set[str]) -> tuple[str, ...]:
    """What the question before was about: its content words but for the names of those who were asked for."""
    names = {stem(part) for mention in speakers_in(before, known.speakers) for part in mention.name.split()}
    topic = [word for word in asked_content(before) if stem(word) not in besides | names]
    if len(topic) > _MOST_CARRIED:
        rare = sorted(topic, key=lambda word: -rarity.idf(stem(word)))[:_MOST_CARRIED]
        topic = [word for word in topic if word in rare]
    if not topic and not last.answer.abstained:
        counts = Counter(term for cite in last.answer.citations for term in set(content_terms(cite.quote)))
        held = besides | names | {stem(word) for word in topic}
        rare = sorted(
            (term for term in counts if term not in held), key=lambda term: (-rarity.idf(term) * counts[term], term)
        )
        topic += rare[:_FROM_ANSWER]
    return tuple(topic)


def _person_before(history: Sequence[Turn], known: LibraryNames) -> str:
    """Who "she" is: who the latest question names, else who its answer quotes most."""
    for turn in reversed(history):
        named = speakers_in(turn.answer.understood or turn.question, known.speakers)
        if named:
            return named[-1].name
        quoted = Counter(cite.speaker for cite in turn.answer.citations if cite.speaker and not turn.answer.abstained)
        if quoted:
            return max(quoted, key=lambda name: quoted[name])
    return ""


def _asked_person(before: str, known: LibraryNames) -> str:
    named = speakers_in(before, known.speakers)
    return named[0].name if len(named) == 1 else ""


def _kept_to(text: str, known: LibraryNames, today: date, *, shows: str, time: str) -> str:
    """A follow-up with the shows and the time of the question before, where it names none itself."""
    own = [narrowing_words(text, known, today, shows=named)[0] for named in (True, False)]
    added = " ".join(words for words, other in zip((shows, time), own, strict=True) if words and not other)
    return f"{text.rstrip(' ?.!')} {added}?" if added else text


def _asks_about(question: str) -> bool:
    """Whether it only names another subject: "and about costs?", "what about naps?"."""
    return bool(re.match(r"^(?:and\s+|but\s+|so\s+)?(?:(?:what|how)\s+)?(?:about|on)\b", question, re.IGNORECASE))


def _without_opening(text: str) -> str:
    return re.sub(r"^(?:and\s+|but\s+|so\s+)?(?:(?:what|how)\s+)?(?:(?:about|on)\s+)?", "", text, flags=re.IGNORECASE)


def _with_person(text: str, person: str) -> str:
    if not person:
        return text
    text = _PERSON_OWN.sub(f"{person}'s", text, count=1)
    return _PERSON.sub(person, text, count=1)


def _has_name(text: str) -> bool:
    """Whether it names something: a word in capitals after the first."""
    return any(word[0].isupper() and word != "I" for word in words(text)[1:])


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("followup.md").read_text(encoding="utf-8")


def _talk(question: str, history: Sequence[Turn]) -> str:
    lines = []
    for turn in history[-_TURNS:]:
        lines.append(f"Question: {plain(turn.answer.understood or turn.question)}")
        lines.append(f"Answer: {plain(turn.answer.answer)[:600]}")
    return "\n".join([*lines, f"Follow-up question: {plain(question)}"])
