from __future__ import annotations

from pathlib import Path

import pytest

from earmark.errors import UsageError
from evaluation.judgements import data_name, group_of, open_judged, selected
from evaluation.splits import part


def test_a_collection_is_read_with_its_grades(judged: Path) -> None:
    talks = open_judged(judged)
    assert (talks.name, talks.licence, len(talks.documents), len(talks.queries)) == ("talks", "Apache-2.0", 10, 6)
    assert talks.relevant["q1"] == {"kelp#1": 2, "kelp#0": 1}
    assert talks.documents["kelp#0"].fields["episode_title"] == "What kelp can do"


def test_only_judged_queries_are_selected(judged: Path) -> None:
    everything = open_judged(judged)
    assert [query.id for query in selected(everything).queries] == ["q1", "q2", "q3", "q4", "q5"]
    assert [query.id for query in selected(everything, kind="long").queries] == ["q3", "q4"]
    assert [query.id for query in selected(everything, split="dev", limit=2).queries] == ["q1", "q2"]
    assert selected(everything, text="longer").queries[0].text.endswith("(kelp)")


def test_tune_and_test_share_no_episode_and_leave_nothing_out(judged: Path) -> None:
    everything = open_judged(judged)
    parts = {}
    for name in ("tune", "test"):
        members = [query for query in selected(everything).queries if part(str(query.fields["episode"])) == name]
        if members:
            assert [query.id for query in selected(everything, split=name).queries] == [query.id for query in members]
        parts[name] = {str(query.fields["episode"]) for query in members}
    assert not parts["tune"] & parts["test"]


def test_the_source_of_a_query_is_its_own_field_or_its_documents(judged: Path) -> None:
    everything = open_judged(judged)
    query = everything.queries[0]
    assert group_of(everything, query) == "kelp"
    assert group_of(everything, query, "show") == "Tideline"
    with pytest.raises(UsageError, match="no field 'mood'"):
        group_of(everything, query, "mood")


def _broken(folder: Path, name: str, line: str) -> Path:
    path = folder / name
    path.write_text(path.read_text("utf-8") + line + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("corpus.jsonl", '{"_id": "x"', r"corpus.jsonl, line 11: is not JSON"),
        ("corpus.jsonl", "[1, 2]", r"corpus.jsonl, line 11: holds no JSON object"),
        ("corpus.jsonl", '{"_id": "x"}', r"corpus.jsonl, line 11: has no text in the field 'text'"),
        ("corpus.jsonl", '{"_id": "", "text": "a"}', r"line 11: has no text in the field '_id'"),
        ("corpus.jsonl", '{"_id": "kelp#0", "text": "again"}', r"line 11: a second document has the id"),
        ("queries.jsonl", '{"_id": 7, "text": "a"}', r"queries.jsonl, line 7: has no text in the field '_id'"),
        ("qrels.tsv", "q1\tnowhere\t1", r"qrels.tsv, line 9: names 'nowhere', which is not in corpus.jsonl"),
        ("qrels.tsv", "q77\tkelp#0\t1", r"qrels.tsv, line 9: names 'q77', which is not in queries.jsonl"),
        ("qrels.tsv", "q1 kelp#0 1", r"qrels.tsv, line 9: is not query-id, corpus-id and grade"),
        ("qrels.tsv", "q1\tkelp#0\tgood", r"qrels.tsv, line 9: is not query-id"),
    ],
)
def test_a_broken_line_is_named_with_its_number(judged: Path, name: str, line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        open_judged(_broken(judged, name, line))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_or_file_says_what_to_give(judged: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is not a folder; give a folder that holds corpus\.jsonl"):
        open_judged(tmp_path / "nowhere")
    (judged / "qrels.tsv").unlink()
    with pytest.raises(UsageError, match=r"qrels\.tsv: this file is missing"):
        open_judged(judged)


def test_bytes_that_are_no_text_are_refused(judged: Path) -> None:
    (judged / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as UTF-8"):
        open_judged(judged)


def test_options_that_leave_nothing_name_what_there_is(judged: Path) -> None:
    everything = open_judged(judged)
    with pytest.raises(UsageError, match=r"no judged query is left.*splits: tune, test, dev; kinds: long, short"):
        selected(everything, split="holdout")
    with pytest.raises(UsageError, match="has no text in the field 'summary'"):
        selected(everything, text="summary")


def test_a_grade_of_nought_is_not_relevant(judged: Path) -> None:
    assert "tides#0" not in open_judged(_broken(judged, "qrels.tsv", "q1\ttides#0\t0")).relevant["q1"]


def test_names_of_data_say_where_they_come_from() -> None:
    assert data_name(Path("/data/qmsum/val")) == "qmsum/val"
    assert data_name(Path("/data/optech-dev/related_insights")) == "optech-dev/related_insights"
    assert data_name(Path("/data/cranfield")) == "cranfield"
