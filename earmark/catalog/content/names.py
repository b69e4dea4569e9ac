"""What owners decided about names, and its effect: passages and insights bear the names that are to be shown.

The ``speaker`` of a passage or an insight is always what is shown, so that whatever reads, counts, filters or indexes speakers has
nothing to ask. Where an owner calls somebody otherwise than the transcript does, ``spelling`` holds how the transcript has it, and
the rules can be changed at any time. Transcripts stay as they were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.schema import chunks, episodes, insights, transcripts
from earmark.catalog.schema import speaker_names as table
from earmark.catalog.selecting import within
from earmark.name_rules import SURE, NameRule, NameRules
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Selection, SelectionKind

__all__ = ["apply", "apply_to", "called_now", "forget", "labelled", "load", "put", "remove", "selected", "spellings"]

_NAMED = (("chunk", chunks), ("insight", insights))


def load(tx: sa.Connection) -> NameRules:
    """All rules."""
    return NameRules(NameRule(**row._mapping) for row in tx.execute(sa.select(table)))


def put(tx: sa.Connection, rules: Iterable[NameRule]) -> None:
    """Stores rules in place of those that were there of the same spelling, place and label; `apply` puts them into effect."""
    for rule in rules:
        remove(tx, [rule])
        values = ("spelling", "place", "label", "name", "alone", "at")
        tx.execute(table.insert().values({name: getattr(rule, name) for name in values}))


def remove(tx: sa.Connection, rules: Iterable[NameRule]) -> None:
    """Removes rules; `apply` puts that into effect."""
    for rule in rules:
        mine = (table.c.spelling == rule.spelling) & (table.c.place == rule.place) & (table.c.label == rule.label)
        tx.execute(table.delete().where(mine))


def forget(tx: sa.Connection, places: Collection[str]) -> None:
    """Removes the rules about shows or episodes that are removed."""
    for part in batches(sorted(set(places) - {""})):
        tx.execute(table.delete().where(table.c.place.in_(part)))


def apply(tx: sa.Connection) -> int:
    """Gives everything the names that follow from the rules, and tells the index; returns how many texts got another."""
    rules = load(tx)
    return sum(_renamed(tx, kind, named, rules, ()) for kind, named in _NAMED)


def apply_to(tx: sa.Connection, episode_ids: Collection[str]) -> None:
    """The same for what was just read of some episodes."""
    rules = load(tx)
    if not rules or not episode_ids:
        return
    labels = [rule for rule in rules.every if rule.label]
    if labels:
        _settle_labels(tx, labels, episode_ids)
        rules = load(tx)
    for part in batches(sorted(episode_ids)):
        for kind, named in _NAMED:
            _renamed(tx, kind, named, rules, part)


def called_now(tx: sa.Connection, typed: str) -> str:
    """The name by which somebody says an insight who is, or was before, called so; the name itself where nobody is."""
    meant = load(tx).meant(typed)
    for name in meant if len(meant) > 1 else ():
        if tx.execute(sa.select(insights.c.id).where(insights.c.speaker == name).limit(1)).first() is not None:
            return name
    return meant[0]


def spellings(tx: sa.Connection, names: Collection[str], scope: ShowScope = EVERYTHING) -> dict[str, int]:
    """How the transcripts of these shows write those who are called one of these names, with the number of insights; most first."""
    counted: dict[str, int] = {}
    written = _written(insights)
    query = sa.select(written.label("spelling"), sa.func.count().label("insights"))
    query = query.join(episodes, insights.c.episode_id == episodes.c.id).where(insights.c.speaker.in_(names))
    if scope.ids is not None:
        query = query.where(episodes.c.show_id.in_(scope.ids))
    for row in tx.execute(query.group_by(written)):
        counted[row.spelling] = row.insights
    heard = sa.select(_written(chunks)).join(episodes, chunks.c.episode_id == episodes.c.id)
    for spelling in tx.execute(within(heard.where(chunks.c.speaker.in_(names)).distinct(), scope)).scalars():
        counted.setdefault(spelling, 0)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def labelled(
    tx: sa.Connection, names: Collection[str], scope: ShowScope = EVERYTHING
) -> dict[tuple[str, str], list[str]]:
    """The labels of transcripts that were taken for those who are called so, each with the spelling it became.

    Returns:
        The ids of the episodes by spelling and label. A label is left out where its episode has another one for the same
        spelling: what was read cannot tell the two apart.
    """
    theirs = set[tuple[str, str]]()
    for _, named in _NAMED:
        query = sa.select(named.c.episode_id, _written(named).label("spelling")).distinct()
        query = query.join(episodes, named.c.episode_id == episodes.c.id).where(named.c.speaker.in_(names))
        theirs |= {(row.episode_id, row.spelling) for row in tx.execute(within(query, scope))}
    by_label: dict[tuple[str, str], list[str]] = defaultdict(list)
    labels = _labels(tx, {episode_id for episode_id, _ in theirs})
    for episode_id, spelling in sorted(theirs):
        if label := labels.get((episode_id, spelling), ""):
            by_label[spelling, label].append(episode_id)
    return dict(by_label)


def selected(rules: NameRules, selection: Selection, title: str) -> tuple[Selection, str]:
    """A selection that was made before, and its title: those of a person by the name that is shown now."""
    if selection.kind is not SelectionKind.PERSON:
        return selection, title
    name = rules.shown(selection.value)
    return replace(selection, value=name), name if title == selection.value else title


def _settle_labels(tx: sa.Connection, labels: Sequence[NameRule], episode_ids: Collection[str]) -> None:
    """Makes rules about labels into rules about these episodes, while their transcripts are known to be there."""
    shows = dict[str, str]()
    for part in batches(sorted(episode_ids)):
        query = sa.select(episodes.c.id, episodes.c.show_id).where(episodes.c.id.in_(part))
        shows |= {row.id: row.show_id for row in tx.execute(query)}
    for (episode_id, spelling), label in _labels(tx, shows).items():
        for rule in labels:
            if (rule.spelling, rule.label) == (spelling, label) and rule.place in {"", shows[episode_id]}:
                put(tx, [_about(episode_id, rule.spelling, rule.name, rule.at)])


def _about(episode_id: str, spelling: str, name: str, at: datetime) -> NameRule:
    return NameRule(spelling=spelling, place=episode_id, name=name, alone=True, at=at)


def _labels(tx: sa.Connection, episode_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The label of each transcript that became a name, where it is the only one, by episode and name."""
    taken: dict[tuple[str, str], set[str]] = defaultdict(set)
    for part in batches(sorted(episode_ids)):
        query = sa.select(transcripts.c.episode_id, transcripts.c.voices).where(transcripts.c.episode_id.in_(part))
        for row in tx.execute(query):
            for voice in row.voices:
                if voice["confidence"] >= SURE:
                    taken[row.episode_id, voice["name"]].add(voice["label"])
    return {key: next(iter(labels)) for key, labels in taken.items() if len(labels) == 1}


