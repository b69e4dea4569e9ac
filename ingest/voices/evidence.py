"""What a transcript says about which voice has which name: counts for each pair of a label and a candidate name."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from earmark.language.person_names import NAME, looks_like_person, trimmed
from earmark.types import Person, Segment
from ingest.voices.cues import CueKind, NameCue, introductions, uses
from ingest.voices.names import cased, key, known_name

__all__ = ["FEATURES", "Evidence", "LabelledTurn", "NameCandidate", "gather", "labelled_turns", "next_voice"]

_LOWER = 0.01
"""Share of capitalised words under which a transcript counts as written without capitals."""
_MOST_TURNS = 6000
_QUESTIONS = 3
_ASKS_MORE = 1.5
_MOST_CANDIDATES = 60
_EARLY_WORDS = 3000
_EARLY_SHARE = 0.2
_SELF = (CueKind.SELF, CueKind.SELF_SHORT, CueKind.SELF_WEAK)
_OTHERS = (CueKind.INTRODUCED, CueKind.GREETED)

FEATURES = tuple(
    """
    self self_short self_weak introduced_next introduced_else called_next called_before called_else says_it
    self_elsewhere self_other_name from_feed from_notes partial two_voices names_fit_voices hosts_like small
    """.split()
)
"""What is known of a pair, in this order: see `Evidence.features`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCandidate:
    """A name that a voice may have.

    ``by`` tells where it was met: ``person``, ``notes``, ``show`` (its earlier episodes) or ``introduction``.
    """

    name: str
    role: str = ""
    by: str = "introduction"


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """What a voice says in one go, and how many words there are before it."""

    label: str
    text: str
    start: int


@dataclass(slots=True)
class Evidence:
    """Counts for pairs of ``(label, name)``.

    ``words`` are those that each label says. ``first`` is the label that speaks first, ``asks`` the label that asks most
    questions for its words (empty if no label is clearly ahead).
    """

    labels: tuple[str, ...]
    candidates: tuple[NameCandidate, ...]
    words: Mapping[str, int]
    first: str
    asks: str
    counts: dict[tuple[str, str, str], float] = field(default_factory=lambda: defaultdict(float))

    def features(self, label: str, candidate: NameCandidate) -> list[float]:
        """The features of a pair in the order of `FEATURES`, each in about 0..3."""
        get = self.counts
        name = candidate.name

        def own(what: str, of: str = label, who: str = name) -> float:
            return get.get((of, who, what), 0.0)

        mine = sum(own(what) for what in ("self", "self_short"))
        elsewhere = max((own("self", o) + own("self_short", o) for o in self.labels if o != label), default=0.0)
        others = max(
            (own("self", label, c.name) + own("self_short", label, c.name) for c in self.candidates if c.name != name),
            default=0.0,
        )
        total = sum(self.words.values()) or 1
        called = sum(own("called_next", o) for o in self.labels)
        named = [c for c in self.candidates if c.by == "person"] or [c for c in self.candidates if c.by == "notes"]
        large = [o for o in self.labels if self.words[o] >= 0.03 * total]
        return [
            min(own("self"), 2.0),
            min(own("self_short"), 2.0),
            min(own("self_weak"), 2.0),
            min(own("introduced_next"), 2.0),
            min(own("introduced_else"), 2.0),
            own("called_next") / (called + 1.0) * math.log1p(called),
            math.log1p(own("called_before")),
            math.log1p(own("called_else")),
            math.log1p(own("says_it")),
            min(elsewhere, 2.0),
            min(others, 2.0) if mine == 0 else min(others, 2.0) / 2,
            float(candidate.by == "person"),
            float(candidate.by in {"notes", "show"}),
            float(" " not in name),
            float(len(large) == 2),
            float(bool(named) and candidate in named and len(named) == len(large)),
            self._like_role(label, candidate),
            float(self.words[label] < 0.03 * total),
        ]

    def _like_role(self, label: str, candidate: NameCandidate) -> float:
        """1 where a voice behaves as the name's role has it, -1 where it behaves otherwise, 0 if nothing is known.

        Hosts speak first and ask more; with hosts and guests on one episode that tells them apart.
        """
        role = candidate.role.casefold()
        roles = {c.role.casefold() for c in self.candidates}
        if role not in {"host", "guest"} or len(self.labels) < 2 or not {"host", "guest"} <= roles:
            return 0.0
        host = 0.5 if label == self.first else -0.5
        if self.asks:
            host += 0.5 if label == self.asks else -0.5
        return host if role == "host" else -host


