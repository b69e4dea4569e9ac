"""What one place of the evidence holds of a question: its names, numbers and what is wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from earmark.language.words import stem
from retrieval.answers.confidence import in_one_place
from retrieval.answers.nearness import WINDOW_NAMES, names_in, told_in_one_place, unheld, window_signals
from retrieval.answers.signals import EvidenceProfile, QuestionProfile, asked_words

SPOKEN = "Ines Calloway drove the night train to Lisbon for 4 months in 1998."


def signals(question: str, passages: Sequence[str] = (SPOKEN,), *, unknown: Sequence[str] = ()) -> dict[str, float]:
    terms = tuple(stem(word) for word in asked_words(question))
    asked = QuestionProfile(
        text=question,
        terms=terms,
        rarities=np.ones(len(terms), dtype=np.float32),
        vector=np.ones(2, dtype=np.float32),
        unknown=frozenset(unknown),
    )
    heard = EvidenceProfile(
        sentences=list(passages),
        owners=np.arange(len(passages)),
        vectors=np.ones((len(passages), 2), dtype=np.float32),
        passages=list(passages),
        cosines=np.ones(len(passages), dtype=np.float32),
    )
    return dict(zip(WINDOW_NAMES, window_signals(asked, heard).tolist(), strict=True))


def test_a_question_whose_names_and_numbers_are_there_has_no_sign_against_it() -> None:
    held = signals("How long did Ines Calloway drive the train to Lisbon in 1998?")
    assert held == {
        "window_unheld": 0.0,
        "window_told": 1.0,
        "named_elsewhere": 0.0,
        "never_named": 0.0,
        "other_figure": 0.0,
    }


def test_a_name_that_the_library_has_elsewhere_is_told_from_one_that_it_never_has() -> None:
    question = "Why did Tobias drive the night train to Lisbon?"
    elsewhere = signals(question)
    never = signals(question, unknown=["tobia"])
    assert stem("Tobias") == "tobia"
    assert (elsewhere["named_elsewhere"], elsewhere["never_named"]) == (1.0, 0.0)
    assert (never["named_elsewhere"], never["never_named"]) == (0.0, 1.0)
    sure = [in_one_place(0.9, np.array(list(case.values()))) for case in (elsewhere, never)]
    assert sure[0] < sure[1] < 0.9


def test_of_places_that_hold_as_much_the_one_that_tells_what_is_wanted_counts() -> None:
    passages = ["Ines drove the night train.", "Ines drove the night train in 1998."]
    assert signals("When did Ines drive the night train?", passages)["window_told"] == 1.0
    assert signals("When did Ines drive the night train?", passages[:1])["window_told"] == -1.0


def test_one_sentence_with_all_words_and_the_time_is_enough() -> None:
    unit = np.eye(3, dtype=np.float32)
    asked = QuestionProfile(
        text="When did the Lisbon train begin?",
        terms=("lisbon", "train"),
        rarities=np.ones(2, dtype=np.float32),
        vector=unit[0],
        tokens=(unit[:1], unit[1:2]),
    )

    def told(text: str, tokens: list[int]) -> bool:
        heard = EvidenceProfile(
            sentences=[text],
            owners=np.zeros(1, dtype=np.int64),
            vectors=unit[:1],
            passages=[text],
            cosines=np.ones(1, dtype=np.float32),
            tokens=[unit[tokens]],
        )
        return told_in_one_place(asked, heard)

    assert told("The Lisbon train began in 1998.", [0, 1, 2])
    assert not told("The Lisbon train began late.", [0, 1, 2])
    assert not told("The Lisbon ship began in 1998.", [0, 2])
    assert not told("The train began in 1998.", [0, 1, 2])


def test_another_year_is_another_figure_unless_years_are_spelled_out() -> None:
    assert signals("Who drove the train to Lisbon in 2008?")["other_figure"] == 1.0
    spelled = SPOKEN.replace("1998", "nineteen ninety eight")
    assert signals("Who drove the train to Lisbon in 2008?", [spelled])["other_figure"] == 0.0


@pytest.mark.parametrize(
    ("name", "held"), [("Caloway", True), ("Ines’", True), ("Carruthers", False), ("1,998", True), ("1999", False)]
)
def test_names_count_as_held_when_they_are_nearly_written_so(name: str, held: bool) -> None:
    assert unheld(f"Did {name} drive?", [SPOKEN]) == ([] if held else names_in(f"Did {name} drive?"))
