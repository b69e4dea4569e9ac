"""Progress: bars in a terminal, a line now and then in a log; and nothing of a title that a terminal would obey."""

from __future__ import annotations

import io

from rich.console import Console

from ingest.work.worker import Event
from ui.cli.progress import ProgressBars, ProgressLines, working


def event(kind: str, *, episode: str = "e1", share: float | None = None, left: float | None = None) -> Event:
    return Event(
        kind=kind,
        subject="Kettles\x1b[31m — One",
        message="transcribing" if kind == "progress" else kind,
        done=2,
        total=5,
        episode_id=episode,
        share=share,
        left_s=left,
    )


def test_each_episode_in_hand_has_a_bar_and_all_have_the_time_left() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)
    with working(console) as shown:
        assert isinstance(shown, ProgressBars)
        shown.event(Event(kind="feed", subject="Kettles", message="1 new", done=1, total=1))
        shown.event(event("stage"))
        shown.event(event("progress", share=0.4, left=600.0))
        shown.event(event("stage", episode="e2", left=600.0))
        tasks = {str(task.fields["now"]): task for task in shown.progress.tasks}
        assert tasks["transcribing: Kettles — One"].percentage == 40
        assert tasks["about 10 minutes left"].completed == 2
        assert len(tasks) == 5
        shown.event(event("failure"))
        shown.event(event("episode", episode="e2"))
        shown.index(3, 4)
        assert len(shown.progress.tasks) == 3
    assert "Kettles — One: failure" in out.getvalue()
    assert "\x1b[31m" not in out.getvalue()


def test_a_log_gets_failures_and_a_line_now_and_then() -> None:
    written: list[str] = []
    now = [0.0]
    lines = ProgressLines(written.append, every_s=30, now=lambda: now[0])
    lines.event(event("stage"))
    lines.event(event("failure"))
    now[0] = 31.0
    lines.event(event("progress", share=0.5, left=4000.0))
    now[0] = 32.0
    lines.event(event("stage"))
    now[0] = 70.0
    lines.event(Event(kind="feed", subject="Kettles", message="1 new", done=1, total=3))
    assert written == [
        "earmark: Kettles — One: failure",
        "earmark: 2 of 5 episodes read, about 1 hour left; Kettles — One: transcribing",
        "earmark: 1 of 3 feeds checked; Kettles: 1 new",
    ]


def test_a_pipe_has_no_bars() -> None:
    with working(Console(file=io.StringIO(), force_terminal=False)) as shown:
        assert isinstance(shown, ProgressLines)
