"""Which sentences of an episode are its subject, and which are sponsor reads, greetings and housekeeping.

Sponsor reads are stretches: a cue ("brought to you by", "use code") starts or ends one, and the sentences between the
cues of one read, and those around them that go on about the brand or speak to the customer, belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from ingest.sentences import Sentence

__all__ = ["Label", "mark"]


class Label(StrEnum):
    """What a sentence is there for."""

    CONTENT = "content"
    SPONSOR = "sponsor"
    GREETING = "greeting"
    HOUSEKEEPING = "housekeeping"


_OPENS = re.compile(
    r"\b(?:(?:is|are|was|been) (?:also )?(?:brought to you|sponsored|supported|made possible) (?:in part )?by\b"
    r"|brought to you (?:in part )?by\b"
    r"|(?:word|message|break|moment)s? (?:\w+ ){0,5}(?:from|for|about|to thank|to hear from|to tell you about) (?:\w+ ){0,2}sponsors?\b"
    r"|thank(?:s| you)?,? (?:so much |again )?(?:to )?(?:\S+ ){0,6}(?:for (?:sponsoring|supporting) (?:the|this|our|talk|python|today)|(?:our|a|this) (?:\S+ ){0,3}sponsors?\b)"
    r"|our (?:next |last |first |other |fine |great |good |new |longtime |wonderful )*(?:sponsors?|partners?) (?:for|of|on|this|today|is|are|over)\b"
    r"|(?:today's|this week's|this episode's|the show's) (?:\w+ )?sponsors?\b|sponsors? (?:for|of) (?:this|today's|the) (?:week|episode|show|hour)"
    r"|(?:it's|it is) (?:\w+ ){0,3}time (?:again)?,? ?(?:for )?(?:\w+ )?sponsored\b|^sponsored news|our last sponsor\b|\bad break\b"
    r"|(?:they(?:'re| are)|who(?:'s| is| are)) (?:also )?sponsoring (?:this|the|our|today|talk|python)|back to the show in a (?:moment|minute|second))",
    re.IGNORECASE,
)
_SELLS = re.compile(
    r"\b(?:(?:use|with|enter|apply) (?:(?:the|our|my|this|offer|promo|promotional|discount|coupon|checkout) )*code\b(?! (?:to|is|in|that|from|for|and|you|as|on|with|or|it|but|when|which)\b)"
    r"|(?:promo|promotional|offer|discount|coupon) codes?\b|\d+ ?(?:%|percent) off\b(?! (?:the|of|its|their))"
    r"|free trial\b|money[- ]back guarantee|(?:risk|commitment)[- ]free|no credit card (?:is )?(?:required|needed)"
    r"|(?:let them know|tell them|sure (?:to )?(?:tell|mention)) (?:\w+ ){0,4}sent you|link (?:is )?in (?:your )?(?:podcast player|show notes) (?:\w+ ){0,3}to (?:get|try|sign)"
    r"|(?:when|after) you (?:use|click) (?:our|the|that|my) link\b|special (?:offer|deal|discount) for (?:\w+ ){0,3}listeners"
    r"|(?:listeners|you) (?:can |will |'ll )?(?:get|save|receive) (?:up to )?(?:\$?\d\S* |an extra |an exclusive )(?:\S+ ){0,3}(?:off|free|credit|discount|months?)\b"
    r"|\$ ?\d+ (?:in )?(?:free )?credits?\b|get started (?:for free|today)\b|sign up (?:today|now|for free)\b|free (?:demo|consultation)\b"
    r"|(?:learn|find out|hear|read) (?:more|the full \w+) (?:at|by visiting)\b"
    r"|(?:go|head|visit|check (?:them|it) out|over|get started|sign up|try it|just)(?: on)?(?: over)?(?: to| at| by visiting)? "
    r"(?:[\w-]+\.)+[a-z]{2,6}(?:/| slash )\w+)",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"\bsponsored (?:news|segment|story)|back to the show|ad break", re.IGNORECASE)
_CLOSES = re.compile(r"\bfor (?:sponsoring|supporting)\b|show notes", re.IGNORECASE)
_MAY_OPEN = re.compile(
    r"\b(?:let me tell you about|(?:want|like) to (?:thank|tell you about|mention)|are you (?:or \w+ \w+ )?(?:still|tired|looking|a|trying|ready|using|running|building)\b|"
    r"do you (?:want|need|have|really|like)|want to learn|if you(?:'re| are) (?:tired|looking|worried|interested))",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(
    r"\b(?:your (?:team|business|company|app|apps|code|data|customers?|website|infrastructure|stack|first|own|ticket|audience|career)|you(?:'ll|'re| can| get| need|'ve)|"
    r"sign up|check (?:them|it) out|try it|learn more|get started|listeners|pricing|visit|they(?:'re| are| have| offer| make| help| give)|"
    r"link|customers|trusted by|dot com|\w+\.(?:com|io|fm|dev|ai))\b",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"^(?:(?:all ?right|ok(?:ay)?|so|now|well|and),? )*(?:back to (?:the|our)|welcome back|let'?s (?:get|talk|jump|dive|go|move)|(?:and )?we'?re back|returning to|"
    r"moving on|i want(?:ed)? to (?:ask|talk)|next (?:up|item|topic)|what (?:do|have|are) )",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\b(?:welcome (?:back )?(?:to|everyone|everybody|once again)|hello,? (?:and welcome|everyone|everybody|friends)|(?:this|today) is (?:\w+ )?episode \w+|episode (?:number )?\d+\b"
    r"|(?:i'?m|i am|my name is) (?:your host|[A-Z]\w+ [A-Z]\w+[,.]? (?:and|a|your)\b)|your hosts?\b|(?:thanks?|thank you)(?: so much| again)? for (?:having|inviting|joining|coming|being)"
    r"|(?:great|good|nice|glad|happy|excited|pleasure|thrilled|honou?red?) (?:to (?:have you|be (?:here|back|on)|see you|meet you)|having you)|joined (?:today )?by|joining (?:me|us)"
    r"|(?:my|our) (?:\w+ )?guests?(?: \w+)? (?:today|is|are|this)|how are you|how's it going|(?:[A-Z]\w+|he|she) is (?:a|an|the) (?:[\w-]+,? (?:and )?){0,4}(?:engineer|developer|founder|co-founder|ceo|cto|professor|author|host|co-host|researcher|scientist|advocate|manager|director|maintainer|organizer|consultant|designer|writer|psychologist|producer)\b|^[A-Z]\w+(?: [A-Z]\w+)? (?:works|worked|has worked) (?:at|for|in|as|on) |recorded (?:on )?(?:january|february|march|april|may|june|july|august|september|october|november|december))",
    re.IGNORECASE,
)
_KEEPS_HOUSE = re.compile(
    r"\b(?:subscribed? (?:to (?:the|this|our|it)|at|on|wherever|so|if|and|today|via|in|now)\b|(?:like|rate) and subscribe|leave (?:us )?a (?:\w+ )?(?:review|rating|comment|like)|(?:in|on) the show ?notes|show ?notes (?:are|for|at)"
    r"|follow (?:us|me|him|her|them) (?:on|at)|(?:find|reach|contact|email|tweet|message) (?:us|me) (?:on|at|via|through)|join (?:us|our|the) (?:\w+ ){0,3}(?:slack|discord|community|newsletter|mailing list|patreon)"
    r"|patreon|thanks? (?:you )?(?:\w+ ){0,3}for (?:listening|watching|tuning)|(?:see|talk to|catch) (?:you|y'all|ya|everyone) (?:all )?(?:next|later|then|soon|on the)|(?:until|till) next (?:time|week)"
    r"|that(?:'s| is) (?:it|all|the news) (?:for (?:today|this|now|the|our|us)|we)|wrap(?:s)? (?:it|things|this|us)? ?up (?:the|our|this|for|there)|next (?:week's )?(?:episode|show)|this (?:episode|podcast|show)\b|live ?stream(?:ed|ing)? (?:this|the|on|at)|"
    r"(?:apple|google) podcasts?|press the bell|wherever you (?:get|find|listen)|podcast (?:app|player)|produced by|edited by|theme (?:music|song)|(?:bye|goodbye|cheers)[,.!]|"
    r"transcripts? (?:is|are|of)|listening to (?:the|this|us)|(?:in the|post|leave|the) comments (?:below|section)|have a (?:great|good|nice|wonderful) (?:day|week|one|weekend|night|evening))",
    re.IGNORECASE,
)
_BRAND = re.compile(
    r"(?:brought to you by|sponsor(?:ed by|s?,| is| are|ing)?|thanks? (?:you )?to|for)\s+((?:[A-Z][\w.&'+-]*\s?){1,4})"
)
_NOT_BRAND = frozenset([
    "The", "This", "That", "Our", "Talk", "Python", "To", "Me", "Bytes", "We", "You", "Your", "It", "And", "But",
    "So", "They", "In", "Get", "If", "When", "With", "From", "A", "An", "I", "Is", "Or", "For", "As", "Today",
    "Sponsored", "News", "Visit", "Go", "Just", "Thank", "Thanks", "Back",
])  # fmt: skip
GAP_OPENED, GAP = 22, 8
"""Sentences by one speaker between two cues of one read, where it was announced and where not (60 to 90 s of speech)."""
REACH_OPENED, REACH = 16, 4
"""Sentences a read may go on beyond its cues, while they name the brand or speak to the customer; again announced or not."""
LEAST, LEAST_SEGMENT = 3, 12
"""Sentences that an announced read has at least, and one announced as a segment ("sponsored news", "back in a moment")."""
BACK = 14
"""Sentences before the first cue of an unannounced read within which its beginning is looked for."""
MISSES = 3
"""Sentences in a row without any sign at which a read has ended."""
LONGEST_CHARS = 2000
"""Characters of a sentence that are looked at: a pattern's time grows with the square of a word's length."""
EDGE = 25
"""Sentences from either end of an episode within which greetings and farewells are looked for."""


def mark(sentences: Sequence[Sentence]) -> tuple[Label, ...]:
    """One label a sentence, in order; of a sentence beyond all measure only the beginning is looked at."""
    if any(len(sentence.text) > LONGEST_CHARS for sentence in sentences):
        sentences = [replace(sentence, text=sentence.text[:LONGEST_CHARS]) for sentence in sentences]
    labels = [_alone(sentence, index, len(sentences)) for index, sentence in enumerate(sentences)]
    for first, last in _reads(sentences):
        for index in range(first, last + 1):
            labels[index] = Label.SPONSOR
    return tuple(labels)


def _alone(sentence: Sentence, index: int, count: int) -> Label:
    """What a sentence is by itself."""
    if index < EDGE and _GREETS.search(sentence.text):
        return Label.GREETING
    if _KEEPS_HOUSE.search(sentence.text):
        return Label.HOUSEKEEPING
    if index >= count - EDGE and _GREETS.search(sentence.text):
        return Label.HOUSEKEEPING
    return Label.CONTENT


def _reads(sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Sponsor reads as ``(first, last)``."""
    cues = [
        (index, bool(opens))
        for index, sentence in enumerate(sentences)
        if (opens := _OPENS.search(sentence.text)) or _SELLS.search(sentence.text)
    ]
    reads: list[tuple[int, int]] = []
    position = 0
    while position < len(cues):
        first, opened = cues[position]
        last = first
        while position + 1 < len(cues) and _same_read(sentences, last, cues[position + 1][0], opened=opened):
            position += 1
            last = cues[position][0]
        position += 1
        brands = _brands(sentences[first : last + 1])
        # An announced read that has come to its closing pitch hardly goes on; one that has not may have most before it.
        reach = REACH_OPENED if opened and last == first else REACH
        if last > first and _CLOSES.search(sentences[last].text):
            reach = 0
        begin = first if opened else min(_opening(sentences, first), _grow(sentences, first, -1, brands, REACH))
        end = _grow(sentences, last, 1, brands, reach)
        if opened and last == first:
            end = max(end, _least(sentences, first))
        reads.append((begin, end))
    return reads


