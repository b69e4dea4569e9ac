"""What an ingest would fetch, transcribe and spend: estimates from what the feeds state; pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from earmark.llm.models import reader_settings
from earmark.settings import LlmSettings, Settings
from earmark.types import Episode, Stage
from ingest.forecast.preview import FeedLook, PendingEpisode
from ingest.insights.windows import window_words
from ingest.limits.budget import ASR, MONEY, TOKENS, asr_money, limits, llm_money
from ingest.obtaining import publisher_has_until, usually_publishes
from ingest.transcripts.choose import TYPICAL_WPM, ordered
from ingest.transcripts.formats import format_of

__all__ = ["BudgetOutlook", "Forecast", "Rates", "ShowForecast", "forecast", "rates"]

UNKNOWN_S = 3600.0
"""How long an episode is taken to be where its feed states no duration, nor one for any other episode of its show."""
UNKNOWN_BYTES_PER_S = 16_000.0
"""What a second of audio is taken to weigh where the feed does not say: 128 kbit/s."""
SPEED = 25.0
"""Seconds of audio a second of work, where this machine has transcribed nothing yet: the base model on two cores."""
CALLS_AN_EPISODE = 5.0
"""Calls of the language model beside one a window: choosing, in some in both orders, writing, checking, and a repair in most with
a second check."""
TOKENS_A_CALL = 2_700.0
"""Of which about 450 are written: the rest is the passage and what is asked of it. On an episode of 5,300 words a model
by hand was asked nine times with 19,600 tokens."""
_WRITTEN = 450.0
_LEAST_SECONDS = 60.0
_LEAST_CALLS = 10
"""Below so much work that was counted, the stated rates say more than those counted here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What work takes. ``speed`` is seconds of audio a second; ``measured`` says which of both were counted here."""

    speed: float = SPEED
    speed_measured: bool = False
    tokens_in: float = TOKENS_A_CALL - _WRITTEN
    tokens_out: float = _WRITTEN
    tokens_measured: bool = False


@dataclass(slots=True, kw_only=True)
class ShowForecast:
    """What a show would take. ``feed`` says what its feed answered, in words.

    ``transcripts`` counts episodes by the format that would be fetched first; ``audio`` those that would be transcribed
    (``audio_s`` and ``audio_bytes`` in all, of which ``guessed`` state no duration or size), ``waiting`` those that wait
    for their publisher, ``hopeless`` those with neither transcript nor audio that may be transcribed. Of ``llm_calls``,
    ``reading_calls`` go to the model that reads.
    """

    show: str
    feed: str = ""
    new_episodes: int = 0
    episodes: int = 0
    transcripts: dict[str, int] = field(default_factory=dict)
    audio: int = 0
    audio_bytes: float = 0.0
    audio_s: float = 0.0
    guessed: int = 0
    waiting: int = 0
    hopeless: int = 0
    llm_calls: float = 0.0
    reading_calls: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetOutlook:
    """A limit and how far it reaches: ``spent`` of it is used, ``needed`` more is wanted; ``enough`` where that fits."""

    kind: str
    period: str
    limit: float
    spent: float
    needed: float

    @property
    def enough(self) -> bool:
        """Whether nothing will have to wait for this limit."""
        return self.spent + self.needed <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an ingest would do. ``checked`` is false where the feeds were not asked (offline)."""

    checked: bool
    shows: tuple[ShowForecast, ...]
    feeds_asked: int = 0
    feeds_waiting: int = 0
    transcripts: int = 0
    audio: int = 0
    audio_bytes: float = 0.0
    audio_s: float = 0.0
    transcribing_s: float = 0.0
    waiting: int = 0
    hopeless: int = 0
    llm_calls: float = 0.0
    llm_tokens: float = 0.0
    money: float = 0.0
    rates: Rates = Rates()
    budgets: tuple[BudgetOutlook, ...] = ()


def rates(counted: Mapping[str, float]) -> Rates:
    """The rates by what was counted lately (`earmark.catalog.work.usage.between`), the stated ones where that is too little."""
    busy, calls = counted.get("asr_busy_s", 0.0), counted.get("llm_calls", 0.0)
    usual = Rates()
    speed_known = busy > 0 and counted.get(ASR, 0.0) >= _LEAST_SECONDS
    tokens_known = calls >= _LEAST_CALLS
    return Rates(
        speed=counted[ASR] / busy if speed_known else usual.speed,
        speed_measured=speed_known,
        tokens_in=counted.get("llm_tokens_in", 0.0) / calls if tokens_known else usual.tokens_in,
        tokens_out=counted.get("llm_tokens_out", 0.0) / calls if tokens_known else usual.tokens_out,
        tokens_measured=tokens_known,
    )


def forecast(
    looks: Sequence[FeedLook],
    waits: Sequence[PendingEpisode],
    settings: Settings,
    *,
    now: datetime,
    spent: Mapping[str, float],
    measured: Rates,
    checked: bool = True,
    feeds_waiting: int = 0,
) -> Forecast:
    """The forecast.

    Args:
        looks: what the feeds said, of the shows that would be asked.
        waits: the episodes that the catalog has waiting.
        settings: which say what may be fetched and spent.
        now: the time.
        spent: what was used of each budget today.
        measured: what work takes.
        checked: whether feeds were asked at all.
        feeds_waiting: feeds that it is too early for.
    """
    by_show: dict[str, ShowForecast] = {}
    for feed_look in looks:
        by_show[feed_look.show.id] = ShowForecast(
            show=feed_look.show.title, feed=_said(feed_look), new_episodes=len(feed_look.new)
        )
    todo = [*(seen for feed_look in looks for seen in feed_look.new), *waits]
    usual = _usual_durations([waiting.episode for waiting in todo])
    for seen in todo:
        show = by_show.setdefault(seen.episode.show_id, ShowForecast(show=seen.episode.show))
        _count(show, seen, settings, now=now, usual_s=usual.get(seen.episode.show_id, UNKNOWN_S))
    return _summed(
        tuple(sorted(by_show.values(), key=lambda show_forecast: show_forecast.show.casefold())),
        settings,
        measured,
        spent,
        checked=checked,
        asked=len(looks),
        waiting=feeds_waiting,
    )


