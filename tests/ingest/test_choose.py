"""Which transcript is taken: the order of the links, what a file is worth, and what is measured on real ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from earmark.errors import FetchError, TranscriptError
from earmark.types import Episode, EpisodeData, Segment, Stage, Transcript, TranscriptLink
from ingest.feeds.parse import parse_feed
from ingest.transcripts import parse_transcript
from ingest.transcripts.choose import GARBAGE, MOST, WHOLE, choose, completeness, judge, ordered
from ingest.transcripts.finish import finished
from ingest.transcripts.language import base_language, language_of

DURATION = 600.0
SENTENCES = (
    "The lake freezes from the edges because the shallow water there cools before the middle does.",
    "That is what we saw when the ice was measured, and it was not what they had written down.",
    "You have to look at the wind too, since it keeps the open water moving for another week.",
    "But for most of these lakes there is no record at all, so this is the best we can say.",
)
GERMAN = (
    "Der See friert vom Rand her zu, weil das flache Wasser dort schneller abkühlt als in der Mitte.",
    "Das ist genau das, was wir gesehen haben, und es war nicht das, was sie aufgeschrieben hatten.",
    "Man muss auch auf den Wind achten, denn er hält das offene Wasser noch eine Woche in Bewegung.",
)


def episode(*links: TranscriptLink, duration: float | None = DURATION, language: str = "en") -> Episode:
    return Episode(
        id="e1",
        show_id="s1",
        show="Ice and Water",
        data=EpisodeData(guid="g", title="Lakes", duration_s=duration, transcripts=links, audio_url="http://x/a.mp3"),
        stage=Stage.DISCOVERED,
        language=language,
        discovered_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


def link(name: str, kind: str = "text/vtt", *, language: str = "", rel: str = "") -> TranscriptLink:
    return TranscriptLink(url=f"http://x/{name}", type=kind, language=language, rel=rel)


def speech(
    *, until: float = DURATION, speakers: bool = True, timed: bool = True, said: tuple[str, ...] = SENTENCES
) -> Transcript:
    """A talk at about 160 words a minute."""
    segments = tuple(
        Segment(
            text=said[number % len(said)],
            start_s=number * 6.5 if timed else None,
            end_s=number * 6.5 + 6 if timed else None,
            speaker=("Ada Finch", "Ben Osprey")[number % 2] if speakers else None,
        )
        for number in range(int(until / 6.5))
    )
    return Transcript(segments=segments, source="vtt" if timed else "text")


def reader(files: dict[str, Transcript | Exception], read: list[str]) -> Callable[[TranscriptLink], Transcript]:
    def get(wanted: TranscriptLink) -> Transcript:
        name = wanted.url.rpartition("/")[2]
        read.append(name)
        answer = files[name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return get


def test_the_order_is_language_then_format_then_captions_last() -> None:
    links = (
        link("notes.txt", "text/plain"),
        link("es.vtt", language="es"),
        link("captions.vtt", rel="captions"),
        link("page.html", "text/html"),
        link("talk.vtt", language="en-GB"),
        link("talk.srt", "application/x-subrip"),
        link("talk.json", "application/json"),
    )
    names = [offered.url.rpartition("/")[2] for offered in ordered(links, "en-US")]
    assert names == ["talk.vtt", "captions.vtt", "talk.json", "talk.srt", "page.html", "notes.txt", "es.vtt"]


def test_an_address_named_twice_is_fetched_once() -> None:
    assert len(ordered((link("a.vtt"), link("a.vtt", "text/plain")), "en")) == 1


def test_a_good_file_is_taken_at_once() -> None:
    read: list[str] = []
    choice = choose(episode(link("b.srt", "text/srt"), link("a.vtt")), reader({"a.vtt": speech()}, read))
    assert read == ["a.vtt"]
    assert choice.best is not None and choice.best.good
    assert choice.provenance()["tried"] == [
        {"url": "http://x/a.vtt", "type": "text/vtt", "outcome": "covers 100%, with times, with speakers"}
    ]
    assert choice.provenance()["completeness"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (speech(until=40), speech(timed=False), "b"),  # a trailer's worth of VTT against the whole as text
        (speech(speakers=False), speech(), "b"),
        (speech(timed=False), speech(speakers=False), "b"),
        (speech(speakers=False), speech(timed=False), "a"),
        (speech(said=("and then we went on and on and on",)), speech(timed=False), "b"),  # a speech model's loop
        (speech(said=GERMAN), speech(timed=False), "b"),
    ],
)
def test_the_better_of_two_is_taken(first: Transcript, second: Transcript, taken: str) -> None:
    read: list[str] = []
    links = (link("a.vtt"), link("b.srt", "application/srt"))
    choice = choose(episode(*links), reader({"a.vtt": first, "b.srt": second}, read))
    assert read == ["a.vtt", "b.srt"]
    assert choice.best is not None and choice.best.link.url == f"http://x/{'a.vtt' if taken == 'a' else 'b.srt'}"
    assert choice.provenance()["chosen_because"].startswith("the best of 2: ")


def test_what_cannot_be_read_is_noted_and_the_next_is_tried() -> None:
    files: dict[str, Transcript | Exception] = {
        "a.vtt": TranscriptError("no cues could be read in it as vtt"),
        "b.json": FetchError("the server answered 503; try again later"),
        "c.srt": speech(speakers=False),
    }
    links = (link("a.vtt"), link("b.json", "application/json"), link("c.srt", "text/srt"))
    choice = choose(episode(*links), reader(files, []))
    assert choice.best is not None and choice.best.link.url.endswith("c.srt")
    assert [type(error) for error in choice.failures] == [TranscriptError, FetchError]
    assert "503" in choice.tried[1]["outcome"]


def test_no_more_than_a_few_files_are_fetched() -> None:
    read: list[str] = []
    links = tuple(link(f"{n}.vtt") for n in range(20))
    choose(episode(*links), reader({f"{n}.vtt": TranscriptError("broken") for n in range(20)}, read))
    assert len(read) == MOST


def test_secrets_in_addresses_are_not_kept() -> None:
    secret = TranscriptLink(url="http://user:pw@x/a.vtt?token=abc", type="text/vtt")
    choice = choose(episode(secret), lambda _: speech())
    assert choice.tried[0]["url"] == "http://x/a.vtt?token=***"


@pytest.mark.parametrize(
    ("made", "duration", "share"),
    [
        (speech(), DURATION, 0.99),
        (speech(until=60), DURATION, 0.1),
        (speech(), None, None),
        (speech(timed=False), DURATION, 1.0),
        (speech(timed=False, until=60), DURATION, 0.14),
        (speech(), 300.0, 1.0),
    ],
)
def test_completeness(made: Transcript, duration: float | None, share: float | None) -> None:
    complete = completeness(made.segments, duration)
    assert complete == (share if share is None else pytest.approx(share, abs=0.03))


def test_times_over_the_whole_episode_with_few_words_are_notes() -> None:
    segments = [Segment(text="Chapter about ice", start_s=n * 60.0, end_s=n * 60.0 + 60) for n in range(10)]
    share = completeness(segments, DURATION)
    assert share is not None and share < 0.1


def test_the_last_turn_without_an_end_lasts_as_long_as_its_words() -> None:
    long = Segment(text=" ".join(SENTENCES * 20), start_s=60.0)
    share = completeness([Segment(text=SENTENCES[0], start_s=0.0, end_s=60.0), long], DURATION)
    assert share is not None and share > 0.9


def test_a_translation_does_not_stand_for_the_episode() -> None:
    german = judge(speech(said=GERMAN), episode(), link("de.vtt", language="de"))
    assert german.translation and not german.covers(0.6)
    only_the_feed_is_wrong = judge(speech(said=GERMAN), episode(), link("talk.vtt"))
    assert only_the_feed_is_wrong.foreign and only_the_feed_is_wrong.covers(0.6)
    assert only_the_feed_is_wrong.language == "de"
    mislabelled = judge(speech(), episode(), link("talk.vtt", language="de"))
    assert not mislabelled.translation and not mislabelled.foreign


def test_another_episodes_transcript_is_misplaced() -> None:
    assert judge(speech(until=3600), episode(), link("a.vtt")).misplaced
    assert not judge(speech(until=700), episode(), link("a.vtt")).misplaced


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ".join(SENTENCES * 4), "en"),
        (" ".join(GERMAN * 5), "de"),
        ("Le lac gèle par les bords parce que l'eau y est moins profonde et que nous avons mesuré cela. " * 8, "fr"),
        ("El lago se congela por los bordes porque el agua es menos profunda y eso es lo que vimos. " * 8, "es"),
        ("湖は浅い岸から凍っていきます。私たちはそれを測りました。" * 8, "ja"),
        ("湖水从岸边开始结冰，因为那里的水比较浅。" * 8, "zh"),
        ("Озеро замерзает от берегов, потому что там вода мельче." * 8, "ru"),
        ("Озеро замерзає від берегів, бо там вода мілкіша, і її менше." * 8, "uk"),
        ("kettle spoon limestone crust heating plate acid" * 30, ""),
        ("too short", ""),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language_of(text) == code


def test_language_close_to_the_expected_one_is_that() -> None:
    norwegian = "Vi så at innsjøen fryser fra kanten og at det ikke var det som sto der, men det er også vind. " * 8
    assert language_of(norwegian, expected="da") == "da"
    assert base_language("pt_BR") == "pt" and base_language("nb-NO") == "no" and base_language("") == ""


@pytest.mark.realdata
def test_real_publisher_files_are_taken(realdata: Path) -> None:
    """Every file of the feeds and of the loose set is read, judged and found good enough, at its own length."""
    read = 0
    for folder in sorted((realdata / "e2e").iterdir()):
        feed = parse_feed((folder / "feed.xml").read_bytes(), url=f"http://127.0.0.1:8000/{folder.name}/feed.xml")
        for data in feed.episodes:
            assert data.transcripts, data.title
            for published in data.transcripts:
                body = (folder / "transcripts" / published.url.rpartition("/")[2]).read_bytes()
                names = [person.name for person in data.persons]
                transcript = parse_transcript(body, content_type=published.type, url=published.url, persons=names)
                judged = judge(transcript, replace(episode(), data=replace(data, duration_s=None)), published)
                assert judged.whole and judged.language == "en" and judged.loops < GARBAGE / 2, published.url
                read += 1
    for path in sorted((realdata / "feeds" / "transcripts").iterdir()):
        transcript = parse_transcript(path.read_bytes(), url=f"http://x/{path.name}")
        judged = judge(transcript, episode(duration=None), TranscriptLink(url=f"http://x/{path.name}"))
        assert judged.whole and not judged.foreign, path.name
        read += 1
    assert read >= 68


@pytest.mark.realdata
def test_a_third_of_a_real_episode_is_partial_and_the_whole_never(realdata: Path) -> None:
    wholes = cuts = 0
    for path in sorted((realdata / "podcasts").glob("*.jsonl")):
        with path.open() as lines:
            given = [json.loads(line) for line, _ in zip(lines, range(6), strict=False)]
        for talk in given:
            said = finished(
                [
                    Segment(text=s["text"], start_s=s.get("start"), end_s=s.get("end"), speaker=s.get("speaker"))
                    for s in talk["segments"]
                ]
            )
            ends = [s.end_s for s in said if s.end_s is not None]
            if len(ends) < len(said) / 2:
                continue
            duration = max(ends)
            part = [s for s in said if s.start_s is not None and s.start_s <= 0.3 * duration]
            whole, cut = completeness(said, duration), completeness(part, duration)
            assert whole is not None and whole >= WHOLE, talk["title"]
            assert cut is not None and cut < 0.6, talk["title"]
            untimed = completeness([replace(s, start_s=None, end_s=None) for s in said], duration)
            assert untimed is not None and untimed >= 0.6, talk["title"]
            wholes += 1
            cuts += cut < WHOLE
    assert wholes > 80 and cuts == wholes


@pytest.mark.parametrize(
    ("stated", "kilobytes", "believed"),
    [
        (530.0, 8_500, True),  # right
        (9.0, 8_500, False),  # minutes
        (1.0, 8_500, False),  # the same for every episode
        (20_000.0, 8_500, False),
        (30.0, 8_500, False),
        (60.0, 1_000, True),  # a trailer with the transcript of something else
        (1_800.0, 28_800, True),  # a third of it
        (9.0, 0, False),
        (1.0, 0, False),
        (60.0, 0, True),
        (1_800.0, 0, True),
    ],
)
def test_a_duration_that_cannot_be_true_condemns_nothing(stated: float, kilobytes: int, believed: bool) -> None:
    given = episode(duration=stated)
    given = replace(given, data=replace(given.data, audio_bytes=kilobytes * 1000 or None))
    judged = judge(speech(until=530.0), given, link("t.vtt"))
    assert (judged.completeness is not None) is believed
    assert judged.covers(0.6) is (not believed or stated == 530.0)
