"""The language model behind an endpoint, by langchain's ``init_chat_model``; the only module that imports langchain for it.

Small OpenAI-compatible servers refuse or ignore what large ones offer, so JSON is asked for in three ways, best first:
``json_schema``, ``json_object`` with the schema in the prompt, the prompt alone. What an endpoint refused is not asked of
it again. Whatever goes wrong is a ``ModelCallError``, upon which callers go on without the model.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earmark.errors import ModelCallError, NotYet
from earmark.llm.bill import Bill
from earmark.llm.replies import check_schema, parse_json, without_reasoning
from earmark.llm.wire import (
    MODES,
    finish_reason,
    is_connection,
    may_be_thinking,
    messages,
    response_format,
    wait_s,
    with_schema,
)
from earmark.net import is_loopback
from earmark.settings import LlmSettings, Settings

if TYPE_CHECKING:
    from earmark.ports import ChatModel, Meter

__all__ = ["PROVIDERS", "LangChainChat", "open_chat", "untraced"]

PROVIDERS = frozenset(
    {"anthropic", "anthropic_bedrock", "azure_ai", "azure_openai", "baseten", "bedrock", "bedrock_converse", "cohere"}
    | {"deepseek", "fireworks", "google_anthropic_vertex", "google_genai", "google_vertexai", "groq", "huggingface"}
    | {
        "ibm",
        "meta",
        "mistralai",
        "nvidia",
        "ollama",
        "openai",
        "openrouter",
        "perplexity",
        "together",
        "upstage",
        "xai",
    }
)
"""What may stand before the colon of ``llm.model``, as langchain 1.4 has them; anything else is part of the name."""

_OPENAI_URL = "https://api.openai.com/v1"
_ATTEMPTS = 3
_PASSING = frozenset({408, 409, 429, 502, 503, 504, 529})
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})


@dataclass(frozen=True, slots=True, kw_only=True)
class _ModelReply:
    text: str
    truncated: bool


class _FormatRefusedError(Exception):
    """The endpoint does not take this ``response_format``."""


class LangChainChat:
    """A chat model. Safe to share between threads; the client is made at the first call.

    Args:
        settings: model, endpoint, key, time limit and the most requests that this object may send.
        sleep: how to wait between tries, in seconds.
        meter: what counts the tokens and refuses calls that no budget is left for; nothing does without it.
    """

    def __init__(
        self, settings: LlmSettings, *, sleep: Callable[[float], None] = time.sleep, meter: Meter | None = None
    ) -> None:
        provider, colon, model = settings.model.partition(":")
        self._provider, self._model = (
            (provider, model) if colon and provider in PROVIDERS else ("openai", settings.model)
        )
        self._settings = settings
        self._sleep = sleep
        self._meter = meter
        self._lock = threading.Lock()
        self._client: Any = None
        self._http: Any = None
        self._left = settings.max_calls
        # response_format is a word of the OpenAI protocol; other providers get the schema in the prompt.
        self._modes: tuple[str, ...] = MODES if self._provider == "openai" else ("prompt",)
        self._temperature: dict[str, float] = {"temperature": 0.0} if settings.base_url else {}

    @property
    def name(self) -> str:
        """The model's name, without the provider."""
        return self._model

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        """The reply as text.

        Raises:
            ModelCallError: the endpoint failed, the reply is empty, withheld or cut off, or the budget is spent.
        """
        reply = self._ask(system, user, max_tokens=max_tokens)
        if reply.truncated:
            raise self._error(f"the reply was cut off at {max_tokens} tokens", answered=True)
        return reply.text

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        """The reply parsed as JSON that fits ``schema``; of a reply that was cut off, the elements that are whole.

        A reply that does not fit is sent back once with what is wrong with it.

        Raises:
            ModelCallError: as for ``complete``, and when the second reply does not fit either.
        """
        reply, mode = self._ask_json(system, user, schema, max_tokens)
        try:
            return _read(reply, schema)
        except ValueError as error:
            problem = str(error)
        if not reply.truncated:
            self._distrust(mode)
        again = (
            f"{user}\n\nYour last reply was:\n{reply.text[:4000]}\n\nIt cannot be used: {problem}. "
            f"{'It was too long: be shorter. ' if reply.truncated else ''}Give the whole JSON again, corrected."
        )
        second = self._ask(with_schema(system, schema), again, max_tokens=max_tokens)
        try:
            return _read(second, schema)
        except ValueError as error:
            raise self._error(f"two replies were not the JSON asked for; the last: {error}", answered=True) from None

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        """The reply as it comes, in pieces, without what a reasoning model thinks first.

        Raises:
            ModelCallError: as for ``complete``, perhaps after some pieces; what was streamed is then not whole.
        """
        bill = self._take(system, user, max_tokens)
        seen, shown, finish = "", 0, ""
        try:
            with untraced():
                chunks = self._open().stream(messages(system, user), **self._arguments(max_tokens, None))
            while True:
                with untraced():  # a context may not be held across a yield
                    chunk = next(chunks, None)
                if chunk is None:
                    break
                seen += str(chunk.text)
                bill.read(chunk)
                finish = finish_reason(chunk) or finish
                ready = "" if may_be_thinking(seen) else without_reasoning(seen)
                if len(ready) > shown:
                    yield ready[shown:]
                    shown = len(ready)
        except ModelCallError:
            bill.unsent()
            raise
        except Exception as error:  # noqa: BLE001 - whatever a provider's client raises becomes one of ours
            bill.failed(error)
            raise self._error(f"the stream broke off: {self._redacted(error)}") from None
        finally:
            bill.settle(seen)  # also of a stream that nobody reads to its end
        if not shown:
            raise self._error("the reply is empty")
        if finish in {"length", "max_tokens", "content_filter"}:
            raise self._error(f"the reply was cut off ({finish})")

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._client = self._http = None

    def _ask_json(self, system: str, user: str, schema: dict[str, object], max_tokens: int) -> tuple[_ModelReply, str]:
        """The reply in the best mode that the endpoint takes, and that mode."""
        modes = self._modes
        for position, mode in enumerate(modes):
            prompt = system if mode == "json_schema" else with_schema(system, schema)
            try:
                reply = self._ask(prompt, user, max_tokens=max_tokens, response_format=response_format(mode, schema))
            except _FormatRefusedError:
                continue
            # Only now is it sure that the format was to blame, not the server.
            self._modes = modes[position:]
            return reply, mode
        raise self._error("the endpoint takes no request")  # unreachable: the last mode has no format to refuse

    def _distrust(self, mode: str) -> None:
        """A server that takes a format and ignores it gets the schema in the prompt from now on."""
        if mode == "json_schema":
            self._modes = tuple(m for m in self._modes if m != mode)

    def _ask(
        self, system: str, user: str, *, max_tokens: int, response_format: dict[str, object] | None = None
    ) -> _ModelReply:
        for attempt in range(1, _ATTEMPTS + 1):
            bill = self._take(system, user, max_tokens)
            try:
                with untraced():
                    message = self._open().invoke(
                        messages(system, user), **self._arguments(max_tokens, response_format)
                    )
            except ModelCallError:
                bill.unsent()
                raise
            except Exception as error:  # noqa: BLE001 - whatever a provider's client raises becomes one of ours
                bill.failed(error)
                status = getattr(error, "status_code", None)
                text = self._redacted(error)
                if status == 400 and self._temperature and "temperature" in text:
                    self._temperature = {}
                    continue
                if response_format is not None and status in _REFUSING:
                    raise _FormatRefusedError from None
                passing = status in _PASSING or status == 500 or (status is None and is_connection(error))
                if not passing or attempt == _ATTEMPTS:
                    raise self._error(f"the endpoint failed: {text}") from None
                self._sleep(wait_s(error, attempt))
            else:
                bill.read(message)
                bill.settle(str(message.text))
                return self._reply(message)
        raise self._error("the endpoint failed three times")

    def _reply(self, message: Any) -> _ModelReply:
        """The text of a message that can be used."""
        finish = finish_reason(message)
        refusal = message.additional_kwargs.get("refusal")
        if refusal or finish == "content_filter":
            raise self._error(f"the model refused: {str(refusal or 'content filter')[:200]}", answered=True)
        text = without_reasoning(str(message.text))
        if not text and len(message.tool_calls) == 1:
            # Some servers turn a wish for JSON into a call of a tool.
            text = json.dumps(message.tool_calls[0]["args"])
        if not text:
            raise self._error("the reply is empty", answered=True)
        return _ModelReply(text=text, truncated=finish in {"length", "max_tokens"})

    def _take(self, system: str, user: str, max_tokens: int) -> Bill:
        """One call of the budget; raises ``ModelCallError`` if none is left."""
        with self._lock:
            if self._left <= 0:
                raise self._error(f"the budget of {self._settings.max_calls} calls is spent (llm.max_calls)")
            self._left -= 1
        try:
            return Bill(self._meter, system + user, max_tokens)
        except NotYet as error:
            with self._lock:
                self._left += 1
            raise self._error(error.message, until=error.until) from error

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def _make(self) -> Any:
        from langchain.chat_models import init_chat_model

        settings = self._settings
        key = settings.api_key.get_secret_value()
        options: dict[str, Any] = {"timeout": settings.timeout_s, "max_retries": 0}  # we retry, within the budget
        if self._provider == "openai":
            import openai

            # Every one is given, so that no LANGSMITH_GATEWAY, OPENAI_API_BASE or OPENAI_PROXY can divert the call.
            url = settings.base_url or _OPENAI_URL
            # No redirects: a key and a transcript go where the setting says, and nowhere else.
            self._http = openai.DefaultHttpxClient(
                trust_env=not is_loopback(url), timeout=settings.timeout_s, follow_redirects=False
            )
            options |= {"base_url": url, "api_key": key or "none", "openai_proxy": None, "http_client": self._http}
            options |= {"use_responses_api": False, "http_socket_options": ()}
        else:
            options |= {"base_url": settings.base_url} if settings.base_url else {}
            options |= {"api_key": key} if key else {}
        try:
            return init_chat_model(self._model, model_provider=self._provider, **options)
        except ImportError as error:
            raise self._error(f"the provider {self._provider} needs a package: {error}") from None

    def _arguments(self, max_tokens: int, response_format: dict[str, object] | None) -> dict[str, Any]:
        if self._provider != "openai":
            return {"max_tokens": max_tokens, **self._temperature}
        # In the body itself: langchain would rename max_tokens, which small servers then ignore, and would parse
        # structured replies by a path that raises on a reply that was cut off.
        limit = "max_tokens" if self._settings.base_url else "max_completion_tokens"
        body: dict[str, object] = {limit: max_tokens}
        if response_format is not None:
            body["response_format"] = response_format
        return {"extra_body": body, **self._temperature}

    def _error(self, text: str, *, answered: bool = False, until: datetime | None = None) -> ModelCallError:
        return ModelCallError(text, subject=self._model, answered=answered, until=until)

    def _redacted(self, error: Exception) -> str:
        """The error in one line, without the key that some servers repeat in theirs."""
        key = self._settings.api_key.get_secret_value()
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return (text.replace(key, "…") if key else text)[:300]


def untraced() -> contextlib.AbstractContextManager[None]:
    """A context in which LangSmith traces nothing, whatever the environment says."""
    from langsmith import tracing_context

    return tracing_context(enabled=False)


def _read(reply: _ModelReply, schema: Mapping[str, object]) -> object:
    value = parse_json(reply.text)
    check_schema(value, schema)
    return value


def open_chat(settings: Settings, *, meter: Meter | None = None) -> ChatModel | None:
    """The language model of the settings; ``None`` if they name none, or if offline mode puts it out of reach.

    ``meter`` counts its tokens and refuses calls for which no budget is left.
    """
    if not settings.llm.model or (settings.offline and not is_loopback(settings.llm.base_url)):
        return None
    return LangChainChat(settings.llm, meter=meter)
