"""Whether a sentence can be read without those before it.

A reader meets a claim alone: "this", "he" or "as I said" that points outside of it makes it useless. English has no
sharp test for that without a parser; these rules look for a pointing word with nothing before it that it could mean.
"""

from __future__ import annotations

import re

from ingest.insights.words import FUNCTION_WORDS, tokens

__all__ = ["dangling"]

_STARTS = frozenset([
    "it", "it's", "it'll", "it'd", "its", "this", "these", "those", "that", "that's", "that'll", "he", "he's",
    "he'd", "he'll", "she", "she's", "she'd", "they", "they're", "they'd", "they'll", "they've", "them", "their",
    "his", "her", "him", "which", "who", "whose", "where", "then", "here", "here's", "such", "also", "because",
    "or", "nor", "than", "either", "neither", "both", "same", "another", "others", "likewise", "otherwise", "yes",
    "no", "yeah", "and", "but", "so", "hence", "therefore", "thus", "not", "like", "just", "what's", "how's",
    "there'd", "similarly", "until", "ones", "whatever", "maybe", "to", "i'm", "is", "are", "was", "were", "am",
    "would", "could", "should", "can", "will", "do", "does", "did", "has", "have", "had", "might", "may", "must",
    "especially", "whereas", "enough", "except", "including", "versus",
])  # fmt: skip
_EXPLETIVE = re.compile(
    r"^it(?:(?:'s|’s| is| was|'ll be| will be| can be| may be| becomes?| would be)(?: \w+){0,2}? (?:important|easy|easier|hard|harder|difficult|possible"
    r"|impossible|better|best|worth|good|bad|dangerous|necessary|tempting|common|likely|unlikely|true|clear|crucial|critical|essential|safe|useful|helpful"
    r"|tough|fine|great|rare|cheaper|expensive|tricky|cheap|vital|wise|smart|unfair|fair|normal|illegal|legal|dumb|risky|better|faster|simpler|obvious|no secret)"
    r"|(?: takes?| took| costs?| makes (?:no |more )?sense)(?: \w+){0,4}) (?:to|that|for \w+(?: \w+)? to)\b(?! (?:me|us|him|her|them|you|end|point|one)\b)",
    re.IGNORECASE,
)
_TO_START = re.compile(r"^to \w+ [^,]{3,60}, (?!and|or|but|which|as well)", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:(?:as|like) (?:i|you|we|he|she|they)(?:'ve|’ve| have| just|'d| had)? ?(?:\w+ )?(?:said|say|mentioned|noted|described|talked|discussed|explained|saw|know|alluded)"
    r"|(?:i|you|we|he|she|they)(?:'ve|’ve| have)? (?:just |already |also |kind of |sort of )*(?:mentioned|described|alluded)|(?:you're|you are|you were|i'm|i am|i was|he's|she's|they're) (?:\w+ )?(?:saying|asking|describing|referring|talking about)"
    r"|earlier(?: on)? (?:in|today|we|i|you)|(?:said|mentioned|discussed|talked about) (?:\w+ )?(?:earlier|before)|a (?:moment|minute|second) ago|just now"
    r"|(?:your|his|her|that|this) (?:question|point|comment|example|answer)|to answer|aforementioned|the (?:former|latter)\b|mentioned (?:above|below)|(?:this|that|our|the) (?:episode|podcast|show)\b"
    r"|on (?:the|your|my) screen|(?:right |over |in |from |up |down |go |get |got |going )there\b(?!'s| is| are| was)|right here|over here|in here|the (?:above|following)\b|next (?:slide|chapter|section)|in this (?:case|way|context|situation))",
    re.IGNORECASE,
)
_DEICTIC = re.compile(
    r"\b(?:this|these|those(?! (?:who|that|with|of (?:us|you)|which|in|are))|that(?:'s|’s)|"
    r"(?:of|with|about|for|at|on|by|from|into|without|upon|under|over|through|using) that (?!the\b|a\b|an\b|you\b|we\b|they\b|it\b|i\b|he\b|she\b|there\b)\w+|"
    r"(?:if|when|because|while|since|until|once|whether|where) that (?!the\b|a\b)\w+|(?:recognize|take|have|had|give|gave|use|used|read|write|wrote|run|make|made|building|doing) that (?!the\b|a\b|an\b|you\b|we\b|they\b|it\b|i\b|there\b)\w+|"
    r"(?:of|with|like|about|for|in|at|on|by|from|do|does|doing|did|done|after|before|than|all|because of|beyond|into|without|and|but|is|was|call|called|see|change|solve|fix|use) that(?=[.,;:?!]|$| (?:is|was|and|but|or|as|because|when|if|for|to|in|with|at|on|by|from|kind|sort|type|way|point|case|stuff|thing|one|same|particular|specific|whole|data|information|problem|idea|process|code|model|question|system|company|person|first|next)\b)"
    r"|that (?:kind|sort|type|same|particular|specific|way|one|point|thing|guy|person|stuff|situation|case) (?!that|which|of (?:people|person) who))\b",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    r"^(?:if|when|once|unless|until|because|since)(?: \w+(?:'\w+)?){1,2} (?:don't|do|didn't|did|doesn't|does|isn't|is|aren't|are|can't|can|won't|will|not|so|wasn't|was|haven't|have|had),"
    r"|^(?:if|when|once) (?:so|not|true|done|necessary|possible),|^only (?:then|now)\b|^(?:what|how|why|where|who) (?:that|this|it|he|she|they)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:saw|see|sees|seen|find|finds|found|call|calls|called|take|takes|took|treat|want|wanted|know|knew|get|gets|got|put|keep|heard|hear|view|use|used|describe|described|interpret) that"
    r" (?:as|out|in|on|up|down|over|back|off|away|right|happen|with|into|word|from|to)\b"
    r"|^the way (?:to|you|we|that) (?:\w+ ){1,3}(?:it|them|that)\b|(?:contrast|addition|similar|according|due|related|compared|prior|next|back) to that\b|^number (?:one|two|three|four|five|\d)\b|\b(?:do|get|be|go|value|live|work|been|people) there[.,]?$|\ball that (?:to|in|into|up|together|out|from|for|down|and|is|was)\b|\b\w+ing that(?= (?:on|in|at|to|with|for|as|by|and|or|is|was)\b|[.,;])|^(?:two|three|four|five|six) (?:is|was)\b|^going back\b|^(?:definitely|probably|maybe|basically|currently|also|only|even) (?:a|an|not)\b|^for \w+ to \w+ is\b|\b(?:put|get|got|gets|leave|left|keep) (?:it|them|that) there\b|^what if\b|^[^,]{1,30}, that (?:is|was|would|will|can)\b|^\(|^one (?:is|was|has|being|would|could|can)\b|^(?:instead of|rather than|by|in addition to|because of|without|along with|apart from)\b[^,]*, (?:it|they)\b|^(?:in|at|on|for|with|during|under|after|before|by|over|throughout|despite) (?:[\w'-]+ ){1,6}?,? ?(?:it|they)(?:'s|'ll|'d|'re)? ",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"^(?:the|one|a|my|our|your|his|her|their)(?: \w+)? (?:reason|idea|problem|issue|point|answer|question|goal|trick|result|difference|challenge|thing|catch|downside|upside|benefit|advantage|purpose|hope|lesson|side effect|other two|conclusion|key|upshot|rest|latter|former|reasoning|solution|argument|concept|aim|plan|vision|intent|intention|default)"
    r"(?: (?:or|and) the \w+)?(?:(?: (?:really|just|also|here|then|now|again|always))? (?:is|was|being|are|were|here|there|has|had|will|would|can|could|so)|'s|’s)\b",
    re.IGNORECASE,
)
_SAYS = (
    r"(?:say|think|believe|know|show|prove|argue|assume|ensure|realize|see|hope|feel|understand|learn|discover|claim|imagine|agree|expect|mean|suggest|remember"
    r"|accept|admit|recognize|hear|note|tell|worry|pretend|guarantee|verify|check|confirm|notice|demand|require|insist|consider|bet|guess|hear)"
)
_CHOSEN = re.compile(
    rf"\b(?:to|can|could|will|would|should|must|might|may|you|we|they|i) (?!{_SAYS}\b|(?:so|all|both|are|were|have|had|do|did|is|was)\b)\w+ that (?!the\b|a\b|an\b|you\b|we\b|they\b|it\b|i\b|he\b|she\b|there\b)(\w+)"
    rf"|\b(?!(?:some|any|no|every)?thing\b|king\b|(?:say|think|know|mean|show|assum|believ|realiz|see|hop|argu|prov|suggest|notic|ensur|guarantee)ing\b)\w+ing that (?!the\b|a\b|an\b|you\b|we\b|they\b|it\b|i\b|he\b|she\b|there\b|is\b|are\b|can\b|has\b)(\w+)"
    r"|^(?:in|at|on) \w+,? that (\w+)|^instead,",
    re.IGNORECASE,
)
"""A verb, then "that" as a pointing word; verbs of saying and thinking take a clause there and are left out."""
_TEMPORAL = re.compile(
    r"^(?:this (?:year|century|decade|day and age)|these days|this is (?:why|because))", re.IGNORECASE
)
_HE = frozenset([
    "he", "he's", "he'd", "he'll", "she", "she's", "she'd", "she'll", "him", "her", "his", "hers", "himself",
    "herself",
])  # fmt: skip
_THEY = frozenset([
    "it", "it's", "it'll", "it'd", "its", "itself", "they", "they're", "they'd", "they'll", "they've", "them",
    "their", "theirs", "themselves",
])  # fmt: skip
_PERSON = frozenset([
    "someone", "somebody", "person", "everyone", "everybody", "anyone", "anybody", "user", "customer", "developer",
    "founder", "engineer", "child", "patient", "man", "woman", "author",
])  # fmt: skip
_ABSTRACT_NOUNS = frozenset([
    "reason", "way", "point", "kind", "lot", "bit", "sort", "number", "deal", "sense", "case", "matter", "aspect",
    "part",
])  # fmt: skip
_BEFORE_VERB = frozenset([
    "to", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "cannot", "can't", "couldn't",
    "won't", "wouldn't", "shouldn't", "don't", "doesn't", "didn't", "not", "never", "you", "we", "they", "i", "he",
    "she", "let's", "please", "gonna", "wanna", "gotta",
])  # fmt: skip
"""Words after which the next is a verb, not something that "it" could stand for."""
_PART = re.compile(
    r"^(?:the|a|an)? ?(?:other|second|third|fourth|next|last|same|first|new|old|big|bigger|whole) (?:one|ones|thing|part|bit|piece|half|two|three|side|aspect|reason|question|option|way|point|problem)\b(?! (?:of|about|with|in|for|to|that|you|we|i|is to|people))",
    re.IGNORECASE,
)


