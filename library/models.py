"""Language models: those found on this machine, the one in use tried out, and those that Earmark runs itself."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import NotFound, UsageError
from earmark.llm.models import LOCAL
from earmark.local_model.choices import CHOICES, LocalModel, choice
from earmark.local_model.download import download
from earmark.local_model.files import ModelFiles, is_gguf
from earmark.whole_files import write_atomically
from library.toml_text import toml_value

if TYPE_CHECKING:
    from earmark.llm.servers import FoundServer
    from library.model_report import ModelReport
    from library.sight import Sight
    from library.wiring import Wiring

__all__ = ["LocalModelState", "Models"]

_MODELS = "the choice of language models"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModelState:
    """A model that Earmark can run: whether it is here, how many bytes of it are, and whether the settings name it."""

    model: LocalModel
    fetched: bool
    bytes_here: int
    used: bool


class Models:
    """What can be known and changed of language models, by an owner: other readers get ``Forbidden``."""

    def __init__(self, wiring: Wiring, sight: Sight) -> None:
        self._wiring = wiring
        self._sight = sight
        self._settings = wiring.settings
        self._files = ModelFiles(wiring.settings.models_dir)

    def offers(self) -> list[FoundServer]:
        """Model servers on this machine, if no model is set up; they are asked for their models and told nothing."""
        self._sight.require_owner(_MODELS)
        return self._wiring.servers.offers()

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        """Tries the models that the settings name; see `library.model_report.examine_models`.

        Raises:
            UsageError: no model is set up.
            ModelCallError: one does not answer.
        """
        from library.model_report import examine_models  # it loads what reads an episode, which few commands need

        self._sight.require_owner(_MODELS)
        return examine_models(self._wiring, on_step or (lambda _: None))

    def local(self) -> list[LocalModelState]:
        """The models that are worth fetching, the smallest first."""
        self._sight.require_owner(_MODELS)
        return [self._state(model) for model in CHOICES]

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        """Fetches a model from the hub, from where an earlier attempt broke off.

        Raises:
            NotFound: there is no model of that name.
            UsageError: offline, or the disk is too small.
            FetchError, FetchRefused: the hub failed; the same call goes on from there.
        """
        self._sight.require_owner(_MODELS)
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
        self._sight.require_owner(_MODELS)
        path = Path(name).expanduser()
        setting = LOCAL + (str(path.absolute()) if choice(name) is None and is_gguf(path) else name)
        self._files.path(setting)
        _set_model(self._settings.home / "earmark.toml", setting)
        return setting

    def remove(self, name: str) -> int:
        """Removes a fetched model; returns the bytes that are free again. Raises ``NotFound``."""
        self._sight.require_owner(_MODELS)
        return self._files.remove(_named(name))

    def _state(self, model: LocalModel) -> LocalModelState:
        fetched = self._files.fetched(model)
        return LocalModelState(
            model=model,
            fetched=fetched,
            bytes_here=model.size if fetched else self._files.partly(model),
            used=self._settings.llm.model == LOCAL + model.name,
        )


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
    line = f"model = {toml_value(value)}"
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
