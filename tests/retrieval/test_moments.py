"""Sentences, merging, and text as it is compared, on values alone."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.catalog.content.chunks import LocatedPassage
from earmark.language.folding import find, fold, fold_with_offsets, holds, terms
from earmark.language.sentences import sentence_spans
from earmark.types import Chunk
from retrieval.rarity import Rarity
from retrieval.search.moments import MOST_MERGED, PassageHit, gathered, marked, moment, passage_hit


def passage(seq: int, text: str = "Some words.", *, speaker: str | None = "Ada", episode: str = "e") -> PassageHit:
    chunk = Chunk(
        id=f"{episode}{seq}", episode_id=episode, seq=seq, text=text, speaker=speaker, start_s=seq * 30.0,
        end_s=seq * 30.0 + 30, content_hash="h",
    )  # fmt: skip
    located = LocatedPassage(
        chunk=chunk, show_id="s", show="Show", episode="Episode", published=datetime(2026, 1, 1, tzinfo=UTC),
        url="https://a.example/e", audio_url="",
    )  # fmt: skip
    return PassageHit(located=located, score=1.0)


def merged(*numbers: int, **options: int) -> list[list[int]]:
    return [[hit.place[1] for hit in it.ranked] for it in gathered([(passage(n),) for n in numbers], 99, **options)]


def test_neighbours_join_the_better_one() -> None:
    assert merged(4, 9, 5) == [[4, 5], [9]]
    assert merged(4, 6, 5) == [[4, 5, 6]]
    assert merged(6, 9, 4, 5) == [[6, 5, 4], [9]]
    assert merged(1, 2, 3, 4) == [[1, 2, 3], [4]]
    assert merged(4, 20, 5, near=2) == [[4], [20]]


def test_passages_of_two_episodes_never_join() -> None:
    units = [(passage(1),), (passage(2, episode="f"),)]
    assert len(gathered(units, 9)) == 2


def test_what_belongs_together_stays_together() -> None:
    units = [(passage(4),), (passage(5),), (passage(6),), (passage(6), passage(7))]
    assert [len(joined.ranked) for joined in gathered(units, 9)] == [4]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), max_size=25, unique=True))
def test_every_passage_is_in_one_moment(places: list[tuple[str, int]]) -> None:
    moments = gathered([(passage(n, f"Text {n}.", episode=e),) for e, n in places], 99)
    held = [hit.place for it in moments for hit in it.ranked]
    assert sorted(held) == sorted(places)
    assert all(len(it.ranked) <= MOST_MERGED for it in moments)
    for it in moments:
        numbers = [hit.place[1] for _, hit in it.parts]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        for begin, part in it.parts:
            text = part.located.chunk.text
            assert it.text[begin : begin + len(text)] == text


def test_two_voices_get_lines_with_their_names() -> None:
    made = moment([passage(2, "I agree.", speaker="Bo"), passage(1, "So it is.")])
    assert made.text == "Ada: So it is.\nBo: I agree."
    assert moment([passage(1, "So it is."), passage(2, "It is.")]).text == "So it is. It is."
    assert moment([passage(1, "Ada: Is it?\nBo: It is."), passage(2, "Well.", speaker="Bo")]).text == (
        "Ada: Is it?\nBo: It is.\nBo: Well."
    )


def best(
    text: str, query: str, *, phrases: tuple[str, ...] = (), speakers: tuple[str, ...] = ()
) -> tuple[str, str | None]:
    hit = marked(
        [moment([passage(0, text)])], wanted=query, phrases=phrases, speakers=speakers, rarity=Rarity(), vector=None,
        encode=lambda texts: np.zeros((len(texts), 2), np.float32),
    )[0]  # fmt: skip
    assert hit.highlight is not None
    assert hit.start_s is not None
    assert hit.highlight_s is not None
    assert hit.start_s <= hit.highlight_s <= (hit.end_s or 0)
    return hit.text[slice(*hit.highlight)], hit.speaker


def test_the_sentence_with_the_words_is_marked_and_its_speaker_named() -> None:
    text = "Ada: What about moorings in winter?\nBo: We lost three of nine moorings. It was cold. Well."
    assert best(text, "how many moorings were lost") == ("We lost three of nine moorings.", "Bo")
    assert best(text, "moorings", speakers=("Ada",)) == ("What about moorings in winter?", "Ada")
    assert best(text, "x", phrases=(fold("it was cold"),)) == ("It was cold.", "Bo")
    assert best("今日は天気がいい。機械学習は楽しい。終わり。", "機械学習") == ("機械学習は楽しい。", "Ada")


def test_a_passage_without_times_has_no_second() -> None:
    chunk = Chunk(id="c", episode_id="e", seq=0, text="One. Two.", content_hash="h")
    located = LocatedPassage(
        chunk=chunk, show_id="s", show="S", episode="E", published=None, url="https://a.example/e", audio_url=""
    )
    hit = passage_hit(PassageHit(located=located, score=1.0))
    assert (hit.start_s, hit.highlight_s, hit.highlight, hit.url) == (None, None, None, "https://a.example/e")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One here. Two there? Three!", ["One here.", "Two there?", "Three!"]),
        ("Dr. Voss and J. Abara met at 3.5 metres. Then e.g. Kelp grew.", None),
        ("Ada: Is it? Yes.\nBo: No.", ["Is it?", "Yes.", "No."]),
        ("Note: one line has no turns. Two.", ["Note: one line has no turns.", "Two."]),
        ("你好。今天好吗？好！", ["你好。", "今天好吗？", "好！"]),
        ("مرحبا؟ نعم. حسنا", ["مرحبا؟", "نعم.", "حسنا"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str] | None) -> None:
    got = [text[a:b] for a, b in sentence_spans(text)]
    assert got == (
        sentences or (["Dr. Voss and J. Abara met at 3.5 metres.", "Then e.g. Kelp grew."] if text.strip() else [])
    )


@pytest.mark.heavy
@given(st.text(max_size=300))
def test_sentences_are_in_order_and_in_bounds(text: str) -> None:
    done = 0
    for start, end in sentence_spans(text):
        assert done <= start < end <= len(text)
        assert text[start:end].strip()
        done = end


def test_speech_without_full_stops_is_cut_into_stretches() -> None:
    spans = sentence_spans("word " * 200)
    assert len(spans) > 4
    assert all((end - start) / 5 < 46 for start, end in spans)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Half-life,  of FIVE!", "half life of five"),
        ("Café Ångström", "cafe angstrom"),
        ("e\u0301tude", "etude"),
        ("Straße", "strasse"),
        ("机器 学习，AI", "机器学习ai"),
        ("が か", "がか"),
        ("한국어 기계", "한국어기계"),
        ("हिन्दी है", "हिन्दी है"),
        ("...", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_phrase_stands_as_whole_words_where_words_have_spaces() -> None:
    assert holds(fold("the art of it"), fold("art"))
    assert not holds(fold("the start of it"), fold("art"))
    assert holds(fold("我喜欢机器学习方法"), fold("机器学习"))
    assert holds(fold("我喜欢机器, 学习方法"), fold("机器学习"))
    assert holds(fold("기계 학습을 좋아한다"), fold("기계 학습"))
    assert not holds(fold("x"), "")


@given(st.text(max_size=80))
def test_folded_characters_know_where_they_come_from(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(folded) == len(offsets)
    assert offsets == sorted(offsets)
    assert fold(folded) == folded or not text.isascii()
    if folded:
        assert find(folded, folded) == 0


def test_terms_are_stems_or_pairs_of_characters() -> None:
    assert terms("What do the Models of 机器学习 say?") == ["model", "机器", "器学", "学习", "say"]
