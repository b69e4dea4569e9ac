"""The client of a provider, by langchain's ``init_chat_model``; the only module that imports langchain for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from earmark.errors import ModelCallError
from earmark.llm.reasoning import reasoning_fields
from earmark.llm.wire import messages
from earmark.net import is_loopback
from earmark.settings import LlmSettings

__all__ = ["PROVIDERS", "Address", "Client", "untraced"]

PROVIDERS = frozenset(
    "anthropic anthropic_bedrock azure_ai azure_openai baseten bedrock bedrock_converse cohere deepseek fireworks "
    "google_anthropic_vertex google_genai google_vertexai groq huggingface ibm meta mistralai nvidia ollama openai "
    "openrouter perplexity together upstage xai".split()
)
"""What may stand before the colon of ``llm.model``, as langchain 1.4 has them; anything else is part of the name."""

_OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens, and its key."""

    url: str
    key: str = ""


class Client:
    """Sends calls to an endpoint; made at the first one. Thread-safe.

    Args:
        settings: the model, and the endpoint of a server that somebody else runs.
        lent: lends the address of a server of our own for the time of a call; it may be another each time.
    """

    def __init__(
        self, settings: LlmSettings, lent: Callable[[], AbstractContextManager[Address]] | None = None
    ) -> None:
        provider, colon, model = settings.model.partition(":")
        known = bool(colon) and provider in PROVIDERS
        self.provider = provider if known else "openai"
        self.model = model if known else settings.model
        self.is_openai = self.provider == "openai" and not settings.base_url and lent is None
        self._settings = settings
        self._lent = lent or self._stated
        self._lock = threading.Lock()
        self._address: Address | None = None
        self._made: Any = None
        self._http: Any = None

    def invoke(self, system: str, user: str, **options: Any) -> Any:
        """The reply, as langchain's message.

        Args:
            system: the system message; none is sent where it is empty.
            user: the user's message.
            options: those of `arguments`.

        Raises:
            ModelCallError: the provider needs a package that is not installed; whatever else goes wrong is raised as the
                provider's client raises it.
        """
        with self._lent() as address, untraced():
            return self._open(address).invoke(messages(system, user), **self.arguments(**options))

    def stream(self, system: str, user: str, **options: Any) -> Iterator[Any]:
        """The reply in pieces; arguments and errors as of ``invoke``."""
        with self._lent() as address:
            with untraced():
                chunks = self._open(address).stream(messages(system, user), **self.arguments(**options))
            while True:
                with untraced():  # this context may not be held across a yield
                    chunk = next(chunks, None)
                if chunk is None:
                    return
                yield chunk

    def arguments(
        self,
        *,
        max_tokens: int,
        response_format: dict[str, object] | None = None,
        temperature: bool = True,
        reasoning: bool = True,
    ) -> dict[str, Any]:
        """What goes into a call beside the messages; ``temperature`` and ``reasoning`` say whether the server takes them."""
        settings = self._settings
        ours = self.provider == "openai" and not self.is_openai
        set_temperature = {"temperature": 0.0} if (settings.base_url or ours) and temperature else {}
        if self.provider != "openai":
            return {"max_tokens": max_tokens, **set_temperature}
        # In the body itself: langchain would rename max_tokens, which small servers then ignore, and would parse
        # structured replies by a path that raises on a reply that was cut off.
        limit = "max_completion_tokens" if self.is_openai else "max_tokens"
        body: dict[str, object] = {limit: max_tokens}
        if response_format is not None:
            body["response_format"] = response_format
        if reasoning:
            body |= reasoning_fields(settings.reasoning, openai=self.is_openai)
        return {"extra_body": body, **set_temperature}

    def told(self, error: Exception) -> str:
        """What an error says, in one line, without the key that some servers repeat in theirs."""
        text = " ".join(f"{type(error).__name__}: {error}".split())
        for key in (self._settings.api_key.get_secret_value(), self._address.key if self._address else ""):
            text = text.replace(key, "…") if key else text
        return text[:300]

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._made = self._http = None

    def _stated(self) -> AbstractContextManager[Address]:
        settings = self._settings
        return nullcontext(Address(url=settings.base_url, key=settings.api_key.get_secret_value()))

    def _open(self, address: Address) -> Any:
        with self._lock:
            if self._made is None or address != self._address:
                if self._http is not None:
                    self._http.close()
                self._made, self._address = self._make(address), address
            return self._made

    def _make(self, address: Address) -> Any:
        from langchain.chat_models import init_chat_model

        settings = self._settings
        options: dict[str, Any] = {"timeout": settings.timeout_s, "max_retries": 0}  # we retry, within the budget
        if self.provider == "openai":
            import openai

            # Every one is given, so that no LANGSMITH_GATEWAY, OPENAI_API_BASE or OPENAI_PROXY can divert the call.
            url = address.url or _OPENAI_URL
            # No redirects: a key and a transcript go where the setting says, and nowhere else.
            self._http = openai.DefaultHttpxClient(
                trust_env=not is_loopback(url), timeout=settings.timeout_s, follow_redirects=False
            )
            options |= {
                "base_url": url,
                "api_key": address.key or "none",
                "openai_proxy": None,
                "http_client": self._http,
            }
            options |= {"use_responses_api": False, "http_socket_options": ()}
        else:
            options |= {"base_url": address.url} if address.url else {}
            options |= {"api_key": address.key} if address.key else {}
        try:
            return init_chat_model(self.model, model_provider=self.provider, **options)
        except ImportError as error:
            text = f"the provider {self.provider} needs a package: {error}"
            raise ModelCallError(text, subject=self.model) from None


def untraced() -> AbstractContextManager[None]:
    """A context in which LangSmith traces nothing, whatever the environment says."""
    from langsmith import tracing_context

    return tracing_context(enabled=False)
