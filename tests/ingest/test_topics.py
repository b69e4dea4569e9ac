"""Boundaries between subjects: where the vectors turn, cheaper at turns and phrases, none where nothing turns."""

from collections.abc import Sequence
from typing import Never

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.types import Segment, Transcript
from ingest.chapters import topics
from ingest.chapters.topics import LEAST_EPISODE, UNIT_WORDS, boundaries, cuts
from ingest.text.sentences import Sentence, split_sentences

SUBJECTS = ("rye", "steel", "water", "salt")


class BySubject:
    """An encoder that gives each subject a direction of its own, with noise that the text alone decides."""

    model_id = "by-subject"
    dimension = 16

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = []
        for text in texts:
            noise = np.random.default_rng(sum(map(ord, text))).normal(size=self.dimension) * 0.12
            row = noise + np.eye(self.dimension)[next(i for i, s in enumerate(SUBJECTS) if s in text)]
            rows.append(row / np.linalg.norm(row))
        return np.asarray(rows, dtype=np.float32)


def said(*lengths: int, timed: bool = True, speaker: str | None = None) -> tuple[Sentence, ...]:
    """Sentences of 15 words about one subject after another, ``lengths`` of each, six seconds long."""
    texts = [
        f"Sentence {number} says that {subject} is what bakers {' '.join(['really'] * 8)} care about."
        for subject, length in zip(SUBJECTS, lengths, strict=False)
        for number in range(length)
    ]
    segments = [
        Segment(text=t, start_s=6.0 * i if timed else None, end_s=6.0 * i + 6 if timed else None, speaker=speaker)
        for i, t in enumerate(texts)
    ]
    return split_sentences(Transcript(segments=tuple(segments), source="vtt"))


def test_subjects_are_told_apart() -> None:
    sentences = said(60, 48, 72)
    assert len(sentences) == 180
    changes = boundaries(sentences, BySubject())
    assert list(changes) == pytest.approx([60, 108], abs=2)
    parts = topics(sentences, BySubject())
    assert [p.source for p in parts] == ["topics"] * 3
    assert [p.title for p in parts] == [""] * 3
    assert parts[0].start_s == 0.0
    assert [p.end_s for p in parts[:-1]] == [p.start_s for p in parts[1:]]
    assert parts[-1].end_s == 180 * 6.0


def test_a_short_episode_is_left_whole_and_its_model_is_not_asked() -> None:
    class Silent:
        model_id, dimension = "silent", 1

        def encode(self, texts: Sequence[str]) -> Never:
            raise AssertionError("asked")

    few = LEAST_EPISODE * UNIT_WORDS // 15 // 4
    assert boundaries(said(few, few), Silent()) == ()
    assert topics((), Silent()) == ()


def test_without_times_there_are_no_chapters() -> None:
    sentences = said(60, 60, timed=False)
    assert boundaries(sentences, BySubject())
    assert topics(sentences, BySubject()) == ()


def test_cutting_costs_what_it_is_said_to() -> None:
    first, other = np.eye(2, dtype=np.float32)
    vectors = np.asarray([first] * 20 + [other] * 20)
    assert cuts(vectors, [4.0] * 40) == [20]
    assert cuts(vectors, [1e6] * 40) == []
    prices = [4.0] * 40
    prices[22] = 0.1
    assert cuts(vectors, prices) in ([20], [22])


def test_the_same_every_time() -> None:
    sentences = said(60, 48, 72)
    assert topics(sentences, BySubject()) == topics(sentences, BySubject())
