"""How many spoiled drafts are published: true drafts on the sample's transcripts, and each of them spoiled in five ways.

The folder holds ``drafts.jsonl``: ``transcript`` (a file of the sample), ``quote``, ``headline``, ``claim``, ``body`` and
``mutations`` with the spoiled claim or body: ``negated``, ``number`` (exchanged), ``mouth`` (given to somebody else),
``invented_body``. The fifth, the quote of another idea of the episode, is made here. Every draft goes through the code's
gate and, mixed with the others so that no batch is all good or all bad, before the model that checks.

``verdicts.jsonl`` remembers what a model answered, by prompt: ``key``, ``by`` and ``reply``. A prompt that nobody has
answered is asked of the model in force; without one, its drafts count for the code only.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from earmark.llm.models import open_chat
from earmark.types import Episode, EpisodeData, InsightDraft, Stage, Transcript
from evaluation.judgements import json_lines
from evaluation.significance import ratio
from evaluation.suite import Measure, SuiteResult
from ingest.insights import Gate
from ingest.insights.candidates import Candidate
from ingest.insights.checking import CheckReply, check_prompt, objections
from ingest.insights.numbered import NumberedTranscript, Span
from ingest.insights.writing import Writing
from ingest.passages.segments import mark
from ingest.text.sentences import split_sentences
from ingest.transcripts import parse_transcript

if TYPE_CHECKING:
    from earmark.ports import ChatModel
    from earmark.settings import Settings

__all__ = ["KINDS", "run"]

Progress = Callable[[str], None]

SAMPLE = Path(__file__).parents[2] / "sample"
_NAMES = {
    "true": "true drafts",
    "negated": "claim negated",
    "number": "number exchanged",
    "mouth": "another's mouth",
    "other_quote": "another idea's quote",
    "invented_body": "invented body",
}
KINDS = tuple(_NAMES)
"""What a draft is: true as it stands, or how it is spoiled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """One draft before the gate; ``kind`` is of `KINDS`."""

    kind: str
    writing: Writing
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """One transcript with what is written about it."""

    name: str
    episode: Episode
    transcript: Transcript
    trials: tuple[tuple[_Trial, ...], ...]
    """For each draft its kinds, in the order of `KINDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What refused a draft; ``check`` is ``None`` if no model was asked."""

    kind: str
    code: bool
    check: bool | None


def run(
    folder: Path, *, settings: Settings, limit: int | None = None, on_progress: Progress = lambda _: None
) -> SuiteResult:
    """The share of drafts of each kind that code lets through, and that code and checking model together let through.

    Args:
        folder: holds drafts.jsonl, and verdicts.jsonl if models have answered before.
        settings: name the model that is asked for what is not in verdicts.jsonl.
        limit: transcripts at most.
        on_progress: told what goes on.

    Raises:
        UsageError: a quote is not in its transcript.
        ModelCallError: the model did not answer.
    """
    began = time.perf_counter()
    talks = _talks(folder)[:limit]
    verdicts = _Verdicts(folder / "verdicts.jsonl", open_chat(settings))
    outcomes: list[_Outcome] = []
    for talk in talks:
        on_progress(talk.name)
        outcomes += _tried(talk, verdicts)
    return SuiteResult(
        suite="mutations",
        data="drafts of our own on the sample",
        sizes={"transcripts": len(talks), "drafts": sum(len(talk.trials) for talk in talks), "trials": len(outcomes)},
        licence="Apache-2.0",
        runs=_runs(outcomes),
        models={"checked by": ", ".join(sorted(verdicts.by)) or "nobody"},
        seconds=round(time.perf_counter() - began, 1),
        notes=("Let through: of true drafts more is better, of spoiled ones less.",),
    )


def _runs(outcomes: Sequence[_Outcome]) -> dict[str, dict[str, Measure]]:
    checked = [outcome for outcome in outcomes if outcome.check is not None]
    ways: dict[str, tuple[Sequence[_Outcome], Callable[[_Outcome], bool]]] = {
        "code": (outcomes, lambda outcome: outcome.code),
        "checking model": (checked, lambda outcome: bool(outcome.check)),
        "both": (checked, lambda outcome: outcome.code or bool(outcome.check)),
    }
    return {
        way: {
            f"{_NAMES[kind]} let through": ratio([float(not refused(o)) for o in of_kind], [1.0] * len(of_kind))
            for kind in KINDS
            if (of_kind := [outcome for outcome in of_way if outcome.kind == kind])
        }
        for way, (of_way, refused) in ways.items()
        if of_way
    }


