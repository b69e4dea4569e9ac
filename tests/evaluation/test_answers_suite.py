from __future__ import annotations

import pytest

from earmark.types import Answer, Citation, Hit
from evaluation.judgements import JudgedCollection, JudgedDocument, JudgedQuery
from evaluation.suites.answers import Trial, area, held_out, measures
from retrieval.answers.evidence import AnswerEvidence


def asked(kind: str, confidence: float, *, abstained: bool, cited: str = "c1", quote: str = "kelp sinks") -> Trial:
    hit = Hit(
        chunk_id="c1", episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker=None,
        start_s=None, end_s=None, text="So kelp sinks.", score=1.0,
    )  # fmt: skip
    cite = Citation(
        n=1, chunk_id=cited, episode_id="e", show="S", episode="E", speaker=None, start_s=None, quote=quote, url=""
    )
    answer = Answer(question="q", answer="", abstained=abstained, citations=() if abstained else (cite,))
    evidence = AnswerEvidence(question="q", hits=(hit,), sentences=(), scores=(), confidence=confidence)
    return Trial(kind=kind, evidence=evidence, answer=answer, relevant=frozenset({"c1"}), words=("Kelp  sinks",))


def test_abstention_evidence_and_citations_are_counted() -> None:
    measured = measures(
        [
            asked("own", 0.9, abstained=False),
            asked("own", 0.6, abstained=False, cited="c2", quote="nowhere"),
            asked("own", 0.3, abstained=True),
            asked("missing", 0.7, abstained=False),
            asked("absent", 0.1, abstained=True),
        ]
    )
    assert measured["abstention"]["precision"].value == 0.5
    assert measured["abstention"]["recall"].value == 0.5
    assert measured["abstention"]["abstained, own"].value == pytest.approx(1 / 3)
    assert measured["evidence"]["recall"].value == 0.5
    assert measured["evidence"]["precision"].value == 0.5
    assert measured["evidence"]["holds the answer"].value == 0.5
    assert measured["citations"]["valid"].value == pytest.approx(2 / 3)


def test_the_area_is_the_chance_of_the_right_order() -> None:
    some = [asked("own", 0.9, abstained=False), asked("own", 0.2, abstained=True), asked("absent", 0.2, abstained=True)]
    assert area(some) == 0.75
    assert area(some[:2]) == 0.0


def test_what_is_left_out_is_the_same_in_every_run_and_whole_topics_go() -> None:
    documents = {
        f"t{topic}#{n}": JudgedDocument(id=f"t{topic}#{n}", title="", text="x", fields={"topic": f"t{topic}"})
        for topic in range(40)
        for n in range(6)
    }
    queries = tuple(JudgedQuery(id=f"q{key}", text="x?", fields={}) for key in documents)
    judged = JudgedCollection(
        name="x", licence="", documents=documents, queries=queries, relevant={f"q{key}": {key: 1} for key in documents}
    )
    withheld = held_out(judged)
    assert withheld == held_out(judged)
    gone = {key.partition("#")[0] for key, why in withheld.items() if why == "absent"}
    assert 4 <= len(gone) <= 18
    assert all(withheld[f"{topic}#{n}"] == "absent" for topic in gone for n in range(6))
    kept = 240 - 6 * len(gone)
    assert 0.2 * kept < sum(why == "missing" for why in withheld.values()) < 0.47 * kept
