"""Insights against the key points that a show's own hosts wrote about each episode.

A key point counts as covered where some insight of its episode lies nearer to it than insights of another episode of the
show do in nineteen of twenty cases. So the threshold is calibrated for each run on its own texts: it is the 95th
percentile of the best match that key points find in the episode after theirs, over the episodes of part ``tune``; what
is reported is of part ``test``. Two matches are used, each with its threshold: by meaning (cosine of the embeddings) and
by words (share of the key point's content words that one insight holds). Baselines give as many texts of as many
sentences: the first of the transcript, and random ones.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.embedding import insight_text
from earmark.errors import UsageError
from earmark.llm.models import open_chat
from earmark.types import Episode, EpisodeData, Segment, Stage, Transcript
from evaluation.cache import VectorCache
from evaluation.collection import default_cache, model_names
from evaluation.coverage import WAYS, coverage, redundancy
from evaluation.judgements import data_name, json_lines, licence
from evaluation.significance import comparisons, mean
from evaluation.splits import part
from evaluation.suite import Measure, SuiteResult
from ingest.insights import select
from ingest.insights.extractors import open_extractor
from ingest.insights.words import content_words
from ingest.text.sentences import split_sentences
from ingest.voices.labels import resolve_speakers
from retrieval.encoders.encoder import open_encoder
from retrieval.encoders.worth_adapter import open_rater

if TYPE_CHECKING:
    from earmark.ports import InsightExtractor
    from earmark.settings import Settings

__all__ = ["FEWEST_WORDS", "evaluate_insights", "run"]

Progress = Callable[[str], None]
_Values = dict[str, dict[str, float]]
FEWEST_WORDS = 4
"""Content words that a key point needs: below it lie bylines and link texts ("Author: Ofek Lev")."""
_SEED = 4
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Talk:
    episode: Episode
    transcript: Transcript
    points: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def part(self) -> str:
        return part(self.episode.id)


@dataclass(slots=True)
class _Texts:
    """The texts of each run, by episode, with what the gate dropped."""

    runs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """The extractor in force on at most ``limit`` episodes (40 where it is not given)."""
    return evaluate_insights(folder, settings=settings, limit=40 if limit is None else limit, on_progress=on_progress)


def evaluate_insights(
    folder: Path,
    *,
    settings: Settings,
    limit: int = 40,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """Coverage of human key points, redundancy, and how many drafts the gate dropped for which reason.

    Args:
        folder: holds notes.jsonl (``episode``, ``items`` with ``title`` and ``bullets``) and transcripts.jsonl
            (``episode_id``, ``show``, ``title``, ``segments``).
        settings: name the extractor, its limits and the embedding model.
        limit: episodes at most, the first that have both.
        cache: where vectors are kept between calls.
        on_progress: told what goes on.

    Raises:
        UsageError: the folder cannot be used, or one of the two parts has no two episodes.
    """
    began = time.perf_counter()
    talks = _talks(folder, limit)
    rater = open_rater(settings)
    extractor = open_extractor(settings, open_chat(settings), rater=lambda: rater)
    texts = _extracted(talks, extractor, settings, on_progress)
    model = open_encoder(settings)
    on_progress("encoding key points and insights")
    tested = [talk.episode.id for talk in talks if talk.part == "test"]
    with closing(VectorCache(cache or default_cache(settings), model, on_progress)) as vectors:
        values = {name: _coverage(talks, of_talk, vectors) for name, of_talk in texts.runs.items()}
        runs = {
            name: {measure: mean(list(shares.values())) for measure, shares in values[name].items()}
            | _of_texts([texts.runs[name][key] for key in tested], vectors)
            for name in values
        }
    return SuiteResult(
        suite="insights",
        data=data_name(folder),
        part="test",
        sizes=_sizes(talks, texts),
        licence=licence(folder),
        runs=runs,
        comparisons=comparisons(values, "insights", [f"key points covered by {way}" for way in WAYS]),
        models=model_names(settings, model) | {"extractor": extractor.name},
        seconds=round(time.perf_counter() - began, 1),
        notes=("Thresholds are calibrated on the episodes of part tune; a random text of the show covers 5 %.",),
    )


def _talks(folder: Path, limit: int) -> list[_Talk]:
    if not folder.is_dir():
        raise UsageError("is not a folder; give one with notes.jsonl and transcripts.jsonl", subject=str(folder))
    notes = {str(line.get("episode")): line.get("items") or [] for _, line in json_lines(folder / "notes.jsonl")}
    talks: list[_Talk] = []
    for where, line in json_lines(folder / "transcripts.jsonl"):
        items = notes.get(str(line.get("episode_id")))
        if items and len(talks) < limit:
            talks.append(_talk(where, line, items))
    for name in ("tune", "test"):
        if sum(talk.part == name for talk in talks) < 2:
            raise UsageError(
                f"fewer than two episodes with notes and a transcript fall into part {name}; raise --limit",
                subject=str(folder),
            )
    return talks


def _talk(where: str, line: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> _Talk:
    number, show = str(line["episode_id"]), str(line.get("show") or "")
    try:
        segments = tuple(
            Segment(
                text=segment["text"],
                start_s=segment.get("start"),
                end_s=segment.get("end"),
                speaker=segment.get("speaker"),
            )
            for segment in line["segments"]
        )
        points = [bullet for item in items for bullet in item.get("bullets", ()) if isinstance(bullet, str)]
        titles = [" ".join([item.get("title") or "", *item.get("bullets", ())]) for item in items]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError("its segments or notes are not as expected; mend the line", subject=where) from error
    data = EpisodeData(guid=number, title=str(line.get("title") or f"Episode {number}"))
    episode = Episode(
        id=number, show_id=show, show=show, data=data, stage=Stage.CHUNKS, language="en", discovered_at=_NOW
    )
    spoken = resolve_speakers(Transcript(segments=segments, source="given", language="en"), ())
    kept = tuple(point for point in points if len(content_words(point)) >= FEWEST_WORDS)
    return _Talk(episode, spoken, kept, tuple(title for title in titles if len(content_words(title)) >= FEWEST_WORDS))


def _extracted(
    talks: Sequence[_Talk], extractor: InsightExtractor, settings: Settings, on_progress: Progress
) -> _Texts:
    """The product's insights of each episode, and as many texts of the same lengths from its start and at random."""
    texts = _Texts(runs={"insights": {}, "first sentences": {}, "random sentences": {}})
    rng = random.Random(_SEED)
    for number, talk in enumerate(talks):
        on_progress(f"insights of episode {number + 1} of {len(talks)}")
        drafts = extractor.extract(talk.episode, talk.transcript)
        published, dropped = select(drafts, talk.episode, talk.transcript, settings.insights, extractor=extractor.name)
        texts.dropped.update({str(reason): count for reason, count in dropped.items()})
        own = [insight_text(insight) for insight in published]
        sentences = [sentence.text for sentence in split_sentences(talk.transcript)]
        lengths = [max(1, len(split_text.split())) for split_text in own]
        texts.runs["insights"][talk.episode.id] = own
        texts.runs["first sentences"][talk.episode.id] = _windows(sentences, lengths, None)
        texts.runs["random sentences"][talk.episode.id] = _windows(sentences, lengths, rng)
    return texts