def _renamed(tx: sa.Connection, kind: str, named: sa.Table, rules: NameRules, episode_ids: Collection[str]) -> int:
    """Gives the rows of a table their names, of these episodes or of all; returns how many got another."""
    written = _written(named)
    query = sa.select(written.label("spelling"), named.c.speaker, named.c.episode_id, episodes.c.show_id).distinct()
    query = query.join(episodes, named.c.episode_id == episodes.c.id).where(named.c.speaker != "")
    if episode_ids:
        query = query.where(named.c.episode_id.in_(episode_ids))
    elif not rules:
        query = query.where(named.c.spelling.is_not(None))
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in tx.execute(query).all():
        name = rules.shown(row.spelling, episode_id=row.episode_id, show_id=row.show_id)
        if name != row.speaker:
            others[row.spelling, name].append(row.episode_id)
    count = 0
    for (spelling, name), places in others.items():
        for part in batches(places):
            wrong = (written == spelling) & named.c.episode_id.in_(part)
            ids = tx.execute(sa.select(named.c.id).where(wrong).order_by(named.c.id)).scalars().all()
            values = {"speaker": name, "spelling": None if name == spelling else spelling}
            tx.execute(named.update().where(wrong).values(values))
            changes.note(tx, kind, ids)
            count += len(ids)
    return count


def _written(named: sa.Table) -> sa.ColumnElement[str]:
    """How the transcript writes who speaks."""
    return sa.func.coalesce(named.c.spelling, named.c.speaker)
