"""Sentences: nothing lost, nothing twice, whole across cues, timed, cut sensibly where marks are missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.types import Segment, Transcript
from ingest.text.sentences import CUT_WORDS, MOST_WORDS, asks, joined_text, split_sentences
from tests.ingest.talk import GUEST, TURNS, transcript


def made(*segments: Segment) -> Transcript:
    return Transcript(segments=segments, source="text")


def test_a_sentence_is_whole_though_cues_break_it() -> None:
    texts = [s.text for s in split_sentences(transcript())]
    assert "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it." in texts
    assert " ".join(texts) == " ".join(" ".join(text.split()) for _, text in TURNS)


def test_speaker_segments_and_offsets_come_along() -> None:
    text = joined_text(transcript())
    for sentence in split_sentences(transcript()):
        assert " ".join(text[sentence.start : sentence.end].split()) == sentence.text
        assert sentence.first_segment <= sentence.last_segment
        said_by = {transcript().segments[i].speaker for i in range(sentence.first_segment, sentence.last_segment + 1)}
        assert said_by == {sentence.speaker}


def test_times_are_shared_out_by_characters_inside_a_cue() -> None:
    first, second = split_sentences(made(Segment(text="Abcd efgh. Ijkl mnop.", start_s=10.0, end_s=31.0)))
    assert (first.start_s, first.end_s) == (10.0, 20.0)
    assert (second.start_s, second.end_s) == (21.0, 31.0)


def test_times_between_two_known_starts_are_estimated_and_unknown_elsewhere() -> None:
    sentences = split_sentences(
        made(
            Segment(text="Before any time.", speaker="A"),
            Segment(text="Here it starts.", start_s=5.0, speaker="B"),
            Segment(text="In the middle.", speaker="C"),
            Segment(text="The last one.", start_s=25.0, speaker="D"),
        )
    )
    assert sentences[0].start_s is None
    assert sentences[1].start_s == 5.0
    assert sentences[2].start_s == pytest.approx(15.0, abs=1.0)
    assert (sentences[3].start_s, sentences[3].end_s) == (25.0, None)


def test_times_that_step_back_are_not_believed() -> None:
    sentences = split_sentences(
        made(
            *(
                Segment(text=f"Sentence number {n}.", start_s=t, end_s=t + 1)
                for n, t in enumerate([0.0, 50.0, 3.0, 60.0])
            )
        )
    )
    starts = [s.start_s for s in sentences if s.start_s is not None]
    assert len(starts) == len(sentences) and starts == sorted(starts)


def test_paragraphs_without_times_are_not_run_together() -> None:
    sentences = split_sentences(
        made(
            Segment(text="Part one"), Segment(text="The crust is dry."), Segment(text="so it"), Segment(text="breaks.")
        )
    )
    assert [s.text for s in sentences] == ["Part one", "The crust is dry.", "so it breaks."]


def test_speakers_are_never_joined() -> None:
    sentences = split_sentences(
        made(Segment(text="I was going to", speaker="A"), Segment(text="say that", speaker="B"))
    )
    assert [(s.speaker, s.text) for s in sentences] == [("A", "I was going to"), ("B", "say that")]
    assert not any(s.whole for s in sentences)


def test_captions_without_marks_are_cut_at_pauses_near_25_words() -> None:
    words = [f"word{n}" for n in range(100)]
    segments, clock = [], 0.0
    for at in range(0, 100, 5):
        clock += 2.0 if at in (30, 55, 80) else 0.1  # the speaker breathes here
        segments.append(Segment(text=" ".join(words[at : at + 5]), start_s=clock, end_s=clock + 2))
        clock += 2
    sentences = split_sentences(made(*segments))
    assert [s.text.split()[0] for s in sentences] == ["word0", "word30", "word55", "word80"]
    assert sentences[1].whole  # a pause on both sides leaves no doubt
    assert " ".join(s.text for s in sentences).split() == words


def test_endless_text_without_cues_is_cut_by_count() -> None:
    sentences = split_sentences(made(Segment(text=" ".join(["bread"] * 500))))
    assert all(len(s.text.split()) <= 2 * CUT_WORDS for s in sentences)


def test_the_guest_is_found() -> None:
    assert GUEST in {s.speaker for s in split_sentences(transcript())}


@pytest.mark.parametrize("segments", [(), (Segment(text=""),), (Segment(text=" \n "), Segment(text=""))])
def test_nothing_gives_nothing(segments: tuple[Segment, ...]) -> None:
    assert split_sentences(made(*segments)) == ()


texts = st.text(st.sampled_from("ab A.?!,\n\"'…é日"), max_size=60)
times = st.none() | st.floats(0, 1e5)
segments = st.builds(Segment, text=texts, start_s=times, end_s=times, speaker=st.sampled_from([None, "A", "B"]))


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(st.lists(segments, max_size=12))
def test_every_word_is_kept_once_in_order(parts: list[Segment]) -> None:
    given_transcript = made(*parts)
    sentences = split_sentences(given_transcript)
    assert "".join(s.text for s in sentences).replace(" ", "") == "".join(joined_text(given_transcript).split())
    assert [s.start for s in sentences] == sorted(s.start for s in sentences)
    assert all(s.end_s is None or s.start_s is None or s.end_s >= s.start_s for s in sentences)
    assert sentences == split_sentences(given_transcript)


BARE = (
    "we wanted to know why the bread goes stale so fast in summer and the answer is that the starch gives its water back "
    "when it gets cold again so we keep the loaves out of the fridge yeah that makes sense what do you do with the old ones "
    "well we toast them because heat puts the water back into the starch and that is why old bread gets soft again"
)


def test_speech_without_marks_is_cut_where_sentences_end() -> None:
    words = BARE.split()
    cues = [Segment(text=" ".join(words[at : at + 7])) for at in range(0, len(words), 7)]
    segments = [replace(cue, start_s=n * 3.0, end_s=n * 3.0 + 3.0) for n, cue in enumerate(cues)]
    texts = [sentence.text for sentence in split_sentences(made(*segments))]
    assert "well we toast them" in " | ".join(texts) and " ".join(texts) == BARE
    assert any(text.startswith("what do you do with the old ones") for text in texts)
    assert all(len(text.split()) <= MOST_WORDS for text in texts)


def test_of_cut_sentences_only_those_with_sure_ends_are_whole() -> None:
    bare = split_sentences(made(Segment(text=f"{BARE} {BARE}")))
    assert {sentence.whole for sentence in bare} == {True, False}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what do you do with the old ones", True),
        ("so is it the starch", True),
        ("what we do is toast them", False),
        ("Do you toast them.", False),
        ("Really?”", True),
    ],
)
def test_a_question_is_told_by_its_mark_or_where_marks_are_missing_by_its_beginning(text: str, asked: bool) -> None:
    assert asks(text) is asked
