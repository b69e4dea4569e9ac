"""Whether what was found is said of the names that a question has, or of something else that is spoken of near them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.language.english import FUNCTION_WORDS, is_english
from earmark.language.words import content_terms, stem, words
from retrieval.answers.asked_for import SAYING
from retrieval.answers.attributes import wanted, wants_figure
from retrieval.answers.evidence import date_of
from retrieval.answers.nearness import holds_any, names_in, unheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answers.evidence import AnswerEvidence, PassageSentence, SideEvidence

__all__ = ["of_the_named"]

_BEFORE, _AFTER = 350, 150
"""Characters before and after a number in which the names that it is told of have to be: about three sentences and one."""
_BESIDE = 500
"""Characters of the passages before and after in which a name may be, where no number is asked for."""
_ASKS_WHAT_IS_SAID = re.compile(r"^\W*(?:(?:and|but|so)\s+)?(?:what|how|why)\b", re.IGNORECASE)
_WHO_SAYS = re.compile(rf"\b(did|does|do|has|have|had) (?:[\w.’'-]++ ){{1,5}}?(?=(?:{SAYING})\b)", re.IGNORECASE)
"""Whoever is asked what they say is a speaker, perhaps under another name than the transcript's: "the Minister"."""
_OURS = re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE)
"""Whoever says so speaks for the firm or the project that is named elsewhere in the talk."""
_CASED = re.compile(r"[a-z],? [A-Z][a-z]")
"""A name in capitals: in recognised speech without capitals many a name is written otherwise."""


def of_the_named(evidence: AnswerEvidence) -> AnswerEvidence:
    """The evidence without what is said of other names than the question's; of each side, where there are sides.

    A sentence is kept where all names and figures of what was looked for are said in its passage or just beside it, or are
    part of its speaker, show, episode or date. A number that is asked for needs them nearer, and beside it one of the
    question's other words. Talks whose transcript has no names in capitals are left as they are, and so is everything where
    the question or the talk does not write names, and only names, in capitals: in German, or in a title's manner.
    """
    if evidence.sides:
        return replace(evidence, sides=tuple(_side(side) for side in evidence.sides))
    sought = evidence.sought or evidence.question
    if not _capitals_are_names(sought) or not is_english(hit.text for hit in evidence.hits):
        return evidence
    if _ASKS_WHAT_IS_SAID.match(sought) and not wants_figure(sought):
        sought = _WHO_SAYS.sub(r"\1 ", sought)
    cased = {hit.episode_id for hit in evidence.hits if _CASED.search(hit.text)}
    return evidence.only(
        lambda sentence: (
            sentence.hit.episode_id not in cased
            or (_is_of(sought, sentence, evidence) and _tells_of(sought, sentence, evidence))
        )
    )


def _capitals_are_names(question: str) -> bool:
    """Whether a question is English that writes its small words small."""
    small = [word for word in words(question)[1:] if word.casefold() in FUNCTION_WORDS and len(word) > 1]
    return bool(small) and sum(word.islower() for word in small) * 2 > len(small)


def _side(side: SideEvidence) -> SideEvidence:
    if side.evidence is None:
        return side
    left = of_the_named(side.evidence)
    return replace(side, evidence=left) if left.sentences else replace(side, evidence=None, near=side.evidence)


def _is_of(sought: str, sentence: PassageSentence, evidence: AnswerEvidence) -> bool:
    """Whether all names and figures of what was looked for are in a sentence's passage or beside it."""
    near = evidence.beside(sentence.hit)
    beside = (near.before.text[-_BESIDE:] if near.before else "", near.after.text[:_BESIDE] if near.after else "")
    return not _missing(sought, sentence, evidence, [sentence.hit.text, *beside])


def _tells_of(sought: str, sentence: PassageSentence, evidence: AnswerEvidence) -> bool:
    """Whether a sentence with the number that is wanted tells it of what was looked for; true of other sentences."""
    attribute = wanted(sought)
    if attribute is None or not wants_figure(sought) or not attribute.told(sentence.text):
        return True
    hit, near = sentence.hit, evidence.beside(sentence.hit)
    start, end = sentence.offset - _BEFORE, sentence.offset + len(sentence.text) + _AFTER
    close = f"{near.before.text[start:] if start < 0 and near.before else ''} {hit.text[max(0, start) : end]}"
    names = {stem(word) for word in names_in(sought)}
    plain = [term for term in content_terms(sought) if term not in names]
    return not _missing(sought, sentence, evidence, [close]) and (not plain or holds_any(plain, close))


def _missing(sought: str, sentence: PassageSentence, evidence: AnswerEvidence, texts: Sequence[str]) -> list[str]:
    """The names and figures that neither some texts have nor the source of a sentence."""
    hit = sentence.hit
    missing = unheld(sought, [f"{sentence.speaker or ''} {hit.show} {hit.episode} {date_of(hit)}", *texts])
    if missing and _OURS.search(sentence.text):
        talk = [other.text for other in evidence.hits if other.episode_id == hit.episode_id]
        missing = [word for word in missing if word in unheld(sought, talk)]
    return missing
