"""An invented corpus for the pages: six shows and what was said on them, and one show that means harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from earmark.types import (
    Episode,
    EpisodeData,
    Insight,
    Segment,
    Show,
    ShowStatus,
    Stage,
    Theme,
    ThemeMonth,
    ThemePoint,
    ThemeShare,
    Transcript,
)

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)

HOSTILE_TITLE = '<script>window.pwned=1</script><img src="https://evil.example/a.png" onerror="window.pwned=2">'
HOSTILE_CLAIM = "![x](https://evil.example/pixel.png) [click](javascript:window.pwned=3) **bold** <b>tag</b> \u202egnp"
HOSTILE_QUOTE = (
    "<style>body{display:none}</style></blockquote><a href='javascript:window.pwned=4'>here</a> $x^2$ :red[x]"
)

_SHOWS = [
    ("slow", "The Slow Machine", "Imogen Farr"),
    ("field", "Field & Signal", "Dominic Asare"),
    ("harbour", "Harbour Talk", "Lotte Brandvold"),
    ("draft", "Second Draft", "Rafael Quintero"),
    ("ground", "Ground Truth", "Nell Okafor"),
    ("night", "Nightwork", "Hugo Tamm"),
]

# (id, show, episode, days ago, speaker, second, claim, body, quote)
_SAID = [
    (
        "a1c0ffee00000001",
        "slow",
        "Maps that forget on purpose",
        1,
        "Imogen Farr",
        1934.0,
        "A forecast earns trust by saying where it stops, not by being right more often.",
        "The river agency kept its old model and added one thing: a grey band where the gauges are too far apart to "
        "say anything. Farmers began to act on the rest of the map within a season, because the blank parts told "
        "them that somebody had checked.",
        "The grey bit was the part they believed. Once we admitted what we couldn't see, everything else on the map "
        "turned into something you could plan a planting around.",
    ),
    (
        "a1c0ffee00000002",
        "field",
        "Counting what does not call",
        2,
        "Dr. Yara Lindgren",
        754.0,
        "Silence in a recording is data only if you know the microphone was awake.",
        "Half of the absences in a decade of bird surveys came from recorders that had quietly filled up. Logging the "
        "recorder's own heartbeat beside the birds changed nine published declines into four.",
        "We had written nine obituaries for birds that were fine. It was the card that had died, not the bittern.",
    ),
    (
        "a1c0ffee00000003",
        "harbour",
        "The tide does not read e-mail",
        4,
        "Lotte Brandvold",
        2611.0,
        "Ports that publish their delays get fewer of them.",
        "When three northern ports began to show berth queues by the hour, ships slowed down at sea instead of "
        "waiting at anchor. Fuel use fell by a tenth and the queue itself shrank, because nobody hurried to be "
        "fourth in line.",
        "Nobody races to be fourth in a queue they can see. They take their foot off, and then there isn't a queue.",
    ),
    (
        "a1c0ffee00000004",
        "draft",
        "What the margins know",
        3,
        "Rafael Quintero",
        412.0,
        "Editors find the weak paragraph by listening for where the reader breathes, not where the argument bends.",
        "Reading aloud moves the work from the eye, which forgives, to the breath, which does not. Quintero marks "
        "every place where his voice wants to stop and cuts there first; the logic usually turns out to fail within "
        "a sentence of it.",
        "My breath finds the hole before my brain does. Nine times in ten the sentence after the gasp is the lie.",
    ),
    (
        "a1c0ffee00000005",
        "night",
        "Eleven minutes past three",
        6,
        None,
        1188.0,
        "Handing over a ward works better when the person leaving is asked what would surprise them.",
        "A checklist passes on what is known. Asking for the surprise passes on what is feared, and on one ward it "
        "cut the calls back to day staff by a third in six weeks.",
        "The list tells you what happened. The question tells you what they're lying awake about on the bus home.",
    ),
    (
        "a1c0ffee00000006",
        "ground",
        "The ruler is in the picture",
        5,
        "Nell Okafor",
        96.0,
        "A benchmark stops measuring the day its authors start to win it.",
        "Okafor's lab publishes each test set with an expiry date, after which its own results on it no longer count.",
        "If you wrote the exam and you also keep coming top, at some point it's not an exam, it's a mirror.",
    ),
    (
        "a1c0ffee00000007",
        "ground",
        "Error bars for beginners",
        9,
        "Dominic Asare",
        1502.0,
        "People trust a range more than a number, as long as somebody says what would move it.",
        "Asare shows the same forecast twice, with and without the reason for its width; only the second is used.",
        "A range by itself looks like you're shrugging. A range with a reason looks like you've done the work.",
    ),
    (
        "a1c0ffee00000008",
        "night",
        "Alarm, alarm, alarm",
        12,
        "Hugo Tamm",
        303.0,
        "An alarm nobody answers is worse than no alarm, because it teaches the next one to be ignored.",
        "Tamm's ward switched off two thirds of its monitors' sounds and response times halved.",
        "Every beep that means nothing is a lesson, and we were giving three hundred lessons a night.",
    ),
    (
        "a1c0ffee00000009",
        "slow",
        "Queues are a conversation",
        15,
        "Lotte Brandvold",
        2040.0,
        "Show people the queue and they will shape it for you.",
        "A visible queue lets each arrival choose its moment; the average wait falls without a single new desk.",
        "You don't manage the queue. You show it, and it manages itself.",
    ),
]

SHOWS = [
    Show(
        id=key, feed_url=f"https://{key}.example/feed.xml", title=title, author=author, link=f"https://{key}.example/",
        added_at=NOW - timedelta(days=90), checked_at=NOW - timedelta(hours=index + 1),
        last_error="the server answered 503; it is tried again in an hour" if key == "harbour" else "",
        failures=1 if key == "harbour" else 0,
    )
    for index, (key, title, author) in enumerate(_SHOWS)
]  # fmt: skip


def in_many_ways(shows: list[Show]) -> list[Show]:
    """The shows in folders, and standing in every way there is."""
    ways: list[dict[str, Any]] = [
        {"next_check": NOW + timedelta(hours=3), "folder": "News", "backfill": "newest:25@2026-01-01T00:00:00+00:00"},
        {"status": ShowStatus.PAUSED, "folder": "News/Abroad"},
        {"failures": 6, "next_check": NOW + timedelta(hours=20)},
        {"status": ShowStatus.CLOSED, "last_error": "https://draft.example/feed.xml: is gone for good (HTTP 410)"},
        {"private": True, "feed_url": "https://ground.example/feed.xml#private"},
        {"feed_url": "file:///home/me/Recordings"},
    ]
    held = {"hold_until": NOW + timedelta(minutes=40)}
    return [replace(show, **way) for show, way in zip(shows, [*ways[:4], ways[4] | held, ways[5]], strict=True)]


_TITLES = {show.id: show.title for show in SHOWS}


def episode_id(show: str, title: str) -> str:
    """What the fakes call an episode."""
    return f"{show}-{abs(hash_of(title)):x}"


def hash_of(text: str) -> int:
    """A small number that stays the same between processes."""
    total: int = sum(ord(letter) * 31**place for place, letter in enumerate(text[:12]))
    return total % 100_000


INSIGHTS = [
    Insight(
        id=key, episode_id=episode_id(show, title), show_id=show, show=_TITLES[show], episode=title,
        published=NOW - timedelta(days=ago), url=f"https://{show}.example/{hash_of(title)}",
        audio_url=f"https://{show}.example/{hash_of(title)}.mp3" if show != "draft" else "", seq=0, claim=claim,
        body=body, quote=quote, speaker=speaker, start_s=second, end_s=second + 14, quality=0.8,
        extractor="extractive", content_hash=key,
    )
    for key, show, title, ago, speaker, second, claim, body, quote in _SAID
]  # fmt: skip

HOSTILE = Insight(
    id="badbadbadbad0001", episode_id="hostile-1", show_id="hostile", show=HOSTILE_TITLE, episode=HOSTILE_TITLE,
    published=NOW, url="javascript:window.pwned=5", audio_url="javascript:window.pwned=6", seq=0, claim=HOSTILE_CLAIM,
    body=HOSTILE_CLAIM, quote=HOSTILE_QUOTE, speaker="<i>Mallory</i>", start_s=61.0, end_s=70.0, quality=0.5,
    extractor="extractive", content_hash="x",
)  # fmt: skip

HOSTILE_SHOW = Show(
    id="hostile", feed_url="https://evil.example/feed", title=HOSTILE_TITLE, link="javascript:window.pwned=7",
    added_at=NOW, checked_at=NOW, last_error=HOSTILE_CLAIM, failures=3,
)  # fmt: skip


def episodes_of(insights: list[Insight]) -> list[Episode]:
    """An episode for every insight, and for the first show two more: one that waits and one that failed."""
    known = {
        insight.episode_id: _episode(
            insight.episode_id, insight.show_id, insight.show, insight.episode, insight.published or NOW, insight
        )
        for insight in insights
    }
    if any(insight.show_id == "slow" for insight in insights):
        known["slow-wait"] = _episode("slow-wait", "slow", "The Slow Machine", "A clock for trees", NOW)
        known["slow-failed"] = _episode(
            "slow-failed", "slow", "The Slow Machine", "Live from the weir", NOW - timedelta(days=30),
            error="the transcript has no readable cues", failed=True,
        )  # fmt: skip
    return sorted(known.values(), key=lambda episode: episode.data.published or NOW, reverse=True)


def _episode(
    key: str, show_id: str, show: str, title: str, when: datetime, insight: Insight | None = None, *,
    error: str = "", failed: bool = False,
) -> Episode:  # fmt: skip
    return Episode(
        id=key, show_id=show_id, show=show,
        data=EpisodeData(
            guid=key, title=title, link=insight.url if insight else "", published=when,
            audio_url=insight.audio_url if insight else "", duration_s=2760.0,
        ),
        stage=Stage.INSIGHTS if insight else Stage.DISCOVERED, discovered_at=NOW, last_error=error, failed=failed,
        attempts=3 if failed else 1,
    )  # fmt: skip


def transcript_of(insight: Insight) -> Transcript:
    """What was said around an insight's quote."""
    at = insight.start_s or 0.0
    host, guest = "Host", insight.speaker
    lines = [
        (-38.0, host, "So take me back to the week it went out. What did people actually do with it?"),
        (-24.0, guest, "Nothing, at first. They looked at it, they were polite about it, and they went on as before."),
        (-11.0, guest, "And then somebody asked the question that we had been avoiding for about two years."),
        (0.0, guest, insight.quote),
        (15.0, host, "That seems almost backwards, that it was the gap which did it."),
        (22.0, guest, "It is backwards, if you think that the job is to look clever. It is not the job."),
        (36.0, host, "Let us hold on to that, because it comes back in the second half."),
    ]
    segments = tuple(
        Segment(text=text, start_s=max(at + shift, 0.0), end_s=max(at + shift, 0.0) + 10, speaker=who)
        for shift, who, text in lines
    )
    return Transcript(segments=segments, source="vtt", language="en")


