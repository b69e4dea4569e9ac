"""What in a turn of speech says who somebody is: "I'm …", "joining me is …", "…, what do you think?", and mere mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from earmark.language.person_names import NAME, looks_like_person, trimmed

__all__ = ["SENTENCE", "CueKind", "NameCue", "introductions", "uses"]


class CueKind(StrEnum):
    """What a piece of text says of a name."""

    SELF = "self"  # my name is …, I'm your host …
    SELF_SHORT = "self-short"  # I'm …
    SELF_WEAK = "self-weak"  # this is …, … here
    INTRODUCED = "introduced"  # joining me is …, my guest is …, please welcome …
    GREETED = "greeted"  # …, welcome; thanks for coming, …
    CALLED = "called"  # …, what do you think? Thanks, …
    MENTIONED = "mentioned"  # anywhere else


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCue:
    """A name as it was said, what for, and where: ``place`` is in 0..1, from the start of the turn to its end."""

    kind: CueKind
    name: str
    place: float


_FILLER = r"(?:[,:–—-]? ?(?:[a-z][\w'’\-]*,? ?){0,7})?"
"""Words between a cue and its name: ", as always, by my co-host, "."""
_ROLE = r"(?:the )?(?:(?:your|our|my) )?(?:(?:very |own |favorite |lovely |good |old |dear |special )*)(?:(?:co-?)?hosts?|guests?|friends?|colleagues?|panelists?)?,? ?"
_AGAIN = r"(?:(?:today|now|here|again|once|as always|as usual|always|as ever|also|just|very|happily|proudly)[, ]+)*"
_SEP = rf"(?:, and |, | and | & |, as well as )(?:{_ROLE})?"
_LIST = rf"(?P<names>{NAME}(?:{_SEP}{NAME}){{0,4}})"

_SELF = (
    rf"(?i:\bmy name(?:'s|’s| is)(?: also)?) (?P<names>{NAME})",
    rf"(?i:\bI(?:'m|’m| am)(?: still)? (?:one of )?(?:your|the|one of the) (?:co-?|ever )?hosts?(?: today| for today| for this episode)?,?(?: the)?) (?P<names>{NAME})",
    rf"(?i:\bI(?:'m|’m| am) joined by my name) (?P<names>{NAME})",
    rf"(?:^|[.!?,] )(?:(?i:and )?(?i:as (?:always|usual),? )?)(?i:I(?:'m|’m| am) (?:just )?your host),? (?P<names>{NAME})",
)
_SELF_SHORT = (
    rf"(?i:\bI(?:'m|’m| am)) (?P<names>{NAME})(?=[ ]*(?:[.,!?;:–—-]|$|\b(?:and|from|with|the|here|or|aka|of|one)\b))",
)
_SELF_WEAK = (
    rf"(?:^|[.!?] )(?:(?i:hi|hey|hello|welcome|yes|yeah|yep|so|and|okay|well)[^.!?]{{0,30}}[,.!] )?(?i:this is|it's|it’s) (?P<names>{NAME})(?=[.,!?]| and | from | with | here| speaking|$)",
    rf"(?:^|[.!?,] )(?P<names>{NAME}) (?i:here)(?=[.,!]| and | from | with |$)",
    rf"(?i:\byour (?:co-?)?host),? (?P<names>{NAME})",
)
_INTRODUCED = (
    rf"(?i:\bjoin(?:ed|ing us|ing me)) {_AGAIN}(?i:by|is|are|today)?{_FILLER}{_LIST}",
    rf"(?i:\b(?:my|our|today's|today’s|this week's|tonight's|special|first|next) (?:very )?(?:special )?guests?){_FILLER}{_LIST}",
    rf"(?i:\b(?:my|our) (?:co-?)hosts?){_FILLER}{_LIST}",
    rf"(?i:\b(?:with|alongside) (?:me|us)) ?{_FILLER}{_LIST}",
    rf"(?i:\b(?:here|back|chatting|speaking|talking|sitting down|hanging out|on the line|on the show)) (?i:today )?(?i:with|to){_FILLER}{_LIST}",
    rf"(?i:\bI(?:'m|’m| am) (?:here )?with) {_ROLE}{_LIST}",
    rf"(?i:\b(?:please welcome|I(?:'d| would) like to welcome|want to welcome|let's welcome|to welcome|to introduce|introducing|let me introduce)){_FILLER}{_LIST}",
    rf"(?i:\b(?:we(?:'ve|’ve| have)(?: also)?(?: got)?|I(?:'ve|’ve| have)(?: got)?|we got|having|to have)) {_FILLER}{_LIST}(?=,? (?i:here|with (?:me|us)|on the (?:show|podcast|line|program)|joining|back))",
    rf"(?P<names>{NAME})(?:'s|’s| is)(?: also)? (?i:here|with us|with me|back|joining)\b",
    rf"(?P<names>{NAME}) (?i:joins (?:us|me))",
    rf"(?i:\bwith (?:your|my|our) hosts?,?) {_LIST}",
)
_GREETED = (
    rf"(?i:\bwelcome(?: back)?(?: aboard| on)?),? (?P<names>{NAME})",
    rf"(?i:\bwelcome (?:back )?to (?:the )?(?:show|podcast|program)),? (?P<names>{NAME})",
    rf"(?P<names>{NAME})(?:, (?i:I|we|it's|it’s|so|a|hey|hi|hello)\b[^.!?]{{0,40}})?,? (?i:welcome|thank you (?:so much |very much )?for (?:joining|coming|being|taking)|thanks (?:so much |a lot )?for (?:joining|coming|being|taking)|(?:great|good|nice|glad|happy|so good) to have you|it's (?:great|good) to have)",
    rf"(?i:\bthank(?:s| you)(?: so much| very much| again| a lot)? for (?:joining|coming|being|having)[^.!?,]{{0,40}}),? (?P<names>{NAME})",
    rf"(?:^|[.!?] )(?i:hi|hey|hello|good morning|how are you|how's it going|how are you doing|what's up),? (?P<names>{NAME})",
    rf"(?:^|[.!?] )(?P<names>{NAME}), (?i:hi|hey|hello|how are you|how's it going|how are you doing|what's up|tell us about yourself|introduce yourself)",
)
_CUES = {
    CueKind.SELF: _SELF,
    CueKind.SELF_SHORT: _SELF_SHORT,
    CueKind.SELF_WEAK: _SELF_WEAK,
    CueKind.INTRODUCED: _INTRODUCED,
    CueKind.GREETED: _GREETED,
}


@cache
def _compiled() -> dict[CueKind, list[re.Pattern[str]]]:
    """The cues, compiled for the first turn that is read: it takes a while, and most programs read none."""
    return {kind: [re.compile(pattern) for pattern in patterns] for kind, patterns in _CUES.items()}


_HINT = re.compile(
    r"\b(?:name|i'?m|i am|this is|it's|here|host|hosts|join\w*|guests?|with|welcome|introduc\w+|have|having|got|thanks?|hi|hey|"
    r"hello|morning|how|what's|back|co-?host)\b|[’']m\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r", and | and | & |, as well as |, ")
_ABBREVIATED = re.compile(r"\b(Dr|Prof|Mr|Mrs|Ms|Rev|St|[A-Z])\. (?=[A-Z])")
"""Full stops that end no sentence: of titles and initials."""
_WINDOW = 800
_OVERLAP = 150
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")


def introductions(text: str) -> Iterator[NameCue]:
    """Who is introduced in a turn of speech and how; names as said, one cue for each place.

    Args:
        text: with capitals (see `ingest.voices.names.cased`).
    """
    taken: set[tuple[int, str]] = set()
    text = _ABBREVIATED.sub(r"\1 ", text)
    for begin, end in _windows(text):
        window = text[begin:end]
        if not _HINT.search(window):
            continue
        for kind, patterns in _compiled().items():
            for pattern in patterns:
                for match in pattern.finditer(window):
                    for name in _listed(match["names"]):
                        place = begin + match.start("names")
                        if (place // 40, name) not in taken:
                            taken.add((place // 40, name))
                            yield NameCue(kind=kind, name=name, place=place / max(1, len(text)))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Its sentences, each with the end of the one before; long ones (captions without full stops) in overlapping pieces."""
    for sentence in SENTENCE.finditer(text):
        start = max(0, sentence.start() - 4)
        for begin in range(start, sentence.end(), _WINDOW - _OVERLAP):
            yield begin, min(begin + _WINDOW, sentence.end() + 1)
            if begin + _WINDOW >= sentence.end():
                break


