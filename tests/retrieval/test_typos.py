from __future__ import annotations

from collections.abc import Mapping

import pytest

from earmark.language.folding import fold
from retrieval.search.names import Names, shows_meant, speakers_meant, unknown, written_as
from retrieval.search.typos import closest, corrected, only_close

PEOPLE = ["Nassim Taleb", "Ines Okafor", "Jon Abara", "Ines Calloway", "José Álvarez", "Ada van der Berg"]
WORDS = {"kubernetes": ("Kubernetes", 40), "okafor": ("Okafor", 9), "taleb": ("Taleb", 3), "tomas": ("Tomas", 5)}
HELD = {"what", "does", "say", "about", "risk", "ines", "jon", "nassim", "taleb", "okafor", "abara", "kubernetes"}


def put_right(text: str, words: Mapping[str, tuple[str, int]] = WORDS) -> str:
    return corrected(
        text,
        people=lambda: {fold(name): name for name in PEOPLE},
        words=lambda: words,
        occurs=lambda word: fold(word) in HELD,
        is_word=lambda word: fold(word) in {"mango", "tomes"},
    )


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("what does Nasim Taleb say about risk", "what does Nassim Taleb say about risk"),
        ("nasim taleb", "Nassim taleb"),
        ("Nassim Talebb", "Nassim Taleb"),
        ("Inez Okafer on risk", "Ines Okafor on risk"),
        ("kuberentes risk", "Kubernetes risk"),
        ("Jose Alvarez", "José Álvarez"),
        ("Jose Alvares", "José Álvarez"),
        ("okfor", "Okafor"),
        ("risk", "risk"),
        ("mango", "mango"),  # a word, if not of this library
        ("TLAEB", "TLAEB"),  # an acronym
        ("my_okafr_id", "my_okafr_id"),
        ("tomax", "Tomas"),
        ("omask", "omask"),
        ("", ""),
    ],
)
def test_names_are_put_right_and_words_stay(typed: str, right: str) -> None:
    assert put_right(typed) == right


def test_of_two_names_as_near_neither_is_chosen() -> None:
    assert put_right("tomar", {"tomas": ("Tomas", 5), "tomak": ("Tomak", 4)}) == "tomar"
    assert put_right("tomar", {"tomas": ("Tomas", 50), "tomak": ("Tomak", 4)}) == "Tomas"


def test_closest_and_the_only_close() -> None:
    assert closest("okafor", PEOPLE, limit=1) == ["Ines Okafor"]
    assert only_close("ines okafer", [fold(name) for name in PEOPLE]) == "ines okafor"
    assert only_close("xy", ["xz"]) == ""
    assert only_close("abcdf", ["abcde", "abcdg"]) == ""


NAMES = Names(
    speakers={
        "ines okafor": ("Ines Okafor", "ines okafor"),
        "ines calloway": ("Ines Calloway",),
        "王小明": ("王小明",),
    },
    shows={"ledger leaf": ("s1",), "leaf blower": ("s2",)},
    titles={"s1": "Ledger & Leaf", "s2": "Leaf Blower"},
)


def test_parts_of_names_mean_all_who_have_them() -> None:
    assert speakers_meant(NAMES, "INES") == ("Ines Okafor", "ines okafor", "Ines Calloway")
    assert speakers_meant(NAMES, "okaf") == ("Ines Okafor", "ines okafor")
    assert speakers_meant(NAMES, "小明") == ("王小明",)
    assert speakers_meant(NAMES, "kafor") == ()
    assert speakers_meant(NAMES, "!") == ()
    assert shows_meant(NAMES, "leaf") == ("s1", "s2")
    assert shows_meant(NAMES, "ledger & LEAF") == ("s1",)
    assert shows_meant(NAMES, "s2") == ("s2",)


def test_a_name_nearly_right_and_one_that_is_not() -> None:
    assert written_as("speaker", "Inez Okafor", NAMES) == "Ines Okafor"
    assert written_as("show", "Ledgar Leaf", NAMES) == "Ledger & Leaf"
    assert written_as("show", "Something Else", NAMES) == ""
    assert "the closest are Leaf Blower" in str(unknown("show", "leaf blowing", ["Leaf Blower"]))
    assert "there is no show yet" in str(unknown("show", "x", []))
