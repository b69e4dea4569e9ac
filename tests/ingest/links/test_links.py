"""Links into a file in which a host has put something else: they are moved to where the quote is said, or say that they guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earmark.catalog.content import audio_files, insights
from earmark.catalog.content.audio_files import FileState
from tests.ingest.links.hosts import World, advert_file, part, put_transcript, talk_file, with_break

pytestmark = pytest.mark.heavy


def test_an_unchanged_file_costs_one_request_without_a_body(world: World) -> None:
    looked = world.check()
    assert (looked.state, looked.about) == (FileState.SAME, 0)
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]
    assert world.host.asked == [("HEAD", "", 0)]


def test_links_behind_what_was_inserted_are_moved(world: World, changed_file: bytes) -> None:
    world.host.content, world.host.etag = changed_file, '"2"'
    looked = world.check()
    assert looked.state is FileState.MOVED, looked.note
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]
    assert (round(looked.least_s), round(looked.most_s)) == (0, 40)
    with world.catalog.read() as tx:
        timeline = audio_files.get(tx, world.episode.id).timeline  # type: ignore[union-attr]
    assert [timeline.at(second).about for second in (5.0, 60.0, 250.0, 295.0)] == [False] * 4
    # The file is known now: the same links cost no audio again.
    before = len(world.host.asked)
    assert world.check().state is FileState.MOVED
    assert [method for method, _, _ in world.host.asked[before:]] == ["HEAD"]
    assert world.heard_at()[2] == (240, False)


def test_all_links_are_moved_by_what_comes_before_them(world: World) -> None:
    world.host.content = with_break(0.0)
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(60, False), (150, False), (240, False), (310, False)]


def test_what_was_taken_out_moves_links_back(world: World, heard_file: bytes, changed_file: bytes) -> None:
    """The file that was transcribed had the advertisement, the one served now has none."""
    with world.catalog.write() as tx:
        put_transcript(tx, world.episode, {"recording": {"bytes": len(changed_file), "etag": '"0"'}})
        later = [replace(idea, start_s=(idea.start_s or 0) + 40) for idea in world.ideas()[2:]]
        insights.replace(tx, world.episode.id, [*world.ideas()[:2], *later], {})
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]


def test_a_quote_that_is_gone_says_about(world: World) -> None:
    file = talk_file()
    world.host.content = part(file, 0.0, 190.0) + part(advert_file(), 0.0) + part(file, 210.0)
    looked = world.check()
    assert (looked.state, looked.about) == (FileState.ABOUT, 1)
    assert [about for _, about in world.heard_at()] == [False, False, True, False]
    assert world.heard_at()[3] == (290, False)
    assert looked.note == "not every quote was found again"


def test_where_every_quote_is_gone_every_link_says_about(world: World) -> None:
    world.host.content = part(advert_file(), 0.0) * 8
    assert world.check().state is FileState.ABOUT
    assert world.heard_at() == [(20, True), (110, True), (200, True), (270, True)]


def test_without_a_model_a_changed_file_says_about_until_one_is_here(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    looked = world.check(hears=False)
    assert looked.state is FileState.ABOUT
    assert looked.note == "there is no model for speech here that could find the quotes again"
    assert [about for _, about in world.heard_at()] == [True] * 4
    assert world.host.fetched == 0
    assert world.check().state is FileState.MOVED
    assert world.heard_at()[3] == (310, False)


def test_a_transcript_of_another_cut_is_compared_once(world: World, changed_file: bytes) -> None:
    """The publisher's own times are those of a file without advertisements, which nobody here has heard."""
    world.host.content = changed_file
    with world.catalog.write() as tx:
        put_transcript(tx, world.episode, {})
    assert world.check(hears=False).state is FileState.UNCOMPARED
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]


def test_a_transcript_of_another_cut_with_the_same_times_is_left_alone(world: World) -> None:
    with world.catalog.write() as tx:
        put_transcript(tx, world.episode, {})
    assert world.check().state is FileState.SAME
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]


def test_a_new_transcript_has_times_of_its_own(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.check()
    with world.catalog.write() as tx:
        put_transcript(tx, world.episode, {})
        assert audio_files.get(tx, world.episode.id) is None
    assert world.heard_at()[3] == (270, False)
