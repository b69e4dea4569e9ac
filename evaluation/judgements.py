"""Judged data as files: a corpus, queries, and which documents people judged relevant to which query."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from earmark.errors import UsageError
from evaluation.splits import PARTS, part

__all__ = [
    "JudgedCollection",
    "JudgedDocument",
    "JudgedQuery",
    "data_name",
    "group_of",
    "json_lines",
    "licence",
    "open_judged",
    "selected",
]

_GROUPS = ("episode", "meeting_id", "date")
"""Fields of a query that say which source it was made from, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDocument:
    """A document of the corpus; ``fields`` holds the rest of its line."""

    id: str
    title: str
    text: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuery:
    """A query; ``fields`` holds its whole line."""

    id: str
    text: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCollection:
    """A judged collection: documents by id, queries, and by query the grade (1 or more) of each relevant document."""

    name: str
    licence: str
    documents: Mapping[str, JudgedDocument]
    queries: tuple[JudgedQuery, ...]
    relevant: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def open_judged(folder: Path) -> JudgedCollection:
    """The collection in a folder with corpus.jsonl, queries.jsonl and qrels.tsv.

    Raises:
        UsageError: a file is missing, a line of it cannot be read, or the judgements name what is not there.
    """
    if not folder.is_dir():
        raise UsageError(
            "is not a folder; give a folder that holds corpus.jsonl, queries.jsonl and qrels.tsv", subject=str(folder)
        )
    documents = {}
    for where, line in json_lines(folder / "corpus.jsonl"):
        document = _document(where, line)
        if document.id in documents:
            raise UsageError(f"a second document has the id {document.id!r}; ids have to differ", subject=where)
        documents[document.id] = document
    queries = {query.id: query for query in (_query(*pair) for pair in json_lines(folder / "queries.jsonl"))}
    relevant = _judgements(folder / "qrels.tsv", documents, queries)
    return JudgedCollection(
        name=data_name(folder),
        licence=licence(folder),
        documents=documents,
        queries=tuple(queries.values()),
        relevant=relevant,
    )


def selected(
    judged: JudgedCollection,
    *,
    split: str = "",
    kind: str = "",
    group: str = "",
    text: str = "",
    limit: int | None = None,
) -> JudgedCollection:
    """The collection with the judged queries that are asked for; its documents stay.

    Args:
        judged: the whole of it.
        split: ``tune`` or ``test`` for a part of ``evaluation.splits``, else a value of the field ``split``.
        kind: a value of the field ``kind``.
        group: the field that names a query's source for ``tune`` and ``test``, of the query or of the first document
            relevant to it; empty takes ``episode``, ``meeting_id`` or ``date`` of the query, else ``topic`` of that
            document, else the query's id.
        text: the field that is searched for, in place of ``text``.
        limit: how many are kept at most, the first ones.

    Raises:
        UsageError: none are left, or a field is not there.
    """
    kept = [query for query in judged.queries if judged.relevant.get(query.id)]
    values = {name: sorted({str(query.fields.get(name, "")) for query in kept} - {""}) for name in ("split", "kind")}
    if split in PARTS:
        kept = [query for query in kept if part(group_of(judged, query, group)) == split]
    elif split:
        kept = [query for query in kept if query.fields.get("split") == split]
    if kind:
        kept = [query for query in kept if query.fields.get("kind") == kind]
    if text:
        kept = [replace(query, text=_text(query, text, judged.name)) for query in kept]
    kept = kept[:limit]
    if not kept:
        there = f"splits: {', '.join([*PARTS, *values['split']])}; kinds: {', '.join(values['kind']) or 'none'}"
        raise UsageError(f"no judged query is left with these options; there are {there}", subject=judged.name)
    return replace(judged, queries=tuple(kept), relevant={query.id: judged.relevant[query.id] for query in kept})


def group_of(judged: JudgedCollection, query: JudgedQuery, name: str = "") -> str:
    """The source that a query was made from: all queries of a source lie in one part.

    Raises:
        UsageError: neither the query nor its first relevant document has the field ``name``.
    """
    document = judged.documents[next(iter(judged.relevant[query.id]))].fields if judged.relevant.get(query.id) else {}
    if name:
        value = query.fields.get(name) or document.get(name)
        if not value:
            raise UsageError(f"query {query.id} has no field {name!r}; choose another --group", subject=judged.name)
        return str(value)
    values = [query.fields.get(field) for field in _GROUPS] + [document.get("topic"), query.id]
    return next(str(value) for value in values if value)


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file with one JSON object a line, each with ``file, line N`` as its place.

    Raises:
        UsageError: no such file, or a line that holds no JSON object.
    """
    for where, line in _lines(path):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise UsageError(f"is not JSON ({error}); mend or remove the line", subject=where) from None
        if not isinstance(value, dict):
            raise UsageError("holds no JSON object; mend or remove the line", subject=where)
        yield where, value


def data_name(folder: Path) -> str:
    """The name of a set of data: its folder, with the folder above it if the name alone says little."""
    folder = folder.absolute()
    generic = folder.name in {"train", "val", "dev", "test"} or folder.parent.name.endswith("-dev")
    return f"{folder.parent.name}/{folder.name}" if generic else folder.name


def licence(folder: Path) -> str:
    """The licence that META.json of the folder states; empty where it states none."""
    try:
        meta = json.loads((folder / "META.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(meta.get("licence", "")) if isinstance(meta, dict) else ""


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise UsageError("this file is missing; the folder has to hold it", subject=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("this file cannot be read as UTF-8 text", subject=str(path)) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path.name}, line {number}", line.rstrip("\r")


def _document(where: str, line: Mapping[str, Any]) -> JudgedDocument:
    rest = {name: value for name, value in line.items() if name not in {"_id", "title", "text"}}
    title = line.get("title") or ""
    return JudgedDocument(
        id=_string(where, line, "_id"), title=str(title), text=_string(where, line, "text"), fields=rest
    )


def _query(where: str, line: Mapping[str, Any]) -> JudgedQuery:
    return JudgedQuery(id=_string(where, line, "_id"), text=_string(where, line, "text"), fields=line)


def _string(where: str, line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or (name == "_id" and not value):
        raise UsageError(f"has no text in the field {name!r}; mend or remove the line", subject=where)
    return value


def _text(query: JudgedQuery, name: str, data: str) -> str:
    value = query.fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"query {query.id} has no text in the field {name!r}; choose another --text", subject=data)
    return value


def _judgements(path: Path, documents: Collection[str], queries: Collection[str]) -> dict[str, dict[str, int]]:
    """Grades by query and document; those of 0 say that a document is not relevant and are left out."""
    grades: dict[str, dict[str, int]] = {}
    for where, line in _lines(path):
        parts = line.split("\t")
        if parts[0] == "query-id":
            continue
        if len(parts) != 3 or not parts[2].strip().lstrip("-").isdigit():
            raise UsageError("is not query-id, corpus-id and grade with tabs between; mend the line", subject=where)
        query, document, grade = parts[0], parts[1], int(parts[2])
        for known, name, file in ((queries, query, "queries.jsonl"), (documents, document, "corpus.jsonl")):
            if name not in known:
                raise UsageError(f"names {name!r}, which is not in {file}; add it or remove the line", subject=where)
        if grade > 0:
            grades.setdefault(query, {})[document] = grade
    return grades
