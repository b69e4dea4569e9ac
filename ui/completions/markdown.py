"""An answer as Markdown with its sources in the text: clients of this form drop every field but the text."""

from __future__ import annotations

import re

from briefs.markdown import escape, link
from earmark.clean import cut, plain
from earmark.language.links import web_url
from earmark.language.spans import clock
from earmark.types import Answer, Citation

__all__ = ["body", "sources"]

_MARK = re.compile(r"(\[\d{1,3}\])")
_QUOTE = 300


def body(answer: Answer) -> str:
    """The answer itself; its marks stay, everything else that Markdown would act on is text."""
    lines = plain(answer.answer, newlines=True).split("\n")
    return "\n".join(_escaped(line) for line in lines)


def sources(answer: Answer) -> str:
    """What has to be known beside the answer, and its sources, a line each with a link to the second; or nothing."""
    looked = f"Looking only at {', '.join(scope.label for scope in answer.narrowed)}." if answer.narrowed else ""
    paragraphs = [f"*{escape(plain(word))}*" for word in (looked, answer.note) if word]
    paragraphs += [_source(citation) for citation in answer.citations]
    return "".join(f"\n\n{paragraph}" for paragraph in paragraphs)


def _source(citation: Citation) -> str:
    place = ", ".join(
        plain(part)
        for part in (citation.speaker, citation.show, citation.episode, clock(citation.audio_s, citation.about))
        if part
    )
    return f"[{citation.n}] {link(place, web_url(citation.url))}: “{escape(cut(plain(citation.quote), _QUOTE))}”"


def _escaped(line: str) -> str:
    pieces = _MARK.split(line)
    return "".join(piece if _MARK.fullmatch(piece) else escape(piece) for piece in pieces)
