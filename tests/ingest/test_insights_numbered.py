"""Numbers to quotes, episodes to windows, careless copies to the transcript's own words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from earmark.types import Chapter, Segment, Transcript
from ingest.insights.locate import Locator
from ingest.insights.numbered import NumberedTranscript, Span
from ingest.insights.windows import LEAST_WORDS, OVERLAP, windows
from ingest.passages.segments import mark
from ingest.text.sentences import joined_text, split_sentences
from tests.ingest.talk import GUEST, HOST, transcript


def numbered(said: Transcript) -> NumberedTranscript:
    sentences = split_sentences(said)
    return NumberedTranscript(sentences, mark(sentences, said.chapters))


def number_of(text: NumberedTranscript, beginning: str) -> int:
    return next(i for i, s in enumerate(text.sentences, start=1) if s.text.startswith(beginning))


def long_talk(
    paragraphs: int, words: int = 40, speakers: Sequence[str] = ("A. Baker", "B. Miller"), begins_s: float = 0.0
) -> Transcript:
    """A talk of paragraphs of that many words, ten a sentence, at three words a second."""
    segments, clock = [], begins_s
    for at in range(paragraphs):
        parts = [f"Grain number {at} dot {part} is milled slowly by the baker." for part in range(words // 10)]
        text = " ".join(parts)
        end = clock + len(text.split()) / 3
        segments.append(Segment(text=text, start_s=clock, end_s=end, speaker=speakers[at % len(speakers)]))
        clock = end
    return Transcript(segments=tuple(segments), source="vtt", language="en")


def spanned(text: NumberedTranscript, first: int, last: int) -> Span:
    span = text.span(first, last)
    assert span is not None
    return span


def test_a_span_is_one_speakers_whole_sentences() -> None:
    text = numbered(transcript())
    first = number_of(text, "Acetic acid keeps")
    span = spanned(text, first, first + 2)  # the third is the host's "Right."
    assert text.quote(span).endswith("lasts 7 days where a yeasted one lasts 3.") and text.speaker(span) == GUEST


def test_numbers_may_come_in_either_order_and_long_spans_are_cut() -> None:
    text = numbered(long_talk(3, words=80))
    assert text.span(3, 2) == text.span(2, 3) == Span(first=1, last=2)
    assert len(spanned(text, 1, 8)) == 4


def test_a_sponsor_read_has_no_span() -> None:
    text = numbered(transcript())
    assert text.span(number_of(text, "Go to millwright"), number_of(text, "Go to millwright")) is None


def test_what_a_cold_open_plays_in_advance_is_quoted_where_it_is_really_said() -> None:
    teaser = "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."
    said = Transcript(
        segments=(
            Segment(text=teaser, start_s=0.0, end_s=6.0, speaker=GUEST),
            *long_talk(20, begins_s=10.0).segments,
            Segment(text=f"Listen closely. {teaser}", start_s=900.0, end_s=908.0, speaker=GUEST),
        ),
        source="vtt",
    )
    text = numbered(said)
    span = spanned(text, 1, 1)
    start_s = text.sentences[span.first].start_s
    assert start_s is not None and start_s > 890
    assert 0 not in text.content and span.first in text.content


def test_beside_shows_the_quote_marked_and_who_speaks_around_it() -> None:
    text = numbered(transcript())
    at = number_of(text, "Cheap ovens")
    shown = text.beside(spanned(text, at, at))
    assert f" {HOST}: That's amazing" in shown and f"»{GUEST}: Cheap ovens" in shown and "too small.« A thick" in shown


def test_with_few_words_the_nearest_are_shown_and_a_question_from_afar() -> None:
    asked = "Why do cheap ovens burn the crust of every loaf?"
    told = [f"Sentence number {n} is about dough, which goes on and on for many words here." for n in range(4)]
    turns = [(HOST, asked), *((GUEST, said) for said in told), (HOST, "Right."), (GUEST, "Their thermostats swing.")]
    text = numbered(Transcript(segments=tuple(Segment(text=said, speaker=who) for who, said in turns), source="text"))
    few = text.beside(Span(first=6, last=6), words=(15, 15))
    assert told[3] in few and told[1] not in few and "Right." not in few
    near = text.beside(Span(first=5, last=5), words=(15, 15))
    assert asked in near and told[3] in near and told[1] not in near
    assert all(said in text.beside(Span(first=5, last=5)) for said in told)


def test_sentences_that_only_nod_are_not_read_unless_they_answer() -> None:
    turns = (
        (GUEST, "Ovens swing."),
        (HOST, "Yeah. Okay."),
        (GUEST, "They burn bread."),
        (HOST, "Always?"),
        (GUEST, "Yes."),
    )
    text = numbered(Transcript(segments=tuple(Segment(text=t, speaker=s) for s, t in turns), source="text"))
    assert text.lines(range(len(text.sentences))) == [
        f"[1] {GUEST}: Ovens swing.",
        "…",  # a quote of 1 and 4 would lose 1
        "[4] They burn bread.",
        f"[5] {HOST}: Always?",
        f"[6] {GUEST}: Yes.",
    ]


@pytest.mark.parametrize("words", [300, 700, 5_000])
def test_windows_hold_every_quotable_sentence_and_repeat_a_few(words: int) -> None:
    text = numbered(long_talk(80))
    made = windows(text, (), words=words)
    shown = [index for window in made for index in window.sentences]
    assert set(shown) == set(text.content)
    assert len(shown) == len(text.content) + OVERLAP * (len(made) - 1)
    assert all(sum(len(text.sentences[i].text.split()) for i in w.sentences) >= LEAST_WORDS for w in made)


def test_windows_follow_chapters_and_know_those_so_far() -> None:
    said = replace(long_talk(80), chapters=(Chapter(start_s=0.0, title="Grain"), Chapter(start_s=700.0, title="Water")))
    text = numbered(said)
    made = windows(text, said.chapters, words=2_200)
    first, second = made
    start_s = text.sentences[second.sentences[OVERLAP]].start_s
    assert start_s is not None and start_s >= 699
    assert (first.chapters, second.chapters) == (("Grain",), ("Grain", "Water"))


def test_a_scrap_of_a_chapter_joins_its_neighbour() -> None:
    said = replace(long_talk(40), chapters=(Chapter(start_s=0.0, title="A"), Chapter(start_s=500.0, title="B")))
    assert len(windows(numbered(said), said.chapters, words=1_500)) == 1


QUOTE = "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it."


@pytest.mark.parametrize(
    "copied",
    [
        QUOTE,
        QUOTE.replace(",", " –").upper(),
        f"“{QUOTE.rstrip('.')}”",
        f"Tomas Okoye: {QUOTE}",
        "Acetic acid keeps mould spores from germinating… a loaf of white bread has none of it.",
        "Acetic acid keeps mould spores from germinating [...] of white bread has none of it",
        "Acetic acid keeps, um, keeps mould spores from germinating and a loaf of white bread has none of it",
        "Acetic acid keeps the mould spores from germinating, and a loaf of white bread has none of it.",
    ],
)
def test_a_careless_copy_is_found(copied: str) -> None:
    said = transcript()
    locator = Locator(joined_text(said), split_sentences(said))
    place = locator.find_loosely(copied)
    assert place is not None
    assert locator.verbatim(*place).rstrip(".") == QUOTE.rstrip(".")


@pytest.mark.parametrize(
    "invented",
    [
        "",
        "…",
        "Acetic acid feeds the mould on every loaf of white bread in the shop.",
        "of it none has bread white of loaf a and germinating from spores mould keeps acid Acetic",
    ],
)
def test_what_nobody_said_is_not_found(invented: str) -> None:
    said = transcript()
    assert Locator(joined_text(said), split_sentences(said)).find_loosely(invented) is None
