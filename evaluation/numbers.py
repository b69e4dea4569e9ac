"""The measurements as Markdown: docs/numbers.md and the figures of README.md, made from evaluation/results alone.

`ui.cli.docs` writes both and compares them, so a measurement that is recorded again shows up there, or fails `make check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from evaluation.contract import WHOLE, contract_table
from evaluation.number_rows import FIGURES, SEARCHED, SECTIONS, NumberRow, NumberSection, Values, short
from evaluation.parts import Parts

__all__ = ["RESULTS", "numbers_page", "with_figures"]

RESULTS = Path(__file__).parent / "results"

_LINKS = "../evaluation/results"
"""The results as seen from docs/."""
_GAIN = "system against hybrid, nDCG@10: "
"""How a suite begins to tell that comparison."""
_INTRO = """# Numbers

Made by `make format` from the files in `evaluation/results`, and from nothing else: each row leads to its own. Most were
measured on two cores without a GPU, shared with other work. [The report card](../evaluation/results/report.md) has all
measures of `make eval` with their intervals; [evaluation.md](evaluation.md) and [testing.md](testing.md) say how things are
measured, [limits.md](limits.md) what falls short.
"""
_SEARCH = """## Search

Again: `make eval ONLY=retrieval`. nDCG@10 with its 95 % interval, on parts that nothing was tuned on; the weights were
revised once after a look at these parts ([search-quality.md](search-quality.md)). `hybrid` is plain fusion of the two before
it, `system` is a search as the product makes it.

| queries | number | dense | bm25 | hybrid | system | gain over hybrid |
| --- | --- | --- | --- | --- | --- | --- |
"""


def numbers_page(results: Path = RESULTS) -> str:
    """The page; raises ``KeyError`` where a file lacks what a row tells."""
    first, *others = (_section(section, results) for section in SECTIONS)
    return "\n".join((_INTRO, first, _search(results), *others))


def with_figures(readme: str, results: Path = RESULTS) -> str:
    """The text of the README with the figures and the contract of ``results`` between their marks.

    Raises:
        ValueError: it lacks a mark.
    """
    lines = ["| what | measured | again |", "| --- | --- | --- |"]
    for row, again in FIGURES:
        what, told, _ = _told(row, results)
        lines.append(f"| {what} | {told} | `{again}` |")
    text = _written(readme, "figures", lines)
    whole = {name: _linked(row, results) for name, row in WHOLE.items()}
    return _written(text, "contract", contract_table(_read(results, "contract.json"), whole))


def _linked(row: NumberRow, results: Path) -> str:
    """What a row tells and the day on which it was measured, as a link to its file from the README."""
    what, told, day = _told(row, results)
    return f"{what}: {told} ([{day}](evaluation/results/{row.file}))"


def _written(text: str, mark: str, lines: Sequence[str]) -> str:
    """The text with these lines between two marks of that name."""
    opening, closing = f"<!-- {mark} -->\n", f"<!-- /{mark} -->\n"
    head, begin, rest = text.partition(opening)
    _, end, tail = rest.partition(closing)
    if not begin or not end:
        raise ValueError(f"README.md has lost the marks that its {mark} are written between")
    return head + begin + "\n".join(lines) + "\n" + end + tail


def _section(section: NumberSection, results: Path) -> str:
    lines = [f"## {section.heading}", "", f"Again: {section.again}. {section.note}", ""]
    lines += ["| what | measured | when |", "| --- | --- | --- |"]
    for row in section.rows:
        what, told, day = _told(row, results)
        lines.append(f"| {what} | {told} | [{day}]({_LINKS}/{row.file}) |")
    return "\n".join(lines) + "\n"


def _search(results: Path) -> str:
    lines = []
    for name in SEARCHED:
        file = f"eval/retrieval-{name}.json"
        values = _read(results, file)
        cells = (short(values["runs"][run]["nDCG@10"]) for run in ("dense", "bm25", "hybrid", "system"))
        number = f"{values['sizes']['queries']:,}"
        gain = next(
            said.removeprefix(_GAIN).replace("<", "&lt;") for said in values["comparisons"] if said.startswith(_GAIN)
        )
        lines.append(f"| [{values['title']}]({_LINKS}/{file}) | {number} | {' | '.join(cells)} | {gain} |\n")
    return _SEARCH + "".join(lines)


def _told(row: NumberRow, results: Path) -> tuple[str, str, str]:
    """What was measured, what came out, and the day or days on which the parts that both tell of were measured."""
    values = Parts(_read(results, row.file))
    told = row.told.format_map(values) if isinstance(row.told, str) else row.told(values)
    return row.what.format_map(values), re.sub(r"(?<=\d)%", " %", told), ", ".join(values.days()) or "undated"


def _read(results: Path, file: str) -> Values:
    values: Values = json.loads((results / file).read_text("utf-8"))
    return values