class _Verdicts:
    """What models said of batches of drafts; ``by`` names them."""

    def __init__(self, path: Path, model: ChatModel | None) -> None:
        self._path = path
        self._model = model
        self._known = {str(line["key"]): line for _, line in json_lines(path)} if path.exists() else {}
        self.by: set[str] = set()

    def of(self, system: str, user: str) -> CheckReply | None:
        """The answer to a prompt; ``None`` if nobody has answered and no model is there to be asked."""
        key = sha256(f"{system}\0{user}".encode()).hexdigest()[:16]
        if key not in self._known:
            if self._model is None:
                return None
            reply = self._model.complete_json(system, user, schema=CheckReply.model_json_schema(), max_tokens=1500)
            self._known[key] = {"key": key, "by": self._model.name, "reply": reply}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._known[key], ensure_ascii=False) + "\n")
        self.by.add(str(self._known[key]["by"]))
        return CheckReply.model_validate(self._known[key]["reply"])


def _tried(talk: _Talk, verdicts: _Verdicts) -> Iterator[_Outcome]:
    sentences = split_sentences(talk.transcript)
    numbered = NumberedTranscript(sentences, mark(sentences))
    gate = Gate(talk.episode, talk.transcript)
    for offset in range(len(KINDS)):
        # The next draft comes in the next kind, so that every batch holds all kinds.
        batch = [kinds[(place + offset) % len(KINDS)] for place, kinds in enumerate(talk.trials)]
        spans = {number: _candidate(trial, gate) for number, trial in enumerate(batch, start=1)}
        writings = {number: trial.writing for number, trial in enumerate(batch, start=1)}
        reply = verdicts.of(*check_prompt(writings, spans, talk.episode, talk.transcript, numbered))
        said = {verdict.id: verdict for verdict in reply.verdicts} if reply else {}
        for number, trial in enumerate(batch, start=1):
            yield _Outcome(
                kind=trial.kind,
                code=bool(gate.objections(_draft(trial))),
                check=bool(objections(said.get(number), trial.writing)) if reply else None,
            )


def _draft(trial: _Trial) -> InsightDraft:
    return InsightDraft(
        claim=trial.writing.claim,
        body=trial.writing.body,
        headline=trial.writing.headline,
        quote=trial.quote,
        written=True,
    )


def _candidate(trial: _Trial, gate: Gate) -> Candidate:
    place = gate.locator.find_loosely(trial.quote)
    if place is None:
        raise UsageError("this quote is not in its transcript", subject=trial.quote[:60])
    touched = gate.locator.sentences(*place)
    return Candidate(span=Span(first=touched[0], last=touched[-1]), kind="claim", point="")


def _talks(folder: Path) -> list[_Talk]:
    lines = [line for _, line in json_lines(folder / "drafts.jsonl")]
    talks = []
    for name, of_talk in groupby(lines, key=lambda line: str(line["transcript"])):
        drafts = list(of_talk)
        transcript = parse_transcript((SAMPLE / name).read_bytes(), url=name)
        quotes = [str(draft["quote"]) for draft in drafts]
        trials = tuple(
            _kinds(draft, other_quote=quotes[(place + 1) % len(quotes)]) for place, draft in enumerate(drafts)
        )
        talks.append(_Talk(name=name, episode=_episode(name), transcript=transcript, trials=trials))
    return talks


def _kinds(draft: Mapping[str, object], *, other_quote: str) -> tuple[_Trial, ...]:
    """The draft as it is and in its spoiled forms, in the order of `KINDS`."""
    texts = {name: str(draft[name]) for name in ("headline", "claim", "body")}
    quote = str(draft["quote"])
    mutations = draft["mutations"]
    spoiled: dict[str, dict[str, str]] = {"true": {}, "other_quote": {}}
    if isinstance(mutations, Mapping):
        # The headline goes where the claim is spoiled: a true one beside a false claim would give it away.
        spoiled |= {kind: {"claim": str(mutations[kind]), "headline": ""} for kind in ("negated", "number", "mouth")}
        spoiled["invented_body"] = {"body": str(mutations["invented_body"])}
    return tuple(
        _Trial(
            kind=kind,
            writing=Writing.model_validate({"id": 1, **texts, **spoiled[kind]}),
            quote=other_quote if kind == "other_quote" else quote,
        )
        for kind in KINDS
    )


def _episode(name: str) -> Episode:
    show, title = (part.replace("-", " ").capitalize() for part in (name.split("/", maxsplit=1)[0], Path(name).stem))
    return Episode(
        id=name,
        show_id=name.split("/", maxsplit=1)[0],
        show=show,
        data=EpisodeData(guid=name, title=title),
        stage=Stage.CHUNKS,
        discovered_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
