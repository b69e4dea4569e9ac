"""Cleaning changes no meaning; what points elsewhere is found; facts are compared as facts."""

import pytest

from ingest.insights.centrality import centrality
from ingest.insights.clean import clean
from ingest.insights.facts import Source, numbers
from ingest.insights.fragments import is_fragment
from ingest.insights.locate import Locator, normalise
from ingest.insights.standalone import dangling
from ingest.insights.written_text import stray_number
from ingest.text.sentences import joined_text, split_sentences
from tests.ingest.talk import transcript


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("And so rye keeps longer.", "Rye keeps longer."),
        ("Yeah, well, I mean, the crust forms late, right?", "The crust forms late."),
        ("So I think that the oven matters more.", "The oven matters more."),
        ("Um, the the starter, you know, needs, uh, warmth.", "The starter needs warmth."),
        ("[laughs] It's it's sour because acid forms.", "It's sour because acid forms."),
        ("Acid, I mean, slows mould", "Acid slows mould."),
        ("I don't think the oven matters.", "I don't think the oven matters."),
        ("Maybe the oven matters, I guess.", "Maybe the oven matters, I guess."),
        ("No, ovens never matter.", "No, ovens never matter."),
        ("I think not every oven matters.", "I think not every oven matters."),
        (
            "Free software, software freedom, all that had had meaning.",
            "Free software, software freedom, all that had had meaning.",
        ),
        ("Not only rye keeps.", "Not only rye keeps."),
        ("Um.", ""),
    ],
)
def test_cleaning(spoken: str, written: str) -> None:
    assert clean(spoken) == written
    assert clean(clean(spoken)) == written


def test_in_a_body_a_contrast_keeps_its_word() -> None:
    assert clean("But rye keeps longer.", follows=True) == "But rye keeps longer."


@pytest.mark.parametrize(
    "text",
    [
        "This keeps bread fresh.",
        "It is made of rye.",
        "He bakes at night.",
        "They never use yeast in the morning.",
        "As I said, acid slows mould in rye bread.",
        "When they changed the flour, the bread failed.",
        "The problem is a lack of heat.",
        "Bakers love that kind of flour.",
        "The other one rises faster than rye does.",
        "If you don't, the crust will tear.",
        "Every loaf in the shop uses half of that flour.",
        "In the best of ovens it bakes evenly.",
        "Having to build that expensive oven is daunting for bakers.",
        "Finding that balance is the hard part of baking rye.",
        "Is a good way to bake bread.",
        "One is the acid in the dough.",
        "Sour dough is what we discussed earlier in the show.",
    ],
)
def test_what_points_outside_is_found(text: str) -> None:
    assert dangling(text)


@pytest.mark.parametrize(
    "text",
    [
        "Acetic acid keeps mould spores from germinating.",
        "Cheap ovens bake badly because their thermostats swing by 30 degrees.",
        "Bakers who rush the dough find that they lose its flavour.",
        "Teams that ship weekly learn faster than those who do not.",
        "It is hard to bake rye without acid.",
        "When Nora opened the shop, she baked at night.",
        "If you have an oven that is cheap, then keep that oven.",
        "The problem with cheap ovens is heat.",
        "There are two kinds of starter.",
        "Bakers believe that bread keeps because of salt.",
        "You need something that works on the first day.",
        "Shops pay for flour that comes from far away.",
    ],
)
def test_what_stands_alone_is_left(text: str) -> None:
    assert dangling(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "If the oven is hot.",
        "The cold and dark bakery of",
        "A big loaf.",
        "Rye is... well, sour bread.",
        "Alice gives Bob the bread.",
    ],
)
def test_fragments(text: str) -> None:
    assert is_fragment(text)


def test_numbers_have_one_spelling() -> None:
    assert numbers("50,000 loaves, twenty-five ovens, 3.50 and a hundred") == {"50000", "25", "3.5", "hundred"}
    assert numbers("one of them") == frozenset()
    assert not Source(["7,5K users"]).missing_number("7,500 users") and Source(["7,5K"]).missing_number("75,000")
    assert numbers("7,5 billion in 1,000,000 of 12,50") == {"7.5", "billion", "1000000", "12.5"}


def test_a_number_with_a_letter_for_millions_is_the_number() -> None:
    assert numbers("$5M") == numbers("five million") == {"5", "million"}
    assert numbers("64KB of H264 in 1.2.3K for the 3rd time") == {"64", "264", "1.2.3", "3"}


@pytest.mark.parametrize(
    ("said", "written", "stray"),
    [
        ("It costs 80K a year.", "It costs 80,000 a year.", ""),
        ("It costs 80,000 a year.", "It costs 80K a year.", ""),
        ("It costs 80K a year.", "It costs 80k a year.", ""),
        ("It costs 80 dollars.", "It costs 80K dollars.", "80k"),
        ("It costs 80K dollars.", "It costs 80 dollars.", "80"),
        ("It costs 80K a year.", "It costs 8,000 a year.", "8000"),
        ("They pay into a 401(k).", "They pay into a 401k.", ""),
        ("They pay into a 401k.", "They pay into a 401(k).", ""),
        ("It has 1.5K lines.", "It has 1,500 lines.", ""),
    ],
)
def test_a_figure_with_a_k_is_borne_out_by_the_same_and_by_its_thousands(said: str, written: str, stray: str) -> None:
    assert Source([said]).missing_number(written) == stray
    assert stray_number(written, said) == stray


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Nora Feld bakes rye in Oslo.", ""),
        ("The NASA oven failed.", "NASA"),
        ("Bakers trust Nora Berg.", "Nora Berg"),
        ("Feld's ovens and GPUs are hot.", ""),
        ("Despite heat, rye keeps.", ""),
        ("Musk says rye keeps.", "Musk"),
        ("Baking in Oslo is cold.", ""),
    ],
)
def test_names_must_be_the_sources(text: str, missing: str) -> None:
    source = Source(
        ["Nora Feld said that rye keeps in Oslo.", "A GPU bakes bread when hot. Ingrid Berg laughed. Bakers use heat."]
    )
    assert source.missing_name(text) == missing


def test_a_quote_is_found_whatever_its_whitespace_and_case() -> None:
    given = transcript()
    sentences = split_sentences(given)
    locator = Locator(joined_text(given), sentences)
    span = locator.find("ACETIC acid\n keeps   mould spores from")
    assert span and locator.verbatim(*span) == "Acetic acid keeps mould spores from"
    assert [sentences[i].text[:11] for i in locator.sentences(*span)] == ["Acetic acid"]
    assert locator.find("cetic acid keeps") is None
    assert locator.find("acid keeps rye") is None
    assert locator.find("  ") is None


def test_a_quote_is_found_though_lower_case_is_longer() -> None:
    given = Locator("İİİ baked “rye” — twice", ())
    span = given.find('"rye" - twice')
    assert span and given.verbatim(*span) == "“rye” — twice"


def test_central_sentences_share_words_with_the_others() -> None:
    central = centrality([["rye", "acid"], ["rye", "acid", "oven"], ["oven", "rye"], ["gossip"]])
    assert central.shape == (4,)
    assert central.argmin() == 3
    assert centrality([]).shape == (0,)


def test_a_quote_is_found_with_its_joiners_and_without() -> None:
    text = "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627 \u0631\u0627 \u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645. \u0d05\u0d35\u0d28\u0d4d\u200d"
    locator = Locator(text, [])
    assert locator.find(text) == locator.find(text.replace("\u200c", "").replace("\u200d", "")) == (0, len(text))
    assert normalise(text) == normalise(text.replace("\u200c", ""))
