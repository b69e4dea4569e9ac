"""Models that think before they answer: how they are asked to think more or less, and their thoughts taken out of a reply."""

from __future__ import annotations

import re

__all__ = ["may_be_thinking", "names_reasoning", "reasoning_fields", "without_reasoning"]

_NAMES = ("think", "thinking", "thought", "reasoning", "seed:think")
_OPENINGS = (*(f"<{name}>" for name in _NAMES), "[think]", "◁think▷", "<|channel|>analysis")
_TAGS = "|".join(_NAMES)
_THINKING = re.compile(
    rf"^\s*(?:<({_TAGS})>.*?(?:</\1>|\Z)|\[think\].*?(?:\[/think\]|\Z)|◁think▷.*?(?:◁/think▷|\Z))",
    re.DOTALL | re.IGNORECASE,
)
_UNOPENED = re.compile(rf"^(?:(?!<(?:{_TAGS})>).)*?</(?:{_TAGS})>", re.DOTALL | re.IGNORECASE)
"""Some chat templates write the opening tag themselves, so that the reply has only the closing one."""
_CHANNELS = re.compile(r"^\s*<\|channel\|>analysis")
_FINAL = "<|channel|>final<|message|>"
"""What gpt-oss puts before its answer, seen where a server does not take its format apart."""
_NAMED = re.compile(r"reason|think|chat_template|template_kwargs", re.IGNORECASE)

_SOME, _MUCH = 1_500, 6_000
"""Tokens from which a budget is a medium or a high effort, for servers that know efforts only."""


def reasoning_fields(setting: str, *, openai: bool) -> dict[str, object]:
    """What is put into the body of a call, by ``llm.reasoning``; nothing for ``auto``.

    Args:
        setting: an effort, ``off``, or a number of tokens.
        openai: whether the endpoint is OpenAI's own, which refuses names that it does not know. All others get the names
            of Ollama and gpt-oss (``reasoning_effort``), of vLLM (``chat_template_kwargs``, ``thinking_token_budget``)
            and of llama.cpp (``chat_template_kwargs``, ``thinking_budget_tokens``); each takes its own.
    """
    if setting == "auto":
        return {}
    budget = int(setting) if setting.isdigit() else 0
    if budget:
        effort = "low" if budget < _SOME else "medium" if budget < _MUCH else "high"
    else:
        effort = "none" if setting == "off" else setting
    if openai:
        return {"reasoning_effort": effort}
    on = setting != "off"
    fields: dict[str, object] = {
        "reasoning_effort": effort,
        "chat_template_kwargs": {"enable_thinking": on, "thinking": on},
    }
    if budget:
        fields |= {"thinking_token_budget": budget, "thinking_budget_tokens": budget}
    return fields


def names_reasoning(text: str) -> bool:
    """Whether a server's refusal is about what `reasoning_fields` put into the call."""
    return bool(_NAMED.search(text))


def without_reasoning(text: str) -> str:
    """The text without what a reasoning model wrote before its answer; empty where it wrote nothing else."""
    if _CHANNELS.match(text):
        return text.rpartition(_FINAL)[2].strip() if _FINAL in text else ""
    rest = _THINKING.sub("", text, count=1)
    return (rest if rest != text else _UNOPENED.sub("", text, count=1)).strip()


def may_be_thinking(text: str) -> bool:
    """Whether what has come so far may be (the beginning of) thoughts that are not at their end yet."""
    start = text.lstrip().casefold()
    if not start:
        return True
    if any(opening.startswith(start) for opening in _OPENINGS):
        return True
    return start.startswith(_OPENINGS) and not without_reasoning(text)
