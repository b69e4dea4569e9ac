"""Who speaks: labels of transcripts to names of people.

Transcripts say "Steve", "STEVE GIBSON", "Speaker 0" or nothing. A label becomes a full name only where exactly one person
fits: a quote under the wrong name is worse than one under none. Generic labels stay in the transcript, since they still
tell turns apart, and ``public_name`` keeps them from ever being shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.language.person_names import FORM_OF_ADDRESS
from ingest.voices.cues import CueKind, introductions

if TYPE_CHECKING:
    from earmark.types import Person, Segment, Transcript

__all__ = ["is_one_voice", "public_name", "resolve_speakers", "tidy_name"]

_GENERIC = re.compile(
    r"(?:speaker|spk|voice|person|participant|unknown|unidentified|unnamed|male|female|man|woman|narrator|announcer|"
    r"host|guest|interviewer|interviewee|moderator|caller|audience(?: member)?|all|both|everyone|multiple speakers|"
    r"s|m|f|[a-z])(?:[\s_#.-]*(?:speaker|voice|host|guest))?(?:[\s_#.-]*\d*|[\s_#.-]+[a-z])",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:[(\[].*|,.*|\s-\s.*|\s–\s.*|:)$")
_CUT = re.compile(r"\s\w\.?$")
_BACKCHANNEL = re.compile(
    r"(?:^|[.!?]\s+)(?:yeah|yep|right|mm-hmm|uh-huh|exactly|sure|okay|wow|no|yes)[.!]|thanks? (?:you )?for having me|"
    r"\b(?:my|our) guest|joining (?:me|us)|(?:great|good) to be here",
    re.IGNORECASE,
)
_OPENING = 1_500
"""Characters in which whoever speaks alone says who it is."""
SINGLE_VOICE_PER_1000 = 0.35
"""Answers such as "Yeah." and "Right." a thousand words up to which unlabelled speech counts as one voice."""


def public_name(speaker: str | None) -> str | None:
    """The name to show for a speaker; ``None`` for no name and for generic labels such as "Speaker 1"."""
    if speaker is None:
        return None
    name = " ".join(speaker.split()).strip(" :-")
    return None if not name or _GENERIC.fullmatch(name) else name


def resolve_speakers(transcript: Transcript, persons: Sequence[Person]) -> Transcript:
    """The transcript with each speaker's label replaced by that person's full name, where exactly one person fits.

    Args:
        transcript: as parsed.
        persons: persons that the episode and its show name; full names found in the transcript count as persons too.
    """
    labels = tuple(dict.fromkeys(s.speaker for s in transcript.segments if s.speaker and s.speaker.strip()))
    tidy = {label: tidy_name(label) for label in labels}
    known = _known([p.name for p in persons], tidy.values())
    names = {label: _resolve(tidy[label], known, persons) for label in labels}
    alone = _only_voice(transcript, labels, persons)
    segments = tuple(_named(segment, names, alone) for segment in transcript.segments)
    return transcript if segments == transcript.segments else replace(transcript, segments=segments)


def _named(segment: Segment, names: dict[str, str], alone: str | None) -> Segment:
    speaker = alone or (names.get(segment.speaker) if segment.speaker else None)
    return segment if speaker == segment.speaker else replace(segment, speaker=speaker)


def tidy_name(label: str) -> str:
    """A label without its role, degree and colon; capitals as in a name where it is all in capitals."""
    name = _SUFFIX.sub("", " ".join(label[:200].split()))
    if len(name) > 3 and name.isupper() and not _GENERIC.fullmatch(name):
        name = " ".join("-".join(part.capitalize() for part in word.split("-")) for word in name.split())
    return name or label.strip()


def _known(persons: Iterable[str], labels: Iterable[str]) -> tuple[str, ...]:
    """Full names, those of the feed first; a name that differs only in case, title or degree is there once."""
    full = (name for name in labels if len(name.split()) > 1 and not _GENERIC.fullmatch(name) and not _CUT.search(name))
    names: dict[str, str] = {}
    for name in (*persons, *full):
        tidy = tidy_name(name)
        names.setdefault(FORM_OF_ADDRESS.sub("", tidy).casefold(), tidy)
    return tuple(names.values())


def _resolve(label: str, known: Sequence[str], persons: Sequence[Person]) -> str:
    if _GENERIC.fullmatch(label):
        role = label.split(maxsplit=1)[0].casefold()
        of_role = {p.name for p in persons if p.role.casefold() == role}
        return of_role.pop() if len(of_role) == 1 and label.casefold() == role else label
    wanted = FORM_OF_ADDRESS.sub("", label).casefold()
    for fits in (_is_name, _is_part, _is_initials):
        matches = [name for name in known if fits(wanted, FORM_OF_ADDRESS.sub("", name).casefold())]
        if len(matches) == 1:
            return matches[0]
        if matches:
            return label
    return label


def _is_name(label: str, name: str) -> bool:
    return label == name


def _is_part(label: str, name: str) -> bool:
    """Whether a label is the first or the last name, or both without what is between them."""
    words, parts = label.split(), name.split()
    if len(parts) < 2:
        return False
    return words in ([parts[0]], [parts[-1]], [parts[0], parts[-1]]) or (
        len(words) == 2 and words[0] == parts[0] and words[1].rstrip(".") == parts[-1][: len(words[1].rstrip("."))]
    )


def _is_initials(label: str, name: str) -> bool:
    return 2 <= len(label) <= 3 and label == "".join(part[0] for part in name.split())


def _only_voice(transcript: Transcript, labels: Sequence[str], persons: Sequence[Person]) -> str | None:
    """The one person, where the transcript holds one voice, and the feed names one person or that voice itself does."""
    if any(not _GENERIC.fullmatch(tidy_name(label)) for label in labels) or len(labels) > 1:
        return None
    text = " ".join(segment.text for segment in transcript.segments)
    names = {p.name for p in persons}
    if len(names) == 1 and (labels or is_one_voice(text)):
        return next(iter(names))
    return _says_its_name(text, [p.name for p in persons]) if is_one_voice(text) else None


def _says_its_name(text: str, persons: Sequence[str]) -> str | None:
    """The one name by which a voice introduces itself at the beginning; of those that the feed gives, if it gives any."""
    said = {
        cue.name
        for cue in introductions(text[:_OPENING])
        if cue.kind is CueKind.SELF or (cue.kind is CueKind.SELF_SHORT and " " in cue.name)
    }
    if len(said) != 1:
        return None
    name = said.pop()
    fits = [person for person in persons if name.casefold() in {person.casefold(), person.casefold().split()[0]}]
    return fits[0] if len(fits) == 1 else None if persons else name


def is_one_voice(text: str) -> bool:
    """Whether a text is one person speaking: hardly an answer ("Yeah.", "Right.") in it."""
    words = len(text.split())
    return bool(words) and 1000 * len(_BACKCHANNEL.findall(text)) / words <= SINGLE_VOICE_PER_1000
