"""Reading question and sentence together: what answers comes first, and where it is not to be had all stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.errors import ModelNotFound
from earmark.settings import load_settings
from earmark.types import Hit
from retrieval.answers.evidence import Neighbours, sentences_of
from retrieval.answers.reading import MOST, read_together
from retrieval.encoders.adapter import ANSWERING, read_adapter
from retrieval.encoders.cross_encoder import CrossEncoder, SpokenSentence, open_cross_encoder

pytestmark = pytest.mark.heavy

QUESTION = "Why did Ines Okafor leave the ferry company?"
ANSWERING_ONE = "I left the ferry company because the night shifts made me ill, and nobody wanted to change the plan."
OTHERS = (
    "The ferry company has forty boats, and most of them sail to the islands twice a day.",
    "We talked about the ferry company last week, and many of you wrote to us about it.",
    "Thanks for coming to the show today, it is lovely to have you here in the studio.",
)


def passage(text: str, *, speaker: str) -> Hit:
    return Hit(
        chunk_id="c", episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker=speaker,
        start_s=0.0, end_s=9.0, text=text, score=1.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    opened = open_cross_encoder(load_settings({"offline": True}, home=tmp_path_factory.mktemp("home")))
    assert opened is not None
    return opened


def test_what_answers_is_likelier_than_what_shares_its_words(reader: CrossEncoder) -> None:
    spoken = [SpokenSentence(text, "Ines Okafor:") for text in (*OTHERS, ANSWERING_ONE)]
    odds = reader.log_odds(QUESTION, spoken)
    assert odds.shape == (4,)
    assert odds.argmax() == 3


def test_a_sentence_is_judged_alike_in_any_company(reader: CrossEncoder) -> None:
    together = reader.log_odds(QUESTION, [SpokenSentence(text, "") for text in (*OTHERS, ANSWERING_ONE)])
    alone = [float(reader.log_odds(QUESTION, [SpokenSentence(text, "")])[0]) for text in (*OTHERS, ANSWERING_ONE)]
    assert together == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize(
    "named",
    [
        {"engine": "openai", "model": "m", "base_url": "http://127.0.0.1:9"},
        {"backend": "torch"},
        {"model": "intfloat/multilingual-e5-small"},
        {"model": "nobody/has-this"},
    ],
)
def test_there_is_none_beside_another_encoder(named: dict[str, str], tmp_path: Path) -> None:
    assert open_cross_encoder(load_settings({"offline": True, "embedding": named}, home=tmp_path)) is None


def test_a_damaged_adapter_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "answering.npz"
    damaged.write_bytes(ANSWERING.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelNotFound, match="damaged"):
        read_adapter(damaged)
    with pytest.raises(ModelNotFound, match="cannot be read"):
        read_adapter(tmp_path / "none.npz")


class _LikesKelp(CrossEncoder):
    """Finds that only what speaks of kelp answers; keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[SpokenSentence] = []

    def log_odds(self, question: str, sentences: Sequence[SpokenSentence]) -> NDArray[np.float64]:
        self.given = list(sentences)
        return np.array([2.0 if "kelp" in said.text else -2.0 for said in sentences])


def test_scores_fall_for_what_answers_less_and_for_what_was_not_read() -> None:
    text = " ".join(
        f"Sentence number {n} speaks of {'kelp' if n == 2 else 'soot'} in the bay." for n in range(MOST + 3)
    )
    hit = passage(text, speaker="Bo")
    sentences, reader = sentences_of(hit), _LikesKelp()
    before = np.linspace(2.0, 1.0, len(sentences))
    after = read_together(reader, "What of kelp?", sentences, [Neighbours()] * len(sentences), before)
    assert after.argmax() == 2
    assert after[2] == before[2]
    assert len(reader.given) == MOST
    assert (before - after)[[0, -1]] == pytest.approx((before - after)[1])


def test_what_is_said_before_is_read_with_whoever_says_it() -> None:
    earlier = passage("How deep does kelp grow here?", speaker="Ada")
    hit = passage("Down to thirty metres. Below that it is dark.", speaker="Bo")
    reader = _LikesKelp()
    near: list[Neighbours] = [Neighbours(before=earlier)] * 2
    read_together(reader, "How deep?", sentences_of(hit), near, np.array([1.0, 0.5]))
    assert [said.before for said in reader.given] == [
        "Ada: How deep does kelp grow here? Bo:",
        "Down to thirty metres. Bo:",
    ]


@pytest.mark.parametrize("nothing", ["\ufffd \ufffd \ufffd", "\u0301\u0301 \u0301", ""])
def test_signs_that_are_no_tokens_leave_all_odds_finite(reader: CrossEncoder, nothing: str) -> None:
    assert np.isfinite(
        reader.log_odds(QUESTION, [SpokenSentence(nothing, ""), SpokenSentence(ANSWERING_ONE, nothing)])
    ).all()
    assert np.isfinite(reader.log_odds(nothing, [SpokenSentence(ANSWERING_ONE, "")])).all()


def test_scores_stay_where_the_reader_cannot_be_loaded(tmp_path: Path) -> None:
    broken = CrossEncoder(tmp_path, threads=1)
    sentences = sentences_of(passage(" ".join((*OTHERS, ANSWERING_ONE)), speaker="Ines Okafor"))
    scores = np.linspace(0.1, 0.4, len(sentences))
    for _ in range(2):
        assert read_together(broken, QUESTION, sentences, [Neighbours()] * len(sentences), scores) is scores
    with pytest.raises(ModelNotFound):
        broken.log_odds(QUESTION, [SpokenSentence(ANSWERING_ONE, "")])
