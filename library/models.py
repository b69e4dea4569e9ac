"""Language models: those found on this machine, the one in use tried out, and those that Earmark runs itself."""

from __future__ import annotations

import threading
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import ModelCallError, NotFound, UsageError
from earmark.llm.bill import estimated_tokens
from earmark.llm.models import LOCAL, is_local, is_reachable, reader_settings
from earmark.llm.servers import FoundServer, find_servers
from earmark.local_model.choices import CHOICES, LocalModel, choice
from earmark.local_model.download import download
from earmark.local_model.files import ModelFiles, is_gguf
from earmark.model_wheels import write_atomically
from earmark.net import redact
from ingest.insights.candidates import most_of
from ingest.insights.windows import window_words
from ingest.limits.budget import Budget, ModelMeter, llm_money
from ingest.prompts import load_prompt
from library.model_trial import Call, Night, TimedChat, Trial, night, run_trial

if TYPE_CHECKING:
    from earmark.llm.chat import LangChainChat
    from earmark.ports import ChatModel
    from earmark.settings import LlmSettings
    from library.wiring import Wiring

__all__ = ["LocalModelState", "ModelReport", "Models", "TriedModel"]

_LEAST_CONTEXT = 11_000
"""Tokens that the longest of the calls for an episode takes: the finalists with their sentences, and what is written."""


_FRESH_S = 60.0
"""How long a look at the ports of this machine holds: a page is shown many times a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedModel:
    """How a model was asked and what it took.

    ``form`` is how replies were asked for, ``reasoning`` says what the server did with ``llm.reasoning``, ``context`` is
    in tokens (``None``: its server does not say), ``notes`` are what could be better.
    """

    name: str
    server: str
    form: str
    reasoning: str
    context: int | None
    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """A trial of the models that the settings name; ``reader`` is ``None`` if one model does everything."""

    editor: TriedModel
    reader: TriedModel | None
    trial: Trial
    night: Night
    night_money: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModelState:
    """A model that Earmark can run: whether it is here, how many bytes of it are, and whether the settings name it."""

    model: LocalModel
    fetched: bool
    bytes_here: int
    used: bool


class Models:
    """What can be known and changed of language models."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._settings = wiring.settings
        self._files = ModelFiles(wiring.settings.models_dir)
        self._lock = threading.Lock()
        self._found: list[FoundServer] = []
        self._look_again = 0.0

    def offers(self) -> list[FoundServer]:
        """Model servers on this machine, if no model is set up; they are asked for their models and told nothing."""
        settings = self._settings
        if settings.llm.model or settings.offline:
            return []
        with self._lock:
            if time.monotonic() >= self._look_again:
                self._found = find_servers(settings.llm.local_ports)
                self._look_again = time.monotonic() + _FRESH_S
            return self._found

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        """Tries the models that the settings name on an invented conversation of five windows, by the real path.

        Raises:
            UsageError: no model is set up.
            ModelCallError: one does not answer.
        """
        settings, say = self._settings, on_step or (lambda _: None)
        llm = settings.llm
        if not is_reachable(settings, llm):
            text = "no language model is set up (llm.model)" if not llm.model else "it is out of reach offline"
            raise UsageError(f"{text}; earmark doctor says what this machine has", subject=llm.model)
        budget = Budget(self._wiring.catalog, settings, self._wiring.clock)
        reading = reader_settings(llm)
        if reading is not None and not is_reachable(settings, reading):
            reading = None
        editor, editor_chat = self._timed(budget, llm)
        reader, reader_chat = self._timed(budget, reading or llm)
        say("asking for one word")
        for chat in (editor, reader) if reading else (editor,):
            _ping(chat)
            chat.calls.clear()
        say("reading five windows")
        trial = run_trial(editor, reader, settings.insights)
        context = self._wiring.context(reading or llm)
        instructions = float(estimated_tokens(load_prompt("insight_candidates", most=str(most_of(400)))))
        found = night(
            trial,
            reader.calls,
            editor.calls,
            instructions=instructions,
            window_words=window_words(settings.insights.window_words, context),
            most=settings.insights.per_episode,
        )
        money = llm_money(*found.reader_tokens, reading or llm) + llm_money(*found.editor_tokens, llm)
        one = None if reading else reader.calls
        return ModelReport(
            editor=self._tried(llm, editor_chat, editor.calls + (one or [])),
            reader=self._tried(reading, reader_chat, reader.calls) if reading else None,
            trial=trial,
            night=found,
            night_money=money,
        )

    def local(self) -> list[LocalModelState]:
        """The models that are worth fetching, the smallest first."""
        return [self._state(model) for model in CHOICES]

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        """Fetches a model from the hub, from where an earlier attempt broke off.

        Raises:
            NotFound: there is no model of that name.
            UsageError: offline, or the disk is too small.
            FetchError, FetchRefused: the hub failed; the same call goes on from there.
        """
        model = _named(name)
        if not self._files.fetched(model):
            if self._settings.offline:
                raise UsageError("is not here, and Earmark is offline", subject=name)
            self._files.check_space(model)
            download(
                model.url(self._settings.llm.hub_url),
                self._files.target(model),
                size=model.size,
                sha256=model.sha256,
                part=self._files.part(model),
                on_progress=on_progress,
            )
        return self._state(model)

    def use(self, name: str) -> str:
        """Puts a fetched model, or the full path of a GGUF file, into ``earmark.toml``; returns what the setting is now.

        Raises:
            ModelNotFound: it is not here.
            UsageError: the file cannot be changed safely; the message has the lines to write there.
        """
        path = Path(name).expanduser()
        setting = LOCAL + (str(path.absolute()) if choice(name) is None and is_gguf(path) else name)
        self._files.path(setting)
        _set_model(self._settings.home / "earmark.toml", setting)
        return setting

    def remove(self, name: str) -> int:
        """Removes a fetched model; returns the bytes that are free again. Raises ``NotFound``."""
        return self._files.remove(_named(name))

    def _state(self, model: LocalModel) -> LocalModelState:
        fetched = self._files.fetched(model)
        return LocalModelState(
            model=model,
            fetched=fetched,
            bytes_here=model.size if fetched else self._files.partly(model),
            used=self._settings.llm.model == LOCAL + model.name,
        )

    def _timed(self, budget: Budget, llm: LlmSettings) -> tuple[TimedChat, LangChainChat]:
        timed = TimedChat(ModelMeter(budget, llm))
        chat = self._wiring.model(budget, llm, meter=timed)
        if chat is None:
            raise UsageError("no language model is set up (llm.model)")
        return timed.timing(chat), chat

    def _tried(self, llm: LlmSettings, chat: LangChainChat, calls: list[Call]) -> TriedModel:
        context = self._wiring.context(llm)
        manners = chat.manners
        form = {
            "json_schema": "JSON by a schema",
            "json_object": "JSON, with the schema in the prompt",
            "prompt": "JSON in the prompt alone, because the server takes no format",
        }
        reasoning = (
            "as its server does" if llm.reasoning == "auto" and not is_local(llm) else f"asked for: {llm.reasoning}"
        )
        notes = []
        if not manners.reasoning:
            reasoning = "its server takes no wish (llm.reasoning)"
        if manners.thinks_long:
            notes.append("thinks past the limits of its replies, which are doubled; llm.reasoning = off is quicker")
        if context is not None and context < _LEAST_CONTEXT:
            text = f"has a context of {context:,} tokens, and the longest call for an episode takes {_LEAST_CONTEXT:,}"
            notes.append(f"{text}: give it more (Ollama: OLLAMA_CONTEXT_LENGTH=16384)")
        return TriedModel(
            name=chat.name,
            server="run by Earmark" if is_local(llm) else redact(llm.base_url) or "its provider",
            form="plain lines" if chat.plain_lines else form[manners.modes[0]],
            reasoning=reasoning,
            context=context,
            calls=len(calls),
            tokens_in=sum(call.tokens_in for call in calls),
            tokens_out=sum(call.tokens_out for call in calls),
            seconds=sum(call.seconds for call in calls),
            notes=tuple(notes),
        )


