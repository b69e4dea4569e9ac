"""Spoken sentences to written ones, without a change of meaning.

Only what carries none is taken away: stage directions, fillers, openings such as "And so", doubled words, "right?" at the
end. Hedges ("maybe", "kind of", "I guess"), negations and numbers are never touched.
"""

from __future__ import annotations

import re

__all__ = ["clean"]

_STAGE = re.compile(
    r"\s*\[(?:\\|\d|laugh|applause|music|sigh|chuckle|cross|cough|inaudible)[^\]]{0,60}\]|\s*\((?:laugh|applause|chuckle|sigh|cross)[^)]{0,40}\)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"^[>=#*•\-–—\s]+|(?<!\w)[*_`]+(?=\w)|(?<=[\w.,!?])[*_`]+(?!\w)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_FILLER = re.compile(r",? *\b(?:u+h+m*|u+m+|e+r+m+|a+h+|mm+|hmm+)\b,?(?= |[.?!]|$)", re.IGNORECASE)
_ASIDE = re.compile(
    r",\s*(?:you know|i mean|like|right|okay|you see|sort of like|if you will|so to speak|basically|actually|obviously|honestly|literally|frankly|again|well|yeah)\s*,\s+(?:you know,\s+|like,\s+)?(?=(\S))",
    re.IGNORECASE,
)
_DOUBLED = re.compile(
    r"\b((?:i|i'm|i've|the|a|an|to|of|and|but|or|we|we're|you|you're|they|they're|he|she|it|it's|in|on|at|for|with|is|are|was|were|there's|that's|if|when|as|my|your|our|their|this|these|by|from|be|can|could|would|will|what|how|which|who|because|not|just|like)(?: (?:was|is|are|the|a|to|of|have|had|think|can|you|it|don't|know|could|would|in|mean))?),? (?:-+ )?\1\b(?!')",
    re.IGNORECASE,
)
_TAG = re.compile(
    r",? (?:right|you know|okay|ok|you see|yeah|isn't it|correct|and all that|and stuff like that|and so on|and everything)\s*[?.!…]+$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:"
    r"(?:and|so|but|well|yeah|yes|yep|oh|ah|ok|okay|right|alright|all right|now|look|like|see|hey|sure|exactly|absolutely|definitely|totally|correct|true|indeed|basically|actually|obviously|honestly|frankly|clearly"
    r"|again|also|anyway|anyways|of course|in fact|as a matter of fact|you know|you see|i mean|let's see|to be honest|to be fair|at the end of the day|first of all|by the way|in other words|that said|having said that|as you know|as we know|i suppose|sorry|wow|interestingly|fundamentally|plus|however|additionally|furthermore|moreover|that being said|most importantly|importantly|certainly|ultimately|essentially|generally speaking|personally|unfortunately|fortunately|luckily|sadly|apparently|surprisingly"
    r"|i guess what i(?:'m| am) saying is|what i(?:'m| am) saying is|what i mean is|the thing is|the point is|the fact is|the truth is|the reality is|the bottom line is|my point is|so here's the thing)(?:,|\.\.\.|…| -+| –| —|:)\s*"
    r"|(?:and|so|or)(?: then| so| also| yeah)?\s+"
    r"|(?:but|now|because|well|plus)\s+(?=(?:the|a|an|if|when|in|what|you|we|there|most|many|people|every|i|for|with|as|to|it|one|not|any|all|our|your|bitcoin|some)\b)"
    r"|i(?: (?:really|actually|just|do|personally|also|still|always|honestly|definitely|certainly))? (?:think|believe|feel like|would say|'d say|would argue|'d argue)"
    r",?(?: (?:that|like))?,? (?=(?:the|a|an|what|you|we|there|there's|it's important|most|many|people|every|everyone|one|any|all|our|your|having|being|some)\b"
    r"|(?!(?:about|of|so|not|no|in|to|back|through|ahead|twice|hard|differently|again|maybe|probably|he|she|him|her|them|me|i|i'm|and|or|but|too|at|on|with|right|the same|carefully|otherwise)\b)\w)"
    r"|i'd (?:say|argue)(?: that)? (?=(?:the|a|an|if|when|what|you|we|there|most|many|people|every|for|one|in)\b|[A-Z])"
    r"|in fact (?=(?-i:[A-Z]))|it turns out(?: that)?,? |(?:the thing is|the point is|the fact is|the truth is|the reality is|what happens is|i mean|you know|like i said|as i said|as i mentioned|of course)(?: that)?,? (?=(?:the|a|an|if|when|what|you|we|there|most|many|people|every|for|one|in|it)\b|(?-i:[A-Z]))"
    r")",
    re.IGNORECASE,
)
_KEEPS_BUT = re.compile(r"^(?:but|because|however|so)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")


def clean(text: str, *, follows: bool = False) -> str:
    """The sentence as it would be written; empty where nothing is left of it.

    ``follows`` keeps an opening "But", "So" or "Because", which ties a sentence of a body to the one before.
    """
    text = _LINK.sub(r"\1", _STAGE.sub("", text))
    text = _MARKUP.sub("", text).strip()
    text = _FILLER.sub("", text)
    text = _opened(text, follows=follows)
    text = _ASIDE.sub(lambda m: ", " if m[1].isupper() else " ", text)
    for _ in range(3):
        text = _DOUBLED.sub(r"\1", text)
    text = _opened(text, follows=follows)
    text = _TAG.sub(".", text)
    if text.count('"') % 2:
        text = text.replace('"', "")
    text = " ".join(text.replace(" ,", ",").replace(",,", ",").split()).rstrip(" ,-–—")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if _ENDS.search(text) else text.rstrip(";:") + "."


def _opened(text: str, *, follows: bool) -> str:
    """The text without the openings that carry nothing; they come in rows."""
    for _ in range(6):
        if follows and _KEEPS_BUT.match(text):
            break
        shorter = _OPENING.sub("", text, count=1).lstrip(" ,.…-–—")
        if shorter == text:
            break
        text = shorter
    return text
