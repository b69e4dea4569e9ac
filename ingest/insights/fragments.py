"""Whether a spoken sentence is only part of one."""

from __future__ import annotations

import re

__all__ = ["is_fragment"]

_VERB = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|am|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|cannot|means?|makes?|gets?|gives?|takes?|needs?|wants?|goes|go|comes?|works?|uses?|lets?|allows?|helps?|keeps?"
    r"|runs?|tends?|becomes?|requires?|provides?|creates?|leads?|depends?|happens?|looks?|feels?|shows?|says?|thinks?|believes?|knows?|adds?|offers?|supports?|turns?|changes?|starts?|puts?|sets?|tells?|builds?|writes?|pays?|costs?|lacks?"
    r"|matters?|exists?|remains?|seems?|includes?|contains?|causes?|enables?|prevents?|brings?|found|became|promotes?|deserves?|affects?|determines?|begins?|ensures?|defines?|describes?|measures?|made|took|got|gave|came|went|built|grew|learns?|grows?|stops?|spends?|loses?|wins?|finds?|sees?|treats?|forces?|relies|refers?|serves?|handles?"
    r"|moves?|breaks?|solves?|reduces?|increases?|improves?|produces?|replaces?|follows?|holds?|plays?|stays?|acts?|opens?|reads?|sends?|stores?|calls?|expects?|asks?|consists?|\w{3,}ed|\w{3,}ize[sd]?|\w{3,}if(?:y|ies))\b|\w(?:n't|n’t|'re|’re|'ve|’ve|'ll|’ll|'s (?:not|the|a|an|been|very|so|\w+ing)|'d)\b)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?:\b(?:and|or|but|the|a|an|of|to|so|because|if|like|with|that|is|are|was|for|which|than|then|what|how|where|who|why|when|at|into|from|between|very|really)[.,…]*|\.\.\.|…|,)[\"']?$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"^(?:if|when|once|unless|whenever|as long as|so long as|even though|even if|although|though|while|as|since|whether or not|because|from) ",
    re.IGNORECASE,
)
_HEADLESS = re.compile(
    r"^(?:contains?|forces?|tried|started|used|uses|makes?|allows?|lets|gives?|means|works?|runs|got|went|came|comes|goes|says|said|looks|looked|seems|happens|depends|sounds|turns|provides|based|tends|needs|wants|gotta|gonna|(?-i:[A-Z]\w+(?: [A-Z]\w+)?(?: \([^)]*\))?: ))",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^([^,]+?)(?:,? which|, (?:who|where|whose))\b[^,]*$", re.IGNORECASE)
_SPOILT = re.compile(
    r"unintelligible|inaudible|indiscernible|crosstalk|\.\.\.|…|--|(?-i:[a-z]{2}[.!?] [A-Z])|\w+_\w+_\w+|\b(?:alice|bob)\b|(?:\blike\b.*){3}|^i\b|^\d+[.)] |\b(?:or|until|so|where|and|because|you get|get) like\b|\blike maybe\b|\blike like\b|^\w+ed (?:people|the|a|an|our|their|it|them|us|him|her|my|to|for|in|on|up|by)\b(?![^,]*,)|\b(\w+) like \1\b",
    re.IGNORECASE,
)


def is_fragment(text: str) -> bool:
    """Whether a sentence has no verb, breaks off, or is a condition without consequence."""
    return (
        (len(text.split()) < 11 and not _VERB.search(text))
        or bool(_UNFINISHED.search(text))
        or (bool(_SUBORDINATE.match(text)) and "," not in text)
        or bool((aside := _ASIDE.match(text)) and not _VERB.search(aside[1]))
        or bool(_HEADLESS.match(text))
        or bool(_SPOILT.search(text))
    )
