"""Answers on judged questions, not all answerable from the library: evidence, abstention and citations.

A part of the questions is made unanswerable by leaving out of the library what answers them. Where documents belong to
topics, a quarter of the topics is left out whole (``absent``), and of the others a third of the passages (``missing``,
which is the harder case: the passages around them are there). Where questions are asked inside a meeting, two of five
are asked of a meeting on other matters (``elsewhere``). A third of the questions without an answer are of another
collection next to the folder (``foreign``), if there is one. So half of the questions have an answer, and in the other
half each kind is an equal part. Hashes of names decide what is left out, so it is the
same in every run. All is measured through the product's own search and answers, without a language model.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from earmark.types import Answer, Filters, Question
from evaluation.collection import default_cache, library, load, model_names
from evaluation.judgements import group_of, open_judged, selected
from evaluation.significance import mean, ratio
from evaluation.suite import Measure, SuiteResult
from evaluation.suites.swaps import swapped
from retrieval.answers.answerer import Answerer
from retrieval.encoders.cross_encoder import open_cross_encoder
from retrieval.search.searcher import Searcher

if TYPE_CHECKING:
    from earmark.settings import Settings
    from evaluation.collection import LoadedCollection
    from evaluation.judgements import JudgedCollection, JudgedQuery
    from retrieval.answers.evidence import AnswerEvidence

__all__ = ["Trial", "area", "held_out", "measures", "run"]

Progress = Callable[[str], None]
_QUESTIONS = 400
"""Questions asked where no limit is given: an interval of about .05 either way."""
_SWAPS = 100
"""Questions with another name or number in them, at most."""
_OWN = "own"
_SWAPPED = "swapped"
_OTHERS = ("spoken-squad-clean", "optech-dev/podcast_retrieval")
"""Collections, by what their folders are called, whose questions are asked of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A question put to the library: its kind, evidence and answer, and the passages and words that answer it."""

    kind: str
    evidence: AnswerEvidence
    answer: Answer
    relevant: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """Evidence, abstention and citations over the judged questions of a folder.

    Of a set that was also used for tuning, the part ``test`` of `evaluation.splits` is measured.

    Raises:
        UsageError: the folder cannot be used.
    """
    began = time.perf_counter()
    whole = open_judged(folder)
    part = "" if folder.name in {"val", "test"} else "test"
    chosen = selected(whole, split=part)
    # Questions about a meeting are asked inside one meeting, so asking another meeting replaces leaving texts out.
    inside = any(query.fields.get("meeting_id") for query in chosen.queries)
    left_out = {} if inside else held_out(chosen)
    count = limit or _QUESTIONS
    others = _foreign(folder)[: count // 6]
    queries = _mixed(_single(chosen.queries), chosen, left_out, count, foreign=len(others))
    kept = replace(whole, documents={key: document for key, document in whole.documents.items() if key not in left_out})
    with library(settings, cache=default_cache(settings), on_progress=on_progress) as made:
        loaded = load(kept, made)
        searcher = Searcher(made.catalog, made.index, made.encoder)
        answerer = Answerer(searcher, made.encoder, reader=open_cross_encoder(settings))
        asked = []
        for n, query in enumerate(queries):
            if n % 20 == 0:
                on_progress(f"asking {n:,} of {len(queries):,}")
            kind, filters = _kind(query, n, chosen, loaded, left_out, inside=inside)
            asked.append(_ask(answerer, query, kind, filters, chosen, loaded))
        episodes = sorted(set(loaded.episode_of.values()))
        if not inside:
            asked_of = [query for query in queries if _why(query, chosen, left_out) == _OWN]
            asked += [
                _ask(answerer, query, _SWAPPED, Filters(), chosen, loaded)
                for query in swapped(asked_of, chosen)[:_SWAPS]
            ]
        # Another collection's questions have no answer in this library.
        for n, query in enumerate(others):
            filters = Filters(episodes=(episodes[n % len(episodes)],)) if inside else Filters()
            asked.append(_ask(answerer, query, "foreign", filters, chosen, loaded))
        models = model_names(settings, made.encoder)
    if not asked:
        raise UsageError("no question is left to ask", subject=whole.name)
    return SuiteResult(
        suite="answers",
        data=whole.name,
        part=part,
        sizes={"documents": len(kept.documents), "queries": len(asked), **_counts(asked)},
        licence=whole.licence,
        runs=measures(asked),
        models=models,
        seconds=time.perf_counter() - began,
        notes=(
            "own: the answer is in the library. absent: its whole topic is left out. missing: only its passage is. "
            "elsewhere: asked of another meeting. foreign: of another collection. Abstention counts a question without an answer as positive.",
            "swapped: a question of the library's own with another's name or number in it; it counts in its own rows alone.",
            "Citation validity: the quote is word for word in a passage retrieved for the question, or in the one beside it.",
        ),
    )


def held_out(judged: JudgedCollection) -> dict[str, str]:
    """Documents to leave out, each with why: ``absent`` (its topic is left out) or ``missing`` (only it is)."""
    left_out = {}
    for query in judged.queries:
        group = group_of(judged, query)
        absent = _share(f"topic {group}") < 0.25
        for document in judged.relevant[query.id]:
            if absent:
                left_out[document] = "absent"
            elif _share(f"passage {document}") < 1 / 3:
                left_out[document] = "missing"
    # A topic is absent with the passages that no question is about, too.
    topics = {str(judged.documents[key].fields.get("topic")) for key, why in left_out.items() if why == "absent"} - {
        "None"
    }
    for key, entry in judged.documents.items():
        if str(entry.fields.get("topic")) in topics:
            left_out[key] = "absent"
    return left_out


def measures(asked: Sequence[Trial]) -> dict[str, dict[str, Measure]]:
    """Abstention, evidence and citations, with intervals; what has no items is left out."""
    near = [trial for trial in asked if trial.kind in (_OWN, _SWAPPED)]
    whole = [trial for trial in asked if trial.kind != _SWAPPED]
    silent = [trial for trial in whole if trial.answer.abstained]
    unanswerable = [trial for trial in whole if trial.kind != _OWN]
    results: dict[str, dict[str, Measure]] = {"abstention": {}, "evidence": {}, "citations": {}}
    if silent:
        results["abstention"]["precision"] = mean([float(trial.kind != _OWN) for trial in silent])
    if unanswerable:
        results["abstention"]["recall"] = mean([float(trial.answer.abstained) for trial in unanswerable])
        results["abstention"]["AUC"] = Measure(value=area(whole), n=len(whole))
    if len(whole) < len(asked):
        results["abstention"]["AUC, swapped"] = Measure(value=area(near), n=len(near))
    for kind in sorted({trial.kind for trial in asked}):
        held = [float(trial.answer.abstained) for trial in asked if trial.kind == kind]
        results["abstention"][f"abstained, {kind}"] = mean(held)
    answered = [trial for trial in asked if trial.kind == _OWN and not trial.answer.abstained]
    if answered:
        cited = [{cite.chunk_id for cite in trial.answer.citations} for trial in answered]
        right = [cites & trial.relevant for cites, trial in zip(cited, answered, strict=True)]
        results["evidence"]["recall"] = mean([float(bool(hit)) for hit in right])
        results["evidence"]["precision"] = ratio([len(hit) for hit in right], [len(cites) for cites in cited])
        held_words = [trial for trial in answered if trial.words]
        if held_words:
            results["evidence"]["holds the answer"] = mean([float(_holds(trial)) for trial in held_words])
        results["evidence"]["citations an answer"] = mean([len(trial.answer.citations) for trial in answered])
    quoted = [valid for trial in asked for valid in _valid(trial)]
    if quoted:
        results["citations"]["valid"] = mean(quoted)
    return results


def area(asked: Sequence[Trial]) -> float:
    """The chance that a question with an answer gets a higher confidence than one without (ROC AUC, ties half)."""
    own = [trial.evidence.confidence for trial in asked if trial.kind == _OWN]
    others = [trial.evidence.confidence for trial in asked if trial.kind != _OWN]
    wins = sum((a > b) + 0.5 * (a == b) for a in own for b in others)
    return wins / (len(own) * len(others)) if own and others else 0.0


def _ask(
    answerer: Answerer,
    query: JudgedQuery,
    kind: str,
    filters: Filters,
    judged: JudgedCollection,
    loaded: LoadedCollection,
) -> Trial:
    evidence = answerer.gather(Question(text=query.text, filters=filters))
    relevant = {
        loaded.chunk_of[document] for document in judged.relevant.get(query.id, {}) if document in loaded.chunk_of
    }
    words = query.fields.get("answers") or ()
    return Trial(
        kind=kind,
        evidence=evidence,
        answer=answerer.write(evidence),
        relevant=frozenset(relevant) if kind == _OWN else frozenset(),
        words=tuple(str(word) for word in words),
    )


def _kind(
    query: JudgedQuery,
    n: int,
    judged: JudgedCollection,
    loaded: LoadedCollection,
    left_out: Mapping[str, str],
    *,
    inside: bool,
) -> tuple[str, Filters]:
    """What kind of question it is here, and the part of the library that it is asked of."""
    if not inside:
        return _why(query, judged, left_out), Filters()
    own = loaded.episode_of[next(iter(judged.relevant[query.id]))]
    if n % 5 < 3:
        return _OWN, Filters(episodes=(own,))
    others = [
        other
        for other in judged.queries
        if other.fields.get("domain") != query.fields.get("domain") or not query.fields.get("domain")
    ]
    elsewhere = sorted({loaded.episode_of[next(iter(judged.relevant[other.id]))] for other in others} - {own})
    return "elsewhere", Filters(episodes=(elsewhere[n % len(elsewhere)],))


def _single(queries: Sequence[JudgedQuery]) -> list[JudgedQuery]:
    """The questions that want one thing: a wish for a summary of a whole meeting has no evidence in a passage."""
    return [query for query in queries if query.fields.get("kind") != "general"]


def _foreign(folder: Path) -> list[JudgedQuery]:
    """The questions of another collection near a folder, by the hash of their ids; empty if there is none."""
    near = [up / name for up in (folder.resolve().parents[:2]) for name in _OTHERS]
    for place in near:
        if place != folder.resolve() and (place / "queries.jsonl").is_file():
            return sorted(_single(open_judged(place).queries), key=lambda query: _share(query.id))
    return []


def _mixed(
    queries: Sequence[JudgedQuery], judged: JudgedCollection, left_out: Mapping[str, str], limit: int, *, foreign: int
) -> list[JudgedQuery]:
    """Half of ``limit`` with an answer, the rest but for the foreign ones without, each kind alike.

    By the hash of their ids, so the same in every run. Inside meetings, who is asked decides the kind.
    """
    ordered = sorted(queries, key=lambda query: _share(query.id))
    if not left_out:
        return ordered[: limit - foreign]
    by_kind: dict[str, list[JudgedQuery]] = {}
    for query in ordered:
        by_kind.setdefault(_why(query, judged, left_out), []).append(query)
    others = [by_kind.get(name, []) for name in ("missing", "absent")]
    return [
        *by_kind.get(_OWN, [])[: limit // 2],
        *(query for some in others for query in some[: (limit // 2 - foreign) // 2]),
    ]


def _why(query: JudgedQuery, judged: JudgedCollection, left_out: Mapping[str, str]) -> str:
    """``own`` if a document that answers is there, else the reason it is not."""
    kinds = {left_out.get(document, _OWN) for document in judged.relevant[query.id]}
    return _OWN if _OWN in kinds else min(kinds)


def _share(name: str) -> float:
    """A number in 0..1 that belongs to a name."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4]) / 2**32


def _counts(asked: Sequence[Trial]) -> dict[str, int]:
    kinds = [trial.kind for trial in asked]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _holds(trial: Trial) -> bool:
    """Whether a quote holds one of the answers that people gave, word for word."""
    said = [_folded(cite.quote) for cite in trial.answer.citations]
    return any(_folded(word) in text for word in trial.words for text in said)


def _valid(trial: Trial) -> list[float]:
    """1 or 0 for each citation: whether its quote is in a retrieved passage, or in one beside it, where a quotation goes on."""
    beside = [hit for near in trial.evidence.neighbours for hit in (near.before, near.after) if hit is not None]
    passages = {hit.chunk_id: hit.text for hit in (*beside, *trial.evidence.hits)}
    return [float(cite.quote in passages.get(cite.chunk_id, "")) for cite in trial.answer.citations]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
