"""Audio and transcripts on this machine as a show: a folder (or one file) is its feed, every recording an episode.

Files are read where they lie and never changed, moved or deleted. Only a show whose own address is ``file://`` may read
files, and only what lies below that folder once links are followed: a feed from the network that names a file of this
machine gets nothing.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from earmark.catalog.feeds.local_files import LocalFile
from earmark.clean import plain
from earmark.errors import FetchError, FetchRefused, TranscriptError, UsageError
from earmark.types import EpisodeData, FeedData, Show, TranscriptLink
from ingest.dates.inside import day_inside
from ingest.local.tags import AudioTags, read_tags
from ingest.transcripts import formats

__all__ = ["LocalShow", "is_local", "local_address", "local_path", "read_local", "scan"]

AUDIO = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".mp4": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".webm": "audio/webm",
}
_NO_EPISODE = re.compile(
    r"(?:.*\.)?(?:readme|licen[cs]e|copying|index|changelog|(?:show[ _-]?)?notes?|playlist|chapters?|about|info|meta(?:data)?|"
    r"desc(?:ription)?|live[ _-]?chat|rechat|comments?|feed|manifest|episodes?)",
    re.IGNORECASE,
)
"""What downloaders and archives put beside recordings: ``metadata.json``, ``talk.info.json``, ``desc.txt``, live chat."""
_LANGUAGE = re.compile(r"\.(?:[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?|transcript|mp3|m4a|mp4|ogg|opus|wav|flac|aac)\Z")
_MOST = 10_000
"""Recordings of one show; more is a mistyped folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalShow:
    """What lies in a folder: as a feed, and the files of each episode by its GUID (its path without the extension)."""

    feed: FeedData
    files: Mapping[str, tuple[LocalFile, ...]]


def is_local(address: str) -> bool:
    """Whether an address names a file or folder of this machine: ``file://…``, or a path that is there or can be no host."""
    text = address.strip()
    if text.lower().startswith(("file:", "/", "./", "../", "~/")):
        return True
    if "://" in text or "\0" in text or not text:
        return False
    path = Path(text).expanduser()
    try:
        return path.exists() and (os.sep in text or text in {".", ".."} or path.is_dir() or _kind(path) is not None)
    except OSError:
        return False


def local_address(text: str) -> str:
    """The ``file://`` address of a folder or file, absolute and with links resolved; raises ``UsageError``."""
    path = _path_of(text) if text.strip().lower().startswith("file:") else Path(text.strip()).expanduser()
    try:
        resolved = path.resolve(strict=True)
        if resolved.is_dir() or (resolved.is_file() and _kind(resolved) is not None):
            return resolved.as_uri()
    except (OSError, RuntimeError):
        raise UsageError("there is no such folder or file", subject=text[:200]) from None
    kinds = ", ".join(sorted({*AUDIO, *(suffix for row in formats.FORMATS for suffix in row.suffixes)}))
    raise UsageError(f"is neither a folder nor a recording or transcript ({kinds})", subject=text[:200])


