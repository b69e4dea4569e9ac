"""Seconds from the first Ctrl-C to the end of the process, in the middle of a long transcription; and what it cost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import sqlalchemy as sa

from earmark.catalog import open_catalog
from earmark.catalog import schema as tables
from earmark.errors import EarmarkError
from evaluation.commands import earmark

__all__ = ["long_audio", "stopping"]

_PATIENCE_S = 240.0


def long_audio(data: Path, folder: Path, *, minutes: float) -> Path | None:
    """A feed with one long episode: real speech, repeated; ``None`` where there is none in the data."""
    recordings = sorted((data / "audio" / "synthetic").glob("*.mp3"))
    if not recordings:
        return None
    piece = b"".join(path.read_bytes() for path in recordings)
    seconds = 20 * 60  # about what the four pieces play
    folder.mkdir(parents=True)
    audio = piece * max(round(minutes * 60 / seconds), 1)
    (folder / "long.mp3").write_bytes(audio)
    url = quoteattr("http://127.0.0.1:8000/long.mp3")
    feed = folder / "feed.xml"
    feed.write_text(
        '<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Long talks</title><language>en</language>'
        f"<item><title>All of it</title><guid>1</guid><pubDate>Fri, 20 Nov 2026 05:00:00 +0000</pubDate><itunes:duration>{minutes * 60:.0f}</itunes:duration>"
        f'<enclosure url={url} length="{len(audio)}" type="audio/mpeg"/></item></channel></rss>',
        encoding="utf-8",
    )
    return feed


def stopping(home: Path, address: str) -> dict[str, Any]:
    """Starts `earmark ingest` on the long episode, stops it after its second window, and looks at what is left."""
    earmark(home, "add", f"{address}/feed.xml")
    command = [
        sys.executable,
        "-m",
        "ui.cli.main",
        "--home",
        str(home),
        "--allow-private",
        "127.0.0.1",
        "ingest",
        "--events",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    heard: list[float] = []
    end = time.monotonic() + _PATIENCE_S
    for line in process.stdout or ():
        event = json.loads(line)
        if event.get("kind") == "progress":
            heard.append(event["share"] or 0.0)
        if len(heard) >= 2 or time.monotonic() > end:
            break
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=_PATIENCE_S)
    seconds = time.monotonic() - began
    journal = list((home / "audio").glob("*.windows.jsonl"))
    return {
        "transcribed_before": round(heard[-1], 3) if heard else None,
        "seconds_to_exit": round(seconds, 2),
        "exit": process.returncode,
        "windows_kept": sum(len(path.read_text().splitlines()) for path in journal),
        **_job(home),
    }


def _job(home: Path) -> dict[str, Any]:
    try:
        catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    except EarmarkError as error:
        return {"catalog": str(error)}
    with catalog.read() as tx:
        row = tx.execute(sa.select(tables.jobs.c.attempts, tables.jobs.c.owner, tables.jobs.c.last_error)).one()
    catalog.close()
    return {"attempts": row.attempts, "leases_left": int(row.owner != ""), "error": row.last_error}
