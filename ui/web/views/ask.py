"""Questions to the whole library, answered with citations."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

import streamlit as st

from earmark.errors import EarmarkError
from earmark.types import Answer, Citation
from ui.web import state
from ui.web.templating import render
from ui.web.views.parts import empty_library, notice, title

__all__ = ["Piece", "pieces", "show"]

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]([.,;:!?]?)")

_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of an answer and the citations that follow it."""

    text: str
    citations: tuple[Citation, ...] = ()


def show() -> None:
    """The question box, and the conversation so far, newest first; ``?q=`` is asked at once."""
    app = state.current()
    params = st.query_params
    title("Ask")
    if not app.library.shows():
        empty_library(followed=False)
        return
    st.html(render("ask_head.html"))
    question = params.get("q", "").strip()[:_LONGEST]
    with (
        st.form("ask", border=False, clear_on_submit=True),
        st.container(key="line", horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input("Your question", max_chars=_LONGEST, placeholder="What do people say about …?")
        submitted = st.form_submit_button("Ask")
    if submitted and typed.strip():
        question = typed.strip()
    key = params.get("c", "")
    held = app.conversations.get(key)
    if question and (submitted or not any(one.question == question for one in held)):
        try:
            with st.spinner("Reading what was said …", show_time=False):
                answer = app.library.ask(question)
        except EarmarkError as error:
            notice("That could not be answered now", str(error), level=2)
        else:
            key = key if held else secrets.token_urlsafe(8)
            held = app.conversations.add(key, answer)
            params.from_dict({"q": question, "c": key})
    turns = [(one, pieces(one)) for one in reversed(held)]
    if turns:
        st.html(render("ask.html", turns=turns))


def pieces(answer: Answer) -> list[Piece]:
    """The answer cut at its ``[n]`` marks; a mark that no citation answers to is left out."""
    by_number = {one.n: one for one in answer.citations}
    found: list[Piece] = []
    rest = 0
    for mark in _MARK.finditer(answer.answer):
        numbers = [int(one) for one in mark.group(1).split(",")]
        cited = tuple(by_number[n] for n in numbers if n in by_number)
        # A raised figure stands after the full stop, as in a book; extractors write it before.
        stop = mark.group(2)
        found.append(Piece(text=answer.answer[rest : mark.start()] + stop, citations=cited))
        rest = mark.end()
    if rest < len(answer.answer):
        found.append(Piece(text=answer.answer[rest:]))
    return found
