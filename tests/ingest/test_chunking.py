"""Passages: every word once, near the size asked for, cut at sentences and turns, hashed as embedded."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.embedding import chunk_text
from earmark.ids import content_hash
from earmark.types import Chapter, Segment, Transcript
from ingest.passages.chunking import chunk
from tests.ingest.talk import GUEST, HOST, episode, transcript


def test_passages_of_a_conversation() -> None:
    passages = chunk(episode(), transcript(), words=60)
    assert [p.seq for p in passages] == list(range(len(passages)))
    assert len({p.id for p in passages}) == len(passages)
    assert {p.speaker for p in passages} == {HOST, GUEST}
    assert all(20 <= len(p.text.split()) <= 120 for p in passages)
    starts = [p.start_s for p in passages if p.start_s is not None]
    assert len(starts) == len(passages) and starts == sorted(starts) and starts[0] == 0.0
    assert passages == chunk(episode(), transcript(), words=60)


def test_the_context_line_and_the_hash_of_what_is_embedded() -> None:
    passage = chunk(episode(), transcript(), words=60)[1]
    assert passage.context == f"Slow Grain — Why sourdough keeps — 2026-03-04 — {passage.speaker}"
    assert passage.content_hash == content_hash(chunk_text(passage))


def test_what_is_unknown_is_left_out_of_the_context_line() -> None:
    (passage,) = chunk(
        episode(published=None),
        Transcript(segments=(Segment(text="Bread is old.", speaker="Speaker 1"),), source="text"),
        words=50,
    )
    assert passage.context == "Slow Grain — Why sourdough keeps"
    assert (passage.speaker, passage.start_s, passage.text) == (None, None, "Bread is old.")


def test_short_turns_stay_together_with_their_names_and_a_long_one_starts_anew() -> None:
    def said(who: str, words: int) -> Segment:
        return Segment(text=" ".join(["rye"] * (words - 1)) + " bread.", speaker=who)

    given = Transcript(segments=(said("Ada", 30), said("Ben", 5), said("Ada", 6), said("Ben", 90)), source="text")
    first, second = chunk(episode(), given, words=80)
    assert first.text.startswith("Ada: rye") and "\nBen: rye" in first.text
    assert first.speaker == "Ada"
    assert (second.speaker, second.text.count("rye")) == ("Ben", 89)


def test_only_a_sentence_longer_than_twice_a_passage_is_split() -> None:
    long = Segment(text=" ".join(f"w{n}" for n in range(100)) + ".", start_s=0.0, end_s=100.0)
    passages = chunk(episode(), Transcript(segments=(long,), source="vtt"), words=20)
    assert " ".join(p.text for p in passages) == long.text
    assert all(len(p.text.split()) <= 40 for p in passages)
    assert passages[1].start_s == pytest.approx(20, abs=5)


def test_a_long_sentence_that_is_no_longer_than_that_stays_whole() -> None:
    text = "Rye is old. Oats are not. So it goes. " + " ".join(["and wheat"] * 45) + "."
    passages = chunk(episode(), Transcript(segments=(Segment(text=text),), source="text"), words=60)
    assert [len(p.text.split()) for p in passages] == [9 + 90]


def test_no_words_no_passages_and_no_size_no_answer() -> None:
    assert chunk(episode(), Transcript(segments=(), source="text"), words=50) == ()
    with pytest.raises(ValueError, match="words is 0"):
        chunk(episode(), transcript(), words=0)


EARLIER = [("30feba6254019559", "6d1fecde"), ("2216d351e3e3d714", "d4903b36")]
CHAPTERS = (
    Chapter(start_s=0.0, end_s=28.0, title="Hello"),
    Chapter(start_s=28.0, end_s=70.0, title="Keeping"),
    Chapter(start_s=70.0, title=""),
)


def test_no_passage_crosses_a_chapter_and_its_title_is_embedded() -> None:
    given = replace(transcript(), chapters=CHAPTERS)
    passages = chunk(episode(), given, words=60)
    assert [p.seq for p in passages] == list(range(len(passages)))
    assert {p.chapter for p in passages} == {"Hello", "Keeping", ""}
    for passage in passages:
        assert passage.start_s is not None and passage.end_s is not None
        within = [c for c in CHAPTERS if c.start_s <= (passage.start_s + passage.end_s) / 2 < (c.end_s or 1e9)]
        assert [c.title for c in within] == [passage.chapter]
    first = passages[0]
    assert first.context == f"Slow Grain — Why sourdough keeps — 2026-03-04 — {first.speaker} — Hello"
    assert first.content_hash == content_hash(chunk_text(first))
    assert passages[-1].context == f"Slow Grain — Why sourdough keeps — 2026-03-04 — {passages[-1].speaker}"
    assert (
        " ".join(p.text.replace(f"{HOST}: ", "").replace(f"{GUEST}: ", "") for p in passages).split()
        == " ".join(s.text for s in given.segments).split()
    )


def test_chapters_are_nothing_to_a_transcript_without_times() -> None:
    given = Transcript(
        segments=tuple(replace(s, start_s=None, end_s=None) for s in transcript().segments), source="text"
    )
    with_chapters = chunk(episode(), replace(given, chapters=CHAPTERS), words=60)
    assert [p.id for p in with_chapters] == [p.id for p in chunk(episode(), given, words=60)]
    assert {p.chapter for p in with_chapters} == {""}


def test_without_chapters_ids_and_hashes_are_those_of_earlier_versions() -> None:
    passages = chunk(episode(), transcript(), words=60, seconds=180.0)
    assert [(p.id, p.content_hash[:8]) for p in passages[:2]] == EARLIER


def test_a_passage_ends_after_so_many_seconds() -> None:
    slow = [Segment(text=f"Rye is {n} years old.", start_s=40.0 * n, end_s=40.0 * n + 3) for n in range(12)]
    given = Transcript(segments=tuple(slow), source="vtt")
    assert len(chunk(episode(), given, words=150)) == 1
    passages = chunk(episode(), given, words=150, seconds=100.0)
    for passage in passages:
        assert passage.start_s is not None and passage.end_s is not None
        assert passage.end_s - passage.start_s <= 100
    assert sum(len(p.text.split()) for p in passages) == 60
    with pytest.raises(ValueError, match="seconds is -1"):
        chunk(episode(), given, words=150, seconds=-1)


words = st.lists(st.sampled_from(["rye", "Bread.", "acid,", "Why?", "Ovens"]), max_size=60).map(" ".join)
segments = st.builds(Segment, text=words, start_s=st.none(), speaker=st.sampled_from([None, "Speaker 1"]))


@pytest.mark.heavy
@settings(max_examples=80, deadline=None)
@given(st.lists(segments, max_size=10), st.integers(20, 80))
def test_every_word_is_in_exactly_one_passage(parts: list[Segment], size: int) -> None:
    given_transcript = Transcript(segments=tuple(parts), source="text")
    passages = chunk(episode(), given_transcript, words=size)
    assert " ".join(p.text for p in passages).split() == " ".join(s.text for s in parts).split()
    assert all(len(p.text.split()) <= 2.5 * size for p in passages)
