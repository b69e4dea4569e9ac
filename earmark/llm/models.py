"""The language models that the settings name: one that chooses and writes, and perhaps a cheaper one that reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import PurePath
from typing import TYPE_CHECKING

from pydantic import SecretStr

from earmark.errors import UsageError
from earmark.llm.chat import LangChainChat
from earmark.llm.client import Address
from earmark.net import is_loopback

if TYPE_CHECKING:
    from earmark.llm.calls import CallLimit
    from earmark.llm.known import KnownServers
    from earmark.ports import Meter
    from earmark.settings import LlmSettings, Settings

__all__ = ["LOCAL", "Lender", "is_local", "is_reachable", "local_settings", "open_chat", "reader_settings"]

LOCAL = "local:"
"""What stands before the name of a model that is run by Earmark, or the path of a GGUF file, in ``llm.model``."""
LOCAL_TIMEOUT_S = 1800.0
"""Longest wait for a reply of such a model: on a laptop a long one takes minutes, and nobody else is to blame."""

Lender = Callable[[], AbstractContextManager[Address]]
"""Lends the address of a server of our own for the time of a call."""


def open_chat(
    settings: Settings,
    llm: LlmSettings | None = None,
    *,
    meter: Meter | None = None,
    known: KnownServers | None = None,
    calls: CallLimit | None = None,
    local: Callable[[str], Lender] | None = None,
) -> LangChainChat | None:
    """The language model that the settings name; ``None`` where there is none, or offline mode puts it out of reach.

    Args:
        settings: those in force.
        llm: the model, where it is not the one of ``settings``: that of `reader_settings`.
        meter: counts its tokens and refuses calls for which no budget is left.
        known: what servers were found to take so far.
        calls: how many calls are left to this run.
        local: gives what runs a local model, by what ``llm.model`` says.

    Raises:
        UsageError: the model is a local one, and nothing here runs those.
    """
    chosen = llm or settings.llm
    if not is_reachable(settings, chosen):
        return None
    if not is_local(chosen):
        return LangChainChat(chosen, meter=meter, known=known, calls=calls)
    if local is None:
        raise UsageError("local models are run by the library only", subject=chosen.model)
    return LangChainChat(local_settings(chosen), meter=meter, known=known, calls=calls, lent=local(chosen.model))


def is_local(llm: LlmSettings) -> bool:
    """Whether the model is one that Earmark runs itself."""
    return llm.model.startswith(LOCAL)


def local_settings(llm: LlmSettings) -> LlmSettings:
    """The settings of a local model for its client: its name alone, no address, and no thoughts unless they are wanted."""
    name = llm.model.removeprefix(LOCAL)
    return llm.model_copy(
        update={
            "model": PurePath(name).stem if name.endswith(".gguf") else name,
            "base_url": "",
            "api_key": SecretStr(""),
            "timeout_s": max(llm.timeout_s, LOCAL_TIMEOUT_S),
            "reasoning": "off" if llm.reasoning == "auto" else llm.reasoning,
        }
    )


def is_reachable(settings: Settings, llm: LlmSettings) -> bool:
    """Whether there is a model at all, and one that may be called (offline, those on this machine may)."""
    return bool(llm.model) and (not settings.offline or is_local(llm) or is_loopback(llm.base_url))


def reader_settings(llm: LlmSettings) -> LlmSettings | None:
    """The settings of the model that reads windows, as if it were the only one; ``None`` where it is the other as well.

    What is not said of the reader is as of the other model, but a key is never sent to another server than its own.
    """
    if not llm.reader_model:
        return None
    key = llm.reader_api_key
    if not key.get_secret_value() and llm.reader_base_url in ("", llm.base_url):
        key = llm.api_key
    return llm.model_copy(
        update={
            "model": llm.reader_model,
            "base_url": llm.reader_base_url or llm.base_url,
            "api_key": key,
            "price_in": llm.price_in if llm.reader_price_in is None else llm.reader_price_in,
            "price_out": llm.price_out if llm.reader_price_out is None else llm.reader_price_out,
            "reader_model": "",
            "reader_base_url": "",
            "reader_api_key": SecretStr(""),
            "reader_price_in": None,
            "reader_price_out": None,
        }
    )
