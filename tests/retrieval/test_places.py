"""What answers is quoted with what follows on it, and what was said on air just before says what a reply is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from earmark.types import Hit
from retrieval.answers.evidence import NEAR, AnswerEvidence, Neighbours, PassageSentence, SideEvidence, sentences_of
from retrieval.answers.extract import extractive_answer, quoted_side
from retrieval.answers.picking import pick
from retrieval.answers.places import places, read_on
from retrieval.answers.replies import Prompt, asks, put_before, replies_to, reply_to
from retrieval.answers.scoring import sentence_scores
from retrieval.answers.signals import EvidenceProfile, QuestionProfile

LONG = "and then there were the nets, the ropes, the buoys and all that had to be paid for again"
MOORINGS = (
    f"The weather was fine. The moorings were dear, {LONG}. A storm took three of them in March, {LONG}. "
    f"Nobody had seen such waves, {LONG}. Is that a reason?"
)


def passage(text: str, *, key: str = "a", speaker: str | None = "Ada") -> Hit:
    return Hit(
        chunk_id=key, episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker=speaker,
        start_s=0.0, end_s=9.0, text=text, score=1.0,
    )  # fmt: skip


def evidence(hit: Hit, best: str, *, near: Neighbours | None = None, confidence: float = 1.0) -> AnswerEvidence:
    """The evidence of one passage, in which the sentence with some words answers best."""
    sentences = tuple(sentences_of(hit))
    return AnswerEvidence(
        question="What about the moorings?",
        hits=(hit,),
        sentences=sentences,
        scores=tuple(2.0 if best in sentence.text else 1.0 for sentence in sentences),
        confidence=confidence,
        vectors=np.eye(len(sentences), dtype=np.float32),
        neighbours=() if near is None else (near,),
    )


def quoted(held: AnswerEvidence) -> list[str]:
    return [part.text for part in read_on(places(held, range(len(held.sentences)))[0], held)]


def texts(parts: Sequence[PassageSentence]) -> list[tuple[str, str]]:
    return [(part.hit.chunk_id, part.text) for part in parts]


def test_the_sentence_that_answers_is_quoted_with_what_follows_on_it() -> None:
    (text,) = quoted(evidence(passage(MOORINGS), "dear"))
    assert text.startswith("The moorings were dear")
    assert text.endswith(f"Nobody had seen such waves, {LONG}.")


def test_a_quotation_ends_with_no_question_and_stays_with_its_voice() -> None:
    hit = passage("Ada: The moorings were dear. Would I buy them again?\nBo: I would. They hold.")
    assert quoted(evidence(hit, "dear")) == ["The moorings were dear."]


def test_a_sentence_that_points_back_is_quoted_with_what_it_points_to() -> None:
    hit = passage(f"A storm came. It took three moorings, {LONG}. Bo was away.")
    assert quoted(evidence(hit, "It took"))[0].startswith("A storm came. It took")
    hit = passage(f"Bolting them to rock is madness, {LONG}. So I would call it that. Bo was away.")
    assert quoted(evidence(hit, "I would call"))[0].startswith("Bolting them")


def test_a_quotation_begins_where_its_sentence_does() -> None:
    words = " ".join(f"word{n}" for n in range(70))
    hit = passage(f"They began to build {words} and it ended well.")
    assert len(sentences_of(hit)) > 1  # cut where it is too long to be read
    assert quoted(evidence(hit, "ended well"))[0].startswith("They began to build")


def test_a_quotation_goes_on_in_the_next_passage_where_the_same_voice_does() -> None:
    hit = passage("Bo: Were they dear?\nAda: The moorings were dear.")
    on = passage("Forty thousand euros each, and that was before we had paid for a boat. Three are gone.", key="b")
    held = evidence(hit, "The moorings", near=Neighbours(after=on))
    assert texts(read_on(places(held, [1])[0], held)) == [("a", "The moorings were dear."), ("b", on.text)]
    other = passage(on.text, key="b", speaker="Bo")
    assert quoted(evidence(hit, "The moorings", near=Neighbours(after=other))) == ["The moorings were dear."]


def test_what_a_turn_replies_to_is_what_somebody_else_said_before_it() -> None:
    hit = passage("Bo: You left the harbour. What led up to that?\nAda: I like to begin things.\nBo: Yes.")
    assert put_before(hit, Neighbours()) == {
        hit.text.index("I like"): Prompt("You left the harbour. What led up to that?", asks=True),
        hit.text.index("Yes."): Prompt("I like to begin things.", asks=False),
    }
    before = passage("Why did you leave?", key="b", speaker="Bo")
    assert list(put_before(passage("I was tired."), Neighbours(before=before)).values()) == [
        Prompt("Why did you leave?", asks=True)
    ]
    assert put_before(passage("I was tired."), Neighbours(before=passage("Why did I leave?", key="b"))) == {}


def test_a_reply_goes_on_behind_a_word_of_whoever_listens() -> None:
    hit = passage("Bo: Why did you leave the harbour?\nAda: I went in March.\nBo: Sure.\nAda: I was tired of nets.")
    asked = Prompt("Why did you leave the harbour?", asks=True)
    prompts = put_before(hit, Neighbours())
    assert prompts[hit.text.index("I went")] == prompts[hit.text.index("I was tired")] == asked
    said = passage(hit.text.replace("Sure.", "The nets were the worst of it all, then."))
    assert put_before(said, Neighbours())[said.text.index("I was tired")].asks is False


def test_a_question_that_says_little_is_about_what_the_same_person_asked_before() -> None:
    hit = passage("Bo: So the moorings hold in storms?\nAda: Yes.\nBo: How is that?\nAda: They are made of chains.")
    prompt = put_before(hit, Neighbours())[hit.text.index("They are")]
    assert prompt == Prompt("So the moorings hold in storms? How is that?", asks=True)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Why did you leave?", True),
        ("I'm curious if you went with yes, or if you explicitly said no.", True),
        ("So tell us about the moorings.", True),
        ("I would love to hear what you make of it.", True),
        ("Let me ask the other way round.", True),
        ("My question is how the moorings hold.", True),
        ("People tell me that it is fine.", False),
        ("Tell me about it, we lost three moorings that year.", False),
        ("My first question is always whether the mooring holds in a storm.", False),
        ("I'd love to hear from more farmers, because you learn the most from them.", False),
        ("I wonder how many of you know that kelp grows a foot a day.", False),
        ("I was curious about knots as a child.", False),
    ],
)
def test_a_question_is_one_without_its_mark(text: str, question: bool) -> None:
    assert asks(text) is question


def test_the_passage_that_replies_to_one_that_was_found_is_read_too() -> None:
    asking = passage("Why did you leave?", key="b", speaker="Bo")
    telling = passage("You left.", key="b", speaker="Bo")
    reply = passage("I was tired.", key="c")
    near = [Neighbours(after=reply)]
    assert replies_to([asking], near) == [reply]
    assert replies_to([asking], near, ["Cleo"]) == []
    assert replies_to([telling], near) == []
    assert replies_to([telling], near, ["Ada"]) == [reply]
    assert replies_to([asking, reply], [*near, Neighbours(before=asking)]) == []


def test_what_is_said_to_somebody_is_quoted_with_the_reply() -> None:
    hit = passage("Bo: I see. It sounds like what you want is to be free.\nAda: Exactly. I said so as a child.")
    reply = reply_to(sentences_of(hit)[1], Neighbours())
    assert reply is not None
    assert (reply.speaker, reply.text) == ("Ada", "Exactly. I said so as a child.")
    for text in (
        "Bo: I see. It sounds like she wants to be free.\nAda: Exactly. I said so as a child.",
        "Bo: I see. It is how you perceive things.\nAda: For sure.",
    ):
        assert reply_to(sentences_of(passage(text))[1], Neighbours()) is None


def test_a_quotation_goes_on_behind_a_word_of_somebody_else() -> None:
    hit = passage("Ada: The moorings were dear.\nBo: Right.\nAda: And they were gone within a year, all three of them.")
    assert quoted(evidence(hit, "dear")) == [
        "The moorings were dear.",
        "And they were gone within a year, all three of them.",
    ]


def test_a_voice_in_a_quick_exchange_is_quoted_over_its_turns() -> None:
    hit = passage(
        "Bo: Did you lock the yard?\nAda: I went with yes.\nBo: Okay.\nAda: I travel a lot, and others have keys.\n"
        "Bo: Right.\nAda: Yeah.\nBo: Sure.\nAda: So it is better to be safe than to be sorry."
    )
    assert quoted(evidence(hit, "I went")) == [
        "I went with yes.",
        "I travel a lot, and others have keys.",
        "So it is better to be safe than to be sorry.",
    ]


def test_a_question_for_a_number_is_answered_by_the_sentences_that_tell_one() -> None:
    hit = passage(
        "We lost moorings in the storm. We lost three of nine off the cape in the spring. Moorings are dear to lose in any storm."
    )
    held = replace(evidence(hit, "three"), question="How many moorings were lost?", scores=(1.9, 2.0, 1.8))
    assert held.vectors is not None
    assert [part.text for part in pick(held, held.vectors)] == [hit.text], "with what is said beside it"
    long = passage(
        f"{hit.text} {'It was a long winter on the cape and nobody went out to sea at all in it. ' * 3}".strip()
    )
    number = replace(held, hits=(long,), sentences=tuple(sentences_of(long))[:3])
    assert number.vectors is not None
    assert pick(number, number.vectors)[0].text.startswith("We lost moorings in the storm. We lost three of nine")
    untold = replace(held, question="How many moorings of three of nine were lost?")
    assert len(pick(untold, held.vectors)[0].text.split(". ")) == 3


def test_a_number_of_other_things_is_left_out_where_one_of_those_asked_for_is_there() -> None:
    hit = passage(
        "The yard has been on this cape for many good years. We lost nine moorings off the cape in the spring. Boats are dear to lose in any storm."
    )
    held = replace(evidence(hit, "nine"), question="How many moorings were lost?", scores=(2.0, 1.8, 1.9))
    assert held.vectors is not None
    assert [part.text for part in pick(held, held.vectors)] == [hit.text], "with what is said beside it"
    apart = passage(hit.text.replace(". ", ".\nAda: "))
    alone = replace(held, hits=(apart,), sentences=tuple(sentences_of(apart)))
    assert [part.text for part in pick(alone, held.vectors)] == ["We lost nine moorings off the cape in the spring."]


def test_being_asked_the_same_counts_for_a_reply() -> None:
    """Two sentences that share nothing with the question; the second replies to the same question on air."""
    ask = np.array([1.0, 0.0], dtype=np.float32)
    other = np.array([0.0, 1.0], dtype=np.float32)
    asked = QuestionProfile(
        text="Why leave?", terms=("leave",), rarities=np.ones(1, dtype=np.float32), vector=ask, tokens=(ask[None],)
    )

    def scored(*, asks: bool) -> list[float]:
        heard = EvidenceProfile(
            sentences=["I like it.", "I was tired."],
            owners=np.array([0, 1]),
            vectors=np.stack([other, other]),
            passages=["I like it.", "I was tired."],
            cosines=np.zeros(2, dtype=np.float32),
            tokens=[other[None], other[None]],
            put=np.array([-1, 0]),
            put_asks=np.array([asks]),
            put_vectors=ask[None],
            put_tokens=[ask[None]],
        )
        return [float(score) for score in sentence_scores(asked, heard)]

    assert scored(asks=True)[1] > scored(asks=False)[1] > scored(asks=True)[0]


def test_a_silent_side_is_given_what_comes_nearest_where_that_is_on_the_subject() -> None:
    hit = passage("The moorings were dear.")
    near = SideEvidence(label="Ada", near=evidence(hit, "dear", confidence=NEAR))
    text, cites = quoted_side(near, 3)
    assert text == "Ada says nothing on just this here. Nearest is this: Ada says on S: “The moorings were dear.” [3]"
    assert [cite.n for cite in cites] == [3]
    far = SideEvidence(label="Ada", near=evidence(hit, "dear", confidence=NEAR / 2))
    assert quoted_side(far, 3) == ("Ada says nothing on it here.", [])


def test_the_only_place_of_a_side_is_read_on() -> None:
    hit = passage(
        MOORINGS.replace("Nobody had", "Nobody here had").replace(" Is that a reason?", f" We were poor, {LONG}.")
    )
    (text, _) = quoted_side(SideEvidence(label="Ada", evidence=evidence(hit, "dear")), 1)
    assert "We were poor" in text
    assert "We were poor" not in quoted(evidence(hit, "dear"))[0]


def test_a_claim_is_a_side_of_its_own() -> None:
    hit = passage("The moorings were dear.")
    text, _ = quoted_side(SideEvidence(label="moorings cost much", kind="claim", evidence=evidence(hit, "dear")), 1)
    assert text == "That moorings cost much: Ada says on S: “The moorings were dear.” [1]"
    assert quoted_side(SideEvidence(label="moorings cost much", kind="claim"), 1)[0] == (
        "Nobody says here that moorings cost much."
    )


def test_whoever_holds_a_claim_is_not_given_the_other() -> None:
    hit = passage("Ada: The moorings were dear, I say.\nBo: They were a gift, I would say.")
    both = evidence(hit, "dear")
    sides = (
        SideEvidence(label="moorings cost much", kind="claim", evidence=evidence(passage(MOORINGS), "dear")),
        SideEvidence(label="moorings cost nothing", kind="claim", evidence=both),
    )
    assert both.vectors is not None
    first, second = extractive_answer(replace(both, sides=sides), both.vectors).answer.split("\n\n")
    assert first.startswith("That moorings cost much: Ada says on S: ")
    assert second == "That moorings cost nothing: Bo says on S: “They were a gift, I would say.” [2]"


def test_evidence_knows_the_neighbours_of_its_passages() -> None:
    hit, after = passage("A."), passage("B.", key="b")
    held = evidence(hit, "A", near=Neighbours(after=after))
    assert held.beside(hit).after is after
    assert held.beside(after) == Neighbours()
