"""Does a profile learn what a reader wants? Simulated readers of one, two or three labelled subjects click on their briefs.

Each reader gets a brief of five a day for five days, from the product's own choice, and asks of every idea for more or for
less, by its label. What is counted is the share of wanted ideas in the brief after 0, 5 and 20 clicks, with the product's
profile, with one centroid of the same clicks, and with no profile; and whether a brief has something that was never asked
for. Quality, shows and days say nothing of what is wanted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from briefs.pool import ToldClaims
from briefs.preferences import read
from briefs.select import Pick, Sources, select
from briefs.sought import sought
from briefs.steering import UNSTEERED, Steering, taste_of
from briefs.taste import NO_TASTE, Leaning, Taste, ramp_in
from earmark.catalog.content import insights as stored_insights
from earmark.catalog.readers import accounts, clicks
from earmark.days import Days
from earmark.embedding import insight_text
from earmark.types import Click, Direction, Insight, Reader
from evaluation.collection import default_cache, library, model_names
from evaluation.judgements import data_name, licence
from evaluation.labelled_ideas import TODAY, LabelledLibrary, libraries, stored
from evaluation.significance import comparisons, mean
from evaluation.suite import SuiteResult
from retrieval.related.finder import RelatedFinder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.settings import Settings
    from evaluation.collection import ScratchLibrary

__all__ = ["RUNS", "evaluate_readers", "one_centroid"]

RUNS = ("profile", "one centroid", "no profile", "profile, written")
"""``profile, written`` begins with a profile that names the subjects; the others begin with nothing."""
_SIZE = 5
_DAYS = 5
_AFTER = {0: "0 clicks", 1: "5 clicks", 4: "20 clicks"}
"""The days on which a brief is looked at: every idea of those before it was clicked on."""
_SUBJECTS = (1, 2, 3)

Progress = Callable[[str], None]
Values = dict[str, dict[str, dict[str, float]]]
"""By run, measure and reader."""


def evaluate_readers(
    folder: Path,
    *,
    settings: Settings,
    split: str = "",
    limit: int | None = None,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """Shares of wanted ideas by run, number of subjects and clicks, over readers of every subject.

    Measures are named like ``2 subjects, 20 clicks``; ``all`` is over readers of one, two and three. ``… met`` is the
    share of a reader's subjects that the brief after 20 clicks has something of, ``not asked for`` the share of briefs
    after the first with an idea of no subject that the reader asked for more of.

    Args:
        folder: holds labelled texts, see `evaluation.labelled_ideas`.
        settings: name the embedding model.
        split: ``tune`` or ``test``: half of the subjects.
        limit: libraries at most.
        cache: where vectors are kept between calls.
        on_progress: told what goes on.

    Raises:
        UsageError: the folder or an option cannot be used.
    """
    began = time.perf_counter()
    given = libraries(folder, split=split, limit=limit)
    values: Values = {}
    models: dict[str, str] = {}
    for number, each in enumerate(given, start=1):
        on_progress(f"library {number} of {len(given)}")
        with library(settings, cache=cache or default_cache(settings), on_progress=on_progress) as made:
            _measure(_World.of(made, each), f"{number}", values)
            models = model_names(settings, made.encoder)
    return SuiteResult(
        suite="readers",
        data=data_name(folder),
        part=split,
        sizes={
            "readers": len(values["profile"]["all, 0 clicks"]),
            "libraries": len(given),
            "ideas": sum(len(each.texts) for each in given),
            "subjects": sum(len(each.subjects) for each in given),
        },
        licence=licence(folder),
        runs={run: {name: mean(list(held.values())) for name, held in of.items()} for run, of in values.items()},
        comparisons=comparisons(values, "profile", [f"{_named(n)}, 20 clicks" for n in _SUBJECTS]),
        models=models,
        seconds=round(time.perf_counter() - began, 1),
        notes=(
            "Each reader clicks on all five ideas of each brief, more or less by its label, for four days.",
            "Four of five is the most that a profile aims at: the last place goes to something not asked for.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """A library with all that a brief asks of it, which is computed once, and the labels that decide the clicks."""

    catalog: Catalog
    model_id: str
    ideas: tuple[Insight, ...]
    labels: Mapping[str, frozenset[str]]
    subjects: tuple[str, ...]
    vectors: Mapping[str, NDArray[np.float32]]
    words: Mapping[str, NDArray[np.float32]]
    """The vector of each subject's name, as an interest of a profile has it."""
    around: NDArray[np.float32]
    """All vectors, for the ramp of a centroid."""
    sources: Sources
    finder: RelatedFinder

    @classmethod
    def of(cls, made: ScratchLibrary, given: LabelledLibrary) -> _World:
        """The library, taken in and indexed."""
        with made.catalog.write() as tx:
            labels = stored(tx, given)
            ideas = tuple(stored_insights.listed(tx))
        made.follow({idea.content_hash: insight_text(idea) for idea in ideas})
        finder = RelatedFinder(made.catalog, made.index, made.encoder)
        rows = made.vectors.encode([insight_text(idea) for idea in ideas])
        vectors = {idea.id: row for idea, row in zip(ideas, rows, strict=True)}
        novelty, near = finder.novelty(ideas), dict[str, list[Insight]]()

        def near_duplicates(idea: Insight) -> list[Insight]:
            if idea.id not in near:
                near[idea.id] = finder.near_duplicates(idea)
            return near[idea.id]

        named = made.vectors.queries([_words(subject) for subject in given.subjects])
        return cls(
            catalog=made.catalog,
            model_id=made.encoder.model_id,
            ideas=ideas,
            labels=labels,
            subjects=given.subjects,
            vectors=vectors,
            words=dict(zip(given.subjects, named, strict=True)),
            around=rows,
            finder=finder,
            sources=Sources(
                novelty=lambda asked: {idea.id: novelty[idea.id] for idea in asked},
                vectors=lambda asked: {idea.id: vectors[idea.id] for idea in asked},
                near_duplicates=near_duplicates,
            ),
        )

    def wanted(self) -> Iterator[tuple[str, ...]]:
        """What each simulated reader wants: every subject alone, and with the next and the next two."""
        for count in _SUBJECTS:
            for first in range(len(self.subjects)):
                yield tuple(self.subjects[(first + n) % len(self.subjects)] for n in range(count))

    def brief(self, day: date, taste: Taste, told: Mapping[str, Insight]) -> list[Pick]:
        """What the product chooses."""
        vectors = [self.vectors[key] for key in told]
        return select(
            self.ideas,
            size=_SIZE,
            per_show=1,
            day=day,
            days=Days.named("UTC"),
            told=ToldClaims(
                ids=frozenset(told),
                hashes=frozenset(idea.content_hash for idea in told.values()),
                claims=tuple(idea.claim for idea in told.values()),
                vectors=np.stack(vectors) if vectors else ToldClaims().vectors,
            ),
            sources=self.sources,
            taste=taste,
            wanted=sought(self.finder, taste),
        )


