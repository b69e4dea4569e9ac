from __future__ import annotations

from evaluation.judgements import JudgedCollection, JudgedDocument, JudgedQuery
from evaluation.suites.swaps import MARK, swapped


def judged(*questions: str) -> JudgedCollection:
    queries = tuple(JudgedQuery(id=f"q{n}", text=text, fields={}) for n, text in enumerate(questions))
    texts = ("Okafor lost nine moorings in 2024.", "Renke measured the noise in 2019.", "Nobody knows.")
    documents = {f"d{n}": JudgedDocument(id=f"d{n}", title="", text=text, fields={}) for n, text in enumerate(texts)}
    return JudgedCollection(
        name="n",
        licence="",
        documents=documents,
        queries=queries,
        relevant={query.id: {f"d{n}": 1} for n, query in enumerate(queries)},
    )


def test_a_name_or_number_is_another_question_s() -> None:
    collection = judged("What did Okafor lose in 2024?", "What did Renke measure in 2019?", "who knows?")
    spoiled = swapped(collection.queries, collection)
    assert [query.id for query in spoiled] == [f"q0{MARK}", f"q1{MARK}"]
    assert spoiled[0].text in ("What did Renke lose in 2024?", "What did Okafor lose in 2019?")
    assert spoiled[1].text in ("What did Okafor measure in 2019?", "What did Renke measure in 2024?")
    assert swapped(collection.queries, collection) == spoiled


def test_what_answers_the_question_is_not_swapped_in() -> None:
    collection = judged("What did Okafor lose?", "Who lost the Moorings?")
    assert [query.text for query in swapped(collection.queries, collection)] == ["Who lost the Okafor?"]
