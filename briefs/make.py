"""A reader's brief of the day: made once, stored with the claims it tells, and only read from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from briefs.bodies import apart
from briefs.pool import ToldClaims, Vector
from briefs.ports import Finder
from briefs.preferences import Preferences
from briefs.seen import LibraryMemory
from briefs.select import Pick, Sources, select
from briefs.sought import sought
from briefs.steering import UNSTEERED, Steering, taste_of
from briefs.unread import unread_words
from briefs.why import why
from earmark.catalog import Catalog
from earmark.catalog.content import withdrawals
from earmark.catalog.readers import accounts, alerts, drops, states
from earmark.catalog.readers import briefs as stored
from earmark.catalog.work import jobs
from earmark.days import Days
from earmark.errors import LeaseLost
from earmark.relations import Utterance, utterance
from earmark.scope import EVERYTHING, ShowScope
from earmark.settings import BriefSettings
from earmark.types import Brief, BriefItem, Insight, Reader

__all__ = ["find_brief", "make_brief", "preview_brief"]

_SHOWS = 4
"""Shows that a brief of the usual size draws from where it can."""
_LONGEST = 3
"""How many times as many related insights an idea has at most on a day of few ideas."""
_ROUNDS = 3
"""Attempts at a brief, because another brief of the same reader may be stored in between."""


def find_brief(catalog: Catalog, subscriber_id: str, day: date) -> Brief | None:
    """The stored brief of that reader and day, if there is one."""
    with catalog.read() as tx:
        return stored.get(tx, subscriber_id, day)


def make_brief(
    catalog: Catalog,
    finder: Finder,
    subscriber: Reader,
    day: date,
    *,
    settings: BriefSettings,
    model_id: str,
    now: datetime,
    scope: ShowScope = EVERYTHING,
    steering: Steering = UNSTEERED,
    settle: bool = False,
    memory: LibraryMemory | None = None,
) -> Brief:
    """The reader's brief of that day: the stored one, else a new one, stored together with what it tells.

    ``scope`` are the shows that the reader sees, within which ``finder`` has to look. ``steering`` is what they wrote down.
    ``memory`` holds what the briefs of other readers read of the same library.

    However often and from however many processes it is called, a day has one brief. One without ideas is not stored,
    so that what is ingested later that day still gives one; nor is one from few shows while episodes are still being
    read, which would spoil the first day, unless it is to ``settle`` for what there is. Their ``note`` says so.

    Raises:
        SettingsError: the reader's time zone does not exist.
        LeaseLost: other briefs of this reader were stored all the while; nothing was written.
    """
    days = Days.named(subscriber.timezone)
    for _ in range(_ROUNDS):
        existing = find_brief(catalog, subscriber.id, day)
        if existing is not None:
            return existing
        brief, ledger, known = _build(
            catalog, finder, subscriber, day, days, settings, model_id, now, scope, steering, memory
        )
        if not brief.items:
            return brief
        unread = _unread(catalog, scope) if _poor(brief, settings) and not settle else 0
        if unread:
            episodes = "one episode is" if unread == 1 else f"{unread} episodes are"
            return replace(brief, note=f"Still reading: {episodes} to come, and today's brief is settled after that.")
        with catalog.write() as tx:
            accounts.hold(tx, subscriber)
            # Only what was chosen against the ledger as it is now may be stored: another day's brief may have told
            # the same in between.
            unchanged = stored.told_ids(tx, subscriber.id) == known
            if unchanged and stored.put(tx, brief, now=now, ledger=ledger):
                return stored.current(tx, brief)
    existing = find_brief(catalog, subscriber.id, day)
    if existing is None:
        raise LeaseLost("other briefs of this reader are being made; try again", subject=f"the brief of {day}")
    return existing


def preview_brief(
    catalog: Catalog,
    finder: Finder,
    subscriber: Reader,
    day: date,
    *,
    settings: BriefSettings,
    model_id: str,
    now: datetime,
    scope: ShowScope = EVERYTHING,
    steering: Steering = UNSTEERED,
    memory: LibraryMemory | None = None,
) -> Brief:
    """The brief that `make_brief` would give now; nothing is stored, and what it holds does not count as told.

    Raises:
        SettingsError: the reader's time zone does not exist.
    """
    existing = find_brief(catalog, subscriber.id, day)
    if existing is not None:
        return existing
    days = Days.named(subscriber.timezone)
    brief, _, _ = _build(catalog, finder, subscriber, day, days, settings, model_id, now, scope, steering, memory)
    return brief


def _poor(brief: Brief, settings: BriefSettings) -> bool:
    """Whether waiting may give a better brief: it has too few ideas, or ideas from too few shows."""
    shows = {item.insight.show_id for item in brief.items}
    return len(brief.items) < settings.size or len(shows) < min(_SHOWS, settings.size)


def _unread(catalog: Catalog, scope: ShowScope) -> int:
    with catalog.read() as tx:
        return jobs.unfinished(tx, scope)


def _build(
    catalog: Catalog,
    finder: Finder,
    subscriber: Reader,
    day: date,
    days: Days,
    settings: BriefSettings,
    model_id: str,
    now: datetime,
    scope: ShowScope,
    steering: Steering,
    memory: LibraryMemory | None,
) -> tuple[Brief, dict[str, tuple[str, bool]], dict[str, str]]:
    """A brief, what it tells (as `earmark.catalog.readers.briefs.put` takes it), and the ledger that it was chosen against."""
    memory = memory or LibraryMemory()
    with catalog.read() as tx:
        seen = memory.seen(tx, scope)
        library = seen.insights
        known = stored.told_ids(tx, subscriber.id)
        told_on = stored.told_days(tx, subscriber.id)
        dropped = drops.every(tx, subscriber.id)
        unwelcome = states.hidden(tx, subscriber.id) | {drop.insight_id for drop in dropped}
        unwelcome |= alerts.told_ids(tx, subscriber.id)
        # What the reader hid or took out, or an alert told, counts as told; so does what says the same. Its subject is welcome.
        avoided = {i.id: i.content_hash for i in library if i.id in unwelcome} | known
        told_vectors = memory.vectors(tx, model_id, sorted(set(known.values())))
        withdrawn = withdrawals.told_claims(tx, known.values())
        taste = taste_of(tx, subscriber.id, library, model_id, steering)
        unread = unread_words(tx, scope, now=now)
    # The words of what was told and is withdrawn count too: its opposite may be what is right, and is news.
    claims = withdrawn | {insight.content_hash: insight.claim for insight in library}
    told = ToldClaims(
        ids=frozenset(avoided),
        hashes=frozenset(avoided.values()),
        claims=tuple(claims.get(content_hash, "") for content_hash in told_vectors),
        days=tuple(told_on.get(content_hash) for content_hash in told_vectors),
        vectors=_matrix(list(told_vectors.values())),
    )

    def vectors_of(insights: Sequence[Insight]) -> dict[str, Vector]:
        with catalog.read() as tx:
            by_hash = memory.vectors(tx, model_id, [insight.content_hash for insight in insights])
        return {i.id: by_hash[i.content_hash] for i in insights if i.content_hash in by_hash}

    size = max(settings.size - sum(drop.day == day and not drop.swapped for drop in dropped), 0)
    unwanted = steering.preferences.leaves_out
    picks = select(
        [i for i in library if not unwanted(show_id=i.show_id, show=i.show, speaker=i.speaker, kind=i.kind)],
        size=size,
        per_show=settings.per_show,
        day=day,
        days=days,
        told=told,
        sources=Sources(novelty=finder.novelty, vectors=vectors_of, near_duplicates=finder.near_duplicates),
        taste=taste,
        theme_of=seen.theme_of,
        wanted=sought(finder, taste),
    )
    brief = Brief(
        subscriber_id=subscriber.id,
        date=day,
        items=_items(picks, finder, library, day, days, settings, steering.preferences),
        created_at=now,
        note=" ".join(
            part for part in (_note(len(picks), size, library=len(library), told=bool(known)), unread) if part
        ),
    )
    return brief, _ledger(picks), known


def _items(
    picks: Sequence[Pick],
    finder: Finder,
    library: Sequence[Insight],
    day: date,
    days: Days,
    settings: BriefSettings,
    preferences: Preferences,
) -> tuple[BriefItem, ...]:
    shown = {pick.insight.id for pick in picks}
    # Fewer ideas have more of what others said under each.
    under = min(settings.related * settings.size // max(len(picks), 1), _LONGEST * settings.related)
    items: list[BriefItem] = []
    for pick, told in zip(picks, apart([pick.insight for pick in picks]), strict=True):
        # At least one related insight, and one more for each that the brief shows anyway.
        relatives = finder.related(pick.insight, limit=max(under, 1) + len(shown))
        others = [other for other in relatives if _welcome(utterance(other), pick, preferences)]
        reason = why(
            pick.insight,
            day=day,
            days=days,
            library=library,
            duplicates=pick.duplicates,
            related=others,
            like=pick.like,
            update=pick.update,
        )
        entries = [other for other in others if utterance(other).insight_id not in shown][:under]
        items.append(BriefItem(insight=told, why=reason, novelty=pick.novelty, related=tuple(entries)))
    return tuple(items)


def _welcome(heard: Utterance, pick: Pick, preferences: Preferences) -> bool:
    """Whether it is of another show than the pick, and of none that the reader leaves out."""
    if heard.show_id == pick.insight.show_id:
        return False
    return not preferences.leaves_out(show_id=heard.show_id, show=heard.show, speaker=heard.speaker)


def _ledger(picks: Sequence[Pick]) -> dict[str, tuple[str, bool]]:
    ledger = {other.id: (other.content_hash, False) for pick in picks for other in pick.duplicates}
    ledger.update({pick.insight.id: (pick.insight.content_hash, True) for pick in picks})
    return ledger


def _note(ideas: int, size: int, *, library: int, told: bool) -> str:
    if ideas >= size:
        return ""
    if library == 0:
        return (
            "There is nothing to tell yet: your library holds no insights. Follow a show with `earmark add URL`, "
            "then run `earmark ingest`."
        )
    more = "`earmark ingest` looks for new episodes, `earmark add URL` follows another show."
    if ideas == 0:
        return f"You have been told everything that your library holds; {more}"
    rest = "the rest you have been told, or it says the same" if told else "the rest of your library says the same"
    few = f"Only {ideas} of {size} ideas today: "
    return f"{few}your library holds no more yet; {more}" if library <= ideas else f"{few}{rest}; {more}"


def _matrix(rows: Sequence[Vector]) -> Vector:
    return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