def scan(address: str, known: Mapping[str, Sequence[LocalFile]] | None = None) -> LocalShow:
    """The recordings and transcripts at a ``file://`` address, as a feed; newest first.

    Args:
        address: of a folder, which is searched with all below it, or of one file.
        known: files by GUID as they were found before: a file of unchanged size and time is not read again.

    Raises:
        FetchError: the folder is not there or cannot be read now.
        UsageError: it holds nothing to read, or far too much.
    """
    place = _path_of(address)
    root = _root_of(place)
    grouped = _grouped(root, place)
    if not grouped:
        if place != root:
            raise FetchError("is not there; put it back, or remove the show", subject=str(place))
        raise UsageError("holds no recordings and no transcripts", subject=str(place))
    before = {file.name: file for files in (known or {}).values() for file in files}
    tags: dict[str, AudioTags] = {}
    episodes, files = [], {}
    for guid, paths in grouped.items():
        try:
            files[guid] = tuple(_seen(root, path, before) for path in paths)
            tags[guid] = read_tags(paths[0]) if paths[0].suffix.lower() in AUDIO else AudioTags()
            episodes.append(_episode(guid, paths, tags[guid]))
        except OSError:  # it went while we looked, or may not be read: the next look will tell
            files.pop(guid, None)
    if not episodes:
        raise FetchError("none of the files in it can be read now", subject=str(place))
    episodes.sort(
        key=lambda episode: (-(episode.published or datetime.min.replace(tzinfo=UTC)).timestamp(), episode.guid)
    )
    feed = FeedData(
        title=_common([tag.album for tag in tags.values()]) or _words(place.name if place.is_dir() else place.stem),
        author=_common([tag.artist for tag in tags.values()]),
        description=f"{'Recordings' if any(episode.audio_url for episode in episodes) else 'Transcripts'} on this machine.",
        language=_common([tag.language for tag in tags.values()]),
        episodes=tuple(episodes),
    )
    return LocalShow(feed=feed, files=files)


def local_path(show: Show, url: str) -> Path:
    """The file that a ``file://`` address of a local show's episode names.

    Raises:
        FetchRefused: the show is not of this machine, or the file lies outside its folder.
        FetchError: the file is not there now.
    """
    if not show.feed_url.startswith("file:"):
        raise FetchRefused("a feed from the network may not name files of this machine", subject=show.title)
    place = _path_of(show.feed_url)
    root = _root_of(place)
    try:
        path = _path_of(url).resolve(strict=True)
        inside = path.is_relative_to(root.resolve(strict=True)) and path.is_file()
    except (OSError, RuntimeError):
        raise FetchError("the file is not there; put it back, or remove the show", subject=_path_of(url).name) from None
    if not inside:
        raise FetchRefused("lies outside the folder of its show", subject=path.name)
    return path


def read_local(show: Show, url: str, *, limit_bytes: int) -> bytes:
    """What a transcript of a local show holds; raises as ``local_path``, and ``TranscriptError`` for one too large."""
    path = local_path(show, url)
    try:
        if path.stat().st_size > limit_bytes:
            raise TranscriptError(
                f"is larger than {limit_bytes:,} bytes; fetch.feed_bytes allows more", subject=path.name
            )
        return path.read_bytes()
    except OSError as error:
        raise FetchError(f"cannot be read ({error.strerror})", subject=path.name) from None


def _grouped(root: Path, place: Path) -> dict[str, list[Path]]:
    """The files of each episode by its path without extension: the recording first, then its transcripts."""
    audio: dict[str, list[Path]] = {}
    texts: list[Path] = []
    for path in _files(root) if place == root else _beside(place):
        kind = _kind(path)
        if kind == "audio":
            audio.setdefault(_stem(root, path), []).append(path)
        elif kind == "transcript":
            texts.append(path)
        if len(audio) + len(texts) > _MOST:
            raise UsageError(f"holds more than {_MOST:,} files; name a folder with recordings only", subject=str(root))
    grouped = {
        stem: [min(paths, key=lambda path: list(AUDIO).index(path.suffix.lower()))] for stem, paths in audio.items()
    }
    for path in sorted(texts, key=lambda text: (_place(text), text.name)):
        stem = _stem(root, path)
        shorter = _LANGUAGE.sub("", stem)
        owner = next((candidate for candidate in (stem, shorter) if candidate in audio), None)
        if owner is None and _NO_EPISODE.fullmatch(path.stem):
            continue
        grouped.setdefault(owner or shorter, []).append(path)
    if place == root:
        return grouped
    return {stem: paths for stem, paths in grouped.items() if place in paths or stem == _stem(root, place)}


def _beside(place: Path) -> list[Path]:
    """One file and those that may be its transcripts; the folder around it may be a whole home and is not searched."""
    real = place.parent.resolve()
    near = sorted(place.parent.glob(f"{glob.escape(_LANGUAGE.sub('', place.stem))}.*"))
    return [path for path in near if _kind(path) and path.is_file() and path.resolve().is_relative_to(real)]


