"""A small world to ingest: feeds and transcripts in a folder, good and broken, served over loopback."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

__all__ = ["TALK", "feed", "vtt", "write"]

TALK = (
    ("Ada Finch", "Hello and welcome to the kettle hour. I am Ada Finch, and Ben Osprey is with me today."),
    ("Ben Osprey", "Thanks for having me, Ada. It is good to be here."),
    (
        "Ben Osprey",
        "Hard water shortens the life of a kettle by about 40 percent, because limestone settles on the heating plate "
        "and keeps the heat from reaching the water.",
    ),
    (
        "Ben Osprey",
        "The plate then runs hotter than it was built for, and the seal beneath it fails years before the motor would.",
    ),
    ("Ada Finch", "So the remedy is to clean it more often?"),
    (
        "Ben Osprey",
        "A kettle that is descaled every month uses a fifth less energy than one that is never descaled, because the "
        "heat goes into the water and not into the crust.",
    ),
    (
        "Ben Osprey",
        "Most owners replace a slow kettle although a spoon of citric acid would have restored it in ten minutes.",
    ),
    (
        "Ada Finch",
        "Manufacturers measure efficiency on new appliances only, so the label on a kettle says nothing about its "
        "second year.",
    ),
)
"""Who says what in the small world's usual episode."""


def vtt(talk: tuple[tuple[str, str], ...] = TALK, *, seconds: float = 9.0) -> str:
    """A talk as WebVTT, one cue a turn."""
    cues = ["WEBVTT", ""]
    for number, (speaker, text) in enumerate(talk):
        start, end = number * seconds, (number + 1) * seconds - 0.5
        cues += [f"{_time(start)} --> {_time(end)}", f"<v {speaker}>{text}", ""]
    return "\n".join(cues)


def feed(
    title: str, *, transcript: str = "", audio: str = "", kind: str = "text/vtt", duration: str = "", item: str = "One"
) -> str:
    """A feed with one episode that has a transcript, or audio."""
    inside = ""
    if transcript:
        inside += f"<podcast:transcript url={quoteattr(transcript)} type={quoteattr(kind)}/>"
    if audio:
        inside += f'<enclosure url={quoteattr(audio)} length="0" type="audio/mpeg"/>'
    if duration:
        inside += f"<itunes:duration>{duration}</itunes:duration>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>{escape(title)}</title><link>https://example.org/</link><description>d</description>"
        f'<item><title>{escape(item)}</title><guid isPermaLink="false">{escape(title)}:1</guid>'
        f"<pubDate>Fri, 20 Nov 2026 05:00:00 +0000</pubDate><link>https://example.org/{escape(title)}</link>{inside}"
        "</item></channel></rss>"
    )


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files by relative name; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"