def gather(
    segments: Sequence[Segment],
    labels: Sequence[str],
    persons: Sequence[Person],
    noted: Sequence[Person],
    *,
    usual: Sequence[Person] = (),
    taken: Sequence[str] = (),
) -> Evidence:
    """The evidence for ``labels``, from all that is said.

    Args:
        segments: the transcript; those without a label only count as what was said.
        labels: the labels that are to be named.
        persons: persons named by the feed.
        noted: persons named by the notes.
        usual: who spoke in earlier episodes of the show.
        taken: names that other labels of the transcript have for certain.
    """
    roles = {known_name(p.name, [q.name for q in persons]): p.role for p in noted}
    known = [NameCandidate(name=p.name, role=p.role or roles.get(p.name, ""), by="person") for p in persons]
    known += [NameCandidate(name=p.name, role=p.role, by="notes") for p in noted if not _is_one_of(p.name, persons)]
    others = (*persons, *noted)
    known += [NameCandidate(name=p.name, role=p.role, by="show") for p in usual if not _is_one_of(p.name, others)]
    known = [c for c in known if known_name(c.name, taken) is None]
    turns = labelled_turns(segments, [c.name for c in known])
    said = [(i, cue) for i, turn in enumerate(turns) for cue in introductions(turn.text)]
    candidates = _candidates(known, turns, said, taken)
    names = [c.name for c in candidates]
    words, asked = Counter[str](), Counter[str]()
    for turn in turns:
        words[turn.label] += len(turn.text.split())
        asked[turn.label] += turn.text.count("?")
    evidence = Evidence(
        labels=tuple(labels),
        candidates=tuple(candidates),
        words=words,
        asks=_asker(labels, asked, words),
        first=next((t.label for t in turns if t.label in labels), ""),
    )
    _count_introductions(evidence, turns, said, names)
    _count_uses(evidence, turns, names)
    return evidence


def _asker(labels: Sequence[str], asked: Mapping[str, int], words: Mapping[str, int]) -> str:
    """The label with the most questions a word, where it asks some and none comes near it."""
    rates = sorted(((asked[label] / (words[label] + 200), label) for label in labels if words[label]), reverse=True)
    if not rates or asked[rates[0][1]] < _QUESTIONS or (len(rates) > 1 and rates[0][0] < _ASKS_MORE * rates[1][0]):
        return ""
    return rates[0][1]


def _is_one_of(name: str, persons: Sequence[Person]) -> bool:
    return known_name(name, [p.name for p in persons]) is not None


def labelled_turns(segments: Sequence[Segment], known: Sequence[str]) -> list[LabelledTurn]:
    """The transcript as turns of one voice each, with capitals."""
    grouped: list[tuple[str, list[str]]] = []
    for segment in segments:
        label = segment.speaker or ""
        if not grouped or grouped[-1][0] != label:
            grouped.append((label, []))
        grouped[-1][1].append(segment.text)
    turns: list[LabelledTurn] = []
    before = 0
    for label, texts in grouped[:_MOST_TURNS]:
        text = " ".join(" ".join(texts).split())
        turns.append(LabelledTurn(label, text, before))
        before += text.count(" ") + 1
    sample = " ".join(t.text for t in turns[:200]).split()
    if sample and sum(w[0].isupper() and w not in {"I", "I'm"} for w in sample) < _LOWER * len(sample):
        turns = [LabelledTurn(t.label, cased(t.text.replace(" i'm ", " I'm "), known), t.start) for t in turns]
    return turns