def _files(root: Path) -> list[Path]:
    """All files below a folder but hidden ones and those that a link leads out of it, in order."""
    paths: list[Path] = []

    def unreadable(error: OSError) -> None:
        if Path(error.filename or "") == root:
            raise FetchError(f"cannot be read ({error.strerror}); is its disk connected?", subject=str(root)) from None

    if not root.is_dir():
        raise FetchError("is not there; is its disk connected?", subject=str(root))
    real = root.resolve()
    for folder, names, files in os.walk(root, onerror=unreadable):
        names[:] = sorted(name for name in names if not name.startswith("."))
        inside = [Path(folder, name) for name in sorted(files) if not name.startswith(".")]
        paths += [path for path in inside if _kind(path) and path.is_file() and path.resolve().is_relative_to(real)]
    return paths


def _root_of(place: Path) -> Path:
    """The folder that a show lies in. One that is gone is not taken for a file, which would open the folder around it."""
    return place.parent if _kind(place) is not None and not place.is_dir() else place


def _kind(path: Path) -> str | None:
    suffix = path.suffix.lower()
    return "audio" if suffix in AUDIO else "transcript" if formats.type_of(suffix) else None


def _place(path: Path) -> int:
    """Where a transcript is looked at: in the order of the table of formats."""
    return formats.place_of(formats.format_of(TranscriptLink(url=path.as_uri())))


def _stem(root: Path, path: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


def _seen(root: Path, path: Path, before: Mapping[str, LocalFile]) -> LocalFile:
    stat = path.stat()
    name = path.relative_to(root).as_posix()
    old = before.get(name)
    if old is not None and (old.size, old.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
        return old
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    return LocalFile(name=name, size=stat.st_size, mtime_ns=stat.st_mtime_ns, digest=digest)


def _episode(guid: str, paths: Sequence[Path], tags: AudioTags) -> EpisodeData:
    main = paths[0]
    recorded = main.suffix.lower() in AUDIO
    stat = main.stat()
    name = _LANGUAGE.sub("", main.stem) if not recorded else main.stem
    day = day_inside(plain(name))
    published = (day.day if day else None) or tags.published or datetime.fromtimestamp(stat.st_mtime, UTC)
    return EpisodeData(
        guid=guid,
        title=tags.title or _words(name),
        description=tags.comment,
        published=published,
        duration_s=tags.duration_s,
        audio_url=main.as_uri() if recorded else "",
        audio_type=AUDIO.get(main.suffix.lower(), ""),
        audio_bytes=stat.st_size if recorded else None,
        transcripts=tuple(
            TranscriptLink(url=path.as_uri(), type=formats.type_of(path.suffix))
            for path in (paths[1:] if recorded else paths)
        ),
    )


def _words(name: str) -> str:
    """A file's name as a title: without its date, and with spaces for the marks that replace them."""
    text = plain(name)
    day = day_inside(text)
    if day is not None:
        rest = f"{text[: day.begin]} {text[day.end :]}"
        text = rest if re.search(r"\w", rest.replace("_", "")) else text
    if " " not in text.strip():
        text = re.sub(r"(?<!\d)[-_.]+|[-_.]+(?!\d)", " ", text)
    return (" ".join(text.replace("_", " ").split()).strip(" -–—.") or plain(name) or "Untitled")[:300]


def _common(values: Sequence[str]) -> str:
    """What all of them say, where they all say it."""
    return values[0] if values and values[0] and all(value == values[0] for value in values) else ""


def _path_of(address: str) -> Path:
    """The path of a ``file://`` address of this machine; raises ``UsageError`` for one of another."""
    try:
        parts = urlsplit(address.strip())
        path = unquote(parts.path)
    except ValueError:
        parts, path = urlsplit(""), ""
    if parts.scheme.lower() != "file" or parts.netloc not in {"", "localhost"} or not path or "\0" in path:
        raise UsageError("is not the address of a file of this machine", subject=address[:200])
    return Path(path)
