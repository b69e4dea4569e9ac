"""Who speaks in labelled transcripts: one met rarely ends the turn of the one before, in every format and script."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from earmark.types import Person
from ingest.transcripts import parse_transcript
from ingest.voices.labels import public_name, resolve_speakers

Lines = Sequence[str]


def speakers(body: str, *persons: str) -> list[str | None]:
    return [s.speaker for s in parse_transcript(body.encode(), persons=persons).segments]


def srt(lines: Lines) -> str:
    return "\n\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{line}" for n, line in enumerate(lines))


def vtt(lines: Lines) -> str:
    return "WEBVTT\n\n" + srt(lines).replace(",000", ".000")


def text(lines: Lines) -> str:
    return "\n\n".join(lines)


def page(lines: Lines) -> str:
    filler = (
        "<p>This page has a few words more so that nobody takes it for an error page without any speech at all.</p>"
    )
    return f"<html><body>{''.join(f'<p>{line}</p>' for line in lines)}{filler}</body></html>"


def segments(lines: Lines) -> str:
    return json.dumps({"segments": [{"startTime": n, "endTime": n + 1, "body": line} for n, line in enumerate(lines)]})


FORMS: tuple[Callable[[Lines], str], ...] = (srt, vtt, text, page, segments)
TALK = ("{a}Good morning.", "{b}It rains.", "{a}So it does.", "{c}Two boats went out.", "They came back.",
        "{b}Both?", "{a}Both.", "{b}Good.")  # fmt: skip
PEOPLE = ["Anna", "Ben", "Anna", None, None, "Ben", "Anna", "Ben"]


def talk(a: str, b: str, c: str) -> list[str]:
    return [line.format(a=a, b=b, c=c) for line in TALK]


@pytest.mark.parametrize("form", FORMS)
def test_a_name_met_once_ends_the_turn(form: Callable[[Lines], str]) -> None:
    assert speakers(form(talk("Anna: ", "Ben: ", "Maria: ")))[:8] == PEOPLE


def test_a_name_met_once_ends_the_turn_where_no_lines_are_empty() -> None:
    assert speakers("\n".join(talk("Anna: ", "Ben: ", "Maria: "))) == [*PEOPLE[:4], *PEOPLE[5:]]


def test_a_name_met_once_ends_the_turn_where_nothing_is_punctuated() -> None:
    lines = [line.rstrip(".?").lower() for line in talk("", "", "")]
    labels = ["Anna: ", "Ben: ", "Anna: ", "Maria: ", "", "Ben: ", "Anna: ", "Ben: "]
    assert speakers(srt([f"{label}{line}" for label, line in zip(labels, lines, strict=True)])) == PEOPLE


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["Speaker 3", "Dr. Lee", "Professor Ama Owusu"])
def test_numbers_and_titles_are_speakers_at_once(form: Callable[[Lines], str], name: str) -> None:
    others = ("Speaker 1", "Speaker 2") if name == "Speaker 3" else ("Anna", "Ben")
    heard = speakers(form(talk(f"{others[0]}: ", f"{others[1]}: ", f"{name}: ")))[:8]
    assert heard == [*others, others[0], name, name, others[1], others[0], others[1]]


@pytest.mark.parametrize(
    ("mark", "who"), [(">> ", "MARIA"), ("- ", "MARIA"), ("", None), ("[", None)], ids=["chevrons", "dashes", "bare", "brackets"]
)  # fmt: skip
def test_marks_say_that_somebody_else_speaks(mark: str, who: str | None) -> None:
    end = "]: " if mark == "[" else ": "
    lines = talk(f"{mark}ANNA{end}", f"{mark}BEN{end}", f"{mark}MARIA{end}")
    assert speakers(vtt(lines)) == ["ANNA", "BEN", "ANNA", who, who, "BEN", "ANNA", "BEN"]


@pytest.mark.parametrize("mark", [">> ", "- "])
@pytest.mark.parametrize("form", [srt, vtt, segments])
def test_a_bare_mark_ends_the_turn_where_labels_have_it(form: Callable[[Lines], str], mark: str) -> None:
    lines = talk(f"{mark}ANNA: ", f"{mark}BEN: ", f"{mark}")
    assert speakers(form(lines)) == ["ANNA", "BEN", "ANNA", None, None, "BEN", "ANNA", "BEN"]
    said = [s.text for s in parse_transcript(form(lines).encode()).segments]
    assert said[3] == "Two boats went out."


@pytest.mark.parametrize(
    ("a", "b", "c"),
    [
        ("Анна", "Борис", "Мария"),
        ("Άννα", "Νίκος", "Μαρία"),
        ("דנה", "יוסי", "מרים"),
        ("سارا", "رضا", "مریم"),
        ("अन्ना", "बेनी", "मारिया"),
        ("அன்னா", "பென்", "மரியா"),
        ("สมชาย", "มานี", "ปิติ"),
        ("안나", "민수", "마리아"),
        ("anna", "ben", "maria"),
    ],
)
def test_names_in_any_script_and_case(a: str, b: str, c: str) -> None:
    assert speakers(srt(talk(f"{a}: ", f"{b}: ", f"{c}: "))) == [a, b, a, None, None, b, a, b]


def test_wide_colons_and_colons_after_a_space() -> None:
    assert speakers(text(talk("佐藤：", "田中：", "鈴木："))) == [
        "佐藤",
        "田中",
        "佐藤",
        None,
        None,
        "田中",
        "佐藤",
        "田中",
    ]
    assert speakers(text(talk("Anna : ", "Ben\u00a0: ", "Maria : "))) == PEOPLE


def test_a_name_in_small_letters_is_somebody_the_feed_names() -> None:
    lines = talk("anna: ", "ben: ", "")
    assert set(speakers(srt(lines), "Anna Lind", "Ben Oye")) == {"Anna Lind", "Ben Oye"}


def test_a_label_inside_a_page_with_cites_ends_the_turn() -> None:
    body = (
        "<cite>Anna:</cite><time>0:00</time><p>Good morning.</p><cite>Ben:</cite><time>0:04</time><p>It rains.</p>"
        "<p>Maria: Two boats went out.</p><p>They came back.</p><cite>Anna:</cite><time>0:20</time><p>Both.</p>"
    )
    assert speakers(body) == ["Anna", "Ben", None, None, "Anna"]


@pytest.mark.parametrize(
    "line",
    [
        "Remember: nobody pays for that.",
        "The lesson: never hurry.",
        "Writes the Herald: no boats today.",
        "And one thing: they came back.",
        "Boats: there were two.",
        "Maria: and so on, as she says.",
        "Part Two: The Harbour",
    ],
)
def test_prose_with_a_colon_is_the_speakers_own(line: str) -> None:
    before = talk("Anna: ", "Ben: ", "")
    lines = [*before, "Anna: The boats came back, part of them. It was a lesson to remember.", line]
    assert speakers(text(lines))[-1] == "Anna"


def test_a_label_that_is_a_sentences_end_is_none() -> None:
    lines = [*talk("Anna: ", "Ben: ", ""), "Anna: We sailed to the harbour of", "Porto: it was a long way."]
    assert speakers(srt(lines))[-1] == "Anna"


@pytest.mark.parametrize("form", [srt, text, page])
def test_the_only_label_in_capitals_at_the_top_of_a_monologue_names_it(form: Callable[[Lines], str]) -> None:
    lines = ["ADA: Good evening from the harbour.", "Tonight I speak about tides.", "They come twice a day."]
    assert set(speakers(form(lines))) == {"ADA"}
    for label in ("TRANSCRIPT", "EPISODE ONE", "RFC2119 (BCP)", "PART 2"):
        assert set(speakers(form([f"{label}: Good evening.", *lines[1:]]))) == {None}
    answers = ["Yeah.", "And then?", "Right. So they come back.", "Exactly. Twice a day."]
    assert speakers(form([*lines, *answers]))[-1] is None


@pytest.mark.parametrize(
    ("opening", "persons", "name"),
    [
        ("Hello. My name is Ada Okafor and this is Tides.", (), "Ada Okafor"),
        ("Hello. I'm Ada Okafor, and this is Tides.", (), "Ada Okafor"),
        ("Hello. I'm Ada Okafor, and this is Tides.", ("Ada Okafor", "Ben Oye"), "Ada Okafor"),
        ("Hello. I'm Ada Okafor, and this is Tides.", ("Ben Oye", "Cy Lund"), None),
        ("Hello and welcome to Tides.", (), None),
        ("My name is Ada Okafor. My name is Ben Oye.", (), None),
    ],
)
def test_the_only_voice_says_its_name(opening: str, persons: tuple[str, ...], name: str | None) -> None:
    lines = [opening, "Tonight I speak about tides.", "They come twice a day."]
    transcript = resolve_speakers(parse_transcript(srt(lines).encode()), [Person(name=person) for person in persons])
    assert {s.speaker for s in transcript.segments} == {name}


@pytest.mark.parametrize("form", [text, page])
def test_a_name_that_gives_its_initials_goes_on_under_them(form: Callable[[Lines], str]) -> None:
    lines = [
        "Ines Moreau (IM): Where does the salt come from?",
        "Abel van Dijk (AVD): From the sea, of course.",
        "IM: And the sand?",
        "AVD: From the river (RIV): it is carried down in spring.",
    ]
    said = speakers(form(lines), "Ines Moreau")
    assert said[:4] == ["Ines Moreau", "Abel van Dijk"] * 2


def test_initials_that_are_not_the_names_own_are_no_label() -> None:
    lines = ["More of it.", "Still more.", "And more.", "The European Bank (IMF): a story.", "IMF: another one."]
    assert set(speakers(text(lines))) == {None}


def test_questions_and_answers_are_told_apart_and_name_nobody() -> None:
    lines = [
        "Q - Why is bread dry?",
        "A - Because it is old.",
        "It has no water.",
        "Q - And toast?",
        "It is.",
        "A - That is dry too.",
    ]
    answers = parse_transcript(text(lines).encode()).segments
    assert [segment.speaker for segment in answers] == ["Q", "A", "A", "Q", None, "A"]
    assert answers[0].text == "Why is bread dry?" and public_name("Q") is public_name("A") is None
    assert set(speakers(text(["A - first thing", "B - second thing", "A - third thing"]))) == {None}
