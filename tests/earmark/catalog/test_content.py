"""What was made of episodes: passages, insights, transcripts, vectors and voices, as they go in and come out."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from earmark.catalog import Catalog, Connection, changes
from earmark.catalog.content import chunks, episodes, insights, passages, transcripts, vectors, voices
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, states
from earmark.catalog.schema import episodes as episodes_table
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.scope import ShowScope
from earmark.types import (
    Chapter,
    Episode,
    EpisodeData,
    Filters,
    Person,
    Reader,
    Segment,
    Stage,
    Transcript,
    TranscriptLink,
    Voice,
)
from tests.making import make_chunk, make_insight


def add(
    tx: Connection, clock: FixedClock, guid: str, *, show: str = "Small Hours", days: int = 0, **more: object
) -> Episode:
    """An episode of a show, published so many days ago."""
    followed, _ = shows.add(tx, f"https://{show.replace(' ', '')}.example/feed", title=show, now=clock.now())
    published = clock.now() - timedelta(days=days)
    data = EpisodeData(guid=guid, title=f"Episode {guid}", published=published, **more)  # type: ignore[arg-type]
    return episodes.get(tx, episodes.add(tx, followed.id, data, language="en", now=clock.now()))


# passages


def test_passages_are_replaced_and_the_index_is_told_of_each_once(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        first = [make_chunk(episode, 0, "kept words"), make_chunk(episode, 1, "lost words")]
        chunks.replace(tx, episode.id, first)
        mark = changes.head(tx)
        second = [first[0], make_chunk(episode, 1, "new words")]
        chunks.replace(tx, episode.id, second)
        told, _ = changes.since(tx, mark, limit=10)
        assert sorted(told) == sorted(("chunk", passage.id) for passage in {first[1], *second})
        assert chunks.count(tx) == 2
        located = chunks.located(tx, [passage.id for passage in (*first, *second)])
        assert {place.chunk for place in located.values()} == set(second)
        assert {place.show for place in located.values()} == {"Small Hours"}


def test_speakers_and_samples_are_in_order(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        made = [make_chunk(episode, n, f"words {n}") for n in range(5)]
        chunks.add(tx, made)
        assert chunks.speakers(tx) == ["Ada Finch"]
        by_id = [sample.text for sample in sorted(made, key=lambda sample: sample.id)]
        assert chunks.sample_texts(tx, limit=3) == by_id[:3]
        assert chunks.sample_texts(tx, limit=9) == by_id


def test_passages_are_found_by_what_they_say(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        old, new = add(tx, clock, "old", days=3), add(tx, clock, "new", show="Late Show")
        chunks.add(tx, [make_chunk(old, 0, "Rye flour wakes early."), make_chunk(old, 1, "It rises twice.")])
        chunks.add(tx, [make_chunk(new, 0, "RYE again, 100% of it.")])
        said = [passage.text for passage in passages.saying(tx, "rye", Filters(), limit=9)]
        assert said == ["RYE again, 100% of it.", "Rye flour wakes early."]
        assert [passage.text for passage in passages.saying(tx, "rye", Filters(), limit=1)] == said[:1]
        assert [passage.text for passage in passages.saying(tx, "flour%early", Filters(), limit=9)] == said[1:]
        assert len(list(passages.saying(tx, "", Filters(), limit=9))) == 3
        narrowed = Filters(shows=(old.show_id,), episodes=(old.id,), speakers=("Ada Finch",))
        assert [passage.seq for passage in passages.newest(tx, narrowed, limit=9)] == [0, 1]
        assert passages.newest(tx, Filters(speakers=("Nobody",)), limit=9) == []


def test_edges_are_the_beginning_and_the_end_of_a_passage(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        chunks.add(tx, [make_chunk(episode, 0, "one two three"), make_chunk(episode, 1, "four five six")])
        assert [passage.text for passage in passages.ending(tx, "three", Filters(), characters=5)] == ["three"]
        assert [passage.text for passage in passages.beginning(tx, "four", Filters(), characters=6)] == ["four f"]
        assert list(passages.ending(tx, "two", Filters(), characters=5)) == []


@pytest.mark.parametrize(("reach", "seqs"), [(0, {2}), (1, {1, 2, 3}), (9, {0, 1, 2, 3, 4})])
def test_what_stands_around_a_passage(catalog: Catalog, clock: FixedClock, reach: int, seqs: set[int]) -> None:
    with catalog.write() as tx:
        episode, other = add(tx, clock, "a"), add(tx, clock, "b")
        made = [make_chunk(episode, n, f"words {n}") for n in range(5)]
        chunks.add(tx, [*made, make_chunk(other, 2, "another talk")])
        places = passages.around(tx, [made[2].id, made[2].id, "gone"], reach=reach)
    assert {place.seq for place in places.values()} == seqs
    assert {place.episode_id for place in places.values()} == {episode.id}
    assert all(key == place.key for key, place in places.items())


# insights


def test_insights_are_listed_newest_episode_first_and_best_first_inside(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        old, new = add(tx, clock, "old", days=9), add(tx, clock, "new", show="Late Show")
        insights.replace(tx, old.id, [make_insight(old, 0)], {"too short": 2, "hearsay": 0})
        insights.replace(tx, new.id, [make_insight(new, n, quality=0.5 + n / 10) for n in range(2)], {"too short": 1})
        listed = insights.listed(tx)
        assert [(idea.show, idea.seq) for idea in listed] == [("Late Show", 1), ("Late Show", 0), ("Small Hours", 0)]
        assert insights.listed(tx, limit=1) == listed[:1]
        assert insights.listed(tx, show_id=old.show_id) == listed[2:]
        assert insights.sample(tx, limit=2) == sorted(listed, key=lambda idea: idea.id)[:2]
        assert insights.get_many(tx, [listed[0].id, "gone"]) == {listed[0].id: listed[0]}
        assert insights.drops(tx) == {"too short": 3}
        assert insights.count(tx) == 3


def test_quotes_by_episode(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        told, silent = add(tx, clock, "a"), add(tx, clock, "b")
        made = [make_insight(told, n) for n in range(3)]
        insights.replace(tx, told.id, made, {})
        quotes = insights.quotes(tx, [told.id, silent.id])
    assert set(quotes) == {told.id}
    assert sorted(quotes[told.id]) == sorted(insight.quote for insight in made)


def test_an_insight_taken_out_is_told_to_the_index(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        gone, stays = make_insight(episode, 0), make_insight(episode, 1)
        insights.replace(tx, episode.id, [gone, stays], {})
        mark = changes.head(tx)
        insights.replace(tx, episode.id, [stays], {})
        assert ("insight", gone.id) in changes.since(tx, mark, limit=9)[0]
        with pytest.raises(NotFound):
            insights.find(tx, gone.id)


def test_why_an_episode_has_no_insight_is_kept_until_it_has_some(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        insights.replace(tx, episode.id, [], {}, because="too short (3 words)")
        assert episodes.get(tx, episode.id).no_insights == "too short (3 words)"
        assert episodes.silent(tx) == []  # it has not come through all stages
        tx.execute(episodes_table.update().values(stage=Stage.INSIGHTS.value))
        (silent,) = episodes.silent(tx)
        assert (silent.episode_id, silent.reason) == (episode.id, "too short (3 words)")
        insights.replace(tx, episode.id, [make_insight(episode, 0)], {}, because="too short (3 words)")
        assert episodes.silent(tx) == []


# transcripts and voices


def test_a_transcript_comes_back_as_it_went_in(catalog: Catalog, clock: FixedClock) -> None:
    transcript = Transcript(
        segments=(Segment(text="Hello.", start_s=0.5, end_s=1.5, speaker="A"), Segment(text="No times.")),
        source="vtt",
        source_url="https://a.example/1.vtt",
        language="en",
        chapters=(Chapter(start_s=0.0, title="Start", source="feed"),),
        voices=(Voice(label="A", name="Ada Finch", role="host", confidence=0.9, by="label"),),
        provenance={"model": "base", "tried": ["a", "b"]},
    )
    with catalog.write() as tx:
        episode = add(tx, clock, "a")
        with pytest.raises(NotFound, match="earmark ingest"):
            transcripts.get(tx, episode.id)
        for _ in range(2):
            transcripts.put(tx, episode.id, transcript)
        assert transcripts.get(tx, episode.id) == transcript


def test_whether_earlier_episodes_had_transcripts(catalog: Catalog, clock: FixedClock) -> None:
    link = (TranscriptLink(url="https://a.example/1.vtt"),)
    with catalog.write() as tx:
        add(tx, clock, "a", days=1)
        add(tx, clock, "b", days=2, transcripts=link)
        newest = add(tx, clock, "c")
        add(tx, clock, "d", show="Other", days=3, transcripts=link)
        had = transcripts.published_before(tx, newest.show_id, clock.now(), most=9)
        assert had == [False, True]
        assert transcripts.published_before(tx, newest.show_id, clock.now(), most=1) == [False]


def test_who_usually_speaks_on_a_show(catalog: Catalog, clock: FixedClock) -> None:
    def spoken(name: str, confidence: float) -> Transcript:
        voice = Voice(label="A", name=name, confidence=confidence)
        return Transcript(segments=(Segment(text="Hello."),), source="vtt", voices=(voice,))

    with catalog.write() as tx:
        for number in range(4):
            episode = add(tx, clock, f"e{number}", days=number)
            transcripts.put(tx, episode.id, spoken("Ada Finch" if number else "A Guest", 0.9 if number < 3 else 0.4))
        assert voices.usual(tx, episode.show_id, confidence=0.8) == ()
        assert voices.usual(tx, episode.show_id, confidence=0.3) == (Person(name="Ada Finch", role="host"),)


def test_regulars_have_a_full_name_and_speak_often() -> None:
    spoken = [{"Ada Finch", "Ben"}, {"Ada Finch", "Ben"}, {"Ada Finch", "Ben", "Cleo Park"}, set()]
    assert voices.regulars(spoken) == (Person(name="Ada Finch", role="host"),)


# vectors


def test_vectors_are_kept_by_hash_and_model(catalog: Catalog) -> None:
    made = {f"h{n}": np.full(4, n, dtype=np.float32) for n in range(3)}
    with catalog.write() as tx:
        vectors.put(tx, "m", made)
        vectors.put(tx, "m", {"h0": np.ones(4, dtype=np.float32)})  # one that is there stays
        vectors.put(tx, "other", {"h0": np.ones(4, dtype=np.float32)})
        assert vectors.known(tx, "m", ["h0", "h2", "h9", "h0"]) == {"h0", "h2"}
        held = vectors.get_many(tx, "m", ["h0", "h1", "h9"])
        assert {key: value.tolist() for key, value in held.items()} == {"h0": [0.0] * 4, "h1": [1.0] * 4}
        assert vectors.get_bytes(tx, "other", ["h0"]) == {"h0": np.ones(4, dtype="<f4").tobytes()}
        assert vectors.first_bytes(tx, "m", rows=2, length=4) == [made[key].tobytes()[:4] for key in ("h0", "h1")]


def test_a_list_of_insights_goes_on_after_any_of_them(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        made = [add(tx, clock, "a", days=3), add(tx, clock, "b", days=1), add(tx, clock, "c", days=1)]
        undated = episodes.add(
            tx, made[0].show_id, EpisodeData(guid="d", title="Undated"), language="en", now=clock.now()
        )
        for episode in (*made, episodes.get(tx, undated)):
            stored = [make_insight(episode, seq, f"{episode.id} {seq}", quality=0.5 + seq // 2) for seq in range(4)]
            insights.replace(tx, episode.id, stored, {})
        whole = [insight.id for insight in insights.listed(tx)]
        assert len(whole) == 16
        for place, key in enumerate(whole):
            assert [insight.id for insight in insights.listed(tx, after=key, limit=3)] == whole[place + 1 : place + 4]
        with pytest.raises(NotFound, match="begin again"):
            insights.listed(tx, after="0" * 16)


def test_the_first_of_a_list_are_the_first_that_the_reader_sees(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada"))
        made = [add(tx, clock, name, show=name, days=days) for name, days in (("a", 3), ("b", 1), ("c", 2), ("d", 4))]
        for episode in made[1:]:  # the first has no insight at all
            stored = [make_insight(episode, seq, f"{episode.id} {seq}", quality=0.9 - seq / 10) for seq in range(3)]
            insights.replace(tx, episode.id, stored, {})
        newest, *others = insights.of_episode(tx, made[1].id)
        states.set_mark(tx, "ada", [newest.id], "hidden_at", clock.now())
        states.set_mark(tx, "ada", [i.id for i in insights.of_episode(tx, made[2].id)], "hidden_at", clock.now())
        seen = [*others, *insights.of_episode(tx, made[3].id)]
        scope = ShowScope(frozenset({made[1].show_id, made[3].show_id}))
        for limit in (1, 2, 3, 4, 9):
            assert insights.listed(tx, limit=limit, hidden_from="ada") == seen[:limit]
            assert insights.listed(tx, limit=limit, hidden_from="ada", scope=scope) == seen[:limit]
        assert insights.listed(tx, limit=2, after=others[-1].id, hidden_from="ada") == seen[len(others) :][:2]