def _ping(chat: ChatModel) -> None:
    """Raises ``ModelCallError`` where nobody answers; too long a reply, or one that only thinks, is an answer."""
    try:
        chat.complete("Answer with one word.", "Say ready.", max_tokens=256)
    except ModelCallError as error:
        if not error.answered:
            raise


def _named(name: str) -> LocalModel:
    model = choice(name)
    if model is None:
        raise NotFound(f"no such model; one of {', '.join(model.name for model in CHOICES)}", subject=name)
    return model


def _set_model(path: Path, value: str) -> None:
    """Sets ``model`` in the group ``llm`` of a settings file and leaves every other line as it is.

    The address goes, because it belonged to the model before. What was written is read again before it takes the place of
    the file, so that a file that is laid out in a way of its own is left alone.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = _with_model(before, value)
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        old, new = {}, {}
    wanted = {name: part for name, part in old.get("llm", {}).items() if name not in {"model", "base_url"}}
    if new != {**old, "llm": {**wanted, "model": value}}:
        raise UsageError(f'cannot be changed safely; write in it, under [llm]: model = "{value}"', subject=str(path))
    write_atomically(path, after)


def _with_model(text: str, value: str) -> str:
    """The text of a settings file with another model."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    line = f'model = "{quoted}"'
    kept: list[str] = []
    group, placed = "", False
    for row in text.splitlines():
        bare = row.strip()
        if bare.startswith("["):
            group = bare
        name = bare.partition("=")[0].strip()
        if group == "[llm]" and name in {"model", "base_url"}:
            continue
        kept.append(row)
        if bare == "[llm]":
            kept.append(line)
            placed = True
    if not placed:
        kept += [*([""] if kept else []), "[llm]", line]
    return "\n".join(kept) + "\n"
