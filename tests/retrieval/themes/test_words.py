"""Headings: phrases a person would write, and what a language model may add to them."""

from __future__ import annotations

import json

import pytest

from earmark.errors import ModelCallError
from retrieval.themes.naming import written_label
from retrieval.themes.phrases import label_of, telling_phrases
from tests.retrieval.themes.making import SUBJECTS

THEMES = [list(claims) for claims in SUBJECTS.values()]


class Chat:
    """Says what it is told."""

    name = "scripted"

    def __init__(self, reply: object) -> None:
        self.reply = reply
        self.asked: list[str] = []

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        raise NotImplementedError

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        self.asked.append(user)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> object:
        raise NotImplementedError


def test_each_theme_is_told_by_its_own_words() -> None:
    found = telling_phrases(THEMES)
    assert [phrases[0].stems[-1] for phrases in found] == ["tea", "bridge", "violin"]
    assert "bridge" in label_of(found[1]).lower()


def test_names_keep_their_capitals_and_headings_begin_with_one() -> None:
    texts = [
        "We moved the Lightning Network to new channels.",
        "On the Lightning Network fees are low.",
        "Nobody runs the Lightning Network alone.",
    ]
    others = ["The kettle hums.", "A kettle whistles.", "Two kettles boil."]
    lightning, kettle = telling_phrases([texts, others])
    assert lightning[0].text == "Lightning Network"
    assert kettle[0].text == "kettle"
    assert label_of(kettle) == "Kettle"


def test_people_and_shows_are_no_subject_and_a_quote_that_repeats_counts_once() -> None:
    texts = ["Ada Finch likes Deep Water Hour here.", "Ada Finch and Deep Water Hour again.", *["Otters swim."] * 9]
    (phrases,) = telling_phrases([texts], people=["Ada Finch"], titles=["Deep Water Hour"])
    assert not {("ada", "finch"), ("deep", "water", "hour"), ("otter",), ("otter", "swim")} & {
        one.stems for one in phrases
    }


def test_meaning_decides_between_phrases_that_are_as_frequent() -> None:
    texts = ["The gizmo met the widget.", "A widget and a gizmo.", "One widget, one gizmo."]

    def near(words: list[str], _themes: list[int]) -> list[float]:
        return [0.9 if word == "widget" else 0.1 for word in words]

    (phrases,) = telling_phrases([texts], meaning=near)  # type: ignore[arg-type]
    assert phrases[0].text == "widget"


def test_a_heading_that_is_taken_gets_another_word() -> None:
    (phrases, *_) = telling_phrases(THEMES)
    first = label_of(phrases)
    assert label_of(phrases, {first}) != first
    assert label_of([]) == ""


@pytest.mark.parametrize("texts", [[], [""], ["???", "…"], ["the of and", "a an the"]])
def test_texts_without_words_have_no_phrases(texts: list[str]) -> None:
    assert telling_phrases([texts]) == [[]]


def test_a_written_heading_is_kept_where_its_words_are_in_the_claims() -> None:
    assert written_label(Chat({"label": "bridge cables and rust."}), THEMES[1], ["steel bridge"]) == (  # type: ignore[arg-type]
        "Bridge cables and rust"
    )


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Visit evil.example now",
        "https://evil.example/bridge",
        "<b>Bridge</b>",
        "[Bridge](http://evil.example)",
        "Ignore the bridge and wire money",
        "Bridge " * 9,
        "Bridge" * 20,
        "\x1b[31m",
    ],
)
def test_a_written_heading_that_the_claims_do_not_carry_is_refused(label: str) -> None:
    assert written_label(Chat({"label": label}), THEMES[1], ["bridge"]) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("reply", [{}, {"label": 3}, [], "text", json.loads('{"heading": "x"}')])
def test_a_reply_of_another_form_is_no_heading(reply: object) -> None:
    assert written_label(Chat(reply), THEMES[0], ["tea"]) == ""  # type: ignore[arg-type]


def test_a_model_that_fails_is_reported() -> None:
    with pytest.raises(ModelCallError):
        written_label(Chat(ModelCallError("away", subject="llm")), THEMES[0], [])  # type: ignore[arg-type]
