"""What a sentence's first word points back to, named in brackets where the sentence before leaves no doubt.

Only the subject of the sentence before counts, and only where number agrees: "they" for a plural, "it" for one thing. A
proper name is what "it" may mean, never "this". "That approach" is named by the words that described an approach before.
"""

from __future__ import annotations

import re

from ingest.insights.words import FUNCTION_WORDS

__all__ = ["named"]

_VERB = (
    r"(?:is|are|was|were|has|have|can|could|will|would|may|might|must|should|do|does|don't|doesn't|didn't|isn't|aren't|can't|won't"
    r"|make|makes|let|lets|give|gives|need|needs|use|uses|take|takes|work|works|mean|means|help|helps|run|runs|keep|keeps|hide|hides|allow|allows)"
)
_PLURAL = re.compile(
    rf"^((?:(?:the|most|many|all|these|those|our|modern|some) )?(?:[a-z][\w-]* ){{0,2}}?[a-z][\w-]*[^s\W]s) {_VERB}\b",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    rf"^((?:(?i:the|an?|every|each) )(?:[a-z][\w-]* ){{0,2}}?[a-z][\w-]*[^s\W]|[A-Z][\w.-]+(?: [A-Z][\w.-]+){{0,2}}) {_VERB}\b"
)
_THEY = re.compile(rf"^they (?={_VERB}\b)", re.IGNORECASE)
_IT = re.compile(
    r"^it (?=(?:has|can|could|will|would|must|should|does|doesn't|can't|won't|lets|gives|needs|uses|works|helps|runs|keeps|hides|allows)\b)",
    re.IGNORECASE,
)
_THAT_NOUN = re.compile(rf"^(?:this|that|these|those) ([a-z][\w-]{{3,}}) (?={_VERB}\b)", re.IGNORECASE)
_NO_SUBJECT = frozenset(
    "it there this that these those what which who they he she we you i one people things something".split()
)


def named(text: str, before: str) -> str:
    """The sentence with its first word named in brackets, or as it is where that is not sure.

    Args:
        text: a sentence as it is shown.
        before: the sentence before it by the same speaker, as it is shown; empty where there is none.
    """
    if not before:
        return text
    if match := _THAT_NOUN.match(text):
        described = _described(match[1], before)
        return f"[{_capital(described)}] {text[match.end() :]}" if described else text
    for pointer, subject in ((_THEY, _PLURAL), (_IT, _SINGULAR)):
        match, source = pointer.match(text), subject.match(before)
        if match and source and _is_subject(source[1]):
            return f"[{_capital(source[1])}] {text[match.end() :]}"
    return text


def _described(noun: str, before: str) -> str:
    """The words before a noun that tell which one it is, with the noun: "the coinbase transaction"; empty for none."""
    match = re.search(rf"\b(?:an?|the) ((?:[\w-]+ ){{1,2}}{re.escape(noun)})\b", before, re.IGNORECASE)
    if not match or any(word.lower() in FUNCTION_WORDS for word in match[1].split()[:-1]):
        return ""
    return f"the {match[1]}"


def _is_subject(subject: str) -> bool:
    """Whether the words name a thing, rather than standing for one themselves."""
    words = [word.lower() for word in subject.split()]
    return words[-1] not in _NO_SUBJECT and words[-1] not in FUNCTION_WORDS and words[0] not in _NO_SUBJECT


def _capital(subject: str) -> str:
    return subject[:1].upper() + subject[1:]
