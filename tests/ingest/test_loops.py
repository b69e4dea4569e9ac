"""Speech of thirty languages is kept, and loops of a word, a phrase and a sentence are found in each of them."""

from __future__ import annotations

import pytest

from earmark.types import Segment, Transcript, TranscriptLink
from ingest.text.loops import is_loop, loop_share
from ingest.transcripts.choose import GARBAGE, judge
from tests.ingest.speech_of_the_world import SPEECH
from tests.ingest.test_choose import episode

_UNSPACED = {"Thai", "Lao", "Burmese", "Khmer", "Chinese", "Japanese"}


def parts(language: str) -> tuple[str, str, str]:
    """A word, a phrase and a sentence; where words are not parted, stretches of letters."""
    sentence = SPEECH[language][1]
    if language in _UNSPACED:
        return sentence[:4], sentence[:11], sentence
    words = sentence.split()
    return words[1] + " ", " ".join(words[:3]) + " ", sentence + " "


@pytest.mark.parametrize("language", SPEECH)
def test_speech_is_kept(language: str) -> None:
    for text in (*SPEECH[language], " ".join(SPEECH[language])):
        assert loop_share(text) == 0.0
    assert not is_loop(parts(language)[0] * 3 + SPEECH[language][0])  # somebody insists
    assert loop_share(" ".join(SPEECH[language] * 2)) == 0.0  # a chorus comes twice


@pytest.mark.parametrize("language", SPEECH)
@pytest.mark.parametrize("shape", ["word", "phrase", "sentence", "sentence with other words between"])
def test_loops_are_found(language: str, shape: str) -> None:
    word, phrase, sentence = parts(language)
    loop = {"word": word * 12, "phrase": phrase * 6, "sentence": sentence * 5}.get(shape, "")
    if not loop:
        loop = "".join(f"{sentence} {number} " for number in range(100, 112))
    assert is_loop(loop)
    good = SPEECH[language][0]
    assert is_loop(good + loop * 3)
    assert is_loop(loop * 3 + good)


@pytest.mark.parametrize("language", SPEECH)
def test_a_published_transcript_is_judged_likewise(language: str) -> None:
    link = TranscriptLink(url="https://a.example/1.vtt", type="text/vtt")

    def judged(texts: list[str]) -> bool:
        cues = tuple(Segment(text=text, start_s=5.0 * n, end_s=5.0 * n + 5) for n, text in enumerate(texts))
        return judge(Transcript(segments=cues, source="vtt"), episode(link), link).speech

    said = [sentence for number in range(3) for sentence in SPEECH[language][number:] + SPEECH[language][:number]][:6]
    assert judged(said)
    assert not judged(said + [SPEECH[language][2]] * 9)


def test_nothing_is_no_loop() -> None:
    assert (loop_share(""), loop_share("… — 、"), is_loop("")) == (0.0, 0.0, False)


def test_a_greeting_of_each_part_is_no_loop() -> None:
    greeting = "This is the harbour hour, thank you all for listening to us. "
    talk = [" ".join(sentences) for sentences in SPEECH.values()]
    assert loop_share(greeting + greeting.join(talk)) < GARBAGE
