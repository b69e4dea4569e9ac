"""What is written on the pages, piece by piece, without a browser."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from earmark.language.spans import ago, clock
from earmark.types import Answer, Citation, Filters, Segment
from ui.api.guard import content_policy, host_name
from ui.web.links import AppLinks
from ui.web.shell import make_shell, script_hashes
from ui.web.templating import marked, outward, render, unquoted
from ui.web.theme import DARK, LIGHT
from ui.web.turns import around
from ui.web.views.ask import pieces
from ui.web.views.brief import neighbours
from ui.web.views.search import filters_of, params_of

STYLE = (Path(__file__).parents[2] / "ui" / "web" / "style.css").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0:00"), (61.9, "1:01"), (3599, "59:59"), (3600, "1:00:00"), (None, ""), (-1, "")]
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y=1#z", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" data:text/html,x", False),
        ("//a.example/x", False),
        ("https:///x", False),
        ("http://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_lead_out(url: str | None, kept: bool) -> None:
    assert bool(outward(url)) is kept


@pytest.mark.parametrize(
    ("quote", "inner"),
    [('"so"', "so"), ("“so”", "so"), ('"a" and "b"', '"a" and "b"'), ("so", "so"), ('"', '"'), ("it's", "it's")],
)
def test_unquoted(quote: str, inner: str) -> None:
    assert unquoted(quote) == inner


def test_marked_pieces_are_the_text_again() -> None:
    text = "Queues (and a queue) are cute, the AI too; aim (not)."
    pieces = marked(text, ["queue", "a", "the", "AI", "(not"])
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_match in pieces if is_match] == ["Queues", "queue", "AI"]
    assert marked(text, []) == [(text, False)]


def test_a_moment_without_time_is_found_by_its_words() -> None:
    assert AppLinks().moment("e1", 61.7) == "/moment?episode=e1&t=61"
    assert AppLinks().moment("e/1", None, "so & so") == "/moment?episode=e%2F1&near=so+%26+so"


def test_ago() -> None:
    cases = {None: "never", 5: "just now", 61: "1 minute ago", 7300: "2 hours ago", 90_000: "1 day ago"}
    for seconds, words in cases.items():
        when = None if seconds is None else NOW - timedelta(seconds=seconds)
        assert ago(when, NOW) == words


def test_every_value_is_escaped_and_cleaned_and_spaces_between_pieces_stay() -> None:
    html = render("notice.html", heading="<b>\x1b[31m\u202e", text="a & b", links=(("/x", "y"),), level=1)
    assert '<h1 dir="auto">&lt;b&gt;</h1>' in html
    assert "a &amp; b" in html
    assert 'class="notice"' in html


def answer(text: str, count: int = 2) -> Answer:
    citations = tuple(
        Citation(n=n, chunk_id="c", episode_id="e", show="S", episode="E", speaker=None, start_s=1.0, quote="q", url="")
        for n in range(1, count + 1)
    )
    return Answer(question="q", answer=text, abstained=False, citations=citations)


def test_marks_become_figures_after_the_full_stop() -> None:
    parts = pieces(answer("One [1]. Two [1, 2] three [9]. End"))
    assert [(part.text, [c.n for c in part.citations]) for part in parts] == [
        ("One.", [1]),
        (" Two", [1, 2]),
        (" three.", []),
        (" End", []),
    ]


def test_the_moment_is_among_its_neighbours() -> None:
    segments = [Segment(text=f"s{n}", start_s=n * 20.0, speaker="A" if n % 4 < 2 else "B") for n in range(40)]
    turns = around(segments, 402.0, "")
    assert [turn.text for turn in turns if turn.here] == ["s20"]
    assert turns[0].start_s == 360.0
    assert max(turn.start_s or 0 for turn in turns) <= 522.0
    assert around(segments, 1e8, "")[-1].text == "s39"
    assert around([], 3.0, "") == []


def test_without_times_the_words_are_looked_for() -> None:
    segments = [Segment(text=f"Sentence number {n}.") for n in range(100)]
    assert [turn.text for turn in around(segments, None, "sentence  NUMBER 77.") if turn.here] == [
        "Sentence number 77."
    ]
    assert around(segments, 5.0, "")[0].here


def test_filters_come_from_the_address_and_nonsense_does_not_narrow() -> None:
    names = {"a": "A"}
    given = {"show": ["a", "zz"], "speaker": " Ada ", "after": "2026-01-02", "until": "2026-01-03"}
    assert filters_of(given, names) == Filters(
        shows=("a",), speakers=("Ada",), after=date(2026, 1, 2), before=date(2026, 1, 4)
    )
    assert filters_of({"after": "soon", "until": "9999-12-31"}, names) == Filters()
    assert params_of(" x ", [], "", None, date(2026, 1, 3)) == {"q": "x", "until": "2026-01-03"}


def test_neighbouring_days() -> None:
    today = date(2026, 11, 20)
    days = [today - timedelta(days=n) for n in (1, 4)]
    assert neighbours(days[0], days, today) == (days[1], today)
    assert neighbours(today, days, today) == (days[0], None)


def test_the_shell_runs_no_script_but_the_known_ones() -> None:
    index = "<html><head><title>Streamlit</title><script>go()</script><script src='x'></script></head><body></body>"
    shell = make_shell(index)
    assert "<title>Earmark</title>" in shell
    assert len(script_hashes(shell)) == 1
    assert f"'{script_hashes(shell)[0]}'" in content_policy("", script_hashes(shell))


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.example:80", "a.example"), ("[::1]:1", "::1"), ("a/b", ""), ("a@b", ""), ("a:b", ""), ("a.", "a"), ("", "")],
)
def test_host_names(host: str, name: str) -> None:
    assert host_name(host) == name


def test_every_text_runs_in_its_own_direction() -> None:
    for template in (Path(__file__).parents[2] / "ui" / "web" / "templates").glob("*.html"):
        for tag in re.findall(r"<(?:h1|h2|h3|li|cite|figure)\b[^>]*>", template.read_text(encoding="utf-8")):
            assert 'dir="auto"' in tag, (template.name, tag)


def colours() -> dict[str, tuple[str, str]]:
    pairs = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", STYLE)
    return {name: (light, dark) for name, light, dark in pairs}


def test_widgets_and_text_have_the_same_colours() -> None:
    for name, light in LIGHT.items():
        assert colours()[name] == (light, DARK[name])


@pytest.mark.parametrize("text", ["ink", "quiet", "accent"])
@pytest.mark.parametrize("scheme", [0, 1])
def test_contrast_is_enough_for_small_text(text: str, scheme: int) -> None:
    """WCAG 2.2, 1.4.3 (AA): at least 4.5 to 1, on the page and on a tinted field."""
    for ground in ("paper", "tint"):
        a, b = (luminance(colours()[name][scheme]) for name in (text, ground))
        assert (max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5


def test_marked_words_can_be_read() -> None:
    for scheme in (0, 1):
        a, b = (luminance(colours()[name][scheme]) for name in ("ink", "mark"))
        assert (max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
