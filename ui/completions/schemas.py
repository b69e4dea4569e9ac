"""Requests in the form of OpenAI's chat completions; what is not used of them is passed over, as other servers do."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["MODEL", "ChatRequest", "question_in"]

MODEL = "earmark"
"""The one model there is: the library."""
_MOST_MESSAGES = 500
_LONGEST = 200_000
"""Characters of a message; of a question the library takes fewer."""


class _LenientModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Piece(_LenientModel):
    type: str = ""
    text: str = Field("", max_length=_LONGEST)


class _Message(_LenientModel):
    role: str = Field(max_length=40)
    content: str | list[_Piece] | None = None


class ChatRequest(_LenientModel):
    """What is asked, of which model, and whether the answer is to stream."""

    model: str = Field(max_length=200)
    messages: list[_Message] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool = False


def question_in(request: ChatRequest) -> str:
    """The last thing that the user said; empty if the user said nothing."""
    for message in reversed(request.messages):
        if message.role == "user":
            content = message.content or ""
            pieces = (
                [content] if isinstance(content, str) else [piece.text for piece in content if piece.type == "text"]
            )
            return "\n".join(pieces).strip()
    return ""
