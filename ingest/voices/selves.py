"""Voices that say who they are, or that a host introduces just before they first speak, and whom the episode names too.

What is said alone makes a guess (`ingest.voices.assign`); where the episode's people or its title name that person as well,
it is sure. A name that two voices give themselves is nobody's, for one of them is joking.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from earmark.language.person_names import NAME, looks_like_person, trimmed
from earmark.types import Segment
from ingest.voices.cues import SENTENCE, CueKind, introductions
from ingest.voices.evidence import LabelledTurn, labelled_turns, next_voice
from ingest.voices.names import key, known_name

__all__ = ["SAID", "Selves", "who_they_say"]

SAID = 0.95
"""Confidence of a name that a voice or its host says and that the episode names: as for a feed that names the only voice."""
_OWN_TURNS = 3
"""Turns of a voice, from its first on, in which it says who it is; later it rather quotes somebody."""
_OPENING = 1_500
"""Characters of a turn in which a voice says who it is."""
_QUOTED = re.compile(r"[“\"«„][^”\"»“]{0,400}[”\"»“]")
_NOT_MEANT = re.compile(
    r"\b(?:if|imagine|suppose|pretend(?:s|ed|ing)?|as though|(?:he|she|they|people|everybody|somebody|who|you) "
    r"(?:says?|said|goes|went|replied|shouts?|shouted|was like|were like))\b",
    re.IGNORECASE,
)
"""What makes an "I am …" of the same sentence somebody else's, or nobody's."""
_SPEAKING = re.compile(
    rf"(?i:\bthis is) (?P<name>{NAME}) (?i:speaking|here)\b|(?:^|[.!?,] )(?P<caller>{NAME}) (?i:speaking)\b"
)
_ANSWERS = re.compile(
    r"\b(?:thank(?:s| you)(?: so much| very much| a lot)? for (?:having|inviting|the invit)"
    r"|(?:great|good|glad|happy|nice|pleasure|honou?r|excited) to be (?:here|on|back|with))\b",
    re.IGNORECASE,
)
"""How somebody answers who was introduced; a co-host who speaks next says other things."""
_ANSWER = 300
"""Characters of a first turn in which that answer comes."""
_TITLED = re.compile(NAME)


@dataclass(frozen=True, slots=True)
class Selves:
    """Labels with the names that are theirs, and the labels that claim a name which another claims as well."""

    names: dict[str, str] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()


def who_they_say(segments: Sequence[Segment], labels: Sequence[str], people: Sequence[str], title: str = "") -> Selves:
    """Whom the voices give themselves out as, as far as the episode names those persons too.

    Args:
        segments: the transcript; speech without a label counts as a voice if ``labels`` holds the empty one.
        labels: the voices that have no name yet.
        people: full names from the feed, the notes and the title.
        title: of the episode: a person may be named in it in any place ("Mara Lind on rye").

    Speech without labels is named only where the episode names one person: two people's may look like one's.
    """
    turns = labelled_turns(segments, people)
    named = [*people, *(name for name in _in_title(title) if known_name(name, people) is None)]
    claims: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, int] = defaultdict(int)
    for turn in turns:
        seen[turn.label] += 1
        if seen[turn.label] <= _OWN_TURNS:
            claims[turn.label].update(_known(_own_names(turn), named))
    claimed = [name for names in claims.values() for name in names]
    contested = frozenset(label for label, names in claims.items() if any(claimed.count(name) > 1 for name in names))
    names = {label: next(iter(own)) for label, own in claims.items() if len(own) == 1 and label not in contested}
    if len({key(name) for name in named}) > 1:
        names.pop("", None)
    for label, name in _introduced(turns, named):
        if not claims[label] and name not in claimed and name not in names.values():
            names[label] = name
    return Selves({label: name for label, name in names.items() if label in labels}, contested & set(labels))


def _own_names(turn: LabelledTurn) -> Iterator[str]:
    """The names by which a voice introduces itself in a turn, in earnest and in its own words."""
    for sentence in SENTENCE.finditer(_QUOTED.sub(" … ", turn.text[:_OPENING])):
        text = sentence[0].strip()
        if _NOT_MEANT.search(text):
            continue
        yield from (cue.name for cue in introductions(text) if cue.kind in {CueKind.SELF, CueKind.SELF_SHORT})
        yield from (trimmed(match["name"] or match["caller"]) for match in _SPEAKING.finditer(text))


def _introduced(turns: Sequence[LabelledTurn], named: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Voices whose first turn comes next to an introduction or a welcome of one person by another voice.

    Among more than two voices it must answer that, for it may be a co-host's.
    """
    spoken: set[str] = set()
    firsts = {turn.label: turn.text for turn in reversed(turns)}
    for number, turn in enumerate(turns):
        spoken.add(turn.label)
        after = next_voice(turns, number)
        if not after or after in spoken or (len(firsts) > 2 and not _ANSWERS.search(firsts[after][:_ANSWER])):
            continue
        kinds = {CueKind.INTRODUCED, CueKind.GREETED}
        names = _known((cue.name for cue in introductions(_QUOTED.sub(" … ", turn.text)) if cue.kind in kinds), named)
        if len(names) == 1:
            yield after, names.pop()


def _known(said: Iterator[str], named: Sequence[str]) -> set[str]:
    """The persons whom the episode names among names as they were said; a first name will do where only one has it."""
    return {name for word in said if (name := known_name(word, named)) is not None and _is_in(word, name)}


def _is_in(said: str, name: str) -> bool:
    """Whether a name was said as it is written, in whole or in part: one that only sounds alike is not enough here."""
    words = key(name).split()
    return bool(key(said)) and all(word in words for word in key(said).split())


def _in_title(title: str) -> list[str]:
    """What may be the full names of persons in a title, wherever they are."""
    return [name for match in _TITLED.finditer(title) if looks_like_person(name := trimmed(match[0]))]
