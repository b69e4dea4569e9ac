"""The report card: Markdown made from result documents, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.documents import from_document
from evaluation.suite import Measure, SuiteResult

__all__ = ["report_card"]

Documents = Sequence[Mapping[str, Any]]

_INTRO = """# Report card

Made by `make eval` from the JSON files in `eval/`, which hold more digits. Values come with their 95 % bootstrap interval
over the judged items; p values are of paired randomisation tests, corrected for their number (Holm). "Test part" is the
half that nothing was tuned on (`evaluation/splits.py`); `docs/evaluation.md` says how each suite measures.
"""
_HEADINGS = {
    "retrieval": "Search",
    "related": "Related insights",
    "readers": "Profiles of simulated readers",
    "alerts": "Alerts",
    "themes": "Themes",
    "answers": "Answers",
    "insights": "Insights",
    "mutations": "Spoiled drafts",
    "asr": "Speech recognition",
}
_RANKING = {"nDCG@10": "nDCG@10", "R@20": "Recall@20", "RR@20": "Reciprocal rank"}
_LIMITS = """## Known limits

- In podcast_retrieval and chapters_open only one section is judged a query, so true hits elsewhere count as misses: compare
  the runs, do not read the values as they stand.
- The published BM25 values are of the full sets, with another tokenizer; some sets are cut here, so they are a landmark,
  not a paired comparison. The run `bm25` is.
- Intervals take judged items as independent. Items of one source (an episode, a meeting) are not quite, so the true
  intervals are somewhat wider.
- All sets but Cranfield and Spoken-SQuAD are about software and Bitcoin, and all are English.
- Related insights are judged by shared topic tags: an insight about the same thing without the tag counts as a miss.
- Key points are the hosts' notes, often of what was on screen: nobody said all of them, so full coverage is out of reach.
- Word error rates count a number written in another way ("10", "ten") as wrong, and the synthetic voices are not people.
- Seconds were taken with vectors kept from earlier runs where there were any; speed is measured by `make bench`.
"""


def report_card(documents: Documents) -> str:
    """The report card of result documents, as `evaluation.plan_run` writes them, in the order given."""
    parts = [_INTRO]
    for suite, heading in _HEADINGS.items():
        chosen = [document for document in documents if document.get("suite") == suite]
        if chosen:
            body = _search(chosen) if suite == "retrieval" else "\n\n".join(_entry(document) for document in chosen)
            parts.append(f"## {heading}\n\n{body}")
    parts += [_data(documents), _circumstances(documents), _LIMITS]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _search(documents: Documents) -> str:
    """One table a measure, a row a set of queries, and what the comparisons say."""
    runs = list(dict.fromkeys(run for document in documents for run in document["runs"]))
    parts = []
    for measure, heading in _RANKING.items():
        rows = []
        for document in documents:
            published = document.get("baseline", {}).get(measure)
            cells = [_cell(document["runs"].get(run, {}).get(measure)) for run in runs]
            rows.append([document["title"], _queries(document), _short(published) if published else "", *cells])
        parts.append(f"### {heading}\n\n{_table(['data', 'queries', 'published BM25', *runs], rows)}")
    parts.append("### Comparisons\n\n" + "\n\n".join(_comparisons(document) for document in documents))
    return "\n\n".join(parts)


def _entry(document: Mapping[str, Any]) -> str:
    """A table with a row a measure and a column a run."""
    result = from_document(document, subject=str(document.get("name", "")))
    rows = [
        [name, *(_measure(measures.get(name)) for measures in result.runs.values())] for name in _measure_names(result)
    ]
    published = ", ".join(f"{name} {_short(value)}" for name, value in document.get("baseline", {}).items())
    notes = [f"Published BM25 on the full set: {published}."] if published else []
    parts = [f"### {document.get('title', result.data)}", _sizes(result), _table(["", *result.runs], rows)]
    return "\n\n".join(part for part in (*parts, *notes, _lines(result.comparisons), _lines(result.notes)) if part)


def _measure_names(result: SuiteResult) -> list[str]:
    return list(dict.fromkeys(name for measures in result.runs.values() for name in measures))


def _comparisons(document: Mapping[str, Any]) -> str:
    lines = _lines([*document["comparisons"], *document["notes"]])
    return f"**{_escaped(document['title'])}**\n\n{lines}" if lines else ""


def _data(documents: Documents) -> str:
    rows: dict[str, list[str]] = {}
    for document in documents:
        result = from_document(document, subject=str(document.get("name", "")))
        rows.setdefault(result.data, [result.data, _first_sizes(result), result.licence or "see the data's README"])
    return f"## Data\n\n{_table(['data', 'size', 'licence'], rows.values())}" if rows else ""


def _circumstances(documents: Documents) -> str:
    """The machines, models, dates and durations of the measurements."""
    if not documents:
        return ""
    machines = dict.fromkeys(_machine(document.get("machine", {})) for document in documents)
    models = {name: value for document in documents for name, value in document["models"].items()}
    rows = [[document["title"], document.get("measured", ""), f"{document['seconds']:.0f}"] for document in documents]
    listed = "\n".join(f"- {_escaped(name)}: `{_escaped(value)}`" for name, value in models.items())
    hardware = "\n".join(f"- {_escaped(machine)}" for machine in machines)
    return (
        f"## Hardware, models, time\n\n{hardware}\n\nModels, with what identifies their weights:\n\n{listed}\n\n"
        f"{_table(['measurement', 'on', 'seconds'], rows)}"
    )


def _machine(machine: Mapping[str, Any]) -> str:
    return f"{machine.get('cpu') or 'unknown processor'}, {machine.get('cores', '?')} cores, Python {machine.get('python', '?')}"


def _queries(document: Mapping[str, Any]) -> str:
    return f"{document['sizes'].get('queries', 0):,}"


def _sizes(result: SuiteResult) -> str:
    return ", ".join(f"{count:,} {_escaped(name)}" for name, count in result.sizes.items())


def _first_sizes(result: SuiteResult) -> str:
    """The first count of the set's contents; the number of queries is given with the results."""
    name, count = next(iter(result.sizes.items()), ("", 0))
    return f"{count:,} {name}" if name else ""


def _cell(measure: Mapping[str, Any] | None) -> str:
    return _measure(Measure(**measure)) if measure else ""


def _measure(measure: Measure | None) -> str:
    if measure is None:
        return ""
    interval = (
        f" [{_short(measure.low)}, {_short(measure.high)}]"
        if measure.low is not None and measure.high is not None
        else ""
    )
    return f"{_short(measure.value)}{interval}"


def _short(value: float | None) -> str:
    """Three digits: .512, 1.94, 18.2, 212."""
    number = value or 0.0
    if abs(number) >= 100:
        return f"{number:.0f}"
    if abs(number) >= 1:
        return f"{number:.3g}"
    text = f"{number:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _lines(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {_escaped(sentence)}" for sentence in sentences)


def _escaped(text: str) -> str:
    """Text from data, without what Markdown would take for a table, a tag or a line of its own."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