def _least(sentences: Sequence[Sentence], first: int) -> int:
    """Where an announced read without closing pitch ends at the earliest."""
    end = first
    least = LEAST_SEGMENT if _SEGMENT.search(sentences[first].text) else LEAST
    while end + 1 < len(sentences) and end - first < least and _unbroken(sentences, end, end + 1):
        end += 1
    return end


def _same_read(sentences: Sequence[Sentence], last: int, cue: int, *, opened: bool) -> bool:
    return cue - last <= (GAP_OPENED if opened else GAP) and _unbroken(sentences, last, cue)


def _unbroken(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether one speaker goes on without turning back to the subject."""
    speaker = sentences[first].speaker
    return all(s.speaker == speaker and not _RETURNS.search(s.text) for s in sentences[first + 1 : last + 1])


def _opening(sentences: Sequence[Sentence], cue: int) -> int:
    """Where a read without announcement begins: at the farthest phrase that such reads begin with."""
    begin = cue
    for index in range(cue - 1, max(-1, cue - BACK - 1), -1):
        if sentences[index].speaker != sentences[cue].speaker or _RETURNS.search(sentences[index].text):
            break
        if _MAY_OPEN.search(sentences[index].text):
            begin = index
    return begin


def _brands(read: Sequence[Sentence]) -> frozenset[str]:
    found: set[str] = set()
    for sentence in read:
        for match in _BRAND.finditer(sentence.text):
            found.update(w.strip(".,'!").removesuffix("'s") for w in match[1].split())
    return frozenset(w for w in found if len(w) > 2 and w not in _NOT_BRAND)


def _grow(sentences: Sequence[Sentence], at: int, step: int, brands: frozenset[str], reach: int) -> int:
    """The last index, in one direction, that still belongs to the read."""
    end, misses, index = at, 0, at + step
    while 0 <= index < len(sentences) and abs(index - at) <= reach and misses < MISSES:
        sentence = sentences[index]
        if sentence.speaker != sentences[at].speaker or _RETURNS.search(sentence.text):
            break
        if any(brand in sentence.text for brand in brands) or _ADDRESSES.search(sentence.text):
            end, misses = index, 0
        else:
            misses += 1
        index += step
    return end
