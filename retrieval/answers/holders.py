"""Who holds a claim that a question asks for ("Who says that …?"), and who only denies it or tells that others do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from earmark.language.polarity import opposed
from earmark.language.words import content_terms, stem
from retrieval.answers.evidence import sentences_of

if TYPE_CHECKING:
    from retrieval.answers.evidence import AnswerEvidence, PassageSentence

__all__ = ["Stance", "claim_of", "holding", "plainly_asked", "stance", "stance_of"]

Stance = Literal["holds", "denies", "reports"]

_HOLDS = r"(?:sa(?:y|ys|id)|thinks?|thought|argue[sd]?|claim(?:s|ed)?|believe[sd]?|warn(?:s|ed)?)"
_HOLDS_THAT = (
    r"(?:holds?|held|insist(?:s|ed)?|maintain(?:s|ed)?|suggest(?:s|ed)?|feels?|felt|points?\s+out|pointed\s+out"
    r"|(?:is|are|was|were)\s+(?:of\s+the\s+opinion|convinced|sure))"
)
_ASKED = re.compile(
    rf"^(?P<who>(?:and |but |so )?who(?: else)?(?: on (?!air\b)[^,?]{{2,40}}?)?)\s+(?:has |have |had )?"
    rf"(?:(?:{_HOLDS}|{_HOLDS_THAT})\s+that\s+|{_HOLDS}\s+(?!about\b|of\b|on\b|what\b|how\b|why\b|so\b|to\b|against\b|for\b)"
    r"(?=\S+\s+.*(?:\b(?:is|are|was|were|will|would|should|can|could|must|may|might|has|have|had|do|does|did|need)\b|n['’]t\b"
    r"|\b\w+[^s\W]s\b)))(?P<claim>\S.*?)[?.!\s]*$",
    re.IGNORECASE | re.DOTALL,
)
"""A claim behind "that", or a clause with a verb in it."""
_WORD = re.compile(r"[\w'’-]+")
_FEWEST = 2
"""Content words of a claim at least."""
_OTHERS = (
    r"(?:(?:some|many|most|other|a lot of|lots of|plenty of|these|those|all these|certain)\s+)?(?:people|folks|persons|guys|developers|users|critics"
    r"|experts|others|economists|politicians|journalists|companies)|they|everybody|everyone|somebody|someone|some|many|nobody|he|she"
)
_SAY = (
    r"(?:say|says|said|saying|think|thinks|thought|thinking|argue|argues|argued|claim|claims|claimed|believe|believes|believed|tell|tells|told"
    r"|assume|assumes|wrote|writes|worry|worries|fear|fears|feel|feels)"
)
_REPORTED = re.compile(
    rf"\b(?:{_OTHERS})\b(?:\s+(?:who|that|will|would|might|may|often|always|sometimes|just|all|even|also|have|has|had|are|is|was|were|keep|kept)){{0,3}}"
    rf"\s+(?:{_SAY}|(?:are|is|was|were|be|being)?\s*like,?\s*[\"“])"
    r"|\b(?:argument|claim|idea|notion|narrative|myth|fear|criticism|objection|belief|theory|fallacy|misconception|assumption|headline)s?\b"
    r"[^.!?]{0,60}?\b(?:is|was|are|being|goes|that|says?|of)\b"
    r"|^[\"“]|\bwhether\b|\bso-called\b|\bsupposed(?:ly)?\b|\balleged(?:ly)?\b|\bI used to (?:think|believe|say)\b"
    r"|\byou(?:['’]ll)? (?:often |always |sometimes )?(?:hear|read)\b|\b(?:was|were|been) told\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\bI (?:(?:really|actually|just|personally|certainly|honestly)\s+)?(?:don['’]t|do not|didn['’]t|never|wouldn['’]t|can['’]t|cannot)\s+"
    r"(?:(?:really|actually|necessarily|even|quite)\s+)?(?:think|believe|agree|buy|accept|expect|imagine|subscribe)\b"
    r"|\bI(?:['’]d| would)? (?:strongly |totally |completely |respectfully )?(?:disagree|doubt|reject)\b"
    r"|\b(?:is|are|was|were|it['’]s|that['’]s)(?:n['’]t| not) (?:at all |really |actually )?(?:true|right|correct|so|the case|accurate)\b(?! (?:of|for)\b)"
    r"|\b(?:is|are|that['’]s|it['’]s|just|simply|plain) (?:a |an |just |simply |plain |complete |total )*(?:myth|nonsense|wrong|false|bullshit|fallacy|untrue)\b"
    r"|\bI(?:['’]m| am) (?:not|un)\s?(?:so |at all |really )?(?:sure|convinced)\b|\b(?:sceptical|skeptical)\b|\bon the contrary\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[;:]\s|\s[-–—]+\s|,\s+(?=(?:and|but|so|or|yet|because|since|as|while|although|though)\b)", re.IGNORECASE
)
_NO_MORE = re.compile(r"(?:[\s,]+(?:it|that|this|so|him|her|them|any|at|all|with|about|of|to|in|either|really))*\W*")
"""What may follow a denial of what was said just before it ("but I don't believe that")."""
_NEGATIVE = re.compile(r"\b(?:no|not|never|none|nobody|nothing|cannot|hardly|without)\b|n['’]t\b", re.IGNORECASE)
_NEAR_BEST = 0.4
"""How far below the best sentence's score somebody who holds the claim is heard instead of those who do not."""