def _candidates(
    known: Sequence[NameCandidate],
    turns: Sequence[LabelledTurn],
    said: Sequence[tuple[int, NameCue]],
    taken: Sequence[str],
) -> list[NameCandidate]:
    """The known names, then those introduced in full, then first names by which somebody introduces themselves."""
    candidates = list(known)
    names = [*(c.name for c in candidates), *taken]
    early = _early(turns)
    for i, cue in said:
        if not looks_like_person(cue.name) or known_name(cue.name, names) is not None:
            continue
        if cue.kind in _SELF or (cue.kind in _OTHERS and i <= early):
            candidates.append(NameCandidate(name=cue.name))
            names.append(cue.name)
    for _, cue in said:
        if (
            " " in cue.name
            or cue.kind not in {CueKind.SELF, CueKind.SELF_SHORT}
            or known_name(cue.name, names) is not None
        ):
            continue
        if any(key(cue.name) in key(name).split() for name in names):
            continue  # several have that name
        if cue.name.isupper() and len(cue.name) > 2:
            continue  # "I'm PHP"
        full = _in_full(cue.name, turns)
        candidates.append(NameCandidate(name=full or cue.name))
        names.append(full or cue.name)
    return candidates[:_MOST_CANDIDATES]


def _early(turns: Sequence[LabelledTurn]) -> int:
    """The last turn that counts as the beginning of the episode."""
    total = turns[-1].start if turns else 0
    limit = max(_EARLY_WORDS, _EARLY_SHARE * total)
    return max((i for i, t in enumerate(turns) if t.start <= limit), default=0)


def _in_full(first: str, turns: Sequence[LabelledTurn]) -> str:
    """The only full name with that first name said anywhere; empty if there is no such name, or more than one."""
    pattern = re.compile(rf"(?<![\w.] ){re.escape(first)} (?:[A-Z]\. )?[A-Z][\w'’\-]+")
    full = {trimmed(match[0]) for turn in turns for match in pattern.finditer(turn.text)}
    full = {name for name in full if looks_like_person(name)}
    return full.pop() if len(full) == 1 else ""


def _count_introductions(
    evidence: Evidence, turns: Sequence[LabelledTurn], said: Sequence[tuple[int, NameCue]], names: Sequence[str]
) -> None:
    counts, labels = evidence.counts, set(evidence.labels)
    early = _early(turns)
    for i, cue in said:
        name = known_name(cue.name, names)
        if name is None:
            continue
        speaker = turns[i].label
        weight = 1.0 if i <= early or i >= len(turns) - 6 else 0.5
        if cue.kind in _SELF:
            if speaker in labels:
                what = {CueKind.SELF: "self", CueKind.SELF_SHORT: "self_short"}.get(cue.kind, "self_weak")
                counts[speaker, name, what] += weight
            continue
        after = next_voice(turns, i)
        for label in labels - {speaker}:
            counts[label, name, "introduced_next" if label == after else "introduced_else"] += weight


def _count_uses(evidence: Evidence, turns: Sequence[LabelledTurn], names: Sequence[str]) -> None:
    counts, labels = evidence.counts, set(evidence.labels)
    spoken = _spoken_forms(names)
    for i, turn in enumerate(turns):
        for cue in uses(turn.text, list(spoken)):
            name = spoken[cue.name]
            if turn.label in labels:
                counts[turn.label, name, "says_it"] += 1.0
            if cue.kind is not CueKind.CALLED:
                continue
            after, before = next_voice(turns, i), turns[i - 1].label if i else ""
            late = cue.place > 0.5 or len(turn.text) < 160
            for label in labels - {turn.label}:
                if label == after and late:
                    counts[label, name, "called_next"] += 1.0
                elif label == before and cue.place < 0.3:
                    counts[label, name, "called_before"] += 1.0
                else:
                    counts[label, name, "called_else"] += 1.0


def next_voice(turns: Sequence[LabelledTurn], i: int) -> str:
    """The label that speaks next after a turn, up to three turns later; empty where none does."""
    return next((t.label for t in turns[i + 1 : i + 4] if t.label and t.label != turns[i].label), "")


def _spoken_forms(names: Sequence[str]) -> dict[str, str]:
    """The forms in which names are said, each standing for one of them: the full name and a first name of its own."""
    firsts = Counter(name.split()[0].casefold() for name in names)
    forms = {name: name for name in names}
    for name in names:
        first = re.sub(rf"^(?!{NAME}).*", "", name).split()[:1] or [name]
        if firsts[first[0].casefold()] == 1 and len(first[0].strip(".")) > 1:
            forms.setdefault(first[0], name)
    return forms
