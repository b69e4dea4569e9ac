"""Identity: what is the same episode, what is not, whatever the publisher changes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from earmark.types import EpisodeData, TranscriptLink
from ingest.episodes.audio_address import audio_address
from ingest.episodes.identity import KnownEpisode, keys, match, twin
from ingest.episodes.identity_marks import folded_title
from ingest.episodes.recognition import updated

NOON = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)


def episode(n: int = 1, title: str = "", **values: object) -> EpisodeData:
    given = {
        "guid": f"g-{n}",
        "title": title or f"The harbour master's story number {n}",
        "published": NOON + timedelta(days=n),
        "duration_s": 1800.0 + 37 * n,
        "audio_url": f"https://cdn.example/audio/{n}.mp3",
        "link": f"https://pod.example/{n}",
    }
    return EpisodeData(**given | values)  # type: ignore[arg-type]


def known(*listed: EpisodeData) -> list[KnownEpisode]:
    return [KnownEpisode(id=str(n), data=data, keys=frozenset(keys(data))) for n, data in enumerate(listed)]


FEED = [episode(n) for n in range(1, 7)]


def joined(old: EpisodeData, new: EpisodeData) -> bool:
    """Whether ``new`` is taken for ``old``, in a feed of five others that did not change."""
    rest = FEED[1:]
    return match(known(old, *rest), [new, *rest]).get(0) == "0"


BARE = {"guid": "other", "audio_url": "https://new.example/z.mp3", "link": ""}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "The harbor master's story"},
        {"audio_url": "https://new.example/x.mp3", "published": NOON},
        {"guid": "HTTP://www.Pod.example/g-1/", "audio_url": "https://op3.dev/e/cdn.example/audio/1.mp3"},
        {"guid": "", "audio_url": "https://dts.podtrac.com/redirect.mp3/chrt.fm/track/A1/cdn.example/audio/1.mp3?x=1"},
        BARE,
        BARE | {"published": NOON + timedelta(days=1, hours=-5)},
        BARE | {"published": NOON + timedelta(days=40)},
        BARE | {"duration_s": None},
        BARE | {"title": "Episode 1: The harbour master's story number 1"},
        BARE | {"link": "http://www.pod.example/1/", "title": "The harbour mistress tells story 1"},
    ],
)
def test_the_same_although_something_changed(change: dict[str, object]) -> None:
    assert joined(FEED[0], replace(FEED[0], **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (episode(1, "Q&A"), episode(90, "Q&A")),
        (episode(1, "Trailer"), episode(1, "Trailer", published=NOON + timedelta(days=200), **BARE)),
        (episode(1, "Rivers, part 1"), episode(1, "Rivers, part 2", **BARE)),
        (episode(1, "Rivers"), episode(1, "Mountains", published=NOON + timedelta(days=9), duration_s=9.0, **BARE)),
        (episode(1, guid="news"), episode(8, guid="news")),
        (episode(1, audio_url="https://a.example/latest.mp3"), episode(8, audio_url="https://a.example/latest.mp3")),
        (episode(1, "News of the morning"), episode(2, "News of the morning", **BARE)),
        (FEED[0], replace(FEED[0], duration_s=7200.0, **BARE)),  # type: ignore[arg-type]
    ],
)
def test_not_the_same(old: EpisodeData, new: EpisodeData) -> None:
    assert not joined(old, new)


def test_a_whole_feed_that_moves_to_another_host() -> None:
    moved = [
        replace(data, guid=f"new-{n}", audio_url=f"https://b.example/{n}.mp3", link=f"https://b.example/e/{n}")
        for n, data in enumerate(FEED)
    ]
    assert match(known(*FEED), [episode(50), *moved]) == {n + 1: str(n) for n in range(len(FEED))}


def test_one_answers_to_one() -> None:
    again = episode(
        1, guid="again", published=NOON + timedelta(days=100), title="[Rebroadcast] The harbour master's story 1"
    )
    assert match(known(FEED[0]), [again, FEED[0]]) == {1: "0"}
    assert match(known(FEED[0]), [FEED[0], replace(FEED[0])]) == {}


def test_one_item_of_a_daily_is_not_that_of_the_day_before() -> None:
    old, new = (episode(n, "News of the morning", guid=f"n{n}", duration_s=300.0) for n in (1, 2))
    assert match(known(old), [new]) == {}


def test_a_past_guid_still_counts() -> None:
    earlier = KnownEpisode(id="a", data=replace(FEED[0], guid="second"), keys=frozenset(keys(FEED[0])))
    assert match([earlier], [replace(FEED[0], audio_url="", link="")]) == {0: "a"}


def test_twins_in_other_feeds() -> None:
    assert twin(known(FEED[0]), replace(FEED[0], guid="x", link="")) == "0"
    no_ads = replace(FEED[0], guid="x", audio_url="https://premium.example/1.mp3", duration_s=1700.0)
    assert twin(known(FEED[0]), no_ads) == "0"
    assert twin(known(FEED[0]), replace(no_ads, title="Trailer")) == ""
    assert twin(known(replace(FEED[0], title="Trailer")), replace(no_ads, title="Trailer")) == ""
    assert twin(known(FEED[0]), replace(no_ads, published=NOON + timedelta(days=30))) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.podtrac.com/pts/redirect.mp3?http://a.example/x.mp3", "a.example/x.mp3"),
        ("https://dts.podtrac.com/redirect.mp3/chrt.fm/track/A/a.example/x.mp3?updated=1", "a.example/x.mp3"),
        ("https://op3.dev/e,pg=1/https%3A%2F%2Fa.example%2Fx.mp3", "a.example/x.mp3"),
        ("https://pdst.fm/e/pscrb.fm/rss/p/mgln.ai/e/12/arttrk.com/p/Z/claritaspod.com/measure/a.example/x.mp3",
         "a.example/x.mp3"),
        ("https://A.example:443//b//x.mp3?Expires=1&Signature=2#t=3", "a.example/b/x.mp3"),
        ("https://a.example/play?id=7&utm_source=z&token=q", "a.example/play?id=7"),
        ("https://media.blubrry.com/show/content.blubrry.com/show/x.mp3", "content.blubrry.com/show/x.mp3"),
        ("ftp://a.example/x.mp3", ""),
        ("https://[broken/x.mp3", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_audio_addresses(url: str, expected: str) -> None:
    assert audio_address(url) == expected


def test_titles_are_folded() -> None:
    assert folded_title("  Épisode 007: Salt & Light’s — end! ") == "episode 7 salt and lights end"


def test_keys_show_no_secret() -> None:
    assert not any("token" in key for key in keys(episode(1, audio_url="https://a.example/token/abc/1.mp3")))


def test_what_changed() -> None:
    link = TranscriptLink(url="https://pod.example/1.vtt?sig=1", type="text/vtt")
    old = episode(1, description="All about the harbour.", duration_s=1837.0, transcripts=(link,))
    assert updated(old, old).fields == ()
    less = replace(old, description="All about", duration_s=None, audio_url="", transcripts=(), title="Untitled (1)")
    assert updated(old, less).fields == ()
    signed = replace(old, transcripts=(replace(link, url="https://pod.example/1.vtt?sig=2"),))
    assert (updated(old, signed).fields, updated(old, signed).readable) == (("transcripts",), False)
    assert updated(replace(old, transcripts=()), old).readable
    assert updated(replace(old, audio_url=""), old).readable
    again = replace(old, guid="other", published=NOON + timedelta(days=300))
    assert updated(old, again).data.published == old.published
    assert updated(old, replace(again, guid=old.guid)).data.published == again.published


@pytest.mark.slow
@pytest.mark.heavy
def test_thousands_of_items_on_one_address_are_told_apart_by_the_rest() -> None:
    many = [episode(n, audio_url="https://a.example/latest.mp3") for n in range(3_000)]
    moved = [replace(data, guid=f"new-{data.guid}") for data in many]
    assert match(known(*many), moved) == {n: str(n) for n in range(3_000)}
