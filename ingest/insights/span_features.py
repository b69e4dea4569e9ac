"""What is counted in a span of speech: the evidence on whether a reader would be glad to have read it.

Everything is read off one pass over the words, because every span of an episode is compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.insights.words import FUNCTION_WORDS

__all__ = ["FEATURE_NAMES", "span_features"]

_KINDS = {
    "first_person": "i i'm i've i'd i'll me my mine myself",
    "we": "we we're we've we'd we'll us our ours",
    "you": "you you're you've you'd you'll your yours yourself",
    "he": "he he's he'd she she's she'd him her his hers",
    "they": "they they're they've they'd they'll them their theirs",
    "it": "it it's it'll it'd its",
    "this": "this that that's these those",
    "here": "here there here's there's now right today currently",
    "hedges": "maybe perhaps probably basically literally actually really just gonna kinda sorta stuff hopefully whatever"
    " kind_of sort_of i_think i_guess i_mean you_know i_don't or_something and_stuff a_bit little_bit not_sure feel_like",
    "fillers": "um uh yeah yep okay ok well so anyway oh wow cool awesome sure exactly absolutely hey hmm alright right",
    "vague": "thing things something somebody someone lot lots very pretty nice great amazing fun crazy super neat"
    " interesting excited happy love loved funny guys whole big huge good bad cool",
    "cause": "because therefore thus hence leads led means causes cause caused enables enable allows allow forces prevents"
    " requires so_that due_to the_reason as_a in_order makes_it make_it depends_on depends results_in that_way",
    "contrast": "but however although though whereas instead rather unlike despite yet while even_if not_just not_only"
    " no_longer used_to rather_than as_opposed",
    "general": "every always never most all any people companies everyone everybody nobody anyone everything often usually"
    " tend tends typically generally rarely society humans human developers users teams organizations businesses",
    "compares": "more less better worse than best worst bigger smaller faster slower higher lower easier harder cheaper"
    " stronger weaker fewer larger cheaper earlier later",
    "condition": "if when unless until once whenever as_long",
    "negation": "not no never none nothing without can't don't isn't won't doesn't aren't cannot couldn't shouldn't neither",
    "number_words": "two three four five six seven eight nine ten hundred thousand million billion percent half twice"
    " double dozen third quarter",
    "narrates": "was were had did went said came got took made started wanted told asked thought decided ended joined"
    " worked wrote built began tried called happened didn't wasn't weren't ago",
    "modal": "should must ought can could would might may will need_to have_to has_to needs_to",
    "meta": "episode episodes podcast show shows listeners audience link links thanks thank welcome guest guests question"
    " questions conversation article video chapter slide slides interview talk talked mentioned discuss discussed tweet"
    " talk_about talking_about listening listen subscribe sponsor sponsors",
    "weight": "key problem reason important matter matters risk trade-off tradeoff tradeoffs trade-offs cost costs value"
    " incentive incentives mistake lesson surprising surprisingly truth hard difficult fundamental fundamentally danger"
    " dangerous advantage benefit challenge failure bottleneck limit impossible expensive security secure turns_out",
    "says_so": "think thinks believe feel feels guess suppose wonder hope know knows saying say says said",
    "example": "example instance like such_as for_example for_instance imagine suppose",
    "is": "is are was were be been being isn't aren't",
    "new_names": "called named known",
    "lets_see": "let let's look see check go try take give click type download install",
    "study": "study studies research researchers found data survey paper percent average estimates estimated",
    "pays": "pay pays paid money price market dollars cost costs business customers customer company revenue fees fee",
    "abstract": "system systems process trust power privacy quality complexity design knowledge skill attention behavior"
    " decision decisions experience culture language rules constraints tool tools code software network",
}
_OPENINGS = (
    "and but so because yeah the a it it's i i'm you we if that that's this they there there's what when well for in he"
    " not these those to how as like or".split()
)
_ENDINGS = {
    "formal": ("tion", "ment", "ness", "ity", "ance", "ence", "ism", "ology"),
    "ing": ("ing",),
    "ly": ("ly",),
    "ed": ("ed",),
}
_MARKS = {
    "quotes": '"“”',
    "exclaims": "!",
    "asks": "?",
    "commas": ",",
    "dashes": "–—",
    "colons": ":;",
    "brackets": "[]()",
}
_WORD = re.compile(r"[^\W_]+(?:['’.+#-][^\W_]+)*|\S")
_POINTERS = frozenset(
    "it it's it'll it'd its this that that's these those he he's she she's him her his they they're they'll they've"
    " them their".split()
)
_SCALE = 20.0
"""Counts are given for so many words, so that long spans are not better for being long."""
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(\[]?[^\W_])")


def span_features(text: str) -> NDArray[np.float64]:
    """The counts of a span, of shape ``(len(FEATURE_NAMES),)`` and in their order."""
    raw = _WORD.findall(text.replace("’", "'"))
    tokens = [token for token in raw if token[0].isalnum()]
    words = [token.lower() for token in tokens]
    count = max(1, len(words))
    kinds = _kinds()
    hits = np.zeros(len(_KINDS))
    early = np.zeros(len(_KINDS))
    for index, word in enumerate(words):
        after = f"{word}_{words[index + 1]}" if index + 1 < len(words) else word
        for kind in (*kinds.get(word, ()), *kinds.get(after, ())):
            hits[kind] += 1
            if index < 6:
                early[kind] += 1
    content = [word for word in words if word not in FUNCTION_WORDS and len(word) > 1]
    per = _SCALE / max(8, count)
    opening = words[0] if words else ""
    second = words[1] if len(words) > 1 else ""
    sentences = _SENTENCE.split(text)
    firsts = [re.sub(r"[^a-z']", "", part.split()[0].lower()) for part in sentences if part.split()]
    return np.array(
        [
            *np.minimum(hits * per, 4.0),
            *np.minimum(hits, 1.0),
            *np.minimum(early, 1.0),
            *(min(4.0, sum(text.count(mark) for mark in marks) * per) for marks in _MARKS.values()),
            *(sum(word.endswith(ends) and len(word) > 4 for word in content) * per for ends in _ENDINGS.values()),
            *(float(opening == word) for word in _OPENINGS),
            *(float(opening in ("and", "so", "but", "yeah", "well") and second == word) for word in _OPENINGS[6:18]),
            sum(first in ("so", "and", "but") for first in firsts[1:]) / 2,
            sum(first in ("i", "i'm", "we", "yeah", "right", "okay") for first in firsts[1:]) / 2,
            sum(first in _POINTERS for first in firsts[1:]) / 2,
            *_lengths(words, content, sentences),
            *_shape(tokens, words, content),
        ]
    )


def _lengths(words: Sequence[str], content: Sequence[str], sentences: Sequence[str]) -> list[float]:
    count = max(1, len(words))
    lengths = [len(part.split()) for part in sentences]
    return [
        float(np.log(count)),
        max(0, 14 - count) / 6,
        max(0, count - 60) / 20,
        lengths[0] / 20,
        min(lengths) / 20,
        max(lengths) / 30,
        float(len(sentences)),
        len(content) / count,
        sum(map(len, content)) / max(1, len(content)) / 10,
        len(set(words)) / count,
        sum(len(word) >= 8 for word in words) / count,
    ]


def _shape(tokens: Sequence[str], words: Sequence[str], content: Sequence[str]) -> list[float]:
    """Names, figures, repetitions, and how soon a pointing word comes before there is anything to point at."""
    count = max(1, len(words))
    names = sum(
        token[0].isupper() and word not in ("i", "i'm", "i've", "i'd", "i'll")
        for token, word in zip(tokens[1:], words[1:], strict=True)
    )
    digits = sum(word[0].isdigit() for word in words)
    doubled = sum(word == following for word, following in pairwise(words))
    before = 0
    unanchored = 0
    for word in words[:25]:
        if word in _POINTERS:
            unanchored += before < 2
        elif word not in FUNCTION_WORDS:
            before += 1
    repeated = len(content) - len(set(content))
    return [
        min(4.0, names * _SCALE / max(8, count)),
        float(names == 0),
        min(3.0, digits * _SCALE / max(8, count)),
        float(digits > 0),
        min(3.0, float(doubled)),
        min(3.0, float(unanchored)),
        float(unanchored > 0),
        repeated / count,
        float(bool(words) and words[0] in _POINTERS),
    ]


@cache
def _kinds() -> dict[str, tuple[int, ...]]:
    """By word, or by two words joined with ``_``, the kinds that it belongs to."""
    kinds: dict[str, tuple[int, ...]] = {}
    for number, listed in enumerate(_KINDS.values()):
        for word in listed.split():
            if number not in kinds.get(word, ()):
                kinds[word] = (*kinds.get(word, ()), number)
    return kinds


FEATURE_NAMES = (
    *_KINDS,
    *(f"{kind} at all" for kind in _KINDS),
    *(f"{kind} early" for kind in _KINDS),
    *_MARKS,
    *_ENDINGS,
    *(f"opens with {word}" for word in _OPENINGS),
    *(f"opens, then {word}" for word in _OPENINGS[6:18]),
    "further sentences joined",
    "further sentences personal",
    "further sentences pointing",
    "log words",
    "short",
    "long",
    "first sentence",
    "shortest sentence",
    "longest sentence",
    "sentences",
    "content share",
    "content letters",
    "different words",
    "long words",
    "names",
    "no names",
    "figures",
    "any figure",
    "doubled",
    "unanchored",
    "any unanchored",
    "repeated content",
    "opens pointing",
)
