"""A picked sentence is read on, and what was asked on air says what a reply is about."""

from __future__ import annotations

import pytest

from earmark.types import Hit
from retrieval.answers.evidence import AnswerEvidence, Neighbours, PassageSentence, sentences_of
from retrieval.answers.replies import put_before, replies_to
from retrieval.answers.stretches import stretch

MOORINGS = (
    "The moorings were dear. A storm came in March and took three of them. "
    "We had bolted them to rock, which nobody does. For a mistake I would call that. Nobody has paid for new ones."
)


def passage(text: str, *, key: str = "a", speaker: str | None = "Ada") -> Hit:
    return Hit(
        chunk_id=key, episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker=speaker,
        start_s=0.0, end_s=9.0, text=text, score=1.0,
    )  # fmt: skip


HIT = passage(MOORINGS)


def sentence(hit: Hit, words: str) -> PassageSentence:
    return next(held for held in sentences_of(hit) if words in held.text)


@pytest.mark.parametrize(
    ("seed", "enough", "text"),
    [
        ("A storm", 10, "A storm came in March and took three of them."),
        ("A storm", 15, "A storm came in March and took three of them. We had bolted them to rock, which nobody does."),
        ("I would call", 7, "We had bolted them to rock, which nobody does. For a mistake I would call that."),
        ("Nobody has paid", 30, "Nobody has paid for new ones."),
    ],
)
def test_a_sentence_is_read_on_until_it_is_enough(seed: str, enough: int, text: str) -> None:
    assert [part.text for part in stretch(sentence(HIT, seed), Neighbours(), enough=enough)] == [text]


def test_a_stretch_stays_with_its_voice_and_ends_with_no_question() -> None:
    hit = passage("Ada: The moorings were dear. Would I buy them again?\nBo: I would. They hold.")
    assert [part.text for part in stretch(sentence(hit, "dear"), Neighbours(), enough=40)] == [
        "The moorings were dear."
    ]


def test_a_stretch_goes_on_in_the_next_passage_where_the_same_voice_does() -> None:
    hit = passage("Bo: Were they dear?\nAda: The moorings were dear.")
    on = passage("Forty thousand euros each. Three are gone. Nobody paid.", key="b")
    read = stretch(sentence(hit, "The moorings"), Neighbours(after=on), enough=9)
    assert [(part.hit.chunk_id, part.text) for part in read] == [
        ("a", "The moorings were dear."),
        ("b", "Forty thousand euros each. Three are gone."),
    ]
    other = passage("Forty thousand euros each.", key="b", speaker="Bo")
    assert len(stretch(sentence(hit, "The moorings"), Neighbours(after=other), enough=9)) == 1


def test_what_is_quoted_already_is_not_quoted_twice() -> None:
    taken = stretch(sentence(HIT, "We had bolted"), Neighbours(), enough=5)
    read = stretch(sentence(HIT, "The moorings"), Neighbours(), enough=60, taken=taken)
    assert [part.text for part in read] == ["The moorings were dear. A storm came in March and took three of them."]


def test_a_reply_knows_what_was_asked() -> None:
    hit = passage(
        "Bo: You left the harbour. What led up to that?\nAda: I like to begin things.\nBo: Really?\nAda: Yes."
    )
    asked = put_before(hit, Neighbours())
    assert asked == {
        hit.text.index("I like"): "You left the harbour. What led up to that?",
        hit.text.index("Yes."): "Really?",
    }
    before = passage("Why did you leave?", key="b", speaker="Bo")
    assert list(put_before(passage("I was tired."), Neighbours(before=before)).values()) == ["Why did you leave?"]
    own = passage("Why did I leave?", key="b")
    assert put_before(passage("I was tired."), Neighbours(before=own)) == {}
    told = passage("You left.", key="b", speaker="Bo")
    assert put_before(passage("I was tired."), Neighbours(before=told)) == {}


def test_the_reply_to_a_question_that_was_found_is_read() -> None:
    asking = passage("Why did you leave?", key="b", speaker="Bo")
    reply = passage("I was tired.", key="c")
    near = [Neighbours(after=reply)]
    assert replies_to([asking], near) == [reply]
    assert replies_to([asking], near, ["Ada"]) == [reply]
    assert replies_to([asking], near, ["Cleo"]) == []
    assert replies_to([asking, reply], [*near, Neighbours(before=asking)]) == []
    assert replies_to([passage("You left.", key="b", speaker="Bo")], near) == []


def test_evidence_knows_the_neighbours_of_its_passages() -> None:
    hit, after = passage("A."), passage("B.", key="b")
    evidence = AnswerEvidence(
        question="", hits=(hit,), sentences=(), scores=(), confidence=0.0, neighbours=(Neighbours(after=after),)
    )
    assert evidence.beside(hit).after is after
    assert evidence.beside(after) == Neighbours()
