"""What every reply of a language model has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["ReplyPart"]


class ReplyPart(BaseModel):
    """A reply, or a part of it: what was not asked for is ignored, and blanks around text are no part of it."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
