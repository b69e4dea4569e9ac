"""The persons behind the labels of a transcript: by what the publisher says, then by what is said in the episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from earmark.types import Person, Segment, Transcript, Voice
from ingest.voices.assign import FLOOR, Match, assign
from ingest.voices.evidence import NameCandidate, gather
from ingest.voices.labels import is_one_voice, public_name, resolve_speakers, tidy_name
from ingest.voices.names import key, known_name
from ingest.voices.notes import noted_persons
from ingest.voices.selves import SAID, who_they_say

__all__ = ["resolve_voices"]

_MOST_PERSONS = 40
_MOST_LABELS = 30
_BY_ROLE = 0.95
"""Confidence where the label is a role ("Host") that one person has, or one voice is the one person the feed names: both
rest on a feed that is right about who takes part."""
_BY_PART = 0.98
"""Confidence where a label is a part of exactly one person's name."""


def resolve_voices(
    transcript: Transcript,
    *,
    persons: Sequence[Person] = (),
    usual: Sequence[Person] = (),
    title: str = "",
    notes: str = "",
    show: str = "",
) -> Transcript:
    """The transcript with its speakers named wherever that is sure, and ``voices`` saying who is who and why.

    A label is replaced by a name only at a confidence of `FLOOR` or more; weaker guesses are in ``voices`` under their
    label, which stays in the segments, so that they are never shown.

    Args:
        transcript: as parsed, transcribed or diarised.
        persons: persons that the feed names for the episode (and its show), with their roles.
        usual: who spoke in earlier episodes of the show (`earmark.catalog.content.voices.usual`); they need not speak in this one.
        title: of the episode.
        notes: of the episode, as plain text.
        show: the show's title.
    """
    given = _usable(persons)
    noted = noted_persons(title=title, notes=notes, show=show)[:_MOST_PERSONS]
    named = resolve_speakers(transcript, given)
    origin = _origin(transcript, named)
    roles = {key(p.name): p.role for p in (*noted, *given) if p.role}
    voices = [_published(label, name, roles) for label, name in origin.items() if name and public_name(name)]
    matches = _with_selves(named, _said(named, given, noted, _usable(usual)), (*given, *noted), title)
    sure = {m.label: m.candidate.name for m in matches if m.confidence >= FLOOR}
    segments = tuple(_renamed(segment, sure) for segment in named.segments)
    voices = [voice for voice in voices if voice.name not in {m.label for m in matches}]
    voices += [_voice(m, origin) for m in matches]
    if segments == transcript.segments and tuple(voices) == transcript.voices:
        return transcript
    return replace(transcript, segments=segments, voices=tuple(voices))


def _usable(persons: Sequence[Person]) -> tuple[Person, ...]:
    """The persons by their plain names, each once; feeds also name "Speaker 1"."""
    by_key: dict[str, Person] = {}
    for person in persons[: 4 * _MOST_PERSONS]:
        name = tidy_name(person.name)[:100]
        if public_name(name) is not None:
            by_key.setdefault(key(name), Person(name=name, role=person.role))
    return tuple(by_key.values())[:_MOST_PERSONS]


def _origin(before: Transcript, after: Transcript) -> dict[str, str]:
    """Each label as it was, with what `resolve_speakers` made of it; the empty label is unlabelled speech."""
    pairs = zip(before.segments, after.segments, strict=True)
    return {(old.speaker or ""): (new.speaker or "") for old, new in pairs if new.speaker}


def _published(label: str, name: str, roles: Mapping[str, str]) -> Voice:
    role = roles.get(key(name), "")
    if public_name(label) is None:
        by = "person" if label.strip(" :").casefold() in {"host", "guest", "co-host"} else "only-voice"
        return Voice(label=label, name=name, role=role, confidence=_BY_ROLE, by=by)
    if key(label) == key(name):
        return Voice(label=label, name=name, role=role, confidence=1.0, by="publisher")
    return Voice(label=label, name=name, role=role, confidence=_BY_PART, by="person")


def _said(
    transcript: Transcript, persons: Sequence[Person], noted: Sequence[Person], usual: Sequence[Person]
) -> tuple[Match, ...]:
    """What the talk itself says of the labels that are no full names yet."""
    spoken = dict.fromkeys(s.speaker for s in transcript.segments if s.speaker and s.speaker.strip())
    labels = [label for label in spoken if public_name(label) is None or " " not in label][:_MOST_LABELS]
    if not labels:
        return ()
    known = [label for label in spoken if label not in labels]
    evidence = gather(transcript.segments, labels, persons, noted, usual=usual, taken=known)
    return tuple(m for m in assign(evidence) if _compatible(m))


def _with_selves(
    transcript: Transcript, matches: Sequence[Match], persons: Sequence[Person], title: str
) -> tuple[Match, ...]:
    """The matches, and those of voices that say who they are, or are introduced, as somebody whom the episode names.

    Voices that give themselves the same name stay without one.
    """
    speakers = {segment.speaker or "" for segment in transcript.segments}
    labels = [label for label in speakers if label and public_name(label) is None]
    if speakers == {""} and is_one_voice(" ".join(segment.text for segment in transcript.segments)):
        labels = [""]
    if not labels:
        return tuple(matches)
    selves = who_they_say(transcript.segments, labels, [person.name for person in persons], title)
    kept = [match for match in matches if match.label not in selves.contested]
    sure = {match.label: match.candidate.name for match in kept if match.confidence >= FLOOR}
    taken = {key(name) for name in (*sure.values(), *speakers)}
    roles = {key(person.name): person for person in persons}
    for label, name in selves.names.items():
        if label in sure or key(name) in taken:
            continue
        person = roles.get(key(name))
        candidate = NameCandidate(name=name, role=person.role if person else "")
        kept = [match for match in kept if match.label != label]
        kept.append(Match(label=label, candidate=candidate, confidence=SAID))
    return tuple(kept)


def _compatible(match: Match) -> bool:
    """A publisher's "Jonas" may become "Adam Jonas" where that is sure, never "Ada Byron"; a guess adds nothing to it."""
    if public_name(match.label) is None:
        return True
    name = match.candidate.name
    return match.confidence >= FLOOR and " " in name and known_name(match.label, [name]) is not None


def _voice(match: Match, origin: Mapping[str, str]) -> Voice:
    label = next((old for old, new in origin.items() if new == match.label), match.label)
    by = match.candidate.by
    return Voice(label=label, name=match.candidate.name, role=match.candidate.role, confidence=match.confidence, by=by)


def _renamed(segment: Segment, names: Mapping[str, str]) -> Segment:
    name = names.get(segment.speaker or "")
    return replace(segment, speaker=name) if name else segment
