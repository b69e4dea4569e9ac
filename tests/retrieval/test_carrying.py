"""Sentences that a model wrote, spoiled one way each under the right citation: a number, a denial, a name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from earmark.types import Hit
from retrieval.answers.carrying import carried, carrier
from retrieval.answers.quoting import lacking, naming, shown_for


def hit(text: str, speaker: str, key: str = "c") -> Hit:
    return Hit(
        chunk_id=key, episode_id="e", show_id="s", show="Tideline", episode="What kelp can do",
        published=datetime(2026, 6, 1, tzinfo=UTC), url="", speaker=speaker, start_s=0.0, end_s=9.0, text=text, score=1.0,
    )  # fmt: skip


KELP = hit(
    "Mara Voss: Does any of it stay down?\n"
    "Ines Okafor: Only the part that sinks below a thousand metres stays out of the air for centuries. "
    "We measured eleven percent at our site off Namibia. The rest is eaten or washes ashore.",
    "Ines Okafor",
)
NURSES = hit(
    "We gave one ward fixed nights and bright light until four in the morning. Sick days fell by a third in half a year. "
    "Nothing else was changed on that ward. My colleague Tom Reyes counted the coffees.",
    "Petra Lang",
    key="n",
)
COFFEE = hit("I stopped drinking coffee after lunch. Naps work for me.", "Tom Reyes", key="t")
TEAM = hit(
    "Petra Lang: We hired people on purpose who had done almost no night work. "
    "People who had spent years in cafés, or written menus, even people from the theatre. The others taught them.\n"
    "Tom Reyes: Oh no, I hate night work.",
    "Petra Lang",
    key="h",
)
BUCKET = hit(
    "When you are out of tokens, we drop what you send. And more importantly, we don't increment this counter.",
    "",
    key="b",
)
HITS = [KELP, NURSES, COFFEE, TEAM, BUCKET]


def holds(text: str, *cited: Hit) -> bool:
    return carried(text, [carrier(text, cite) for cite in cited], HITS)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ines Okafor measured 11 percent at her site off Namibia.", KELP),
        ("Only the part of kelp that sinks below 1,000 metres stays out of the air for centuries.", KELP),
        ("Petra Lang says that sick days fell by a third in half a year.", NURSES),
        ("The ward had bright light until four in the morning.", NURSES),
        ("Tom Reyes counted the coffees on the ward.", NURSES),
        ("People who had done almost no night work had spent years in cafés or written menus.", TEAM),
        ("Tom Reyes says that he hates night work.", TEAM),
        ("This counter is not incremented.", BUCKET),
    ],
)
def test_what_was_said_is_carried(text: str, cited: Hit) -> None:
    assert holds(text, cited)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ines Okafor measured 12 percent at her site off Namibia.", KELP),
        ("Only the part of kelp that sinks below 100 metres stays out of the air for centuries.", KELP),
        ("Petra Lang says that sick days fell by a quarter in half a year.", NURSES),
        ("The ward had bright light until three in the morning.", NURSES),
        ("The part that sinks below a thousand metres does not stay out of the air for centuries.", KELP),
        ("Petra Lang says that sick days did not fall by a third.", NURSES),
        ("Petra Lang says that sick days rose by a third in half a year.", NURSES),
        ("Mara Voss measured 11 percent at the site off Namibia.", KELP),
        ("Tom Reyes says that sick days fell by a third in half a year.", NURSES),
        ("Petra Lang measured 11 percent at the site off Namibia.", KELP),
        ("Tom Reyes says that he loves night work.", TEAM),
        ("Petra Lang did not hire people who had done almost no night work.", TEAM),
        ("This counter is incremented.", BUCKET),
    ],
)
def test_what_was_changed_is_not(text: str, cited: Hit) -> None:
    assert not holds(text, cited)


DENIED = hit("Kelp does not store carbon for centuries. The farms off Norway never store carbon.", "Mara Voss", key="d")
DENIED_TOO = hit("The carbon in kelp is never stored for centuries.", "Ines Okafor", key="e")
NO_ONE = hit("No-one has measured the carbon below a thousand metres.", "Mara Voss", key="f")


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Kelp stores carbon for centuries.", [DENIED, DENIED_TOO]),
        ("Kelp stores carbon for centuries.", [DENIED_TOO, DENIED]),
        ("Kelp off Norway stores carbon.", [DENIED]),
        ("Researchers have measured the carbon below a thousand metres.", [NO_ONE]),
    ],
)
def test_two_that_deny_a_thing_do_not_carry_it(text: str, cited: list[Hit]) -> None:
    assert not holds(text, *cited)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("Petra Lang", "Ines Okafor", True), ("Ines Okafor", "Petra Lang", False)],
)
@pytest.mark.parametrize("joint", [", while {} ", "; {} ", ", but {} "])
def test_where_two_are_set_side_by_side_each_says_their_own(first: str, second: str, joint: str, *, kept: bool) -> None:
    text = f"{first} says that sick days fell by a third on the ward{joint.format(second)}measured eleven percent off Namibia."
    assert holds(text, NURSES, KELP) is kept
    assert not holds(text, NURSES)


@pytest.mark.parametrize(
    ("asked", "text", "kept"),
    [
        ("Did sick days fall within 40 weeks in 2026?", "Within 40 weeks, sick days fell by a third in 2026.", True),
        ("Did sick days fall by 40 percent in 2026?", "Sick days fell by 40 percent in half a year in 2026.", False),
        ("Did sick days fall by 40% in 2026?", "Sick days fell by forty per cent in half a year in 2026.", False),
        ("Did sick days cost $40 in 2026?", "Sick days, by a third at 40 dollars, fell in 2026.", False),
        ("Did sick days fall within 40 weeks in 2026?", "Sick days fell by 40 percent in half a year in 2026.", False),
        ("Did sick days fall within 40 weeks in 2026?", "Within 40 weeks sick days fell by 40 percent in 2026.", False),
    ],
)
def test_a_share_or_a_sum_of_the_question_is_not_carried_by_it(asked: str, text: str, *, kept: bool) -> None:
    assert carried(text, [carrier(text, NURSES)], HITS, asked=asked) is kept


@pytest.mark.parametrize(
    ("far", "text", "kept"),
    [
        (
            "The moorings cost us 900 euros each.",
            "Kelp below a thousand metres stays out of the air for 900 years.",
            False,
        ),
        ("The moorings cost us seventy euros each.", "Kelp deep down stays out of the air for seventy years.", False),
        ("A quarter of the team was new.", "Kelp below a thousand metres, a quarter, stays out of the air.", False),
        ("The moorings cost us 900 euros each.", "Kelp stays out of the air at 900 euros a mooring.", True),
    ],
)
def test_a_number_from_far_off_has_a_word_of_the_text_beside_it(far: str, text: str, *, kept: bool) -> None:
    talk = (
        f"Kelp deep down, below a thousand metres, stays out of the air. The rest is eaten. Storms came in June. {far}"
    )
    assert holds(text, hit(talk, "Ines Okafor", key="k")) is kept


def test_the_quote_is_the_sentence_that_says_it_with_its_number() -> None:
    assert carrier("Eleven percent was measured.", KELP).text == "We measured eleven percent at our site off Namibia."
    both = carrier("Kelp below a thousand metres stays out of the air; off Namibia that is 11 percent.", KELP)
    assert both.text.startswith("Only the part that sinks")
    assert both.text.endswith("off Namibia.")
    assert both.text in KELP.text
    assert both.speaker == "Ines Okafor"


def test_a_reader_sees_all_sentences_that_were_put_into_one() -> None:
    text = "Sick days fell by a third on a ward with fixed nights, where Tom Reyes counted the coffees."
    shown = shown_for(text, [carrier(text, NURSES)])
    assert [quote.text for quote in shown] == [
        "We gave one ward fixed nights and bright light until four in the morning. Sick days fell by a third in half a year.",
        "My colleague Tom Reyes counted the coffees.",
    ]
    assert all(quote.text in NURSES.text for quote in shown)


def test_common_words_beside_the_quote_are_shown_too() -> None:
    taproot = hit(
        "There need to be three months before signaling begins. Once it does I think a good year would do.",
        "Ada",
        key="y",
    )
    text = "Ada wants three months before signaling begins, and then a good year."
    assert [quote.text for quote in shown_for(text, [carrier(text, taproot)])] == [taproot.text]


def test_a_name_that_only_the_talk_has_is_shown_with_it() -> None:
    text = "In Namibia the moorings were lost in a storm."
    storm = hit("We lost the moorings in the first winter storm.", "Ines Okafor", key="s")
    shown = shown_for(text, [carrier(text, storm)])
    assert [quote.text for quote in naming(text, shown, [NURSES, storm, KELP])] == [
        "We measured eleven percent at our site off Namibia."
    ]
    assert naming("The moorings were lost in a storm.", shown, [storm, KELP]) == []


def test_what_another_says_is_not_shown_for_it() -> None:
    text = "Tom Reyes hates night work, which people from the theatre had hardly done."
    quote = carrier("Tom Reyes hates night work.", TEAM)
    assert [shown.text for shown in shown_for(text, [quote])] == ["Oh no, I hate night work."]


@pytest.mark.parametrize(
    ("said", "text", "shown"),
    [
        (
            "You might think that a night shift needs coffee. Well, maybe not. We sell tea.",
            "Ada says that maybe a night shift does not, maybe not, need coffee.",
            "You might think that a night shift needs coffee. Well, maybe not.",
        ),
        (
            "Rust and Zig are modern languages for a new shell. I would do it in Go, for reasons of speed. We sell tea.",
            "Rust and Zig are modern, but Ada would do a new shell in Go.",
            "Rust and Zig are modern languages for a new shell. I would do it in Go, for reasons of speed.",
        ),
        (
            "It looks almost there, but not quite. It is convincing as a fake voice. We sell tea.",
            "It is convincing as a fake voice that is almost there, but not quite.",
            "It looks almost there, but not quite. It is convincing as a fake voice.",
        ),
    ],
)
def test_a_clause_of_common_words_is_shown_too(said: str, text: str, shown: str) -> None:
    passage = hit(said, "Ada", key="a")
    assert [quote.text for quote in shown_for(text, [carrier(text, passage)])] == [shown]


def test_each_clause_has_a_sentence_of_its_own() -> None:
    talk = hit(
        "A child may pay a high fee while its low ancestor pays none. Say that C spends B, and C pays a high fee. "
        "Ancestor B is low, so nobody mines it. We sell tea.",
        "Ada",
        key="a",
    )
    text = "A child may pay a high fee while C spends B, and ancestor B is low."
    assert [quote.text for quote in shown_for(text, [carrier(text, talk)])] == [talk.text.removesuffix(" We sell tea.")]


def test_what_one_passage_shows_is_not_shown_of_another() -> None:
    kept = hit("The wallets with a passphrase are easy for beginners. Passphrase or not, Mike, relax.", "Ada", key="a")
    risk = hit("Losing coins to thieves is the smaller risk of beginners. Where is your passphrase?", "Ada", key="b")
    text = "Losing coins to thieves is the smaller risk, and wallets with a passphrase are easy for beginners."
    shown = shown_for(text, [carrier(text, passage) for passage in (risk, kept)])
    assert [quote.text for quote in shown] == [
        "Losing coins to thieves is the smaller risk of beginners.",
        "The wallets with a passphrase are easy for beginners.",
    ]


def test_whoever_speaks_in_one_passage_is_shown_of_the_other() -> None:
    plans = hit(
        "Tom: There was a discussion of how to license the enterprise edition.\nAda: We had a commercial one in mind.",
        "Ada",
        key="a",
    )
    end = hit("That convinced us, so the enterprise edition has the MIT license.", "Ada", key="b")
    text = "After a discussion the enterprise edition has the MIT license, where Ada had a commercial one in mind."
    shown = shown_for(text, [carrier(text, passage) for passage in (plans, end)])
    assert [quote.speaker for quote in shown] == ["Tom", "Ada", "Ada"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Ada hopped between cells and built a notebook in the first year.", []),
        ("Ada argues that, unlike Tom, she built a notebook.", ["Tom"]),
        ("Ada built a cheap notebook between cells after a quarrel.", ["cheap", "quarrel"]),
        ("Was Ada gesagt hat, gilt auch noch für Zellen und das Notebook.", []),
    ],
)
def test_what_no_quote_has_is_told(text: str, lacks: list[str]) -> None:
    talk = hit("I was hopping between cells. They build a notebook.", "Ada", key="a")
    assert lacking(text, shown_for(text, [carrier(text, talk)]), "") == lacks
    assert lacking(text, shown_for(text, [carrier(text, talk)]), "Was there a cheap quarrel with Tom?") == []
