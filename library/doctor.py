"""Checks of every part that Earmark needs."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefs import channels
from briefs.channels import Opener
from earmark.catalog import changes
from earmark.errors import EarmarkError
from earmark.models import resolve
from library.readers import local_reader

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock, Encoder
    from earmark.settings import Settings
    from library.wiring import Wiring

__all__ = ["Check", "examine"]

_LOW_DISK_BYTES = 1_000_000_000
"""Below this an hour of audio and the passages of a few hundred episodes no longer fit."""
_WORDS = ["people", "remember", "an", "idea", "when", "somebody", "they", "trust", "explains", "it", "slowly"]
_PASSAGES = 32
"""Passages of 143 words, about as long as the library's, that the speed is measured on: a second or less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The check of one part: ``ok`` is ``None`` if it is switched off; the message says what to do."""

    name: str
    ok: bool | None
    message: str


def examine(wiring: Wiring) -> list[Check]:
    """All checks; a failing check does not keep the others from running."""
    checks: list[tuple[str, Callable[[Wiring], Check]]] = [
        ("folder", _folder),
        ("catalog", _catalog),
        ("embeddings", _embeddings),
        ("speech", _speech),
        ("index", _index),
        ("language model", _llm),
        ("app", _app),
    ]
    results = []
    for name, check in checks:
        try:
            results.append(check(wiring))
        except EarmarkError as error:
            results.append(Check(name=name, ok=False, message=str(error)))
    return [*results, *examine_channels(wiring.settings, wiring.clock, wiring.catalog)]


def _folder(wiring: Wiring) -> Check:
    home = wiring.settings.home
    free = shutil.disk_usage(home).free
    writable = os.access(home, os.W_OK)
    message = f"{home}, {free / 1e9:.1f} GB free"
    if not writable:
        message += "; it cannot be written to"
    elif free < _LOW_DISK_BYTES:
        message += "; that is little for audio"
    return Check(name="folder", ok=writable and free >= _LOW_DISK_BYTES, message=message)


def _catalog(wiring: Wiring) -> Check:
    damage = wiring.catalog.damage()
    if not damage:
        return Check(name="catalog", ok=True, message=f"{wiring.catalog.database}, intact")
    return Check(
        name="catalog",
        ok=False,
        message=f"damaged ({damage}); restore a backup into an empty folder: earmark --home FOLDER restore FILE",
    )


def _embeddings(wiring: Wiring) -> Check:
    settings = wiring.settings
    if settings.embedding.engine == "openai":
        return Check(
            name="embeddings", ok=True, message=f"{settings.embedding.model} at its endpoint (not called here)"
        )
    model = resolve(
        settings.embedding.model, kind="embedding", models_dir=settings.models_dir, offline=settings.offline
    )
    message = f"{model.name} from {_origin(model.source)}"
    if model.source == "hub":
        return Check(name="embeddings", ok=True, message=message)
    return Check(name="embeddings", ok=True, message=f"{message}; {_encoding(wiring.encoder())}")


def _encoding(encoder: Encoder) -> str:
    """The backend that computes the vectors, its speed, and why no faster backend is used."""
    text = " ".join(_WORDS * 13)
    encoder.encode([text])  # the first one loads the model
    began = time.perf_counter()
    encoder.encode([f"{number} {text}" for number in range(_PASSAGES)])
    rate = _PASSAGES / (time.perf_counter() - began)
    backend, note = (str(getattr(encoder, name, "")) for name in ("backend", "note"))
    return f"{backend}, {encoder.dimension} dimensions, {rate:.0f} passages/s" + (f" ({note})" if note else "")


def _speech(wiring: Wiring) -> Check:
    settings = wiring.settings
    if not settings.asr.enabled:
        return Check(name="speech", ok=None, message="off (asr.enabled)")
    if settings.asr.engine == "openai":
        return Check(name="speech", ok=True, message=f"{settings.asr.model} at its endpoint (not called here)")
    model = resolve(settings.asr.model, kind="asr", models_dir=settings.models_dir, offline=settings.offline)
    return Check(name="speech", ok=True, message=f"{model.name} from {_origin(model.source)}")


def _index(wiring: Wiring) -> Check:
    from retrieval.index import read_watermark

    mark = read_watermark(wiring.settings)
    with wiring.catalog.read() as tx:
        behind = changes.behind(tx, mark.seq)
    where = wiring.settings.index.qdrant_url or "embedded"
    state = f", {behind} changes behind" if behind else ", up to date"
    return Check(name="index", ok=True, message=f"{where}, {mark.points} points{state}")


def _llm(wiring: Wiring) -> Check:
    chat = wiring.chat()
    if chat is None:
        message = "none; insights and answers are extractive"
        for server in wiring.servers.offers():
            message += f". {server.name} on this machine has {server.models[0]}; in earmark.toml: {server.toml}"
        return Check(name="language model", ok=None, message=message)
    from library.model_report import ping

    ping(chat, most_tokens=64)
    return Check(name="language model", ok=True, message=f"{chat.name} answers; earmark doctor --model tries it out")


def examine_channels(settings: Settings, clock: Clock, catalog: Catalog) -> list[Check]:
    """Whether each way to send the brief of the reader of this machine is set up whole; nothing is sent."""
    return [_channel(name, opener, settings, clock, catalog) for name, opener in channels.CHANNELS.items()]


def _channel(name: str, opener: Opener, settings: Settings, clock: Clock, catalog: Catalog) -> Check:
    try:
        channel = opener(settings, clock, catalog)
        if channel is None:
            return Check(name=name, ok=None, message=f"off (see [{name}] in docs/settings.md)")
        address = channel.address(local_reader(catalog, settings))
    except EarmarkError as error:
        return Check(name=name, ok=False, message=str(error))
    return Check(name=name, ok=True, message=f"to {address} through {channel.where}; not called here")


def _app(wiring: Wiring) -> Check:
    from library.remote import find_app

    running = find_app(wiring.settings.home) is not None
    return Check(name="app", ok=True if running else None, message="running" if running else "not running")


def _origin(source: str) -> str:
    return {"path": "a folder", "wheel": "an installed package", "cache": "the download cache"}.get(
        source, "the hub (it will be downloaded when first used)"
    )
