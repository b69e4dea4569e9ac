"""As what somebody speaks: what feeds and notes say, then by who usually speaks on the show, else nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import appearances, episodes, insights, names, shared, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.retention import drop_texts
from earmark.clock import FixedClock
from earmark.name_rules import NameRule
from earmark.settings import load_settings
from earmark.types import EpisodeData, Insight, Person, Reader, Role, Segment, Transcript, Voice
from library.marks import Marks
from library.people import People
from library.published import PublishedLibrary
from library.roles import UsualVoices
from library.sight import Sight
from retrieval.themes.counted import CountedThemes
from tests.making import make_insight
from ui.roles import role_words

OWNER = Reader(id="local", role=Role.OWNER)


def people(catalog: Catalog, clock: FixedClock) -> People:
    return People(catalog, clock, Sight(catalog, OWNER), desk=lambda: None, voices=UsualVoices())  # type: ignore[arg-type, return-value]


def aired(
    tx: Connection, clock: FixedClock, show: str, *voices: str | Voice, days: int, persons: Sequence[Person] = ()
) -> list[Insight]:
    """An episode of a show, so many days old, with a voice and an insight of each speaker."""
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    data = EpisodeData(
        guid=f"{show} {days}", title=f"Day {days}", published=clock.now() - timedelta(days), persons=tuple(persons)
    )
    episode = episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))
    known = tuple(voice if isinstance(voice, Voice) else Voice(label=voice, name=voice) for voice in voices)
    said = tuple(Segment(text="Kettles sing.", speaker=voice.name) for voice in known)
    transcripts.put(tx, episode.id, Transcript(segments=said, source="vtt", voices=known))
    claims = [make_insight(episode, n, f"{show} {days} {n}.", speaker=voice.name) for n, voice in enumerate(known)]
    insights.replace(tx, episode.id, claims, {})
    return claims


def told(catalog: Catalog, clock: FixedClock, name: str) -> str:
    """Where somebody speaks, in words; the page and the whole person have to agree."""
    whole = people(catalog, clock).get(name)
    assert people(catalog, clock).shows(whole.name) == whole.shows
    return role_words(whole.shows)


def test_usual_voices_are_hosts_and_the_others_of_their_show_guests(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day, guest in enumerate(("Ben Osprey", "Zoe Quill", "Ben Osprey", "Kim Soto")):
            aired(tx, clock, "Go Time", "Ada Finch", guest, days=day)
        aired(tx, clock, "Late Show", "Ada Finch", "Ben Osprey", days=9)
        for day in range(3):
            aired(tx, clock, "Early Show", "Mara Lind", days=day)
        aired(tx, clock, "Early Show", "Mara Lind", "Ada Finch", days=5)
    # Nobody is usual on a show with one episode, and nothing is said of who speaks there.
    assert told(catalog, clock, "Ada Finch") == (
        "Host of Go Time (4 episodes), guest on Early Show (1), on Late Show (1)"
    )
    assert told(catalog, clock, "Ben Osprey") == "Guest on Go Time (2 episodes), on Late Show (1)"
    (go_time, _) = people(catalog, clock).get("Ben Osprey").shows
    with catalog.read() as tx:
        days = [episodes.get(tx, episode_id).data.title for episode_id in go_time.episode_ids]
    assert days == ["Day 0", "Day 2"]


def test_what_an_episode_says_itself_counts_first(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day in range(4):
            aired(tx, clock, "Go Time", "Ada Finch", days=day)
        visited = Voice(label="Ada", name="Ada Finch", role="guest")
        standing_in = Voice(label="Ben", name="Ben Osprey", role="Co-Host")
        aired(tx, clock, "Go Time", visited, standing_in, "Zoe Quill", days=5)
        aired(tx, clock, "Late Show", "Zoe Quill", "Kim Soto", days=6, persons=[Person(name="Kim Soto", role="host")])
        editor = Person(name="Mara Lind", role="editor")
        aired(tx, clock, "Odd Show", "Mara Lind", days=7, persons=[editor])
    assert told(catalog, clock, "Ada Finch") == "Host of Go Time (4 episodes), guest on Go Time (1)"
    assert told(catalog, clock, "Ben Osprey") == "Host of Go Time (1 episode)"
    assert told(catalog, clock, "Zoe Quill") == "Guest on Go Time (1 episode), guest on Late Show (1)"
    assert told(catalog, clock, "Kim Soto") == "Host of Late Show (1 episode)"
    assert told(catalog, clock, "Mara Lind") == "On Odd Show (1 episode)"


def test_a_former_host_stays_a_host_and_a_short_series_makes_nobody_one(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day in range(40):
            host = "Old Host" if day >= 33 else "New Host"
            series = ["Kim Soto"] if day in {10, 11, 12} else []
            aired(tx, clock, "Go Time", host, *series, days=day)
    assert told(catalog, clock, "Old Host") == "Host of Go Time (7 episodes)"
    assert told(catalog, clock, "New Host") == "Host of Go Time (33 episodes)"
    assert told(catalog, clock, "Kim Soto") == "Guest on Go Time (3 episodes)"


def test_a_part_of_a_hosts_name_is_no_guest(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day in range(3):
            aired(tx, clock, "Go Time", "Ada Finch", days=day)
        aired(tx, clock, "Go Time", "Ada", "Zoe", days=5)
    assert told(catalog, clock, "Ada") == "On Go Time (1 episode)"
    assert told(catalog, clock, "Zoe") == "Guest on Go Time (1 episode)"


def test_joined_spellings_are_one_person(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day in range(6):
            aired(tx, clock, "Go Time", ("Chris Miller", "Christopher Miller", "chris miller")[day % 3], days=day)
    assert told(catalog, clock, "Christopher Miller") == "Guest on Go Time (2 episodes)"
    people(catalog, clock).join("Christopher Miller", "Chris Miller")
    assert told(catalog, clock, "Chris Miller") == "Host of Go Time (6 episodes)"


def test_only_sure_voices_count_and_a_feed_may_change_its_word(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        guess = Voice(label="Speaker 0", name="Ada Finch", role="host", confidence=0.5)
        (said, _) = aired(tx, clock, "Go Time", guess, "Ben Osprey", days=1)
        assert {there.name for there in appearances.of_episodes(tx, [said.episode_id])} == {"Ben Osprey"}
    assert told(catalog, clock, "Ada Finch") == "On Go Time (1 episode)"
    for roles, words in ((("host", "guest"), "Host of"), (("guest", "host"), "Guest on")):
        persons = tuple(
            Person(name=name, role=role) for name, role in zip(("Ada Finch", "Ben Osprey"), roles, strict=True)
        )
        with catalog.write() as tx:
            data = EpisodeData(guid="a", title="Day 1", persons=persons)
            episodes.update(tx, said.episode_id, data, {"persons"})
        assert told(catalog, clock, "Ada Finch") == f"{words} Go Time (1 episode)"


def test_a_role_outlives_the_transcript_and_goes_with_the_episode(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        said = [aired(tx, clock, "Go Time", "Ada Finch", days=day)[0] for day in range(3)]
        drop_texts(tx, [insight.episode_id for insight in said])
    assert told(catalog, clock, "Ada Finch") == "Host of Go Time (3 episodes)"
    with catalog.write() as tx:
        tx.execute(sa.text("DELETE FROM episodes WHERE id = :id"), {"id": said[0].episode_id})
        assert appearances.heard_on(tx, [said[0].show_id]) == {said[0].show_id: [["Ada Finch"]] * 2}


def test_the_queries_of_a_page_do_not_grow_with_shows_and_episodes(catalog: Catalog, clock: FixedClock) -> None:
    asked: list[str] = []
    sa.event.listen(catalog.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))

    def queries() -> int:
        asked.clear()
        people(catalog, clock).shows("Ada Finch")
        return len(asked)

    with catalog.write() as tx:
        aired(tx, clock, "Show", "Ada Finch", days=1)
    few = queries()
    with catalog.write() as tx:
        for show in range(6):
            for day in range(4):
                aired(tx, clock, f"Show {show}", "Ada Finch", "Ben Osprey", days=day)
    assert queries() == few
    assert not any("transcripts" in statement for statement in asked)


def test_who_is_heard_on_a_show_is_read_again_when_the_show_has_changed(catalog: Catalog, clock: FixedClock) -> None:
    now, asked = [0.0], list[str]()
    sa.event.listen(catalog.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    usual = UsualVoices(timer=lambda: now[0])
    known = People(catalog, clock, Sight(catalog, OWNER), desk=lambda: None, voices=usual)  # type: ignore[arg-type, return-value]

    def read() -> tuple[str, bool]:
        asked.clear()
        words = role_words(known.shows("Ada Finch"))
        return words, any("appearances.heard" in text.partition("WHERE")[2] for text in asked)

    with catalog.write() as tx:
        for day in (1, 2):
            aired(tx, clock, "Go Time", "Ada Finch", days=day)
    assert read() == ("On Go Time (2 episodes)", True)
    assert read() == ("On Go Time (2 episodes)", False)
    with catalog.write() as tx:
        aired(tx, clock, "Late Show", "Ben Osprey", days=0)
    assert not read()[1]
    with catalog.write() as tx:
        aired(tx, clock, "Go Time", "Ada Finch", days=0)
    assert read() == ("Host of Go Time (3 episodes)", True)
    with catalog.write() as tx:
        names.put(tx, [NameRule(spelling="Ben Osprey", name="Ben O", at=clock.now())])
    assert read()[1] and not read()[1]
    now[0] = 3600.0
    assert read()[1]


def test_an_episode_in_place_of_another_counts_within_what_is_promised(catalog: Catalog, clock: FixedClock) -> None:
    now = [0.0]
    voices = UsualVoices(timer=lambda: now[0])

    def swap(old: Insight, *, days: int) -> None:
        with catalog.write() as tx:
            tx.execute(sa.text("DELETE FROM episodes WHERE id = :id"), {"id": old.episode_id})
            aired(tx, clock, "Go Time", "Ben Osprey", days=days)

    def usual() -> frozenset[str]:
        with catalog.read() as tx:
            return voices.of(tx, [show])[show]

    with catalog.write() as tx:
        first, second, third, _ = (aired(tx, clock, "Go Time", "Ada Finch", days=day)[0] for day in (9, 8, 7, 6))
        show = first.show_id
    assert usual() == {"ada finch"}
    swap(first, days=0)
    assert usual() == {"ada finch"}
    swap(second, days=-1)
    assert usual() == set(), "a later one at once"
    swap(third, days=10)
    now[0] = 600.0
    assert usual() == {"ben osprey"}, "an earlier one in ten minutes"


def test_the_shows_last_asked_for_are_kept(
    catalog: Catalog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library.roles._MOST_SHOWS", 2)
    read: list[object] = []
    voices = UsualVoices(timer=lambda: 0.0)

    def reads(*shows: str) -> list[bool]:
        """Whether each of the shows is read from the catalog, asked for one after the other."""
        seen = []
        for show in shows:
            read.clear()
            with catalog.read() as tx:
                voices.of(tx, [show])
            seen.append(bool(read))
        return seen

    with catalog.write() as tx:
        first, second, third = (aired(tx, clock, f"Show {n}", "Ada Finch", days=n)[0].show_id for n in range(3))
    event = "before_cursor_execute"
    sa.event.listen(catalog.engine, event, lambda *said: read.append(said) if "heard" in said[2] else None)
    assert reads(first, second, first, third) == [True, True, False, True]
    assert reads(first, second) == [False, True]
    with catalog.write() as tx:
        aired(tx, clock, "Show 0", "Ada Finch", days=-1)
    assert reads(first, third, first, second) == [True, True, False, True]
    with catalog.write() as tx:
        aired(tx, clock, "Show 0", "Ada Finch", days=-2)
    assert reads(first, third, first) == [True, True, False], "one that is read again is the last asked for, too"


def test_what_is_hidden_or_not_published_is_no_place(catalog: Catalog, clock: FixedClock, tmp_path: Path) -> None:
    with catalog.write() as tx:
        said = [aired(tx, clock, "Go Time", "Ada Finch", days=day)[0] for day in range(3)]
        (elsewhere,) = aired(tx, clock, "Late Show", "Ada Finch", days=9)
        shared.add(tx, said[0].id, by="local", now=clock.now())
    Marks(catalog, clock, Sight(catalog, OWNER)).hide(elsewhere.id)
    assert told(catalog, clock, "Ada Finch") == "Host of Go Time (3 episodes)"
    for what, words in (
        ("shared", "Host of Go Time (1 episode)"),
        ("all", "Host of Go Time (3 episodes), on Late Show (1)"),
    ):
        settings = load_settings({"publish": {"what": what}}, home=tmp_path, environ={})
        published = PublishedLibrary(
            catalog,
            settings,
            owner=lambda: None,  # type: ignore[arg-type, return-value]
            voices=UsualVoices(),
            counted=lambda: CountedThemes(catalog),
        )
        assert role_words(published.person_shows("Ada Finch")) == words


def test_a_rule_about_one_show_holds_there(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for day in range(3):
            (said,) = aired(tx, clock, "Go Time", "Chris", days=day)
            aired(tx, clock, "Late Show", "Chris", days=day)
        names.put(tx, [NameRule(spelling="Chris", name="Chris Hall", place=said.show_id, at=clock.now())])
        names.apply(tx)
    assert told(catalog, clock, "Chris Hall") == "Host of Go Time (3 episodes)"
    assert told(catalog, clock, "Chris") == "Host of Late Show (3 episodes)"


def test_many_shows_are_counted_and_a_title_is_one_line(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        for show in range(10):
            aired(tx, clock, f"Show {show}", "Ada Finch", days=show)
    words = told(catalog, clock, "Ada Finch")
    assert words.startswith("On Show 0 (1 episode), on Show 1 (1), ")
    assert words.endswith(", on Show 7 (1) and 2 more")
    assert role_words(()) == ""
