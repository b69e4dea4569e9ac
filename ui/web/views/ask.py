"""Questions to the whole library, answered with citations, in conversations that are kept."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from earmark.clean import plain
from earmark.errors import EarmarkError, NotFound
from earmark.types import Answer, Citation, Conversation, Question, Turn
from ui.web import state
from ui.web.templating import render
from ui.web.views.parts import empty_library, notice, title

__all__ = ["AnswerPiece", "paragraphs", "pieces", "show"]

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]([.,;:!?]?)")
_LEAD = re.compile(r"^([^“”]{2,200}):(?= “)")
"""Who says it and where, before a paragraph of quotes."""

_LONGEST = 1_000
_EARLIER = 12
"""Earlier conversations that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPiece:
    """A stretch of an answer and the citations that follow it; ``lead`` is whether it says who speaks."""

    text: str
    citations: tuple[Citation, ...] = ()
    lead: bool = False


def show() -> None:
    """The question box, the conversation of ``?c=``, newest question first, and the earlier ones; ``?q=`` is asked."""
    library = state.current().library
    params = st.query_params
    if not library.shows.every():
        title("Ask")
        empty_library(followed=False)
        return
    key = params.get("c", "")
    conversation, turns = _held(key)
    title(conversation.title if conversation else "Ask")
    st.html(render("ask_head.html", conversation=conversation))
    question, submitted = _form()
    wide = params.get("wide", "") == "1" and not submitted
    # As it is kept with its answer, so that a reload finds it there and does not ask again.
    question = plain(question or params.get("q", ""))[:_LONGEST].strip()
    asked = any(turn.question == question and not (wide and _can_be_wider(turn.answer)) for turn in turns)
    slot = st.empty()
    if question and (submitted or not asked):
        key = key if conversation else secrets.token_urlsafe(8)
        params.from_dict({"q": question, "c": key})  # first: who has the answer before their eyes may click away
        if _stream(slot, question, key, wide=wide):
            conversation, turns = _held(key)
            slot.empty()
    if turns:
        st.html(render("ask.html", turns=[(turn.answer, paragraphs(turn.answer)) for turn in reversed(turns)], key=key))
    if conversation is not None:
        _tend(conversation)
    _earlier(besides=key)


def _can_be_wider(answer: Answer) -> bool:
    """Whether the words of the question narrowed an answer, beside what the reader set for it."""
    return not all(scope.given for scope in answer.narrowed)


def paragraphs(answer: Answer) -> list[list[AnswerPiece]]:
    """The answer in paragraphs, each cut at its ``[n]`` marks."""
    blocks = []
    for text in re.split(r"\n{2,}", answer.answer):
        lead = _LEAD.match(text) if answer.writer == "extractive" and answer.citations else None
        rest = text[lead.end() :].lstrip() if lead else text
        cut = _pieces(rest, answer.citations)
        blocks.append([AnswerPiece(text=lead[1], lead=True), *cut] if lead else cut)
    return [block for block in blocks if block]


def pieces(answer: Answer) -> list[AnswerPiece]:
    """The answer cut at its ``[n]`` marks; a mark that no citation answers to is left out."""
    return _pieces(answer.answer, answer.citations)


def _pieces(text: str, citations: Sequence[Citation]) -> list[AnswerPiece]:
    by_number = {citation.n: citation for citation in citations}
    pieces: list[AnswerPiece] = []
    rest = 0
    for mark in _MARK.finditer(text):
        numbers = [int(number) for number in mark.group(1).split(",")]
        cited = tuple(by_number[n] for n in numbers if n in by_number)
        # A raised figure belongs after the full stop, as in a book; extractors write it before.
        stop = mark.group(2)
        before = text[rest : mark.start()] + stop
        if not before.strip() and pieces:  # two marks in a row
            pieces[-1] = AnswerPiece(text=pieces[-1].text, citations=(*pieces[-1].citations, *cited))
        else:
            pieces.append(AnswerPiece(text=before, citations=cited))
        rest = mark.end()
    if rest < len(text):
        pieces.append(AnswerPiece(text=text[rest:]))
    return pieces


def _held(key: str) -> tuple[Conversation | None, list[Turn]]:
    """The conversation of an address with its turns; an unknown or deleted conversation starts a new one."""
    if not key:
        return None, []
    try:
        return state.current().library.conversations.get(key)
    except NotFound:
        return None, []


def _form() -> tuple[str, bool]:
    """What was typed into the question box, and whether it was sent.

    Nothing of the box may change between runs: to Streamlit it would be another box, and what was typed would be lost.
    """
    with (
        st.form("ask", border=False, clear_on_submit=True),
        st.container(key="line", horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input("Your question", max_chars=_LONGEST, placeholder="What do people say about …?")
        submitted = st.form_submit_button("Ask")
    return typed.strip(), submitted and bool(typed.strip())


def _stream(slot: st.delta_generator.DeltaGenerator, question: str, key: str, *, wide: bool) -> bool:
    """Shows the answer as it grows, sentence by sentence once checked; returns whether there is an answer."""
    library = state.current().library
    slot.html(render("asking.html", question=question))
    try:
        for answer in library.answers.stream(Question(text=question, conversation=key, narrowing=not wide)):
            slot.html(render("ask.html", turns=[(answer, paragraphs(answer))], key=key))
    except EarmarkError as error:
        slot.empty()
        notice("That could not be answered now", str(error), level=2)
        return False
    return True


def _tend(conversation: Conversation) -> None:
    """Renames the conversation or deletes it."""
    library = state.current().library
    with st.expander("Rename or delete this conversation"), st.container(key="tend"):
        name = st.text_input("Title", value=conversation.title, max_chars=120, key=f"title-{conversation.id}")
        with st.container(horizontal=True):
            renamed = st.button("Rename")
            deleted = st.button("Delete")
    if renamed and name.strip() and name.strip() != conversation.title:
        library.conversations.rename(conversation.id, name)
        st.rerun()
    if deleted:
        library.conversations.forget([conversation.id])
        st.query_params.clear()
        st.rerun()


def _earlier(*, besides: str) -> None:
    library = state.current().library
    earlier = [
        conversation for conversation in library.conversations.newest(limit=_EARLIER + 1) if conversation.id != besides
    ][:_EARLIER]
    if earlier:
        st.html(render("ask_earlier.html", conversations=earlier, now=library.clock.now()))