def _windows(sentences: Sequence[str], lengths: Sequence[int], rng: random.Random | None) -> list[str]:
    """Runs of sentences, each of about as many words as ``lengths`` says: from random places, or one after another."""
    cuts: list[str] = []
    at = 0
    for words in lengths:
        at = rng.randrange(len(sentences)) if rng else at % len(sentences)
        taken: list[str] = []
        while at < len(sentences) and sum(len(sentence.split()) for sentence in taken) < words:
            taken.append(sentences[at])
            at += 1
        cuts.append(" ".join(taken))
    return cuts


def _coverage(talks: Sequence[_Talk], of_talk: Mapping[str, Sequence[str]], vectors: VectorCache) -> _Values:
    """By measure, 1 or 0 for each key point and each item of the test part."""
    members = {name: [talk.episode.id for talk in talks if talk.part == name] for name in ("tune", "test")}
    points = {
        "key points": {talk.episode.id: talk.points for talk in talks},
        "items": {talk.episode.id: talk.items for talk in talks},
    }
    return {
        f"{what} covered by {way}": shares
        for what, of_episode in points.items()
        for way, shares in coverage(
            of_episode, of_talk, tune=members["tune"], test=members["test"], encode=vectors.encode
        ).items()
    }


def _of_texts(texts: Sequence[Sequence[str]], vectors: VectorCache) -> dict[str, Measure]:
    """``redundancy``: the mean over texts of the largest cosine with another of the episode; ``an episode``: how many."""
    return {
        "redundancy": mean([value for claims in texts for value in redundancy(claims, vectors.encode)]),
        "an episode": mean([float(len(claims)) for claims in texts]),
    }


def _sizes(talks: Sequence[_Talk], texts: _Texts) -> dict[str, int]:
    tested = [talk for talk in talks if talk.part == "test"]
    published = sum(len(texts.runs["insights"][talk.episode.id]) for talk in talks)
    return {
        "episodes": len(talks),
        "episodes reported on": len(tested),
        "key points reported on": sum(len(talk.points) for talk in tested),
        "items reported on": sum(len(talk.items) for talk in tested),
        "insights published": published,
    } | {f"drafts dropped: {reason}": count for reason, count in sorted(texts.dropped.items())}
