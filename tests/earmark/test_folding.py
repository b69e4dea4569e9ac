"""Text as it is compared and as it is looked up, in any script."""

import unicodedata

import pytest

from earmark.language.folding import find, fold, fold_with_offsets, has_unspaced
from earmark.language.lookup import as_token, compounds, for_documents, for_queries, units


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("sourdough keeps", ["sourdough", "keeps"]),
        ("柠檬酸", ["柠檬", "檬酸"]),
        ("水壶", ["水壶"]),
        ("茶", ["茶"]),
        ("用Python写", ["用", "python", "写"]),
        ("น้ำ 7 วัน", ["น้ำ", "7", "วัน"]),
        ("ขนมปัง", ["ขน", "นม", "มปั", "ปัง"]),
        ("ស្រូវ", ["ស្រូវ"]),
        ("ｶﾞｽ", ["ガス"]),
        ("ལྷ་ས", ["ལྷས"]),
        ("", []),
    ],
)
def test_a_query_has_pairs_of_units(text: str, pairs: list[str]) -> None:
    written = [unicodedata.normalize("NFKC", pair) for pair in pairs]
    assert for_queries(text).split() == [word if word.isdigit() else as_token(word) for word in written]


def test_a_document_has_each_unit_and_each_pair() -> None:
    assert for_documents("喝茶吧。").split() == ["喝", "茶", "吧", "喝茶", "茶吧", "。"]
    assert for_documents("Tea, please") == "Tea, please"


@pytest.mark.parametrize(
    ("run", "count"), [("ខ្មែរ", 2), ("เวลา", 2), ("ကျွန်တော်", 3), ("がぎ", 2), ("ไม่", 1), ("\u17d2", 1)]
)
def test_signs_belong_to_their_letter(run: str, count: int) -> None:
    assert len(units(run)) == count
    assert "".join(units(run)) == run


@pytest.mark.parametrize(
    ("document", "query"),
    [("a plug-in", "plugin"), ("the plug-ins, all", "plugins"), ("GPT\u20114", "gpt4"), ("the e-mail's end", "email")],
)
def test_a_hyphen_hides_no_compound_of_a_document(document: str, query: str) -> None:
    assert query in for_documents(document).lower().replace("'s", "").replace(",", "").split()


def test_a_compound_of_a_query_is_one_word_too() -> None:
    assert compounds("a plug-in for the E\u2010mail") == ["plugin", "email"]
    assert for_queries("plug-in") == "plug-in"


def test_units_are_words_to_any_index() -> None:
    assert as_token("水壶") == "水壶"
    assert as_token("ก่").isalnum()
    assert as_token("ก่") != as_token("ก้")


@pytest.mark.parametrize("text", ["state-of-the-art", "2020-21", "a - b", "-x", "well-", "co--op"])
def test_what_is_no_compound_of_two_is_not_joined(text: str) -> None:
    assert compounds(text) == []
    assert for_documents(text) == text


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("Tromsø", "tromso"),
        ("ışık", "isik"),
        ("IŞIK", "ışık"),
        ("İzmir", "izmir"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("كتــاب", "کتاب"),
        ("شَجَرَةٌ", "شجره"),
        ("שָׁלוֹם", "שלום"),
        ("ёлка", "елка"),
        ("Ελλάδα", "ελλαδα"),
        ("फ़िल्म", "फिल्म"),
        ("२०२६", "2026"),
        ("naïve", "naive"),
    ],
)
def test_letters_meet_as_their_readers_type_them(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)
    assert for_documents(written).casefold().split() == for_queries(typed).casefold().split()


@pytest.mark.parametrize(("letter", "other"), [("мой", "мои"), ("ガス", "カス"), ("น้ำ", "นำ"), ("їх", "іх")])
def test_other_letters_stay_apart(letter: str, other: str) -> None:
    assert fold(letter) != fold(other)
    assert for_queries(letter) != for_queries(other)


def test_places_in_the_text_are_kept() -> None:
    text = "W Łodzi, مُحَمَّد"
    folded, offsets = fold_with_offsets(text)
    at = find(folded, "محمد")
    assert text[offsets[at]] == "م"
    assert text[offsets[find(folded, "lodzi")]] == "Ł"


@pytest.mark.parametrize(("text", "holds"), [("kettle", False), ("naïve", False), ("茶 tea", True), ("ขนมปัง", True)])
def test_whether_there_is_any(text: str, holds: bool) -> None:
    assert has_unspaced(text) is holds