def _count(show: ShowForecast, seen: PendingEpisode, settings: Settings, *, now: datetime, usual_s: float) -> None:
    """Adds an episode to what its show would take."""
    episode, data = seen.episode, seen.episode.data
    show.episodes += 1
    seconds = data.duration_s or usual_s
    if episode.stage is Stage.DISCOVERED:
        if data.transcripts:
            kind = format_of(ordered(data.transcripts, episode.language)[0]) or "unknown"
            show.transcripts[kind] = show.transcripts.get(kind, 0) + 1
        elif not (data.audio_url and settings.asr.enabled):
            show.hopeless += 1
            return
        elif _waits(seen, settings, now):
            show.waiting += 1
            return
        else:
            show.audio += 1
            show.audio_s += seconds
            here = data.audio_url.startswith("file:")  # read where it lies
            show.audio_bytes += 0.0 if here else data.audio_bytes or seconds * UNKNOWN_BYTES_PER_S
            show.guessed += not (data.duration_s and (here or data.audio_bytes))
    if settings.llm.model:
        windows = max(1.0, seconds / 60 * TYPICAL_WPM / window_words(settings.insights.window_words, None))
        show.llm_calls += windows + CALLS_AN_EPISODE
        show.reading_calls += windows


def _waits(seen: PendingEpisode, settings: Settings, now: datetime) -> bool:
    """Whether the audio waits for the publisher's transcript; as `ingest.obtaining` decides it."""
    until = publisher_has_until(seen.episode, settings)
    return until is not None and until > now and usually_publishes(list(seen.history))


def _summed(
    shows: tuple[ShowForecast, ...],
    settings: Settings,
    measured: Rates,
    spent: Mapping[str, float],
    *,
    checked: bool,
    asked: int,
    waiting: int,
) -> Forecast:
    seconds = sum(show.audio_s for show in shows)
    wanted_calls = sum(show.llm_calls for show in shows)
    calls = min(wanted_calls, float(settings.llm.max_calls))
    tokens = calls * (measured.tokens_in + measured.tokens_out)
    reading = sum(show.reading_calls for show in shows) / wanted_calls if wanted_calls else 0.0
    money = asr_money(seconds, settings.asr) + _calls_money(calls, reading, settings.llm, measured)
    needed = {ASR: seconds, TOKENS: tokens, MONEY: money}
    return Forecast(
        checked=checked,
        shows=shows,
        feeds_asked=asked,
        feeds_waiting=waiting,
        transcripts=sum(sum(show.transcripts.values()) for show in shows),
        audio=sum(show.audio for show in shows),
        audio_bytes=sum(show.audio_bytes for show in shows),
        audio_s=seconds,
        transcribing_s=seconds / measured.speed,
        waiting=sum(show.waiting for show in shows),
        hopeless=sum(show.hopeless for show in shows),
        llm_calls=calls,
        llm_tokens=tokens,
        money=money,
        rates=measured,
        budgets=tuple(_outlooks(settings, needed, spent)),
    )


def _calls_money(calls: float, reading: float, llm: LlmSettings, measured: Rates) -> float:
    """What calls cost of which the share ``reading`` goes to the model that reads, at each model's prices.

    All are taken to be of the same length: readings are longer, writings have longer replies.
    """
    tokens_in, tokens_out = calls * measured.tokens_in, calls * measured.tokens_out
    reader = reader_settings(llm) or llm
    return llm_money(reading * tokens_in, reading * tokens_out, reader) + llm_money(
        (1 - reading) * tokens_in, (1 - reading) * tokens_out, llm
    )


def _outlooks(settings: Settings, needed: Mapping[str, float], spent: Mapping[str, float]) -> list[BudgetOutlook]:
    outlooks = []
    for kind, limit in limits(settings.budget).items():
        if limit.per_run is not None:
            outlooks.append(BudgetOutlook(kind=kind, period="run", limit=limit.per_run, spent=0.0, needed=needed[kind]))
        if limit.per_day is not None:
            used = spent.get(kind, 0.0)
            outlooks.append(
                BudgetOutlook(kind=kind, period="day", limit=limit.per_day, spent=used, needed=needed[kind])
            )
    return outlooks


def _said(look: FeedLook) -> str:
    if look.problem:
        return look.problem
    return "unchanged" if look.unchanged else f"{len(look.new)} new"


def _usual_durations(episodes: Sequence[Episode]) -> dict[str, float]:
    """The mean stated duration of each show's episodes, in seconds."""
    stated: dict[str, list[float]] = {}
    for episode in episodes:
        if episode.data.duration_s:
            stated.setdefault(episode.show_id, []).append(episode.data.duration_s)
    return {show: sum(seconds) / len(seconds) for show, seconds in stated.items()}
