"""Sentences that a model wrote and whose quotes do not carry each word of them, worded once more by it, closer to what they cite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.errors import ModelCallError

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["LostSentence", "mended"]

_MOST = 6
"""Sentences that are worded again, at most."""
_TOKENS_A_SENTENCE = 160
_LINE = re.compile(r"^\W*(?P<n>\d{1,2})\s*[.):]\s*(?P<text>\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSentence:
    """A sentence that was not shown yet: its place in the reply, the passages that it cites, by number, and what they lack.

    One that may be ``shown`` as it is has words that no quote has, or, where it lacks nothing, follows on such a one.
    """

    place: int
    text: str
    cites: tuple[int, ...]
    lack: str = ""
    shown: bool = False


def mended(question: str, lost: Sequence[LostSentence], passages: Mapping[int, str], chat: ChatModel) -> dict[int, str]:
    """New wordings with their marks, by the places of the sentences; none where the model fails.

    Args:
        question: as the model was asked it.
        lost: the sentences; those without marks or that lack nothing are left out, and those that cannot be shown come first.
        passages: the passages that they cite, as the model read them, by number.
        chat: writes them.
    """
    asked = sorted(
        (sentence for sentence in lost if sentence.cites and sentence.lack), key=lambda sentence: sentence.shown
    )[:_MOST]
    wanted = sorted({n for sentence in asked for n in sentence.cites if n in passages})
    if not wanted:
        return {}
    sentences = "\n".join(
        f"{at}. {sentence.text} {''.join(f'[{n}]' for n in sentence.cites)}{sentence.lack and f' ({sentence.lack})'}"
        for at, sentence in enumerate(asked, 1)
    )
    given = "\n".join(passages[n] for n in wanted)
    user = f"Question: {question}\n\nSentences:\n{sentences}\n\nPassages:\n{given}"
    try:
        reply = chat.complete(_system(), user, max_tokens=_TOKENS_A_SENTENCE * len(asked))
    except ModelCallError:
        return {}
    lines = [matched for line in reply.splitlines() if (matched := _LINE.match(line))]
    return {asked[int(line["n"]) - 1].place: line["text"] for line in lines if 1 <= int(line["n"]) <= len(asked)}


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("mend.md").read_text(encoding="utf-8")
