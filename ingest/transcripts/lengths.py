"""How long an episode is, where its feed's word for it cannot be true.

Feeds state minutes for seconds, hours and minutes for minutes and seconds, or the same number for every episode. Such a
duration must not condemn the publisher's transcript: what the audio weighs, or the transcript itself, says better.
"""

from __future__ import annotations

__all__ = ["believed_against_audio_s", "believed_s"]

_LEAST_BPS, _MOST_BPS = 20_000.0, 400_000.0
"""Bits a second of audio as podcasts have it (Opus at 24 kbit/s to MP3 at 320); a duration that makes others is wrong."""
_OUTSIDE = 1.25
"""By how much more than that a duration must be off to be disbelieved: files hold pictures and advertisements too."""
_LEAST_WPM, _MOST_WPM = 80.0, 260.0
"""Words a minute of people who speak; 333 real episodes have 122 to 232."""
_SIXTY = 60.0
_NEAR = 0.15
"""How far minutes that were stated as seconds may be from the transcript's own, as a share."""
_JUST_ONE_S = 1.0
_NO_EPISODE_S = 20.0
"""No episode is as short as this."""
_ENOUGH_S = 120.0
"""A transcript shorter than this vouches for nothing."""


def believed_s(stated_s: float | None, *, end_s: float, words: float, audio_bytes: int | None) -> float | None:
    """The stated duration, or ``None`` if it cannot be true and the transcript can.

    Args:
        stated_s: what the feed says, in seconds.
        end_s: where the transcript's last words end, in seconds; 0 if it has no times.
        words: how many words it has.
        audio_bytes: what the feed says that the audio weighs.
    """
    if not stated_s or end_s < _ENOUGH_S or not _LEAST_WPM <= words / (end_s / _SIXTY) <= _MOST_WPM:
        return stated_s
    if audio_bytes:
        return None if _disproved(stated_s, end_s, audio_bytes) else stated_s
    minutes = abs(stated_s - end_s / _SIXTY) <= max(_JUST_ONE_S, _NEAR * stated_s)
    return None if minutes or stated_s < _NO_EPISODE_S else stated_s


def believed_against_audio_s(stated_s: float | None, *, own_s: float | None, audio_bytes: int) -> float | None:
    """The stated duration, or ``None`` if the fetched file cannot be so long and is sound as long as it plays.

    A file of usual quality of which less than an eighth arrived looks alike; of one that lacks less, the feed's word
    holds.

    Args:
        stated_s: what the feed says, in seconds.
        own_s: how long the file says that it plays, in seconds.
        audio_bytes: what the file weighs.
    """
    if not stated_s or not own_s or own_s < _ENOUGH_S:
        return stated_s
    return None if _disproved(stated_s, own_s, audio_bytes) else stated_s


def _disproved(stated_s: float, own_s: float, audio_bytes: int) -> bool:
    """Whether so many bytes make no audio of the stated length, and do make audio of the other."""
    stated, own = audio_bytes * 8 / stated_s, audio_bytes * 8 / own_s
    wrong = not _LEAST_BPS / _OUTSIDE <= stated <= _MOST_BPS * _OUTSIDE
    return wrong and _LEAST_BPS <= own <= _MOST_BPS
