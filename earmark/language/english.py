"""English as it is spoken: its function words as they are written, and whether texts are in it at all.

The words are for reading sentences: the extractor and the gate pass over them, and their share tells English. The stems of
`earmark.language.stopwords` are for comparing what texts are about. The two lists overlap and stay two: the worth of a span
was fitted to this one ("several" is in it, "unless" is not), the weights of search and answers to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["FUNCTION_WORDS", "is_english", "tokens"]

_TOKEN = re.compile(r"[^\W\d_][\w'’+#-]*|\d[\d.,:]*\d|\d")

FUNCTION_WORDS = frozenset([
    "a", "about", "above", "across", "actually", "after", "again", "against", "ago", "all", "almost", "along",
    "already", "also", "although", "always", "am", "among", "an", "and", "another", "any", "anybody", "anyone",
    "anything", "anyway", "are", "aren't", "around", "as", "ask", "asked", "at", "away", "back", "basically", "be",
    "became", "because", "become", "been", "before", "being", "below", "between", "both", "but", "by", "came",
    "can", "can't", "cannot", "come", "comes", "coming", "could", "couldn't", "day", "days", "did", "didn't", "do",
    "does", "doesn't", "doing", "don't", "done", "down", "during", "each", "either", "else", "end", "enough",
    "especially", "etc", "even", "ever", "every", "everybody", "everyone", "everything", "exactly", "far", "feel",
    "few", "first", "for", "from", "gave", "get", "gets", "getting", "give", "given", "gives", "go", "goes",
    "going", "gone", "gonna", "good", "got", "gotta", "guess", "guy", "guys", "had", "has", "hasn't", "have",
    "haven't", "having", "he", "he's", "her", "here", "here's", "hers", "him", "his", "how", "however", "i", "i'd",
    "i'll", "i'm", "i've", "if", "in", "indeed", "instead", "into", "is", "isn't", "it", "it'd", "it'll", "it's",
    "its", "itself", "just", "keep", "kind", "kinda", "knew", "know", "known", "knows", "last", "least", "less",
    "let", "let's", "like", "literally", "little", "ll", "long", "look", "looking", "lot", "lots", "made", "make",
    "makes", "making", "many", "may", "maybe", "me", "mean", "means", "might", "mine", "more", "most", "much",
    "must", "my", "myself", "need", "needs", "never", "new", "next", "nice", "no", "nobody", "none", "nor", "not",
    "nothing", "now", "obviously", "of", "off", "often", "oh", "ok", "okay", "on", "once", "one", "ones", "only",
    "or", "other", "others", "our", "ours", "out", "over", "own", "people", "perhaps", "point", "pretty",
    "probably", "put", "quite", "rather", "re", "really", "right", "said", "same", "saw", "say", "saying", "says",
    "see", "seen", "seems", "several", "shall", "she", "she's", "should", "shouldn't", "since", "so", "some",
    "somebody", "somehow", "someone", "something", "sometimes", "somewhat", "sort", "still", "stuff", "such",
    "sure", "take", "taken", "takes", "talk", "talked", "talking", "tell", "than", "thank", "thanks", "that",
    "that's", "the", "their", "theirs", "them", "themselves", "then", "there", "there's", "these", "they", "they'd",
    "they'll", "they're", "they've", "thing", "things", "think", "thinking", "this", "those", "though", "thought",
    "three", "through", "time", "times", "to", "today", "together", "told", "too", "took", "totally", "toward",
    "towards", "tried", "try", "trying", "two", "uh", "um", "under", "until", "up", "upon", "us", "use", "used",
    "uses", "using", "usually", "ve", "very", "want", "wanted", "wants", "was", "wasn't", "way", "ways", "we",
    "we'd", "we'll", "we're", "we've", "week", "well", "went", "were", "weren't", "what", "what's", "whatever",
    "when", "where", "whether", "which", "while", "who", "who's", "whole", "whom", "whose", "why", "will", "with",
    "within", "without", "won't", "work", "works", "would", "wouldn't", "yeah", "year", "years", "yep", "yes",
    "yet", "you", "you'd", "you'll", "you're", "you've", "your", "yours",
])  # fmt: skip
"""In lower case, with straight apostrophes."""

ENGLISH = 0.3
"""Share of function words below which a transcript is not taken for English; spoken English lies near 0.6."""


def is_english(texts: Iterable[str]) -> bool:
    """Whether the texts together are taken for English; none at all is not."""
    words = [word.casefold() for text in texts for word in tokens(text)]
    return bool(words) and sum(word in FUNCTION_WORDS for word in words) >= ENGLISH * len(words)


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, as written."""
    return _TOKEN.findall(text)
