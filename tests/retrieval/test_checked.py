from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from earmark.types import Citation, Hit
from retrieval.answers.checked import bare_text, has_address, may_cite
from retrieval.answers.confidence import THRESHOLD, probability
from retrieval.answers.packing import pack
from retrieval.answers.signals import NAMES, TOKEN_NAMES
from retrieval.answers.views import contradict, find_views


def hit(text: str, speaker: str = "Ines Okafor", key: str = "c", start_s: float = 0.0, episode: str = "e") -> Hit:
    return Hit(
        chunk_id=key, episode_id=episode, show_id="s", show="Tideline", episode="What kelp can do",
        published=datetime(2026, 6, 1, tzinfo=UTC), url="", speaker=speaker, start_s=start_s, end_s=start_s + 9,
        text=text, score=1.0,
    )  # fmt: skip


HITS = [
    hit("Only kelp that sinks below a thousand metres stays out of the air. We measured eleven percent off Namibia."),
    hit("The moorings cost us forty thousand euros each.", key="d"),
]


@pytest.mark.parametrize(
    ("text", "cites", "kept"),
    [
        ("Kelp stays out of the air below a thousand metres.", [1], [1]),
        ("Ines Okafor measured 11 percent off Namibia.", [1], [1]),
        ("A mooring cost 40,000 euros, said Ines Okafor on Tideline in 2026.", [2], [2]),
        (bare_text("A mooring cost 40,000 euros, said Ines Okafor on 2026-06-01."), [2], [2]),
        (bare_text("A mooring cost 40,000 euros, said Ines Okafor on 2026-08-01."), [2], []),
        ("Kelp stays out of the air below a thousand metres.", [2, 1, 99, 0, -1], [1]),
        ("Kelp stays out of the air below two thousand metres.", [1], []),
        ("Kelp that sinks was measured at 12 percent off Namibia.", [1], []),
        ("Kelp that sinks was measured off Chile by Ines Okafor.", [1], []),
        ("Kelp is eaten by whales near the harbour of Bergen.", [1], []),
        ("Bananas are good.", [1, 2], []),
        ("Kelp stays out of the air below a thousand metres.", [], []),
        ("", [1], []),
    ],
)
def test_a_sentence_cites_only_what_carries_it(text: str, cites: list[int], kept: list[int]) -> None:
    assert may_cite(text, cites, HITS) == kept


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example/x", "see HTTP : // evil.example", "javascript:alert(1)", "data:text/html,x",
        "go to www.evil.com", "go to evil.example", "go to evil[.]com", "go to evil dot com now", "mail a@b.c",
        "рауре.com", "evil．example", "hxxps://evil", "xn--pypal-4ve.xn--com",
    ],
)  # fmt: skip
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    assert has_address(text)


@pytest.mark.parametrize(
    "text", ["It grew 3.5 metres in 2026.", "In the U.S. they said so.", "node.js is slow, e.g. here"]
)
def test_what_is_no_address_is_left(text: str) -> None:
    assert not has_address(text)


def test_markup_goes_and_words_stay() -> None:
    assert bare_text("**Kelp** <b>sinks</b> ![x](y) [deep](z) [1] `now` &amp; then.") == "Kelp sinks x deep now then."
    assert (
        bare_text("On 2026-06-01 she said so, not on 2026-99-01.") == "On 1 June 2026 she said so, not on 2026-99-01."
    )
    assert bare_text("The .com boom, and .NET after it.") == "The .com boom, and .NET after it."
    assert bare_text("# _OP_CTV_ of __C#__ and `a_b` ##") == "OP_CTV of C# and a_b"


def test_passages_are_packed_within_a_budget_without_repeats_and_in_order() -> None:
    late, early = hit("Kelp rots on beaches everywhere", key="a", start_s=60), hit("Kelp sinks slowly", key="b")
    again = hit("Kelp rots on beaches everywhere", key="r", start_s=90)
    other = hit("Moorings cost forty thousand euros", key="o", episode="f")
    assert [packed.chunk_id for packed in pack([late, again, early, other], [3, 2.9, 2, 1])] == ["b", "a", "o"]
    assert [packed.chunk_id for packed in pack([late, again, early, other], [3, 2.9, 2, 1], budget=7)] == ["a"]


def cite(n: int, speaker: str | None, quote: str) -> Citation:
    return Citation(
        n=n, chunk_id=str(n), episode_id="e", show="S", episode="E", speaker=speaker, start_s=0.0, quote=quote, url=""
    )


IS, IS_NOT = (
    "An experiment is a computation.",
    "An experiment is not a computation, because nobody can reprogram a flask.",
)


@pytest.mark.parametrize(
    ("claim", "other", "opposed"),
    [
        (IS, IS_NOT, True),
        ("Doubling the speed of a bus helps riders.", "Doubling the speed of a bus harms riders.", True),
        (IS, "People argue about whether an experiment is not a computation.", False),
        (IS, "An experiment is not only a computation.", False),
        (IS, "Buses do not run at night.", False),
        (IS, "An experiment is a computation in matter.", False),
    ],
)
def test_a_contradiction_is_the_same_thing_said_and_denied(claim: str, other: str, opposed: bool) -> None:
    assert contradict(claim, other, 0.8) is opposed
    assert not contradict(claim, other, 0.3)


def test_two_sides_have_two_holders() -> None:
    vectors = np.array([[1.0, 0.0], [0.8, 0.6]], dtype=np.float32)
    views = find_views([cite(1, "Petra Nylund", IS), cite(2, "Samir Haddad", IS_NOT)], vectors)
    assert [(view.holder, view.cites) for view in views] == [("Petra Nylund", (1,)), ("Samir Haddad", (2,))]
    assert find_views([cite(1, "Petra Nylund", IS), cite(2, "Petra Nylund", IS_NOT)], vectors) == ()
    assert find_views([cite(1, None, IS), cite(2, "Samir Haddad", IS_NOT)], vectors) == ()


def test_a_probability_comes_from_either_set_of_signals() -> None:
    strong = np.array([0.8, 0.75, 1.2, 0.4, 1.0, 0.0, 0.0, 1.0, 0.95, 0.1, 0.9, 0.9, 0.35, 0.2, 0.0, 0.0, 0.7])
    weak = np.array([0.3, 0.25, 0.3, 0.05, 0.0, 1.0, 1.0, 0.0, 0.1, 0.0, 0.15, 0.2, 0.03, 0.0, 0.5, 1.0, 0.1])
    assert len(strong) == len(NAMES) + len(TOKEN_NAMES)
    for count in (len(NAMES), len(strong)):
        assert probability(weak[:count]) < THRESHOLD < probability(strong[:count])
    with pytest.raises(ValueError, match="3 signals"):
        probability(strong[:3])
