"""The profile of a reader: in the catalog and in its file, what it does to the next brief, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.preferences import TEMPLATE
from briefs.subjects import subjects_in
from earmark.clock import FixedClock
from earmark.errors import LeaseLost, UsageError
from earmark.settings import load_settings
from earmark.types import Direction, Reader
from library.library import Library
from tests.retrieval.library import fill

VALUES = {"brief": {"reader_name": "Ada", "timezone": "UTC"}, "offline": True}
KELP = "## Interests\n- kelp and carbon: 2\n\n## Leave out\n- show: Tideline\n- show: Nobody's"


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    with Library.open(settings=load_settings(VALUES, home=tmp_path, environ={}), clock=clock) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "profiles" / "local.md"


def test_a_profile_is_written_to_the_catalog_and_to_its_file_taken_back_and_emptied(
    library: Library, file: Path
) -> None:
    assert (library.profile.get().text, library.profile.get().version) == (TEMPLATE, 0)
    assert library.profile.undo().version == 0
    written = library.profile.set(KELP)
    assert (written.version, file.read_text(encoding="utf-8"), written.path) == (1, f"{KELP}\n", str(file))
    assert written.notes == tuple(f"No show that you follow is called “{name}”." for name in ("Tideline", "Nobody's"))
    assert library.profile.get() == written
    assert library.profile.undo().text == TEMPLATE
    assert library.profile.undo().text == KELP
    assert not library.profile.reset().says.interests
    assert file.read_text(encoding="utf-8") == ""
    assert library.profile.undo().says == written.says
    with pytest.raises(LeaseLost, match="changed meanwhile"):
        library.profile.set("## Interests\n- tides", after=1)


def test_what_is_written_wrong_is_refused_and_nothing_changes(library: Library, file: Path) -> None:
    library.profile.set(KELP)
    with pytest.raises(UsageError, match="line 2: a weight lies between"):
        library.profile.set("## Interests\n- tides: 99")
    assert (library.profile.get().text, file.read_text(encoding="utf-8")) == (KELP, f"{KELP}\n")


def test_a_file_edited_by_hand_counts_and_one_that_cannot_be_read_is_kept_and_said(
    library: Library, file: Path
) -> None:
    before = library.profile.set(KELP)
    file.write_bytes(b"\xef\xbb\xbf## Interests\r\n- moorings\r\n\r\n\r\n\r\n# Mine\r\n")
    edited = library.profile.get()
    assert ([i.words for i in edited.says.interests], edited.version) == (["moorings"], 2)
    assert library.profile.get() == edited
    for body, trouble in (
        (b"## Interests\nmoorings\n", "local.md, line 2: is no entry"),
        (b"\xff\xfe#", "local.md, line 1: is not text in UTF-8"),
        (b"x" * 100_000, "local.md, line 1: a profile has at most"),
    ):
        file.write_bytes(body)
        wrong = library.profile.get()
        assert (wrong.says, wrong.version) == (edited.says, 2)
        assert wrong.trouble.startswith(trouble)
        assert file.read_bytes() == body
    file.write_bytes(b"## Interests\nmoorings\n")
    assert library.profile.get().text == "## Interests\nmoorings\n"
    library.profile.set(KELP)
    assert file.with_name("local.md.unread").read_bytes() == b"## Interests\nmoorings\n"
    assert library.profile.get().says == before.says


def test_a_profile_is_its_readers_own_and_its_file_goes_with_them(library: Library, file: Path) -> None:
    library.readers.add(Reader(id="ben"))
    ben = library.for_reader("ben")
    ben.profile.set("## Interests\n- tides")
    assert library.profile.get().version == 0
    assert ben.profile.get().path == ""
    assert file.with_name("ben.md").exists()
    library.readers.remove("ben")
    assert not file.with_name("ben.md").exists()


def test_the_subjects_of_a_text_are_its_short_lines_its_lists_and_what_its_sentences_are_about() -> None:
    text = "- privacy\n2. the power grid\nI'm interested in how kelp stores carbon. Chess, cooking and birds; tides\n- \n* Privacy"
    assert subjects_in(text) == [
        "privacy", "the power grid", "how kelp stores carbon", "Chess", "cooking and birds", "tides",
    ]  # fmt: skip
    assert subjects_in("the of \x1b[31m\n— …\n") == []
    assert len(subjects_in("\n".join(f"subject {n} of chess" for n in range(40)))) == 12


def test_a_text_becomes_interests_that_are_only_shown(library: Library) -> None:
    assert "- how kelp stores carbon" in library.profile.with_text("I follow how kelp stores carbon.")
    assert library.profile.get().version == 0
    assert library.profile.with_text("…") == TEMPLATE


@pytest.mark.heavy
def test_a_change_is_compared_with_the_next_brief_and_what_clicks_taught_is_listed(library: Library) -> None:
    """Everything that needs the models, in one library that is read once."""
    fill(library.catalog)
    seeds = library.profile.seeds()
    assert len({insight.id for insight in seeds}) == len(seeds) > 2
    assert len({insight.show_id for insight in seeds[:2]}) == 2
    change = library.profile.compare(KELP)
    assert change.day == library.briefs.today()
    assert library.briefs.dates() == [] and library.profile.get().version == 0
    shown = (*change.come, *change.stay)
    assert shown and all(item.insight.show != "Tideline" for item in shown)
    assert any("ou follow “kelp and carbon”" in item.why for item in shown)
    library.profile.set(KELP)
    brief = library.briefs.get()
    assert [item.insight.id for item in brief.items] == [
        item.insight.id for item in library.briefs.preview(change.day).items
    ]
    assert {item.insight.id for item in brief.items} == {item.insight.id for item in shown}
    assert library.profile.compare("").day > brief.date
    first = brief.items[0].insight
    library.marks.wish(first.id, Direction.LESS)
    assert [(group.direction, group.insights) for group in library.profile.learned()] == [(Direction.LESS, (first,))]
    assert first.id not in {insight.id for insight in library.profile.seeds()}
    library.profile.reset(learned=True)
    assert library.profile.learned() == []
    assert library.marks.wishes() == []
