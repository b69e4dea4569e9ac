"""What a cleaned sentence looks like, as numbers: the evidence on whether it is a claim worth keeping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.insights.words import content_words, tokens

__all__ = ["FEATURES", "centrality", "features", "is_fragment"]

_CAUSE = re.compile(
    r"\b(?:because|so that|therefore|thus|leads? to|led to|means? that|which means|results? in|due to|causes?|caused|prevents?|allows?|enables?|forces?|requires?|makes it (?:\w+ )?(?:easy|easier|hard|harder|possible|impossible)|in order to|depends? on|the reason|that's why|driven by|drives?|helps?|reduces?|increases?|improves?|avoids?|protects?|gives you|by \w+ing|without \w+ing)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:but|instead|rather than|whereas|while|although|though|even though|however|unlike|not just|not only|not because|despite|regardless|compared to|as opposed to|versus|(?:more|less|fewer|better|worse|faster|slower|cheaper|harder|easier|bigger|smaller|higher|lower|\w+er) than|no longer|used to be|isn't|aren't|doesn't|don't|can't|won't|not)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:always|never|every|most|often|usually|tends?|typically|generally|rarely|all|any|people|companies|everyone|everybody|nobody|no one|anyone|developers|users|teams|organizations|businesses|humans?|society|whenever|in general|the (?:more|better|less|faster|bigger|longer))\b",
    re.IGNORECASE,
)
_WEIGHT = re.compile(
    r"\b(?:(?:biggest|largest|hardest|fastest|main|primary|key|core|only|best|worst|critical|crucial|fundamental|essential|important|powerful|significant|valuable|dangerous|real) (?:\w+ )?|(?:problem|challenge|advantage|benefit|goal|purpose|trade-?offs?|lesson|mistake|secret|key|risk|cost|incentive|principle|difference|reason|bottleneck|opportunity|limitation|value|power|idea|concept|insight|irony|paradox|strategy) (?:\w+ )?)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^(?:[A-Z]?[\w'-]+ ){1,6}(?:is|are|means|refers to|consists of|provides|lets|allows|enables|gives|requires|works|makes|turns|becomes?|creates?|needs?|uses?|can|will|should|must) ",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"^(?:if|when|once|unless|whenever|as soon as|as long as|the more)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself)\b", re.IGNORECASE)
_WE = re.compile(r"\b(?:we|we're|we've|we'd|we'll|us|our|ours)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|you're|you've|you'd|you'll|your|yours|yourself)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:kind of|sort of|kinda|sorta|maybe|perhaps|probably|i guess|a little bit|a bit|or something|or whatever|and stuff|stuff|and so on|whatever|like, |not sure|hopefully|i don't know|gonna|just|actually|basically|really|literally|obviously|i think|i mean|you know)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:things?|something|somebody|someone|lots?|very|pretty|cool|awesome|nice|great|amazing|fun|crazy|super|neat|interesting|excited?|happy|love|loved|glad|wow|funny|guys?|anyway|whole)\b",
    re.IGNORECASE,
)
_META = re.compile(
    r"\b(?:episodes?|podcasts?|shows?|listeners?|audience|talk(?:ed|ing)? about|mention(?:ed)?|questions?|conversations?|today|tonight|guests?|interview(?:ed)?|article|blog post|link(?:s|ed)?|tweet(?:ed|s)?|slides?|talks?|chapter|book|discuss(?:ed|ion)?|topic|video|news|let's|let me|imagine|next week|last week|yesterday|this morning|years ago)\b",
    re.IGNORECASE,
)
_NARRATES = re.compile(
    r"\b(?:was|were|had|went|came|said|says|asked|told|did|got|started|decided|wanted|thought|used to|ended up|happened|joined|worked|wrote|built|began|tried|called|didn't|wasn't|weren't)\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"(?:\.\.\.|…| -+ | – | — |--|\[|\]|unintelligible|inaudible|indiscernible|=|\bquote\b|[{}<>])", re.IGNORECASE
)
_DEIXIS = re.compile(
    r"\b(?:this|these|those|that (?:is|was|\w+ing)|here|there(?! (?:is|are|was|were|'s))|now|right now|currently|so far|ones?|such|same|other|another|above|below)\b",
    re.IGNORECASE,
)
_THE_BARE = re.compile(
    r"^the (?:thing|point|problem|reason|idea|question|answer|issue|way|result|difference|goal|trick|challenge|company|project|team|paper|article|code|system|process|tool|library|app|other|second|third|next|last|first|same|whole|only) (?!of|with|that|why|you|we|for|in|between|about|people|to|behind)",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"^(?:first|firstly|second|secondly|third|thirdly|finally|lastly|number \w+|step \w+|another|for example|for instance|one of)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:[A-Z][\w.&'-]*(?: [A-Z][\w.&'-]*)*|(?:the|a|an|any|every|most|many|all|no|good|bad|great|our) (?:\w+ ){1,3})",
    re.IGNORECASE,
)
_PAST_I = re.compile(r"\b(?:i|we) (?:\w+ )?(?:was|were|had|went|came|did|got|started|\w+ed)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b\d[\d.,]*%?|\b(?:hundred|thousand|million|billion|trillion|percent|half|twice|double|tenfold)\b", re.IGNORECASE
)
_FORMAL = re.compile(r"\w+(?:tion|ment|ness|ity|ance|ence|ism|ology|ship|ive|able|ible|ical|ure)s?\b", re.IGNORECASE)
_IMPERATIVE = re.compile(
    r"^(?:check|go|look|take|let's|let|imagine|think|remember|consider|say|see|try|get|make|use|click|just|don't|please|come|give|tell|note|notice|suppose|thanks?|thank|congratulations|welcome|hello|hi|hey|good|speaking|read|watch|listen|learn|stay|join|follow|subscribe|visit|enjoy|keep|click|find|feel|first up|shout|next up|meanwhile|that)\b",
    re.IGNORECASE,
)

_THERE = re.compile(r"^(?:there(?:'s|’s| is| are| was| were|'ve| has| have)|it(?:'s|’s| is| was))\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"^you(?:'ve|’ve| have| had| were| did| said| wrote| mean|'d| just| guys)\b|\b(?:thank you|thanks|you all|y'all|you guys|you two|your (?:talk|book|work|company|blog|paper|question|article|experience))\b",
    re.IGNORECASE,
)
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

FEATURES = (
    "central", "local", "title", "specific", "word_length", "names", "numbers", "formal", "cause", "contrast", "general", "weight", "defines", "condition",
    "first_person", "past_person", "we", "you", "hedges", "vague", "meta", "narrates", "broken", "deixis", "bare_the", "listing", "imperative",
    "there", "addressed", "colon", "verbless", "unfinished", "short", "long", "commas", "quotes", "exclaims",
)  # fmt: skip


def features(text: str, *, central: float, local: float, title: frozenset[str]) -> NDArray[np.float64]:
    """The features of one cleaned sentence, in the order of ``FEATURES``; counts are capped so that none runs away.

    Args:
        text: the sentence.
        central: share of the episode's sentences that are less central, 0..1.
        local: the same among its neighbours.
        title: content words of the episode's and the show's titles and of its description.
    """
    words = tokens(text)
    content = content_words(text)
    count = max(1, len(words))
    names = sum(1 for word in words[1:] if word[:1].isupper() and word not in ("I", "I'm", "I've", "I'd", "I'll"))

    def hits(pattern: re.Pattern[str], most: int = 3) -> float:
        return float(min(most, sum(1 for _ in pattern.finditer(text))))

    return np.array(
        [
            central,
            local,
            min(3, len(title.intersection(content))),
            len(content) / count,
            sum(map(len, content)) / max(1, len(content)) / 10,
            min(3, names),
            hits(_NUMBER),
            hits(_FORMAL),
            hits(_CAUSE),
            hits(_CONTRAST),
            hits(_GENERAL),
            hits(_WEIGHT),
            hits(_DEFINES, 1),
            hits(_CONDITION, 1),
            hits(_FIRST, 4),
            hits(_PAST_I, 2),
            hits(_WE),
            hits(_YOU),
            hits(_HEDGE, 4),
            hits(_VAGUE, 4),
            hits(_META),
            hits(_NARRATES),
            hits(_BROKEN, 2),
            hits(_DEIXIS, 3),
            hits(_THE_BARE, 1),
            hits(_LISTING, 1),
            hits(_IMPERATIVE, 1),
            hits(_THERE, 1),
            hits(_ADDRESSED, 1),
            float(":" in text),
            float(not _VERB.search(text)),
            float(bool(_UNFINISHED.search(text)) or (bool(_CONDITION.match(text)) and "," not in text)),
            max(0, 14 - count) / 6,
            max(0, count - 28) / 12,
            min(5, text.count(",")) / 2,
            float('"' in text or "“" in text),
            float("!" in text),
        ]
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


def centrality(bags: Sequence[Sequence[str]], *, window: int = 25) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How central each bag of words is among all and among its neighbours, as ranks in 0..1, each of shape ``(len(bags),)``.

    Degree centrality (Erkan and Radev 2004) without its matrix: the mean cosine to all others is, up to a constant, the
    cosine to the centroid. Weights are tf-idf within the episode, with a logarithm on both. ``window`` is how many
    bags on either side are neighbours: what an episode is about changes as it goes on.
    """
    documents = Counter(word for bag in bags for word in set(bag))
    idf = {word: float(np.log(1 + len(bags) / df)) for word, df in documents.items() if df > 1}
    vectors = [_unit({w: (1 + float(np.log(n))) * idf[w] for w, n in Counter(bag).items() if w in idf}) for bag in bags]
    everywhere: Counter[str] = Counter()
    for vector in vectors:
        everywhere.update(vector)
    near: dict[str, float] = {}
    for vector in vectors[:window]:
        _add(near, vector, 1.0)
    overall, local = np.zeros(len(bags)), np.zeros(len(bags))
    for index, vector in enumerate(vectors):
        if index + window < len(vectors):
            _add(near, vectors[index + window], 1.0)
        if index - window - 1 >= 0:
            _add(near, vectors[index - window - 1], -1.0)
        overall[index] = sum(value * everywhere[word] for word, value in vector.items())
        local[index] = sum(value * (near[word] - value) for word, value in vector.items())
    return _ranks(overall), _ranks(local)


def _unit(vector: dict[str, float]) -> dict[str, float]:
    norm = sum(value * value for value in vector.values()) ** 0.5 or 1.0
    return {word: value / norm for word, value in vector.items()}


def _add(total: dict[str, float], vector: dict[str, float], sign: float) -> None:
    for word, value in vector.items():
        total[word] = total.get(word, 0.0) + sign * value


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    return order / max(1, len(scores) - 1)
