"""What is asked for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from earmark.timeline import moved
from earmark.types.insights import Insight

__all__ = ["Disagreement", "Echo", "Filters", "Hit", "Question", "Related"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search is narrowed to; empty fields do not narrow. ``shows`` holds show ids, ``before`` is exclusive.

    ``keys`` are the ids of the only passages, or the only insights, that are wanted, which may be none; ``None`` for all.
    ``phrases`` are what a passage has to hold word for word, all of them, and ``without`` what it must not hold; only
    searches for passages look at these.

    ``zone`` says whose days they are, as an IANA name (empty for this machine's); ``None`` leaves it to the library, which
    takes the reader's. `earmark.days.span` gives the moments.
    """

    shows: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    zone: str | None = None
    keys: tuple[str, ...] | None = None
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a reader asks it.

    ``conversation`` is the id of the conversation that it belongs to, known or new: the question is understood from what
    was asked there before, and kept there with its answer. Without it the question has no context and is not kept.
    ``narrowing`` says whether the question's own words ("last year", "what did Ines say") narrow the search further than
    ``filters`` do.
    """

    text: str
    filters: Filters = Filters()
    conversation: str = ""
    narrowing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search found. ``score`` orders hits of one search; it is not comparable across searches.

    ``cosine`` is that between question and passage, comparable across searches (``None`` if it was not computed).
    ``chunk_ids`` are the passages that were merged into this one moment, best first (``chunk_id`` is the best). The
    sentence that matters is ``text[highlight[0]:highlight[1]]``, said at ``highlight_s`` seconds. ``shift_s`` and ``about``
    are as in `Insight`.
    """

    chunk_id: str
    episode_id: str
    show_id: str
    show: str
    episode: str
    published: datetime | None
    url: str
    speaker: str | None
    start_s: float | None
    end_s: float | None
    text: str
    score: float
    cosine: float | None = None
    chunk_ids: tuple[str, ...] = ()
    highlight: tuple[int, int] | None = None
    highlight_s: float | None = None
    shift_s: float = 0.0
    about: bool = False

    @property
    def second(self) -> float | None:
        """When what matters is said, in the transcript: the sentence that is marked, else the beginning."""
        return self.start_s if self.highlight_s is None else self.highlight_s

    @property
    def audio_s(self) -> float | None:
        """The second at which a listener hears it."""
        return moved(self.second, self.shift_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Somebody else who said nearly the same thing: in an insight, or at ``start_s`` of an episode."""

    insight_id: str
    show: str
    speaker: str | None
    episode_id: str = ""
    start_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What another show says on an insight, why it is here, and who else said nearly the same.

    It is an ``insight`` or else a ``moment``, in which the sentences that meet the insight are marked
    (`earmark.relations.utterance` reads either). ``relation`` is a value of `earmark.relations.Relation`; empty if unsure.
    """

    insight: Insight | None = None
    moment: Hit | None = None
    score: float
    why: str
    also_said_by: tuple[Echo, ...] = ()
    same_guest: bool = False
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two who contradict each other on two shows: ``insight`` was said later, ``other`` says the opposite, and where they meet."""

    insight: Insight
    other: Related
