"""The language model behind an endpoint: calls, tries again, and replies of the shape that was asked for.

Small OpenAI-compatible servers refuse or ignore what large ones offer, so JSON is asked for in three ways, best first:
``json_schema``, ``json_object`` with the schema in the prompt, the prompt alone. What a server refused is not asked of
it again (`earmark.llm.known`). Models below about 4 B are asked for plain lines instead. Whatever goes wrong is a
``ModelCallError``, upon which callers go on without the model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earmark.errors import ModelCallError, NotYet
from earmark.llm.bill import Bill
from earmark.llm.calls import CallLimit
from earmark.llm.client import Address, Client
from earmark.llm.known import KnownServers, Manners
from earmark.llm.lines import lines_prompt, read_lines
from earmark.llm.reasoning import may_be_thinking, names_reasoning, reasoning_fields, without_reasoning
from earmark.llm.replies import check_schema, parse_json
from earmark.llm.small import wants_lines
from earmark.llm.wire import MODES, finish_reason, is_connection, names_format, response_format, wait_s, with_schema
from earmark.net import redact
from earmark.settings import LlmSettings

if TYPE_CHECKING:
    from earmark.ports import Meter

__all__ = ["LangChainChat"]

_ATTEMPTS = 3
_PASSING = frozenset({408, 409, 429, 502, 503, 504, 529})
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})
_UNKNOWN_NAME = frozenset({400, 422})
"""How servers answer to a part of a call that they do not know."""
_CUT = frozenset({"length", "max_tokens"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _ModelReply:
    """What a model wrote within ``limit`` tokens; ``text`` is empty where it only thought."""

    text: str
    truncated: bool
    limit: int


class _FormatRefusedError(Exception):
    """The endpoint does not take this ``response_format``."""


class LangChainChat:
    """A chat model. Safe to share between threads; the client is made at the first call.

    Args:
        settings: model, endpoint, key, time limit and the most requests that may be sent.
        sleep: how to wait between tries, in seconds.
        meter: what counts the tokens and refuses calls that no budget is left for; nobody where there is none.
        known: what servers were found to take, shared with other clients of this process.
        calls: how many requests may be sent, shared with other models of the same run; by default ``settings.max_calls``.
        lent: lends the address of a server of our own, where the model has one.
    """

    def __init__(
        self,
        settings: LlmSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        meter: Meter | None = None,
        known: KnownServers | None = None,
        calls: CallLimit | None = None,
        lent: Callable[[], AbstractContextManager[Address]] | None = None,
    ) -> None:
        self._client = Client(settings, lent)
        self._settings = settings
        self._sleep = sleep
        self._meter = meter
        self._calls = calls or CallLimit(settings.max_calls)
        self.manners: Manners = (known or KnownServers()).manners(settings.base_url, self._client.model)
        self.plain_lines = wants_lines(self._client.model, settings.plain_lines)

    @property
    def name(self) -> str:
        """The model's name, without the provider."""
        return self._client.model

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        """The reply as text.

        Raises:
            ModelCallError: the endpoint failed, the reply is empty, withheld or cut off, or the budget is spent.
        """
        reply = self._ask(system, user, max_tokens=max_tokens)
        if reply.truncated:
            raise self._error(f"the reply was cut off at {reply.limit} tokens", answered=True)
        return reply.text

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        """The reply parsed as JSON that fits ``schema``; of a reply that was cut off, the elements that are whole.

        A reply that does not fit is sent back once with what is wrong with it.

        Raises:
            ModelCallError: as for ``complete``, and when the second reply does not fit either.
        """
        prompt, read = with_schema(system, schema), _read_json
        if self.plain_lines:
            prompt, read = lines_prompt(system, schema), _read_lines
            reply, mode = self._ask(prompt, user, max_tokens=max_tokens), ""
        else:
            reply, mode = self._ask_json(system, user, schema, max_tokens)
        try:
            return read(reply, schema)
        except ValueError as error:
            problem = str(error)
        if not reply.truncated:
            self._distrust(mode)
        again = (
            f"{user}\n\nYour last reply was:\n{reply.text[:4000]}\n\nIt cannot be used: {problem}. "
            f"{'It was too long: be shorter. ' if reply.truncated else ''}Give the whole answer again, corrected."
        )
        second = self._ask(prompt, again, max_tokens=max_tokens)
        try:
            return read(second, schema)
        except ValueError as error:
            what = "lines" if self.plain_lines else "JSON"
            raise self._error(f"two replies were not the {what} asked for; the last: {error}", answered=True) from None

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        """The reply as it comes, in pieces, without what a reasoning model thinks first.

        Raises:
            ModelCallError: as for ``complete``, perhaps after some pieces; what was streamed is then not whole.
        """
        limit = self._limit(max_tokens)
        shown, finish = yield from self._streamed(system, user, limit)
        if not shown and finish in _CUT and (doubled := self._doubled(max_tokens, limit)):
            limit = doubled
            shown, finish = yield from self._streamed(system, user, limit)
        if not shown:
            raise self._empty(limit, cut=finish in _CUT)
        if finish in _CUT or finish == "content_filter":
            raise self._error(f"the reply was cut off ({finish})")

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        self._client.close()

    def _streamed(self, system: str, user: str, limit: int) -> Generator[str, None, tuple[int, str]]:
        """Yields the pieces of one call; returns how many characters there were, and why it ended."""
        bill = self._take(system, user, limit)
        seen, shown, finish = "", 0, ""
        try:
            for chunk in self._client.stream(system, user, max_tokens=limit, **self._taken()):
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
            raise self._error(f"the stream broke off: {self._client.told(error)}") from None
        finally:
            bill.settle(seen)  # also of a stream that nobody reads to its end
        return shown, finish

    def _ask_json(self, system: str, user: str, schema: dict[str, object], max_tokens: int) -> tuple[_ModelReply, str]:
        """The reply in the best mode that the endpoint takes, and that mode."""
        # response_format is a word of the OpenAI protocol; other providers get the schema in the prompt.
        modes = self.manners.modes if self._client.provider == "openai" else MODES[-1:]
        for position, mode in enumerate(modes):
            prompt = system if mode == "json_schema" else with_schema(system, schema)
            try:
                reply = self._ask(prompt, user, max_tokens=max_tokens, form=response_format(mode, schema))
            except _FormatRefusedError:
                continue
            # Only now is it sure that the format was to blame, not the server.
            self.manners.modes = modes[position:]
            return reply, mode
        raise self._error("the endpoint takes no request")  # unreachable: the last mode has no format to refuse

    def _distrust(self, mode: str) -> None:
        """A server that takes a format and ignores it gets the schema in the prompt from now on."""
        if mode == "json_schema":
            self.manners.modes = tuple(m for m in self.manners.modes if m != mode)

    def _ask(self, system: str, user: str, *, max_tokens: int, form: dict[str, object] | None = None) -> _ModelReply:
        """The reply; where a model only thought until it was cut off, that of a second call with twice the limit."""
        limit = self._limit(max_tokens)
        reply = self._call(system, user, limit, form)
        if not reply.text and reply.truncated and (doubled := self._doubled(max_tokens, limit)):
            reply = self._call(system, user, doubled, form)
        if not reply.text:
            raise self._empty(reply.limit, cut=reply.truncated)
        return reply

    def _limit(self, max_tokens: int) -> int:
        return 2 * max_tokens if self.manners.thinks_long else max_tokens

    def _doubled(self, max_tokens: int, limit: int) -> int:
        """Twice the limit, which this model gets from now on; 0 where it has been doubled already."""
        self.manners.thinks_long = True
        return 2 * max_tokens if limit == max_tokens else 0

    def _taken(self) -> dict[str, bool]:
        return {"temperature": self.manners.temperature, "reasoning": self.manners.reasoning}

    def _call(self, system: str, user: str, limit: int, form: dict[str, object] | None) -> _ModelReply:
        """One call, tried again where the failure is one that passes, or is about a part that can be left out."""
        attempt, taken = 1, self._taken()
        while True:
            bill = self._take(system, user, limit)
            try:
                message = self._client.invoke(system, user, max_tokens=limit, response_format=form, **taken)
            except ModelCallError:
                bill.unsent()
                raise
            except Exception as error:  # noqa: BLE001 - whatever a provider's client raises becomes one of ours
                bill.failed(error)
                status, text = getattr(error, "status_code", None), self._client.told(error)
                left_out = self._left_out(status, text, taken, form)
                if left_out:
                    taken[left_out] = False
                    continue
                if form is not None and status in _REFUSING:
                    raise _FormatRefusedError from None
                passing = status in _PASSING or status == 500 or (status is None and is_connection(error))
                if not passing or attempt == _ATTEMPTS:
                    raise self._error(self._failed(error, text)) from None
                self._sleep(wait_s(error, attempt))
                attempt += 1
            else:
                bill.read(message)
                bill.settle(str(message.text))
                # What was left out is remembered only now that the call without it was taken.
                self.manners.temperature &= taken["temperature"]
                self.manners.reasoning &= taken["reasoning"]
                return self._reply(message, limit)

    def _failed(self, error: Exception, text: str) -> str:
        url = self._settings.base_url
        if url and getattr(error, "status_code", None) is None and is_connection(error):
            return f"nothing answers at {redact(url)}; does the server run? (llm.base_url; {text})"
        return f"the endpoint failed: {text}"

    def _left_out(self, status: int | None, text: str, taken: Mapping[str, bool], form: object) -> str:
        """The part of a refused call without which it is sent again; empty where none is to blame."""
        if status not in _UNKNOWN_NAME:
            return ""
        if taken["temperature"] and not self._client.is_openai and "temperature" in text:
            return "temperature"
        asked = self._client.provider == "openai" and bool(reasoning_fields(self._settings.reasoning, openai=True))
        if asked and taken["reasoning"] and (names_reasoning(text) or form is None or not names_format(text)):
            return "reasoning"
        return ""

    def _reply(self, message: Any, limit: int) -> _ModelReply:
        """The text of a message that can be used."""
        finish = finish_reason(message)
        refusal = message.additional_kwargs.get("refusal")
        if refusal or finish == "content_filter":
            raise self._error(f"the model refused: {str(refusal or 'content filter')[:200]}", answered=True)
        text = without_reasoning(str(message.text))
        if not text and len(message.tool_calls) == 1:
            # Some servers turn a wish for JSON into a call of a tool.
            text = json.dumps(message.tool_calls[0]["args"])
        return _ModelReply(text=text, truncated=finish in _CUT, limit=limit)

    def _take(self, system: str, user: str, max_tokens: int) -> Bill:
        """One call of the budget; raises ``ModelCallError`` if none is left."""
        if not self._calls.take():
            raise self._error(f"the budget of {self._calls.most} calls is spent (llm.max_calls)")
        try:
            return Bill(self._meter, system + user, max_tokens)
        except NotYet as error:
            self._calls.give_back()
            raise self._error(error.message, until=error.until) from error

    def _empty(self, limit: int, *, cut: bool) -> ModelCallError:
        why = f": {limit} tokens were spent on thinking (llm.reasoning sets how much)" if cut else ""
        return self._error(f"the reply is empty{why}", answered=True)

    def _error(self, text: str, *, answered: bool = False, until: datetime | None = None) -> ModelCallError:
        return ModelCallError(text, subject=self.name, answered=answered, until=until)


def _read_json(reply: _ModelReply, schema: Mapping[str, object]) -> object:
    value = parse_json(reply.text)
    check_schema(value, schema)
    return value


def _read_lines(reply: _ModelReply, schema: Mapping[str, object]) -> object:
    value = read_lines(reply.text, schema)
    check_schema(value, schema)
    return value
