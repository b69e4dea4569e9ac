"""The language models in use tried out: how each was asked, what it took, and what a night would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.errors import ModelCallError, UsageError
from earmark.llm.bill import estimated_tokens
from earmark.llm.models import is_local, is_reachable, reader_settings
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

__all__ = ["ModelReport", "TriedModel", "examine_models", "ping"]

_LEAST_CONTEXT = 11_000
"""Tokens that the longest of the calls for an episode takes: the finalists with their sentences, and what is written."""


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


def examine_models(wiring: Wiring, say: Callable[[str], None]) -> ModelReport:
    """Tries the models that the settings name on an invented conversation of five windows, by the real path.

    ``say`` is told of each step in words.

    Raises:
        UsageError: no model is set up.
        ModelCallError: one does not answer.
    """
    settings = wiring.settings
    llm = settings.llm
    if not is_reachable(settings, llm):
        text = "no language model is set up (llm.model)" if not llm.model else "it is out of reach offline"
        raise UsageError(f"{text}; earmark doctor says what this machine has", subject=llm.model)
    budget = Budget(wiring.catalog, settings, wiring.clock)
    reading = reader_settings(llm)
    if reading is not None and not is_reachable(settings, reading):
        reading = None
    editor, editor_chat = _timed(wiring, budget, llm)
    reader, reader_chat = _timed(wiring, budget, reading or llm)
    say("asking for one word")
    for chat in (editor, reader) if reading else (editor,):
        ping(chat)
        chat.calls.clear()
    say("reading five windows")
    trial = run_trial(editor, reader, settings.insights)
    context = wiring.context(reading or llm)
    instructions = float(estimated_tokens(load_prompt("insight_candidates", most=str(most_of(400)))))
    estimate = night(
        trial,
        reader.calls,
        editor.calls,
        instructions=instructions,
        window_words=window_words(settings.insights.window_words, context),
        most=settings.insights.per_episode,
    )
    money = llm_money(*estimate.reader_tokens, reading or llm) + llm_money(*estimate.editor_tokens, llm)
    return ModelReport(
        editor=_tried(wiring, llm, editor_chat, editor.calls if reading else editor.calls + reader.calls),
        reader=_tried(wiring, reading, reader_chat, reader.calls) if reading else None,
        trial=trial,
        night=estimate,
        night_money=money,
    )


def _timed(wiring: Wiring, budget: Budget, llm: LlmSettings) -> tuple[TimedChat, LangChainChat]:
    timed = TimedChat(ModelMeter(budget, llm))
    chat = wiring.model(budget, llm, meter=timed)
    if chat is None:
        raise UsageError("no language model is set up (llm.model)")
    return timed.timing(chat), chat


def _tried(wiring: Wiring, llm: LlmSettings, chat: LangChainChat, calls: list[Call]) -> TriedModel:
    context = wiring.context(llm)
    manners = chat.manners
    form = {
        "json_schema": "JSON by a schema",
        "json_object": "JSON, with the schema in the prompt",
        "prompt": "JSON in the prompt alone, because the server takes no format",
    }
    reasoning = "as its server does" if llm.reasoning == "auto" and not is_local(llm) else f"asked for: {llm.reasoning}"
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


def ping(chat: ChatModel, *, most_tokens: int = 256) -> None:
    """Raises ``ModelCallError`` where nobody answers; too long a reply, or one that only thinks, is an answer."""
    try:
        chat.complete("Answer with one word.", "Say ready.", max_tokens=most_tokens)
    except ModelCallError as error:
        if not error.answered:
            raise
