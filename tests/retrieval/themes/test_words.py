"""Headings: phrases a person would write, and what a language model may add to them."""

from __future__ import annotations

import json

import pytest

from earmark.errors import ModelCallError
from retrieval.themes.joined_phrases import label_of
from retrieval.themes.naming import written_label
from retrieval.themes.phrases import telling_phrases
from tests.retrieval.themes.making import SUBJECTS

THEMES = [list(claims) for claims in SUBJECTS.values()]


class Chat:
    """Says what it is told."""

    name = "scripted"

    def __init__(self, reply: object, *later: object) -> None:
        self.reply = reply
        self.later = list(later)
        self.asked: list[str] = []

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        raise NotImplementedError

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        self.asked.append(user)
        if isinstance(self.reply, Exception):
            raise self.reply
        said = self.reply
        if self.later:
            self.reply = self.later.pop(0)
        return said

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> object:
        raise NotImplementedError


def test_each_theme_is_told_by_its_own_words() -> None:
    told = telling_phrases(THEMES)
    assert [phrases[0].stems[-1] for phrases in told] == ["tea", "bridge", "violin"]
    assert "bridge" in label_of(told[1]).lower()


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
        phrase.stems for phrase in phrases
    }


def test_verbs_of_speech_and_whoever_speaks_are_no_subject() -> None:
    texts = [
        "Mara Okafor argues that sourdough needs a cold night.",
        "Mara Okafor argues sourdough is patient.",
        "Okafor says sourdough feeds on flour, and Ilse Brandt thinks so too.",
        "Ilse Brandt talks of flour and sourdough.",
    ]
    (phrases,) = telling_phrases([texts])
    words = {word for phrase in phrases for word in phrase.stems}
    assert {"sourdough", "flour"} <= words
    assert not words & {"argue", "argues", "say", "says", "think", "talk", "mara", "okafor", "ilse", "brandt"}
    assert label_of(phrases) == "Sourdough and flour"


def test_hosts_and_guests_are_no_subject_though_nobody_speaks_under_their_name() -> None:
    texts = ["Nobody like Juno Vale keeps bees.", "Bees know Juno Vale, and Vale knows bees.", "The bees of Juno Vale."]
    (phrases,) = telling_phrases([texts], people=["Juno Vale"])
    assert [phrase.text for phrase in phrases] == ["bees"]
    # A part of a name that is a common word stays one.
    (phrases,) = telling_phrases([["The vale is wet.", "In the vale it rains.", "A vale."]], people=["Juno Vale"])
    assert [phrase.text for phrase in phrases] == ["vale"]


def test_qualities_and_deeds_alone_are_no_subject() -> None:
    texts = [
        "They ferment cabbage, which is ancient.",
        "People ferment it with the ancient salt in a jar.",
        "You can ferment cabbage in salt; the result is ancient.",
        "The cabbage is in the jar.",
    ]
    (phrases,) = telling_phrases([texts])
    singles = {phrase.text for phrase in phrases if len(phrase.stems) == 1}
    assert {"cabbage", "salt", "jar"} <= singles
    assert not singles & {"ancient", "ferment"}


def test_a_language_whose_small_words_are_unknown_has_headings_too() -> None:
    texts = ["Der Sauerteig braucht Ruhe.", "Ein Sauerteig geht langsam.", "Mit Sauerteig wird Brot sauer."]
    (phrases,) = telling_phrases([texts])
    assert phrases[0].text == "Sauerteig"


def test_a_phrase_of_several_claims_comes_before_two_words_that_have_nothing_to_do_with_each_other() -> None:
    texts = [
        "The tide table was wrong again.",
        "A tide table is printed each spring.",
        "Every tide table has a error in it.",
        "The harbour is full of ropes.",
        "In the harbour there is mud.",
        "The harbour closes at night.",
        "The harbour was dredged.",
    ]
    (phrases,) = telling_phrases([texts])
    assert label_of(phrases) == "Tide table"


def test_things_are_named_in_the_plural_where_the_theme_does() -> None:
    texts = ["A kite flies.", "The kite is red.", "Mind the kites.", "The kites tear."]
    others = ["A lantern hangs.", "The lantern is red.", "Mind the lantern."]
    kites, lanterns = telling_phrases([texts, others])
    assert (kites[0].text, lanterns[0].text) == ("kites", "lantern")


def test_two_words_of_one_subject_are_told_once() -> None:
    texts = [
        "The cable car and the cablecar need a rope.",
        "A cable car in a cablecar.",
        "The cablecar has a cable car with a rope.",
        "In the cable car.",
    ]
    (phrases,) = telling_phrases([texts])
    assert label_of(phrases) == "Cable car and rope"


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


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Bridge " * 9, "more than 8 words"),
        ("https://evil.example/bridge", "address"),
        ("Bridges and canoes of Peru", "do not say: canoe, peru"),
        ("Ada Finch", "name of a person"),
        ("The", "no word that names a subject"),
        ("", "none in the field"),
    ],
)
def test_a_refused_heading_is_asked_for_once_more_with_the_reason(label: str, reason: str) -> None:
    claims = [*THEMES[1], "Ada Finch has walked over every bridge"]
    chat = Chat({"label": label}, {"label": "Rust on steel bridges"})
    assert written_label(chat, claims, ["bridge"], people=["Ada Finch"]) == "Rust on steel bridges"  # type: ignore[arg-type]
    first, second = chat.asked
    assert second.startswith(first)
    assert reason in second.removeprefix(first)
    assert reason not in first


def test_a_heading_that_is_refused_twice_is_given_up() -> None:
    chat = Chat({"label": "Canoes"}, {"label": "Canoes again"}, {"label": "Bridge"})
    assert written_label(chat, THEMES[1], ["bridge"]) == ""  # type: ignore[arg-type]
    assert len(chat.asked) == 2


@pytest.mark.parametrize("reply", [{}, {"label": 3}, [], "text", json.loads('{"heading": "x"}')])
def test_a_reply_of_another_form_is_no_heading(reply: object) -> None:
    assert written_label(Chat(reply), THEMES[0], ["tea"]) == ""  # type: ignore[arg-type]


def test_a_model_that_fails_is_reported() -> None:
    with pytest.raises(ModelCallError):
        written_label(Chat(ModelCallError("away", subject="llm")), THEMES[0], [])  # type: ignore[arg-type]


def test_a_surname_that_is_a_common_word_may_be_in_a_heading() -> None:
    texts = [
        f"The rivers of the north are {how}, and rivers are all there is."
        for how in ("cold", "wide", "deep", "slow", "wild")
    ]
    (phrases,) = telling_phrases([texts], people=["Joan Rivers"])
    assert any("river" in phrase.text.lower() for phrase in phrases)