THEMES = {
    "slow": ("beef000000000001", "Queues and waiting"),
    "night": ("beef000000000002", "Night work, alarms and handovers"),
    "ground": ("beef000000000003", "Measuring honestly"),
}


def theme_id_of(insight: Insight) -> str | None:
    """Insights of three shows make a theme each; what harms sits in the largest; the rest stands on its own."""
    held = THEMES.get("slow" if insight.show_id == HOSTILE_SHOW.id else insight.show_id)
    return held[0] if held else None


def themes_of(insights: list[Insight]) -> list[Theme]:
    """The themes that they make, largest first; a hostile insight heads its own."""
    themes = []
    for theme_id, label in THEMES.values():
        held = [claim for claim in insights if theme_id_of(claim) == theme_id]
        if not held:
            continue
        hostile = next((claim for claim in held if claim.show_id == HOSTILE_SHOW.id), None)
        shows = {claim.show_id: claim.show for claim in held}
        themes.append(
            Theme(
                id=theme_id,
                label=hostile.claim if hostile else label,
                label_by="terms",
                terms=tuple(label.split()),
                size=len(held),
                insight_id=held[0].id,
                claim=held[0].claim,
                shows=tuple(ThemeShare(name=name, count=1, id=key) for key, name in shows.items()),
                speakers=tuple(ThemeShare(name=claim.speaker, count=1) for claim in held if claim.speaker),
                months=tuple(ThemeMonth(month=f"2026-{n:02}", count=n % 4) for n in range(5, 12)),
                created_at=NOW,
            )
        )
    return sorted(themes, key=lambda theme: -theme.size)


def points_of(insights: list[Insight]) -> list[ThemePoint]:
    """A place for each, in a ring."""
    return [
        ThemePoint(
            insight_id=insight.id,
            theme_id=theme_id_of(insight),
            x=((n * 7) % 11 - 5) / 5,
            y=((n * 5) % 13 - 6) / 6,
            similarity=0.5,
            claim=insight.claim,
            show=insight.show,
            speaker=insight.speaker,
        )
        for n, insight in enumerate(insights)
    ]
