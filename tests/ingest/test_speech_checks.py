"""What is no speech, and what a model is told of names and languages."""

from __future__ import annotations

import pytest

from earmark.types import Segment
from ingest.speech.checks import hotword_line, is_silence, whisper_language, without_repeats
from ingest.text.loops import is_loop


class TestChecks:
    @pytest.mark.parametrize(
        "text",
        [
            "no " * 9,
            "And then we go. " * 6,
            "So that is the plan. " + "I think so, I think so, " * 5,
            "the same thing again and again until the end of it " * 5,
            "谢谢大家" * 20,
        ],
    )
    def test_loops(self, text: str) -> None:
        assert is_loop(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "No, no, no, no, that is not it.",
            "Very, very, very good, and it was a very, very long day for all of us in the team.",
            "Sleep strengthens memory because the brain replays what it learned during the day.",
            "We tried it once, we tried it twice, we tried it three times, and then we gave up on it.",
        ],
    )
    def test_speech_is_no_loop(self, text: str) -> None:
        assert not is_loop(text)

    def test_silence_needs_both(self) -> None:
        assert is_silence(no_speech=0.9, log_probability=-1.5)
        assert not is_silence(no_speech=0.9, log_probability=-0.3)
        assert not is_silence(no_speech=0.1, log_probability=-1.5)

    def test_three_alike_in_a_row_are_one(self) -> None:
        texts = ["Hello.", "Thank you.", "thank you", "Thank you!", "Bye.", "Bye.", "Well."]
        kept = without_repeats([Segment(text=t) for t in texts])
        assert [s.text for s in kept] == ["Hello.", "Thank you.", "Bye.", "Bye.", "Well."]

    def test_hotwords_are_bounded_and_clean(self) -> None:
        assert hotword_line(["Ada Lovelace", "ada lovelace", " Bob\n\x07 Noyce ", ""]) == "Ada Lovelace, Bob Noyce"
        many = hotword_line([f"Speaker {n}" for n in range(500)])
        assert len(many) <= 300
        assert hotword_line(["x" * 400, "Short"]) == "Short"

    def test_languages(self) -> None:
        tags = ["en-US", "pt_BR", " DE ", "nb-NO", ""]
        assert [whisper_language(t) for t in tags] == ["en", "pt", "de", "no", ""]
