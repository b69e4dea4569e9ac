from __future__ import annotations

import json

from earmark.types import Answer, Citation
from library.events import event, events
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
