"""What a reader takes out: notes that nobody overwrites, tables that other programs read, and everything, put back whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from briefs.entries import Entry
from briefs.exports.notes import DEFAULT_TEMPLATE, LEDGER, write_notes
from briefs.exports.tables import anki_text, readwise_csv
from earmark.catalog.readers import briefs, conversations, profiles
from earmark.clock import FixedClock
from earmark.documents import document, result_in
from earmark.errors import DeliveryRefused, FetchError, SettingsError, UsageError
from earmark.settings import load_settings
from earmark.types import Answer, Archive, Direction, Insight, Reader, Selection, SelectionKind
from library.library import Library
from tests.briefs.samples import NOW, insight, sample_brief
from tests.retrieval.library import fill

SAVED = Selection(kind=SelectionKind.SAVED)
ATTACK = "]] [[Other|x]] ---\nkey: *bold* <script>alert(1)</script> `=dv` ../../etc \x1b[31m\u202e"


def entry(number: int = 1, **values: Any) -> Entry:
    made: Insight = replace(insight(f"Kettle number {number} boils faster than promised."), **values)
    return Entry(insight=made, at=NOW, note="Ask Ben.", tags=("two words",))


def notes_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}


def test_a_note_is_written_once_and_then_its_readers(tmp_path: Path) -> None:
    assert write_notes(tmp_path, [entry(1), entry(2)], by_day=False).written == 2
    first, second = sorted(tmp_path.glob("*.md"))
    text = first.read_text("utf-8")
    assert text.startswith(f'---\nearmark: "{entry(1).insight.id}"\ndate: "2026-08-03"\nshow: "[[Lattice Hours]]"\n')
    assert 'people: ["[[Mira Holt]]"]\ntags: ["two-words"]\n---\n' in text
    assert "[[Mira Holt]], [[Lattice Hours]]" in text
    assert "Ask Ben." in text
    first.write_text("mine now", "utf-8")
    second.rename(tmp_path / "renamed.md")
    again = write_notes(tmp_path, [entry(1), entry(2), entry(3)], by_day=False)
    assert (again.written, again.known) == (1, 2)
    assert first.read_text("utf-8") == "mine now"
    assert len(notes_in(tmp_path)) == 3
    (tmp_path / "renamed.md").unlink()
    assert write_notes(tmp_path, [entry(2)], by_day=False).written == 0  # thrown away for good


def test_a_note_links_to_its_theme_and_to_none_where_it_is_in_none(tmp_path: Path) -> None:
    inside = replace(entry(1), theme="Kettles #and: lids")
    write_notes(tmp_path / "a", [inside], by_day=False)
    (text,) = notes_in(tmp_path / "a").values()
    assert 'themes: ["[[Kettles and lids]]"]\n' in text
    assert "\nTheme: [[Kettles and lids]]\n" in text
    write_notes(tmp_path / "b", [entry(1)], by_day=False)
    (text,) = notes_in(tmp_path / "b").values()
    assert "heme" not in text


def test_a_run_that_ended_before_it_noted_anything_doubles_and_overwrites_nothing(tmp_path: Path) -> None:
    write_notes(tmp_path, [entry(1)], by_day=False)
    (tmp_path / LEDGER).unlink()
    (path,) = tmp_path.glob("*.md")
    path.write_text("mine now", "utf-8")
    write_notes(tmp_path, [entry(1)], by_day=False)
    write_notes(tmp_path, [entry(1)], by_day=False)
    assert path.read_text("utf-8") == "mine now"
    assert len(notes_in(tmp_path)) <= 2


def test_a_day_has_one_note_that_grows_at_its_end(tmp_path: Path) -> None:
    write_notes(tmp_path, [entry(1)], by_day=True)
    ((name, before),) = notes_in(tmp_path).items()
    assert name == "2026-08-03.md"
    (tmp_path / name).write_text(f"{before}\nmy own line\n", "utf-8")
    write_notes(tmp_path, [entry(1), entry(2)], by_day=True)
    after = notes_in(tmp_path)[name]
    assert after.startswith(f"{before}\nmy own line\n")
    assert after.count("## Kettle number 1") == 1
    assert after.count("## Kettle number 2") == 1
    assert after.count("---\n") == 2


def test_a_day_that_a_run_wrote_and_could_not_note_is_not_written_again(tmp_path: Path) -> None:
    write_notes(tmp_path, [entry(1)], by_day=True)
    before = notes_in(tmp_path)
    (tmp_path / LEDGER).unlink()
    write_notes(tmp_path, [entry(1)], by_day=True)
    assert notes_in(tmp_path) == before


def test_long_titles_of_any_script_are_names_that_a_disk_takes(tmp_path: Path) -> None:
    long = "𠮷" * 200
    twins = [entry(number, claim=f"{long}{number}", headline="") for number in (1, 2)]
    assert write_notes(tmp_path, twins, by_day=False).written == 2
    assert len(notes_in(tmp_path)) == 2


@pytest.mark.parametrize("field", ["claim", "body", "quote", "speaker", "show", "episode", "headline"])
def test_an_attack_in_a_text_stays_text_in_notes(tmp_path: Path, field: str) -> None:
    write_notes(tmp_path / "vault", [entry(1, **{field: ATTACK})], by_day=False)
    (path,) = (tmp_path / "vault").glob("**/*.md")
    text = path.read_text("utf-8")
    assert path.parent == tmp_path / "vault"
    assert "[[Other|" not in text
    assert "\nkey:" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.replace("\\<", "").count("<script") == 0 or '"' in text.partition("<script")[0]
    assert text.count("\n---\n") == 1


def test_a_template_of_ones_own_is_used_and_cannot_leave_its_room(tmp_path: Path) -> None:
    write_notes(tmp_path, [entry(1)], by_day=False, template="{{ idea.claim }} / {{ idea.speaker }}")
    (text,) = notes_in(tmp_path).values()
    assert text.endswith("Kettle number 1 boils faster than promised. / [[Mira Holt]]\n\n")
    for wrong in (
        "{{ idea.claim",
        "{{ idea.nothing }}",
        "{{ idea.__class__.__mro__ }}",
        "{{ ''.__class__.__subclasses__() }}",
    ):
        with pytest.raises(UsageError):
            write_notes(tmp_path, [entry(2)], by_day=False, template=wrong)
    assert len(notes_in(tmp_path)) == 1
    assert "idea.claim" in DEFAULT_TEMPLATE


def test_readwise_reads_the_table_and_no_spreadsheet_computes_it() -> None:
    (row,) = csv.DictReader(io.StringIO(readwise_csv([entry(1, quote='=cmd|"x"!A1, said\nshe')])))
    assert row["Highlight"] == '\'=cmd|"x"!A1, said she'
    assert (row["Author"], row["Title"], row["Date"]) == (
        "Mira Holt",
        "Lattice Hours: Slow queues",
        "2026-08-03 06:30:00",
    )
    assert row["Note"].startswith(".two-words\n")
    assert row["Note"].endswith("Ask Ben.")


def test_anki_gets_one_line_a_card_with_an_id_of_its_own() -> None:
    head, card = anki_text([entry(1, claim="a\tb <i>c</i>\nd")]).split("#tags column:4\n")
    assert head.splitlines()[0] == "#separator:tab"
    (line,) = card.splitlines()
    key, front, back, tags = line.split("\t")
    assert (key, tags) == (entry(1).insight.id, "earmark two-words")
    assert front == "What did Mira Holt say on Lattice Hours, “Slow queues”?"
    assert back.startswith("a b &lt;i&gt;c&lt;/i&gt; d<br>")


def test_a_card_holds_no_command_of_anki() -> None:
    attack = r"[latex]\input{/etc/passwd}[/latex] [sound:x.mp3] [[type:Front]]"
    text = anki_text([entry(1, claim=attack, headline=attack, speaker=attack, quote=attack)])
    assert "[" not in text
    assert "latex" in text


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    settings = load_settings({"offline": True}, home=tmp_path / "one", environ={})
    with Library.open(settings=settings, clock=clock) as opened:
        fill(opened.catalog)
        yield opened


@pytest.mark.heavy
def test_everything_comes_back_whole_into_another_library(library: Library, tmp_path: Path, clock: FixedClock) -> None:
    kept, hidden, liked = library.insights.newest()[:3]
    library.marks.annotate(kept.id, note="Ask Ben.\nSoon.", tags=["work"])
    library.marks.mark_read(kept.id)
    library.marks.hide(hidden.id)
    library.marks.wish(liked.id, Direction.MORE)
    with library.catalog.write() as tx:
        conversations.add_turn(tx, "local", "talk", Answer(question="Why?", answer="So [1].", abstained=False), now=NOW)
        conversations.rename(tx, "local", "talk", "A talk")
        profiles.put(tx, "local", "# Interests\n- kelp", after=0, now=NOW)
        briefs.put(tx, replace(sample_brief(), subscriber_id="local"), now=NOW, ledger={})
    archive = library.takeout.everything()
    told = json.loads(json.dumps(document(result=archive)))
    with Library.open(
        settings=load_settings({"offline": True}, home=tmp_path / "two", environ={}), clock=clock
    ) as other:
        fill(other.catalog)
        loaded = result_in(Archive, told)
        assert other.takeout.put_back(loaded) == 6
        assert other.takeout.put_back(loaded) == 0
        again = other.takeout.everything()
    assert replace(again, profile=archive.profile, wishes=archive.wishes) == archive
    assert [(click.insight_id, click.direction, click.at) for click in again.wishes] == [
        (click.insight_id, click.direction, click.at) for click in archive.wishes
    ]
    assert again.profile.text == archive.profile.text


@pytest.mark.heavy
def test_an_archive_is_its_readers_alone_and_changes_nobody_elses(library: Library) -> None:
    library.readers.add(Reader(id="ben", all_shows=False), show_ids=[library.shows.find("Ledger & Leaf").id])
    library.marks.annotate(library.insights.newest()[0].id, note="secret of Ada")
    ben = library.for_reader("ben")
    assert "secret" not in json.dumps(document(result=ben.takeout.everything()))
    ben.takeout.put_back(library.takeout.everything())
    assert ben.reader == library.for_reader("ben").reader
    assert {insight.show for insight, _ in ben.marks.saved()} <= {"Ledger & Leaf"}
    assert all(kept.show == "Ledger & Leaf" for kept in ben.takeout.everything().insights)


def test_highlights_are_sent_with_the_token_and_a_refusal_says_what_to_do(
    library: Library, tmp_path: Path, httpserver: HTTPServer
) -> None:
    with pytest.raises(SettingsError, match="token"):
        library.takeout.to_readwise(SAVED)
    library.marks.save(library.insights.newest()[0].id)
    wanted = {"Authorization": "Token open sesame"}
    httpserver.expect_ordered_request("/h", method="POST", headers=wanted).respond_with_json([], 200)
    httpserver.expect_ordered_request("/h").respond_with_data("open sesame", 401)
    httpserver.expect_ordered_request("/h").respond_with_data("", 503)
    httpserver.expect_ordered_request("/h").respond_with_data("", 302, {"Location": "http://127.0.0.1:1/"})
    values = {"readwise": {"token": "open sesame", "url": httpserver.url_for("/h")}}
    with Library.open(settings=load_settings(values, home=tmp_path / "one", environ={})) as online:
        assert online.takeout.to_readwise(SAVED) == 1
        sent, _ = httpserver.log[0]
        assert json.loads(sent.data)["highlights"][0]["category"] == "podcasts"
        for error in (DeliveryRefused, FetchError, DeliveryRefused):
            with pytest.raises(error) as caught:
                online.takeout.to_readwise(SAVED)
            assert "sesame" not in str(caught.value)
    with pytest.raises(SettingsError):
        load_settings({"readwise": {"url": "http://readwise.example/"}}, home=tmp_path, environ={})
