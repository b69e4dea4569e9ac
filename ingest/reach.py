"""How what belongs to an episode is reached: over the network, with its feed's login where there is one, or on this disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from earmark.catalog import Catalog
from earmark.catalog.feeds import secrets, shows
from earmark.private import veiled
from earmark.settings import FetchSettings
from earmark.types import Episode, Show
from ingest.fetching.download import Progress
from ingest.fetching.fetch import Fetcher, Response
from ingest.fetching.parts import FilePart, ServedFile
from ingest.local.files import local_path, read_local
from ingest.transcripts.formats import type_of

__all__ = ["Reach", "Recording", "reach"]


_LONGEST = 200
"""Characters of a header that are kept: validators are some dozens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An episode's audio as a file, and what tells the host's file from a later one: its bytes and validators, where served."""

    path: Path
    served: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Fetches for one episode; made by ``reach``. What it raises and returns shows no secret of a private feed."""

    show: Show
    access: secrets.Access
    fetcher: Fetcher
    limits: FetchSettings

    def get(self, url: str) -> Response:
        """A transcript or chapter file; raises as ``Fetcher.get``, of local files as ``read_local``."""
        if _on_disk(url):
            body = read_local(self.show, url, limit_bytes=self.limits.feed_bytes)
            kind = type_of(Path(url).suffix)
            return Response(url=url, status=200, body=body, content_type=kind)
        with veiled(self.access.veil):
            response = self.fetcher.get(self.access.url(url))
        return replace(response, url=self.access.veil(response.url))

    def audio(self, url: str, path: Path, *, progress: Progress | None = None) -> Recording:
        """The audio: in ``path``, downloaded, or where a local show has it, from where it is not copied.

        Raises as ``Fetcher.download``, of local files as ``local_path``.
        """
        if _on_disk(url):
            return Recording(path=local_path(self.show, url))
        with veiled(self.access.veil):
            done = self.fetcher.download(
                self.access.url(url), path, limit_bytes=self.limits.audio_bytes, progress=progress
            )
        served: dict[str, str | int] = {
            "bytes": done.bytes,
            "etag": done.etag[:_LONGEST],
            "last_modified": done.last_modified[:_LONGEST],
        }
        return Recording(path=done.path, served={name: value for name, value in served.items() if value})

    def look(self, url: str) -> ServedFile:
        """What the host says of the audio now; raises as ``Fetcher.look``."""
        with veiled(self.access.veil):
            return self.fetcher.look(self.access.url(url))

    def part(self, url: str, first: int, count: int) -> FilePart:
        """Some bytes of the audio; raises as ``Fetcher.part``."""
        with veiled(self.access.veil):
            return self.fetcher.part(self.access.url(url), first, count)


def reach(catalog: Catalog, fetcher: Fetcher, limits: FetchSettings, episode: Episode) -> Reach:
    """What fetches for an episode; raises ``NotFound`` if its show was removed meanwhile."""
    with catalog.read() as tx:
        show = shows.get(tx, episode.show_id)
        access = secrets.of_episode(tx, episode)
    return Reach(show=show, access=access, fetcher=fetcher, limits=limits)


def _on_disk(url: str) -> bool:
    return url.lower().startswith("file:")
