"""Where a listener hears what a transcript says.

Hosts put other advertisements into a file from download to download, so a second of the transcript is another second of the
file that is served later. What is inserted moves everything behind it by the same time: the shift is a step function, known
at the quotes that were found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["AGREE_S", "AS_WRITTEN", "Anchor", "Shift", "Timeline", "moved"]

AGREE_S = 2.0
"""Shifts of this difference are one: recognised words have their times to within a second, and advertisements are longer."""
_SAME_S = 0.5
"""How near to an anchor a second is that quote's own."""


def moved(second: float | None, shift_s: float) -> float | None:
    """A second of the transcript in the file that the host serves now, which does not begin before the file."""
    return None if second is None else max(0.0, second + shift_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What to add to a second of the transcript, and whether that is a guess (``about``)."""

    shift_s: float = 0.0
    about: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A quote that was looked for in the file: its second in the transcript, and its shift; ``None`` if it is not there."""

    at_s: float
    shift_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The shifts of one episode by its anchors, in order; ``None`` while the transcript's times hold as they are."""

    anchors: tuple[Anchor, ...] | None = None

    @property
    def stored(self) -> list[list[float | None]] | None:
        """The anchors as JSON values."""
        return None if self.anchors is None else [[anchor.at_s, anchor.shift_s] for anchor in self.anchors]

    @classmethod
    def load(cls, stored: Sequence[Sequence[float | None]] | None) -> Timeline:
        """The timeline that was stored so."""
        if stored is None:
            return AS_WRITTEN
        anchors = (Anchor(at_s=at_s, shift_s=shift_s) for at_s, shift_s in stored if at_s is not None)
        return cls(anchors=tuple(sorted(anchors, key=lambda anchor: anchor.at_s)))

    def at(self, second: float | None) -> Shift:
        """The shift of a second of the transcript.

        It is known at a quote that was found, and between two whose shifts agree; before the first one only where nothing
        was inserted there. Elsewhere the nearest known shift is a guess.
        """
        if self.anchors is None or second is None:
            return Shift()
        known = [(anchor.at_s, anchor.shift_s) for anchor in self.anchors if anchor.shift_s is not None]
        if not known:
            return Shift(about=True)
        nearest_s, shift_s = min(known, key=lambda anchor: abs(anchor[0] - second))
        if abs(nearest_s - second) <= _SAME_S:
            return Shift(shift_s=shift_s)
        before = [shift for at_s, shift in known if at_s < second]
        after = [shift for at_s, shift in known if at_s > second]
        lost = any(anchor.shift_s is None and abs(anchor.at_s - second) <= _SAME_S for anchor in self.anchors)
        low = before[-1] if before else 0.0
        sure = bool(after) and abs(after[0] - low) <= AGREE_S and not lost
        return Shift(shift_s=shift_s, about=not sure)


AS_WRITTEN = Timeline()
"""That of an episode whose file is the one that was heard, or of which nothing is known."""
