from __future__ import annotations

import random

import pytest

from evaluation.judgements import JudgedCollection, JudgedDocument
from evaluation.misheard import Recogniser, misheard, sounds
from evaluation.wer import word_errors

SYLLABLES = ("ban", "lo", "ter", "mi", "kes", "dun", "ra", "vi", "so", "gel")


def texts(count: int = 60, *, words: int = 80) -> dict[str, str]:
    """Texts of made words, frequent and rare ones."""
    chance = random.Random(3)
    known = ["".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3)))) for _ in range(400)]
    weights = [1 / (rank + 1) for rank in range(len(known))]
    return {f"d{n}": " ".join(chance.choices(known, weights, k=words)) for n in range(count)}


@pytest.mark.parametrize("rate", [0.2, 0.4, 0.5])
def test_as_many_words_are_wrong_as_were_asked_for(rate: float) -> None:
    said = texts()
    recogniser = Recogniser(list(said.values()), rate=rate)
    counted = [word_errors(text, recogniser.heard(text, name=name)) for name, text in said.items()]
    assert sum(text.errors for text in counted) / sum(text.words for text in counted) == pytest.approx(rate, abs=0.04)


def test_a_text_is_misheard_the_same_way_each_time() -> None:
    said = texts()
    first, second = (Recogniser(list(said.values()), rate=0.4) for _ in range(2))
    assert first.heard(said["d1"], name="d1") == second.heard(said["d1"], name="d1")
    assert first.heard(said["d1"], name="d1") != first.heard(said["d1"], name="another")
    assert Recogniser(list(said.values()), rate=0.4, seed=8).heard(said["d1"], name="d1") != first.heard(
        said["d1"], name="d1"
    )


def test_a_word_becomes_one_that_sounds_alike() -> None:
    text = "night knight flower flour ship chip dog moon book letter"
    recogniser = Recogniser([text, text], rate=0.2)
    heard = [recogniser.heard("knight", name=str(n)) for n in range(400)]
    wrong = [word for word in heard if word not in ("knight", "")]
    assert wrong.count("night") > 0.4 * len(wrong)


def test_rare_words_suffer_most() -> None:
    said = texts()
    counts: dict[str, int] = {}
    for word in " ".join(said.values()).split():
        counts[word] = counts.get(word, 0) + 1
    rare = [word for word, count in counts.items() if count <= 3]
    frequent = sorted(counts, key=lambda word: -counts[word])[:3]
    recogniser = Recogniser(list(said.values()), rate=0.3)

    def kept(words: list[str]) -> float:
        held = [recogniser.heard(word, name=f"{word} {n}").split()[:1] == [word] for word in words for n in range(60)]
        return sum(held) / len(held)

    assert kept(rare) < kept(frequent) - 0.1


@pytest.mark.parametrize(
    ("word", "like"), [("knight", "night"), ("through", "thro"), ("cell", "sell"), ("fotograf", "photograph"), ("", "")]
)
def test_words_that_sound_alike_have_the_same_sounds(word: str, like: str) -> None:
    assert sounds(word) == sounds(like)


def test_a_collection_keeps_all_but_its_texts() -> None:
    documents = {name: JudgedDocument(id=name, title="T", text=text, fields={}) for name, text in texts(5).items()}
    judged = JudgedCollection(name="n", licence="", documents=documents, queries=(), relevant={})
    poor = misheard(judged, rate=0.4)
    assert list(poor.documents) == list(documents)
    assert all(poor.documents[name].text != documents[name].text for name in documents)
    assert {document.title for document in poor.documents.values()} == {"T"}