def _listed(names: str) -> Iterator[str]:
    for part in _SPLIT.split(names):
        name = trimmed(re.sub(r"^[a-z][\w'’ \-]*(?= [A-Z])", "", part))
        if name and (looks_like_person(name) or " " not in name) and len(name) > 1:
            yield name


def uses(text: str, names: Sequence[str]) -> Iterator[NameCue]:
    """Where the words of ``names`` come up in a turn: called out to somebody, or just mentioned.

    Args:
        text: a turn of speech.
        names: words to look for, as they are written (full names and first names).
    """
    if not names:
        return
    pattern = re.compile(
        r"(?<![\w])(?:" + "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) + r")(?![\w])"
    )
    length = max(1, len(text))
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 14) : match.start()]
        after = text[match.end() : match.end() + 3]
        yield NameCue(kind=_use(before, after), name=match[0], place=match.start() / length)


_CALL_BEFORE = re.compile(
    r"(?:^|[.!?…] )$|, $|\b(?:thanks|thank you|hey|hi|hello|yeah|okay|so|well|yes|no|right|and|but|now|oh)[, ]+$",
    re.IGNORECASE,
)


def _use(before: str, after: str) -> CueKind:
    """``Ada, what …``, ``…, Ada?``, ``Thanks, Ada.`` are calls."""
    opened = not before or bool(_CALL_BEFORE.search(before))
    closed = not after or after[0] in ",.!?…"
    comma = before.endswith(", ") or after.startswith((",", "...", "…", "?", "!"))
    return CueKind.CALLED if opened and closed and comma else CueKind.MENTIONED