@dataclass(slots=True, kw_only=True)
class _Week:
    """What came of a reader's days: the labels of each brief's ideas, and what had been asked for more of before it."""

    briefs: list[list[frozenset[str]]] = field(default_factory=list)
    asked: list[frozenset[str]] = field(default_factory=list)


def one_centroid(
    known: Sequence[Click], vectors: Mapping[str, NDArray[np.float32]], around: NDArray[np.float32]
) -> Taste:
    """What one profile vector would be: the mean of what was asked for more of, and the mean of what was asked for less of."""
    leanings = []
    for direction, weight in ((Direction.MORE, 1.0), (Direction.LESS, -1.0)):
        rows = [vectors[click.insight_id] for click in known if click.direction is direction]
        if rows:
            middle = np.mean(rows, axis=0)
            unit = (middle / np.linalg.norm(middle)).astype(np.float32)
            leanings.append(Leaning(vector=unit, weight=weight, reason=direction.value, ramp=ramp_in(around, unit)))
    return Taste(leanings=tuple(leanings))


def _measure(world: _World, name: str, values: Values) -> None:
    """Adds what each reader of a library got."""
    for number, wanted in enumerate(world.wanted()):
        for run in RUNS:
            week = _lived(world, f"{run} {number}", run, wanted)
            for measure, value in _measures(week, wanted).items():
                values.setdefault(run, {}).setdefault(measure, {})[f"{name} {number}"] = value


def _lived(world: _World, reader_id: str, run: str, wanted: Sequence[str]) -> _Week:
    """A reader's days with their clicks."""
    with world.catalog.write() as tx:
        accounts.put(tx, Reader(id=reader_id))
    week, told, asked = _Week(), dict[str, Insight](), frozenset[str]()
    steering = _written(world, wanted) if run == "profile, written" else UNSTEERED
    for n in range(_DAYS):
        day = TODAY.date() + timedelta(days=n)
        picks = world.brief(day, _taste(world, reader_id, run, steering), told)
        week.briefs.append([world.labels[pick.insight.id] for pick in picks])
        week.asked.append(asked)
        for pick in picks:
            told |= {idea.id: idea for idea in (pick.insight, *pick.duplicates)}
        welcome = [pick.insight for pick in picks if world.labels[pick.insight.id] & set(wanted)]
        with world.catalog.write() as tx:
            for pick in picks:
                direction = Direction.MORE if pick.insight in welcome else Direction.LESS
                clicks.add(tx, reader_id, pick.insight.id, direction, now=TODAY + timedelta(days=n))
        asked = asked.union(*(world.labels[idea.id] & set(wanted) for idea in welcome))
    return week


def _taste(world: _World, reader_id: str, run: str, steering: Steering) -> Taste:
    if run == "no profile":
        return NO_TASTE
    with world.catalog.read() as tx:
        if run == "one centroid":
            return one_centroid(clicks.every(tx, reader_id), world.vectors, world.around)
        return taste_of(tx, reader_id, world.ideas, world.model_id, steering)


def _written(world: _World, wanted: Sequence[str]) -> Steering:
    """A profile that names the subjects."""
    says = read("\n".join(["## Interests", *(f"- {_words(subject)}" for subject in wanted)]))
    return Steering(preferences=says, subjects=np.stack([world.words[subject] for subject in wanted]))


def _measures(week: _Week, wanted: Sequence[str]) -> dict[str, float]:
    subjects = set(wanted)
    shares = [sum(bool(labels & subjects) for labels in brief) / _SIZE for brief in week.briefs]
    after = {f"{told}": shares[day] for day, told in _AFTER.items()}
    met = frozenset().union(*week.briefs[-1]) & subjects if week.briefs[-1] else frozenset()
    other = [
        any(not labels & asked for labels in brief)
        for brief, asked in zip(week.briefs[1:], week.asked[1:], strict=True)
    ]
    whose = _named(len(wanted))
    return (
        {f"{whose}, {told}": share for told, share in after.items()}
        | {f"{whose}, met after 20 clicks": len(met) / len(subjects)}
        | {f"all, {told}": share for told, share in after.items()}
        | {"all, not asked for": sum(other) / len(other)}
    )


def _named(count: int) -> str:
    return f"{count} subject{'s' * (count > 1)}"


def _words(label: str) -> str:
    return label.replace("_", " ").strip(" ?")
