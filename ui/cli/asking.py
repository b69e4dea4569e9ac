"""`earmark ask` and `earmark conversations`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.days import Days
from earmark.errors import UsageError
from earmark.language.spans import clock, counted
from ui.cli.options import After, Before, Episodes, Json, Shows, Speakers
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from rich.console import Console

    from earmark.types import Answer, Question
    from library.ports import LibraryPort

__all__ = ["ask", "conversations", "print_answer", "print_conversations", "show_answer"]

_NEW, _LAST = "new", "last"


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="A question.")],
    show: Shows = None,
    speaker: Speakers = None,
    episode: Episodes = None,
    after: After = None,
    before: Before = None,
    conversation: Annotated[
        str,
        typer.Option(
            "--conversation", "-c", help="Ask in this conversation: its id, last, or new; follow-ups are understood."
        ),
    ] = "",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Do not narrow by names and times in the question; operators hold.")
    ] = False,
    as_json: Json = False,
) -> None:
    """An answer from what was said, every sentence with its source."""
    from earmark.types import Question
    from ui.cli.reading import narrowed

    with opened(context) as library:
        filters = narrowed(library, show, speaker, episode, after, before)
        asked = Question(text=question, filters=filters, conversation=conversation, narrowing=not everywhere)
        print_answer(library, asked, as_json=as_json)


def conversations(
    context: typer.Context,
    conversation: Annotated[str | None, typer.Argument(metavar="ID", help="One of them, by id, or last.")] = None,
    rename: Annotated[str | None, typer.Option("--rename", help="Give it this title.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete it with all that was asked in it.")] = False,
    as_json: Json = False,
) -> None:
    """The conversations that are kept, or one of them with its questions and answers."""
    with opened(context) as library:
        print_conversations(library, conversation, rename=rename, delete=delete, as_json=as_json)


def print_answer(library: LibraryPort, question: Question, *, as_json: bool) -> None:
    """An answer with its sources; in a terminal it is shown as it grows."""
    from rich.text import Text

    asked = replace(question, conversation=_conversation(library, question.conversation))
    if as_json:
        print_document(
            library.answers.ask(asked), **({"conversation": asked.conversation} if asked.conversation else {})
        )
        return
    out = console()
    show_answer(out, _streamed(out, library, asked), Days.named(library.reader.timezone))
    if question.conversation == _NEW:
        out.print(Text(f"\nAsk on with: earmark ask -c {asked.conversation} …", style="dim"))


def print_conversations(
    library: LibraryPort, key: str | None, *, rename: str | None, delete: bool, as_json: bool
) -> None:
    """The conversations that are kept, or one of them with its questions and answers; renames or deletes it."""
    from rich.padding import Padding
    from rich.text import Text

    if key is None:
        if rename is not None or delete:
            raise UsageError("name the conversation; `earmark conversations` lists them", subject="ID")
        _list(library, as_json=as_json)
        return
    key = _conversation(library, key)
    conversation, turns = library.conversations.get(key)
    if delete:
        library.conversations.forget([key])
        console().print(Text(f"Deleted: {safe(conversation.title)}"))
        return
    if rename is not None:
        library.conversations.rename(key, rename)
        conversation, turns = library.conversations.get(key)
    if as_json:
        print_document(conversation, asked=turns)
        return
    out = console()
    out.print(Text(safe(conversation.title), style="bold"))
    for turn in turns:
        out.print(Padding(Text(safe(turn.question), style="bold cyan"), (1, 0, 0, 0)))
        show_answer(out, turn.answer, Days.named(library.reader.timezone))


def _list(library: LibraryPort, *, as_json: bool) -> None:
    from rich.text import Text

    conversations = library.conversations.newest()
    if as_json:
        print_document(conversations=conversations)
        return
    out = console()
    if not conversations:
        out.print("No conversations yet. Start one with: earmark ask -c new 'What do people say about …?'")
    for conversation in conversations:
        count = counted(conversation.turns, "question")
        out.print(
            Text.assemble(
                (f"{conversation.id}  ", "dim"),
                safe(conversation.title),
                (f"  {count}, {Days.named(library.reader.timezone).text(conversation.updated_at)}", "dim"),
            )
        )


def _conversation(library: LibraryPort, given: str) -> str:
    """The conversation's id: a new id for ``new``, the most recently used conversation for ``last``."""
    if given == _NEW:
        import secrets

        return secrets.token_urlsafe(8)
    if given == _LAST:
        newest = library.conversations.newest(limit=1)
        if not newest:
            raise UsageError("no conversation yet; start one with: earmark ask -c new …", subject="conversation")
        return newest[0].id
    if given:
        library.conversations.get(given)
    return given


def _streamed(out: Console, library: LibraryPort, question: Question) -> Answer:
    from rich.live import Live
    from rich.text import Text

    answers = library.answers.stream(question)
    if not out.is_terminal:
        *_, last = answers
        return last
    with Live(console=out, transient=True, auto_refresh=False) as live:
        for last in answers:
            live.update(Text(safe(last.answer, newlines=True)), refresh=True)
    return last


def show_answer(out: Console, answer: Answer, days: Days) -> None:
    """An answer and its sources, with the reader's days."""
    from rich.padding import Padding
    from rich.text import Text

    if answer.understood:
        out.print(Text(f"Taken as: {safe(answer.understood)}", style="italic dim"))
    if answer.narrowed:
        labels = ", ".join(safe(scope.label) for scope in answer.narrowed)
        wider = "" if all(scope.given for scope in answer.narrowed) else " (--everywhere looks at everything)"
        out.print(Text(f"Looking only at {labels}{wider}", style="italic dim"))
    if answer.note:
        out.print(Text(safe(answer.note), style="italic dim"))
    out.print(Text(safe(answer.answer, newlines=True)))
    if answer.views:
        sides = "; ".join(f"{safe(view.holder)} {''.join(f'[{n}]' for n in view.cites)}" for view in answer.views)
        out.print(Text(f"\nThey disagree: {sides}", style="bold"))
    for citation in answer.citations:
        when = days.text(citation.published)
        place = " · ".join(
            safe(part)
            for part in (
                citation.speaker,
                citation.show,
                citation.episode,
                when,
                clock(citation.audio_s, citation.about),
            )
            if part
        )
        out.print()
        out.print(Text(f"[{citation.n}] {place}", style="bold"))
        if answer.writer != "extractive":
            out.print(Padding(Text(f"“{safe(citation.quote)}”"), (0, 0, 0, 4)))
