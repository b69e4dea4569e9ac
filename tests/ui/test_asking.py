from __future__ import annotations

import io
import json
import re
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from earmark.days import Days
from earmark.types import Answer, Citation, Narrowing
from library.events import event, events
from ui.cli.asking import show_answer
from ui.completions.markdown import sources
from ui.mcpserver.texts import answered
from ui.web.templating import render
from ui.web.views.ask import paragraphs


def test_events_come_back_as_they_went_out() -> None:
    sent = event("answer", {"a": "line\nbreak ü"}) + event("done", {"b": 1}) + "event: answer\ndata: {cut"
    received = list(events(line.encode() for line in sent.splitlines(keepends=True)))
    assert [(kind, json.loads(data)) for kind, data in received] == [
        ("answer", {"a": "line\nbreak ü"}),
        ("done", {"b": 1}),
    ]


def test_an_extractive_answer_has_a_paragraph_for_each_voice() -> None:
    cites = tuple(
        Citation(n=n, chunk_id="c", episode_id="e", show="S", episode="E", speaker="A", start_s=1.0, quote="q", url="")
        for n in (1, 2, 3)
    )
    text = "Ann Lee, on S: “One: two.” [1] “Three.” [2]\n\nOn T: “Four.” [3]"
    split = paragraphs(Answer(question="q", answer=text, abstained=False, citations=cites))
    assert [[(piece.text.strip(), piece.lead, len(piece.citations)) for piece in part] for part in split] == [
        [("Ann Lee, on S", True, 0), ("“One: two.”", False, 1), ("“Three.”", False, 1)],
        [("On T", True, 0), ("“Four.”", False, 1)],
    ]
    written = Answer(question="q", answer="Kelp: it sinks. [1][2]", abstained=False, citations=cites, writer="m")
    assert [[(piece.text, len(piece.citations)) for piece in part] for part in paragraphs(written)] == [
        [("Kelp: it sinks.", 2)]
    ]


@pytest.mark.parametrize("given", [True, False])
def test_every_face_says_where_was_looked_and_how_to_look_further_where_that_helps(*, given: bool) -> None:
    """What the reader set holds whatever is asked for, so no face offers to look beyond it."""
    where = (
        Narrowing(kind="speaker", label="Ann Lee", given=True),
        Narrowing(kind="dates", label="since 2025", given=given),
    )
    answer = Answer(question="q", answer="Nothing.", abstained=True, narrowed=where)
    out = io.StringIO()
    show_answer(Console(file=out, width=200), answer, Days(ZoneInfo("UTC")))
    hint = "" if given else " (--everywhere looks at everything)"
    assert out.getvalue().splitlines()[0] == f"Looking only at Ann Lee, since 2025{hint}"
    page = render("ask.html", turns=[(answer, paragraphs(answer))], key="k")
    assert "Looking only at <b>Ann Lee</b>, <b>since 2025</b>" in re.sub(r"\s+", " ", page)
    assert ("Look everywhere" in page) is not given
    assert "*Looking only at Ann Lee, since 2025.*" in sources(answer)
    assert answered(answer).looking_only_at == ["Ann Lee", "since 2025"]
