"""Whether an episode of a feed is known already: rules, from the strongest evidence to the weakest.

A feed is looked at as a whole, and one known episode answers to one of the feed at most. Each rule joins what is left
over by the rules before it; where a rule fits several, those that also agree in title, then in time, then in length
belong together, and where that leaves a tie nothing is joined: a wrong "same" loses an episode in silence, a wrong "not
the same" reads one twice.

1. **The same GUID**, also with another scheme, ``www.``, case or closing slash; unless title, audio *and* time differ:
   then the publisher has used the GUID again; or, under one title, audio, time and length.
2. **The same audio file** (`ingest.episodes.audio_address`); unless both title and time differ: then it is the path that is
   used again (``latest.mp3``), or one trailer under several headings.
3. **The same title at the same time** (two minutes), not of another length; up to 14 hours apart (a wrong time zone)
   where feed and catalog have the title once each, and more than two episodes: daily news keep one title for ever.
4. **The same page** (a link that one episode only has) with the same title, if that says something, and time or length;
   or with another title that has the same figures in it, at the same time and of the same length.
5. **The same second**, with titles that differ in no figure, and the same length (1 s) or one title in the other.
6. **The same title and length**, whatever the date: published again. Only titles that say something (three words, or
   twelve characters, none of `_GENERIC`) and that feed and catalog have once each, of more than two episodes; within
   eight days only if the lengths are the same to the second and no round ones.

What follows, and is meant: a corrected title, a new GUID, host, tracker or date is the same episode. Two episodes called
"Q&A" on two days, and parts 1 and 2 of one day, are two. A rebroadcast next to the original is an episode of
its own; with the original's audio it is read with it (`twin`), with a new recording it is read again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from earmark.types import EpisodeData
from ingest.episodes.identity_marks import KnownEpisode, Marks, keys

__all__ = ["KnownEpisode", "keys", "match", "twin"]

_ZONE = timedelta(hours=14)
"""Time zones reach 14 hours from UTC."""
_MOVED = timedelta(hours=6)
"""Times that a publisher moves an episode by when correcting it; the issues of a daily are further apart."""
_MOMENT = timedelta(minutes=2)
"""Moves to another host keep the time, sometimes without its seconds."""
_ISSUES = timedelta(days=8)
"""Within this dailies and weeklies have their next issue."""
_MOST_PAIRS = 250_000
"""Pairs compared for one key: 500 items that share it, in the feed and in the catalog."""
_FEW = 2
"""Episodes from which alone there is no telling whether a title is met once."""
_GENERIC = frozenset(
    """
    trailer teaser intro introduction preview q a qa ama questions answers news bonus update announcement outro
    episode part welcome the our this week today daily best of mailbag untitled pilot new show coming soon and
    """.split()
)
"""Words that many episodes are called by."""


def match(known: Sequence[KnownEpisode], incoming: Sequence[EpisodeData]) -> dict[int, str]:
    """Which known episode each episode of a feed is: its position in ``incoming`` to the id; new ones are left out."""
    return _Matcher(known, [Marks(data) for data in incoming]).run()


def twin(candidates: Sequence[KnownEpisode], data: EpisodeData) -> str:
    """The id of the same episode in another feed; empty without such an episode, or if several are equally likely.

    By audio file as in the second rule; or by a title that says something, time (14 hours) and length together, of
    which a tenth may be missing (feeds without advertising). Across feeds a GUID proves nothing.
    """
    mine = Marks(data)
    files = [
        candidate
        for candidate in candidates
        if mine.audio & candidate.marks.audio and not _path_used_again(candidate.marks, mine)
    ]
    titles = [candidate for candidate in candidates if _same_elsewhere(candidate.marks, mine)]
    if files:
        return max(files, key=lambda candidate: _agreement(candidate.marks, mine)).id
    return titles[0].id if len(titles) == 1 else ""


class _Matcher:
    def __init__(self, known: Sequence[KnownEpisode], incoming: list[Marks]) -> None:
        self.ids = [episode.id for episode in known]
        self.known = [episode.marks for episode in known]
        self.incoming = incoming
        self.left_known = set(range(len(known)))
        self.left = set(range(len(incoming)))
        self.matches: dict[int, str] = {}

    def run(self) -> dict[int, str]:
        self._join(lambda marks: marks.guids, _guid_used_again)
        self._join(lambda marks: marks.audio, _path_used_again)
        self._join(_titles, lambda a, b: not _within(a, b, _MOMENT) or _other_length(a, b))
        if not self._few:
            self._join_single(_titles, lambda a, b: not _within(a, b, _ZONE) or _other_length(a, b))
        self._join_single(_links, lambda a, b: not (_same_page(a, b) or _retitled(a, b)))
        self._join(_second, lambda a, b: a.numbers != b.numbers)
        self._join(_moment, lambda a, b: a.numbers != b.numbers or not _inside(a, b) or _other_length(a, b))
        if not self._few:
            self._join_single(_titles, lambda a, b: not _published_again(a, b))
        return self.matches

    @property
    def _few(self) -> bool:
        """Whether there is too little to tell from it that a title is met once only."""
        return min(len(self.known), len(self.incoming)) <= _FEW

    def _join(self, of: Callable[[Marks], Iterable[str]], veto: Callable[[Marks, Marks], bool]) -> None:
        ours, theirs = self._groups(of)
        for key, places in theirs.items():
            if len(places) * len(ours.get(key, ())) > _MOST_PAIRS:
                continue  # thousands of items on one address: it tells nothing, and comparing them all takes minutes
            pairs = [
                (_agreement(self.known[k], self.incoming[i]), k, i)
                for k in ours.get(key, ())
                for i in places
                if k in self.left_known and i in self.left and not veto(self.known[k], self.incoming[i])
            ]
            self._assign(pairs)

    def _join_single(self, of: Callable[[Marks], Iterable[str]], veto: Callable[[Marks, Marks], bool]) -> None:
        """Joins by keys that one episode only has, in the whole catalog and in the whole feed."""
        ours, theirs = self._groups(of, whole=True)
        for key, places in theirs.items():
            known = ours.get(key, [])
            if len(known) != 1 or len(places) != 1 or known[0] not in self.left_known or places[0] not in self.left:
                continue
            if not veto(self.known[known[0]], self.incoming[places[0]]):
                self._take(known[0], places[0])

    def _groups(
        self, of: Callable[[Marks], Iterable[str]], *, whole: bool = False
    ) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        ours: dict[str, list[int]] = defaultdict(list)
        theirs: dict[str, list[int]] = defaultdict(list)
        for groups, marks, left in ((ours, self.known, self.left_known), (theirs, self.incoming, self.left)):
            for place in range(len(marks)) if whole else sorted(left):
                for key in of(marks[place]):
                    groups[key].append(place)
        return ours, theirs

    def _assign(self, pairs: list[tuple[tuple[bool, bool, bool], int, int]]) -> None:
        """The pairs that agree most first; among equals none that could be joined in another way too."""
        while pairs:
            best = max(agreed for agreed, _, _ in pairs)
            top = [(k, i) for agreed, k, i in pairs if agreed == best]
            ours, theirs = [k for k, _ in top], [i for _, i in top]
            for k, i in top:
                if ours.count(k) == 1 == theirs.count(i):
                    self._take(k, i)
            tied = {k for k, _ in top}, {i for _, i in top}
            pairs = [pair for pair in pairs if pair[1] not in tied[0] and pair[2] not in tied[1]]

    def _take(self, known: int, incoming: int) -> None:
        self.left_known.discard(known)
        self.left.discard(incoming)
        self.matches[incoming] = self.ids[known]


def _titles(marks: Marks) -> list[str]:
    """The title, unless it was made up for a nameless episode."""
    return [] if not marks.title or marks.data.title.startswith("Untitled") else [marks.title]


def _links(marks: Marks) -> list[str]:
    return [marks.link] if marks.link else []


def _second(marks: Marks) -> list[str]:
    """The second of publication, with the lengths that count as the same; none for midnights, which mean a day."""
    when, length = marks.data.published, marks.data.duration_s
    if when is None or length is None or (when.minute, when.second) == (0, 0):
        return []
    return [f"{when.isoformat()} {near}" for near in range(round(length) - 1, round(length) + 2)]


def _moment(marks: Marks) -> list[str]:
    """The second of publication, where it is no round hour."""
    when = marks.data.published
    return [when.isoformat()] if when and (when.minute, when.second) != (0, 0) else []


def _inside(a: Marks, b: Marks) -> bool:
    """Whether the words of one title are all in the other ("Episode 7: Tides" and "Tides | Show 7")."""
    fewer, more = sorted((set(a.title.split()), set(b.title.split())), key=len)
    return len(fewer) >= 2 and fewer <= more


def _agreement(a: Marks, b: Marks) -> tuple[bool, bool, bool]:
    return a.title == b.title, _within(a, b, _MOVED), _close(a, b)


def _within(a: Marks, b: Marks, span: timedelta) -> bool:
    """Published within that time of each other; what has no date is near to nothing."""
    first, second = a.data.published, b.data.published
    return first is not None and second is not None and abs(first - second) <= span


def _undated(a: Marks, b: Marks) -> bool:
    return a.data.published is None or b.data.published is None


def _close(a: Marks, b: Marks, share: float = 0.02, least_s: float = 15.0) -> bool:
    """Equally long, but for what encoders round off."""
    first, second = a.data.duration_s, b.data.duration_s
    return first is not None and second is not None and abs(first - second) <= max(least_s, share * max(first, second))


def _other_length(a: Marks, b: Marks) -> bool:
    """Lengths that advertisements do not explain: more than a third and three minutes apart."""
    first, second = a.data.duration_s, b.data.duration_s
    return first is not None and second is not None and abs(first - second) > max(180.0, max(first, second) / 3)


def _guid_used_again(a: Marks, b: Marks) -> bool:
    if a.audio & b.audio or _within(a, b, _MOVED):
        return False
    if a.words == b.words:
        return not _undated(a, b) and _other_length(a, b)
    return not _undated(a, b) or bool(a.audio and b.audio)


def _path_used_again(a: Marks, b: Marks) -> bool:
    return a.words != b.words and not _within(a, b, _MOVED) and not (_undated(a, b) and _close(a, b))


def _same_page(a: Marks, b: Marks) -> bool:
    """The same title on one page; of shows that give every episode the same page and title, only what says more."""
    return a.title == b.title and _says_something(a) and (_within(a, b, _ZONE) or _close(a, b))


def _retitled(a: Marks, b: Marks) -> bool:
    return _within(a, b, _MOVED) and a.numbers == b.numbers and _close(a, b)


def _says_something(marks: Marks) -> bool:
    words = [word for word in marks.title.split() if word not in _GENERIC and not re.fullmatch(r"\d+", word)]
    return len(words) >= 3 or (bool(words) and len("".join(words)) >= 12)


def _published_again(a: Marks, b: Marks) -> bool:
    if _within(a, b, _ISSUES):  # of a daily or weekly of one title: slots of a radio are of round lengths
        round_length = round(a.data.duration_s or 0) % 30 == 0
        return _says_something(a) and not round_length and _close(a, b, share=0.0, least_s=1.5)
    return _says_something(a) and _close(a, b)


def _same_elsewhere(a: Marks, b: Marks) -> bool:
    return a.title == b.title and _says_something(a) and _within(a, b, _ZONE) and _close(a, b, share=0.1, least_s=60.0)
