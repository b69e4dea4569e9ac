"""Passages: every word once, near the size asked for, cut at sentences and turns, hashed as embedded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.embedding import chunk_text
from earmark.ids import content_hash
from earmark.types import Segment, Transcript
from ingest.chunking import chunk
from tests.ingest.talk import GUEST, HOST, episode, transcript


def test_passages_of_a_conversation():
    passages = chunk(episode(), transcript(), words=60)
    assert [p.seq for p in passages] == list(range(len(passages)))
    assert len({p.id for p in passages}) == len(passages)
    assert {p.speaker for p in passages} == {HOST, GUEST}
    assert all(20 <= len(p.text.split()) <= 120 for p in passages)
    starts = [p.start_s for p in passages]
    assert starts == sorted(starts) and starts[0] == 0.0
    assert passages == chunk(episode(), transcript(), words=60)


def test_the_context_line_and_the_hash_of_what_is_embedded():
    passage = chunk(episode(), transcript(), words=60)[1]
    assert passage.context == f"Slow Grain — Why sourdough keeps — 2026-03-04 — {passage.speaker}"
    assert passage.content_hash == content_hash(chunk_text(passage))


def test_what_is_unknown_is_left_out_of_the_context_line():
    (passage,) = chunk(
        episode(published=None),
        Transcript(segments=(Segment(text="Bread is old.", speaker="Speaker 1"),), source="text"),
        words=50,
    )
    assert passage.context == "Slow Grain — Why sourdough keeps"
    assert (passage.speaker, passage.start_s, passage.text) == (None, None, "Bread is old.")


def test_short_turns_stay_together_with_their_names_and_a_long_one_starts_anew():
    def said(who, words):
        return Segment(text=" ".join(["rye"] * (words - 1)) + " bread.", speaker=who)

    given = Transcript(segments=(said("Ada", 30), said("Ben", 5), said("Ada", 6), said("Ben", 90)), source="text")
    first, second = chunk(episode(), given, words=80)
    assert first.text.startswith("Ada: rye") and "\nBen: rye" in first.text
    assert first.speaker == "Ada"
    assert (second.speaker, second.text.count("rye")) == ("Ben", 89)


def test_only_a_sentence_longer_than_twice_a_passage_is_split():
    long = Segment(text=" ".join(f"w{n}" for n in range(100)) + ".", start_s=0.0, end_s=100.0)
    passages = chunk(episode(), Transcript(segments=(long,), source="vtt"), words=20)
    assert " ".join(p.text for p in passages) == long.text
    assert all(len(p.text.split()) <= 40 for p in passages)
    assert passages[1].start_s == pytest.approx(20, abs=5)


def test_a_long_sentence_that_is_no_longer_than_that_stays_whole():
    text = "Rye is old. Oats are not. So it goes. " + " ".join(["and wheat"] * 45) + "."
    passages = chunk(episode(), Transcript(segments=(Segment(text=text),), source="text"), words=60)
    assert [len(p.text.split()) for p in passages] == [9 + 90]


def test_no_words_no_passages_and_no_size_no_answer():
    assert chunk(episode(), Transcript(segments=(), source="text"), words=50) == ()
    with pytest.raises(ValueError, match="words is 0"):
        chunk(episode(), transcript(), words=0)


words = st.lists(st.sampled_from(["rye", "Bread.", "acid,", "Why?", "Ovens"]), max_size=60).map(" ".join)
segments = st.builds(Segment, text=words, start_s=st.none(), speaker=st.sampled_from([None, "Speaker 1"]))


@settings(max_examples=80, deadline=None)
@given(st.lists(segments, max_size=10), st.integers(20, 80))
def test_every_word_is_in_exactly_one_passage(parts, size):
    given_transcript = Transcript(segments=tuple(parts), source="text")
    passages = chunk(episode(), given_transcript, words=size)
    assert " ".join(p.text for p in passages).split() == " ".join(s.text for s in parts).split()
    assert all(len(p.text.split()) <= 2.5 * size for p in passages)