def dangling(text: str) -> str:
    """The words that point outside of the sentence; empty where it stands alone."""
    words = [word.casefold().replace("’", "'") for word in tokens(text)]
    if not words:
        return text
    if words[0] in _STARTS and not _EXPLETIVE.match(text) and not (words[0] == "to" and _TO_START.match(text)):
        return words[0]
    for pattern in (_SAID, _PART, _ELLIPTIC, _ABSTRACT, _OBJECT):
        if match := pattern.search(text):
            return match[0]
    return _points(text) or _pronoun(text, words)


def _points(text: str) -> str:
    """A "this" or "that" which points outside of the sentence.

    With its noun ("that transaction") it must have named that before; alone it needs something before it to point to.
    """
    for match in _DEICTIC.finditer(text):
        before, after = text[: match.start()], text[match.start() :]
        if _TEMPORAL.match(after):
            continue
        noun = next((w for w in tokens(after)[:4] if w.casefold() not in FUNCTION_WORDS), "").casefold()
        follows = re.search(r"\b(?:th(?:is|ese|ose)|that) (\w+)", after, re.IGNORECASE)
        if follows and follows[1].casefold() not in FUNCTION_WORDS:
            if noun[:-1] not in before.casefold():
                return match[0]
        elif _content(before) < 4:
            return match[0]
    if chosen := _CHOSEN.search(text):
        noun = next((group for group in chosen.groups() if group), "")
        if not noun or noun.casefold() not in text[: chosen.start()].casefold():
            return chosen[0]
    return ""


def _pronoun(text: str, words: list[str]) -> str:
    """A third-person pronoun with nothing before it in the sentence that it could stand for."""
    raw = tokens(text)
    nouns = names = people = 0
    for index, word in enumerate(words):
        if word in _HE and not (names or people):
            return word
        # "It" before an adjective clause ("it's hard to") points nowhere; with one noun before it, it may be that noun.
        if word in _THEY and nouns == 0 and not _EXPLETIVE.match(" ".join(words[index : index + 8])):
            return word
        if word in _PERSON:
            people += 1
        if (index and words[index - 1] in _BEFORE_VERB) or word.endswith("ly") or (index < 3 and word.endswith("ing")):
            continue
        if (word not in FUNCTION_WORDS and word not in _ABSTRACT_NOUNS) or word in (
            "people",
            "thing",
            "things",
            "guy",
            "guys",
            "everyone",
            "somebody",
        ):
            nouns += 1
            names += index > 0 and raw[index][:1].isupper()
            names += index == 0 and len(words) > 1 and raw[1][:1].isupper()
    return ""


def _content(text: str) -> int:
    return sum(1 for token in tokens(text) if token.casefold().replace("’", "'") not in FUNCTION_WORDS)
