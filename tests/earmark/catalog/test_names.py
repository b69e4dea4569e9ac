"""What owners decide about names takes effect in passages and insights, is kept through new readings, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from earmark.catalog import Catalog, Connection, changes
from earmark.catalog.content import chunks, episodes, insights, names, speakers, transcripts, withdrawals
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, alerts, archives, briefs, conversations, feed_links
from earmark.catalog.removal import remove
from earmark.clock import FixedClock
from earmark.name_rules import NameRule
from earmark.scope import ShowScope
from earmark.types import (
    Alert,
    Answer,
    Because,
    Brief,
    BriefItem,
    Citation,
    Echo,
    Episode,
    EpisodeData,
    Reader,
    ReaderFeed,
    Related,
    Role,
    Segment,
    Selection,
    SelectionKind,
    Transcript,
    View,
    Voice,
)
from tests.making import make_chunk, make_insight


def episode_of(tx: Connection, clock: FixedClock, show: str, guid: str = "one") -> Episode:
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    data = EpisodeData(guid=guid, title=f"{show} {guid}", published=clock.now())
    return episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))


def read(tx: Connection, episode: Episode, *speakers_: str, labels: dict[str, str] | None = None) -> None:
    """Stores a transcript, a passage and an insight of each speaker."""
    voices = tuple(Voice(label=label, name=name) for label, name in (labels or {}).items())
    said = tuple(Segment(text=f"I am number {n}.", speaker=name) for n, name in enumerate(speakers_))
    transcripts.put(tx, episode.id, Transcript(segments=said, source="vtt", voices=voices))
    made = [
        replace(make_chunk(episode, n, f"{episode.id} passage {n}"), speaker=name) for n, name in enumerate(speakers_)
    ]
    chunks.replace(tx, episode.id, made)
    claims = [make_insight(episode, n, f"{episode.id} claim {n}.", speaker=name) for n, name in enumerate(speakers_)]
    insights.replace(tx, episode.id, claims, {})


def rule(clock: FixedClock, spelling: str, name: str, *, place: str = "", label: str = "") -> NameRule:
    return NameRule(spelling=spelling, name=name, place=place, label=label, at=clock.now())


def decide(tx: Connection, *rules: NameRule) -> int:
    names.put(tx, rules)
    return names.apply(tx)


def heard(tx: Connection, episode: Episode) -> list[str | None]:
    """Who speaks in the insights of an episode, and in its passages, which have to agree."""
    said = [insight.speaker for insight in insights.of_episode(tx, episode.id)]
    located = chunks.located(tx, [chunk.id for chunk in chunks.of_episode(tx, episode.id)]).values()
    assert sorted(str(name) for name in said) == sorted(str(place.chunk.speaker) for place in located)
    return said


def test_a_name_is_in_effect_at_once_and_for_new_episodes_and_the_index_hears_of_it(
    catalog: Catalog, clock: FixedClock
) -> None:
    with catalog.write() as tx:
        first = episode_of(tx, clock, "Small Hours")
        read(tx, first, "A. Finch", "Ben Osprey")
        before = changes.head(tx)
        assert decide(tx, rule(clock, "A. Finch", "Ada Finch")) == 2
        moved, _ = changes.since(tx, before, limit=10)
        assert {kind for kind, _ in moved} == {"chunk", "insight"}
        assert len(moved) == 2
        assert heard(tx, first) == ["Ada Finch", "Ben Osprey"]
        assert decide(tx) == 0
        read(tx, first, "A. Finch", "Ben Osprey")
        assert heard(tx, first) == ["Ada Finch", "Ben Osprey"]
        later = episode_of(tx, clock, "Small Hours", "two")
        read(tx, later, "a. finch")
        assert heard(tx, later) == ["Ada Finch"]
        assert chunks.speakers(tx) == ["Ada Finch", "Ben Osprey"]
        listed = [insight.episode_id for insight in insights.listed(tx, speaker="A. Finch")]
        assert set(listed) == {first.id, later.id}
    with catalog.read() as tx:
        kept = transcripts.get(tx, first.id)
        assert [segment.speaker for segment in kept.segments] == ["A. Finch", "Ben Osprey"]
        ada, _ = speakers.every(tx)
        assert (ada.name, ada.insights, ada.confirmed) == ("Ada Finch", 2, True)
        read_as = speakers.every(tx, names=["Ada Finch"], as_read=True)
        assert {speaker.name: speaker.insights for speaker in read_as} == {"A. Finch": 1, "a. finch": 1}
        assert names.spellings(tx, ["Ada Finch"]) == {"A. Finch": 1, "a. finch": 1}


def test_what_is_taken_back_leaves_everything_as_it_was_read(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock, "Small Hours")
        read(tx, episode, "Ada", "Ben")
        before = insights.of_episode(tx, episode.id), chunks.of_episode(tx, episode.id)
        wrong = rule(clock, "Ada", "Ada Finch")
        decide(tx, wrong)
        assert (insights.of_episode(tx, episode.id), chunks.of_episode(tx, episode.id)) != before
        names.remove(tx, [wrong])
        assert names.apply(tx) == 2
        assert (insights.of_episode(tx, episode.id), chunks.of_episode(tx, episode.id)) == before


def test_a_first_name_is_somebody_else_on_another_show(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        here, there = episode_of(tx, clock, "Small Hours"), episode_of(tx, clock, "Late Hours")
        read(tx, here, "Chris")
        read(tx, there, "Chris")
        decide(tx, rule(clock, "Chris", "Chris Hall", place=here.show_id))
        assert (heard(tx, here), heard(tx, there)) == (["Chris Hall"], ["Chris"])
        assert names.spellings(tx, ["Chris Hall", "Chris"], ShowScope(frozenset([there.show_id]))) == {"Chris": 1}
        remove(tx, here.show_id)
        assert not names.load(tx)


def test_a_label_that_was_taken_for_a_name_is_somebody_else_in_new_episodes_too(
    catalog: Catalog, clock: FixedClock
) -> None:
    with catalog.write() as tx:
        first = episode_of(tx, clock, "Small Hours")
        read(tx, first, "Chris Hall", labels={"Chris": "Chris Hall"})
        whole = episode_of(tx, clock, "Small Hours", "whole")
        read(tx, whole, "Chris Hall", labels={"Chris Hall": "Chris Hall"})
        both = episode_of(tx, clock, "Small Hours", "both")
        read(tx, both, "Chris Hall", labels={"Chris": "Chris Hall", "Chris H.": "Chris Hall"})
        assert names.labelled(tx, ["Chris Hall"]) == {
            ("Chris Hall", "Chris"): [first.id],
            ("Chris Hall", "Chris Hall"): [whole.id],
        }
        decide(
            tx,
            rule(clock, "Chris Hall", "Chris Moor", place=first.id),
            rule(clock, "Chris Hall", "Chris Moor", label="Chris"),
        )
        later = episode_of(tx, clock, "Small Hours", "later")
        read(tx, later, "Chris Hall", labels={"Chris": "Chris Hall"})
        again = episode_of(tx, clock, "Small Hours", "again")
        read(tx, again, "Chris Hall", labels={"Chris Hall": "Chris Hall"})
        assert [heard(tx, episode) for episode in (first, whole, both, later, again)] == [
            ["Chris Moor"],
            ["Chris Hall"],
            ["Chris Hall"],
            ["Chris Moor"],
            ["Chris Hall"],
        ]


def test_the_turns_of_a_passage_have_the_names_and_the_text_that_is_indexed_stays(
    catalog: Catalog, clock: FixedClock
) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock, "Small Hours")
        turns = replace(make_chunk(episode, 0, "Ada: It sings.\nBen: Does it, Ada?"), speaker="Ben")
        chunks.replace(tx, episode.id, [turns])
        decide(tx, rule(clock, "Ada", "Ada Finch"))
        (located,) = chunks.located(tx, [turns.id]).values()
        (indexed,) = chunks.located(tx, [turns.id], as_read=True).values()
        assert located.chunk.text == "Ada Finch: It sings.\nBen: Does it, Ada?"
        assert (indexed.chunk.text, indexed.spelling) == (turns.text, None)
        assert located.chunk.content_hash == turns.content_hash
        decide(tx, rule(clock, "Ben", "Benjamin Osprey"))
        (indexed,) = chunks.located(tx, [turns.id], as_read=True).values()
        assert (indexed.chunk.speaker, indexed.spelling) == ("Benjamin Osprey", "Ben")


def test_what_was_withdrawn_has_the_name_too_and_comes_back_with_it(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = episode_of(tx, clock, "Small Hours")
        read(tx, episode, "Ada", "Ben")
        decide(tx, rule(clock, "Ada", "Ada Finch"))
        gone = insights.of_episode(tx, episode.id)[0].id
        withdrawals.withdraw(tx, gone, because=Because.NOT_MEANT, by="local", now=clock.now())
        decide(tx, rule(clock, "Ada", "Ada Quill"))
        assert withdrawals.find(tx, gone).insight.speaker == "Ada Quill"
        assert [entry.insight.speaker for entry in withdrawals.every(tx)] == ["Ada Quill"]
        assert [insight.speaker for insight in withdrawals.of_episode(tx, episode.id)] == ["Ada Quill"]
        assert withdrawals.restore(tx, gone).speaker == "Ada Quill"
        names.remove(tx, names.load(tx).every)
        names.apply(tx)
        assert insights.find(tx, gone).speaker == "Ada"


def test_briefs_and_answers_of_before_have_the_names_of_now(catalog: Catalog, clock: FixedClock) -> None:
    day = date(2026, 11, 22)
    with catalog.write() as tx:
        episode, other = episode_of(tx, clock, "Small Hours"), episode_of(tx, clock, "Late Hours")
        read(tx, episode, "Ada")
        read(tx, other, "Ben")
        told, heard_too = insights.of_episode(tx, episode.id)[0], insights.of_episode(tx, other.id)[0]
        echo = Echo(insight_id="gone", show="Late Hours", speaker="Ben", episode_id=other.id)
        related = Related(insight=heard_too, score=0.9, why="", also_said_by=(echo,))
        item = BriefItem(insight=told, why="", novelty=1.0, related=(related,))
        brief = Brief(subscriber_id="local", date=day, items=(item,), created_at=clock.now())
        briefs.put(tx, brief, now=clock.now(), ledger={})
        cite = Citation(
            n=1, chunk_id="c", episode_id=episode.id, show="Small Hours", episode="one", speaker="Ada", start_s=None,
            quote="It sings.", url="",
        )  # fmt: skip
        answer = Answer(
            question="Who?", answer="Ada says so. [1]", abstained=False, citations=(cite,), views=(View(holder="Ada", cites=(1,)),)
        )  # fmt: skip
        conversations.add_turn(tx, "local", "talk", answer, now=clock.now())
        decide(tx, rule(clock, "Ada", "Ada Finch"), rule(clock, "Ben", "Ben Osprey", place=other.id))
        shown = briefs.get(tx, "local", day)
        assert shown is not None
        assert shown.items[0].insight == replace(told, speaker="Ada Finch")
        (entry,) = shown.items[0].related
        assert entry.insight is not None
        assert (entry.insight.speaker, entry.also_said_by[0].speaker) == ("Ben Osprey", "Ben Osprey")
        (turn,) = conversations.turns(tx, "local", "talk")
        assert (turn.answer.citations[0].speaker, turn.answer.views[0].holder) == ("Ada Finch", "Ada Finch")
        assert turn.answer.answer == "Ada says so. [1]"


def test_feeds_and_alerts_follow_a_person_under_another_name(catalog: Catalog, clock: FixedClock) -> None:
    person = Selection(kind=SelectionKind.PERSON, value="Ada")
    with catalog.write() as tx:
        made = {"reader_id": "local", "selection": person, "title": "Ada", "created_at": clock.now()}
        alerts.add(tx, Alert(id="a", **made))  # type: ignore[arg-type]
        feed_links.add(tx, ReaderFeed(id="f", **made), "key")  # type: ignore[arg-type]
        search = Selection(kind=SelectionKind.SEARCH, value="Ada")
        alerts.add(tx, Alert(id="b", **(made | {"selection": search})))  # type: ignore[arg-type]
        decide(tx, rule(clock, "Ada", "Ada Finch"))
        theirs = Selection(kind=SelectionKind.PERSON, value="Ada Finch")
        assert [(alert.selection, alert.title) for alert in alerts.every(tx, "local")] == [
            (theirs, "Ada Finch"),
            (search, "Ada"),
        ]
        feed = feed_links.of_key(tx, "key")
        assert feed is not None
        assert (feed.selection, feed.title) == (theirs, "Ada Finch")
        assert feed_links.every(tx, "local") == [feed]


def test_an_archive_takes_the_names_of_an_owner_along(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ben", role=Role.READER))
        episode = episode_of(tx, clock, "Small Hours")
        read(tx, episode, "Ada")
        decided = rule(clock, "Ada", "Ada Finch")
        decide(tx, decided)
        archive = archives.read(tx, "local")
        assert archive.names == (decided,)
        assert archives.read(tx, "ben").names == ()
        names.remove(tx, [decided])
        names.apply(tx)
        assert archives.put(tx, "ben", archive, now=clock.now()) == 0
        assert heard(tx, episode) == ["Ada"]
        assert archives.put(tx, "local", archive, now=clock.now()) == 1
        assert heard(tx, episode) == ["Ada Finch"]
        assert archives.put(tx, "local", archive, now=clock.now()) == 0
        hostile = tuple(
            replace(decided, spelling=f"Ben {n}", name=name) for n, name in enumerate(("", "x" * 101, "a\x1bb"))
        )
        assert archives.put(tx, "local", replace(archive, names=hostile), now=clock.now()) == 0