def claim_of(question: str) -> str:
    """The claim of a question for who holds it; empty for any other question."""
    asked = _ASKED.match(" ".join(question.split()))
    return asked["claim"] if asked and len(content_terms(asked["claim"])) >= _FEWEST else ""


def plainly_asked(question: str) -> str:
    """A question for who holds a claim in one form, whatever its verb: "thought that" and "argues" find what "says" does."""
    asked = _ASKED.match(" ".join(question.split()))
    return f"{asked['who']} says {asked['claim']}?" if asked and claim_of(question) else question


def stance(claim: str, text: str, before: str = "") -> Stance:
    """How whoever says a text stands to a claim, as its words show; ``before`` is what was said just before it.

    Whoever neither denies it nor tells of unnamed others is taken to hold it, as is who names somebody that does: whether
    it is the claim at all, others look at. Only the clause that has the claim counts, and a denial of just that behind it:
    "it is safe, and I don't think anybody can say otherwise" holds that it is safe.
    """
    first, last = _place_of(claim, text)
    start = max((end.end() for end in _CLAUSE_ENDS.finditer(text, 0, first)), default=0)
    behind = _CLAUSE_ENDS.search(text, last)
    clause, rest = (text[start : behind.start()], text[behind.end() :]) if behind else (text[start:], "")
    denied = _DENIED.search(clause) or any(_NO_MORE.fullmatch(rest, no.end()) for no in _DENIED.finditer(rest))
    if denied and not _NEGATIVE.search(claim):
        return "denies"
    led = before if re.match(r"^(?:that|how|whether)\b", text, re.IGNORECASE) else ""
    reported = (match for match in _REPORTED.finditer(clause) if start + match.start() < last)
    if any(reported) or _REPORTED.search(led):
        return "reports"
    return "denies" if opposed(claim, clause) else "holds"


def _place_of(claim: str, text: str) -> tuple[int, int]:
    """Where the shortest part of a text with as many words of a claim as all of it has begins and ends; all of it for none."""
    wanted = set(content_terms(claim))
    said = [(stem(word[0]), word.start(), word.end()) for word in _WORD.finditer(text) if stem(word[0]) in wanted]
    held = {term for term, _, _ in said}
    ways = [
        (end - start, start, end)
        for n, (_, start, _) in enumerate(said)
        for m, (_, _, end) in enumerate(said[n:], n + 1)
        if {term for term, _, _ in said[n:m]} == held
    ]
    _, start, end = min(ways, default=(0, 0, len(text)))
    return start, end


def holding(evidence: AnswerEvidence, allowed: Sequence[int]) -> list[int]:
    """Those of some sentences in which the claim of the question is held, where any is near the best; else all of them."""
    claim = claim_of(evidence.asked or evidence.question)
    if not claim or not allowed:
        return list(allowed)
    best = max(evidence.scores[n] for n in allowed)
    held = [n for n in allowed if stance_of(claim, evidence.sentences[n]) == "holds"]
    return held if any(evidence.scores[n] >= best - _NEAR_BEST for n in held) else list(allowed)


def stance_of(claim: str, sentence: PassageSentence) -> Stance:
    """As `stance`, of a sentence in its passage."""
    before = [other.text for other in sentences_of(sentence.hit) if other.offset < sentence.offset]
    return stance(claim, sentence.text, before[-1] if before else "")
