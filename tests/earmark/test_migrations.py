"""Migrations on a database that holds something: what is there stays, and the way back is open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from earmark import catalog as package
from earmark.catalog import Catalog, changes, open_catalog
from earmark.catalog import schema as tables
from earmark.catalog.content import episodes, insights, withdrawals
from earmark.catalog.engine import HEAD
from earmark.catalog.feeds import shows
from earmark.catalog.schema import metadata
from earmark.catalog.work import jobs
from earmark.clock import FixedClock
from earmark.types import Because, EpisodeData
from tests.making import make_insight

DAYS = ("2026-11-20", "2026-11-21")


def migrate(url: str, revision: str, *, up: bool = True) -> None:
    """Brings the database at ``url`` to a revision, from below or from above."""
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)
    engine.dispose()


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def rows(url: str, statement: str) -> list[tuple[str, ...]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        read = [tuple(str(value) for value in row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return read


def key(url: str) -> list[str]:
    engine = sa.create_engine(url)
    columns = sa.inspect(engine).get_pk_constraint("deliveries")["constrained_columns"]
    engine.dispose()
    return list(columns)


@pytest.fixture
def before_channels(database_url: str) -> str:
    """A catalog of the version before, with a brief sent and one on its way."""
    migrate(database_url, "0003")
    columns = "subscriber_id, date, recipient, message_id, attempts, last_error"
    run(
        database_url,
        "INSERT INTO subscribers (id, name, email, timezone) VALUES ('local', '', '', '')",
        *(
            f"INSERT INTO deliveries ({columns}) VALUES ('local', '{day}', 'a@b.example', '<{day}@b.example>', 1, 'x')"
            for day in DAYS
        ),
    )
    return database_url


@pytest.mark.heavy
def test_what_was_sent_before_there_were_channels_was_mail(before_channels: str) -> None:
    open_catalog(before_channels).close()
    assert set(key(before_channels)) == {"subscriber_id", "date", "channel"}
    listed = "SELECT date, channel, recipient, message_id, attempts, last_error FROM deliveries ORDER BY date"
    assert rows(before_channels, listed) == [
        (day, "mail", "a@b.example", f"<{day}@b.example>", "1", "x") for day in DAYS
    ]


@pytest.mark.slow
@pytest.mark.heavy
def test_the_way_back_keeps_the_mails(before_channels: str) -> None:
    open_catalog(before_channels).close()
    values = "('local', '2026-11-20', 'chat', '#a', 'm', 1, '')"
    columns = "subscriber_id, date, channel, recipient, message_id, attempts, last_error"
    run(before_channels, f"INSERT INTO deliveries ({columns}) VALUES {values}")
    migrate(before_channels, "0003", up=False)
    assert set(key(before_channels)) == {"subscriber_id", "date"}
    assert rows(before_channels, "SELECT date, recipient FROM deliveries ORDER BY date") == [
        (day, "a@b.example") for day in DAYS
    ]
    open_catalog(before_channels).close()
    assert rows(before_channels, "SELECT DISTINCT channel FROM deliveries") == [("mail",)]


@pytest.mark.slow
@pytest.mark.heavy
def test_the_way_back_before_withdrawals_restores_what_was_withdrawn(database_url: str) -> None:
    """An older version knows no withdrawals: it shows the insight again, and its index hears of it."""
    opened = open_catalog(database_url)
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    with opened.write() as tx:
        show, _ = shows.add(tx, "https://a.example/feed", title="Small Hours", now=clock.now())
        data = EpisodeData(guid="a", title="One")
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        insight = make_insight(episode, 0)
        insights.replace(tx, episode.id, [insight], {})
        withdrawals.withdraw(tx, insight.id, because=Because.NOT_WORTH, by="local", now=clock.now())
    opened.close()
    counted = "SELECT count(*) FROM changes"
    before = int(rows(database_url, counted)[0][0])
    migrate(database_url, "0005", up=False)
    assert rows(database_url, "SELECT id, claim FROM insights") == [(insight.id, insight.claim)]
    assert int(rows(database_url, counted)[0][0]) == before + 1
    opened = open_catalog(database_url)
    with opened.read() as tx:
        assert insights.of_episode(tx, episode.id) == [insight]
        assert withdrawals.every(tx) == []
    opened.close()


@pytest.mark.slow
@pytest.mark.heavy
def test_what_was_there_before_there_were_readers_is_the_local_readers(database_url: str) -> None:
    migrate(database_url, "0006")
    run(
        database_url,
        "INSERT INTO subscribers (id, name, email, timezone) VALUES ('local', 'Ada', 'a@b.example', 'Europe/Berlin')",
        "INSERT INTO told (subscriber_id, insight_id, content_hash, date, direct) "
        "VALUES ('local', 'i', 'h', '2026-11-20', true)",
        "INSERT INTO conversations (id, title, created_at, updated_at) "
        "VALUES ('c', 'Kelp', '2026-11-20 08:00:00', '2026-11-20 08:00:00')",
        "INSERT INTO turns (conversation_id, seq, question, answer, asked_at) "
        "VALUES ('c', 1, 'Why?', '{}', '2026-11-20 08:00:00')",
    )
    open_catalog(database_url).close()
    assert rows(database_url, "SELECT id, name, timezone, role FROM readers") == [
        ("local", "Ada", "Europe/Berlin", "owner")
    ]
    assert rows(database_url, "SELECT insight_id FROM told") == [("i",)]
    assert rows(database_url, "SELECT reader_id, id, title FROM conversations") == [("local", "c", "Kelp")]
    assert rows(database_url, "SELECT reader_id, conversation_id, question FROM turns") == [("local", "c", "Why?")]
    run(
        database_url,
        "INSERT INTO readers (id) VALUES ('ben')",
        "INSERT INTO conversations (reader_id, id, title, created_at, updated_at) "
        "VALUES ('ben', 'c', 'Theirs', '2026-11-20 08:00:00', '2026-11-20 08:00:00')",
        "INSERT INTO turns (reader_id, conversation_id, seq, question, answer, asked_at) "
        "VALUES ('ben', 'c', 1, 'Secret?', '{}', '2026-11-20 08:00:00')",
        "INSERT INTO reader_states (reader_id, insight_id) VALUES ('ben', 'i')",
    )
    migrate(database_url, "0006", up=False)
    assert rows(database_url, "SELECT id, name FROM subscribers ORDER BY id") == [("ben", ""), ("local", "Ada")]
    assert rows(database_url, "SELECT insight_id FROM told") == [("i",)]
    assert rows(database_url, "SELECT id, title FROM conversations") == [("c", "Kelp")]
    assert rows(database_url, "SELECT conversation_id, question FROM turns") == [("c", "Why?")]
    open_catalog(database_url).close()
    assert rows(database_url, "SELECT reader_id, question FROM turns") == [("local", "Why?")]


@pytest.mark.slow
@pytest.mark.heavy
def test_all_the_way_down_and_up_again(database_url: str) -> None:
    open_catalog(database_url).close()
    migrate(database_url, "base", up=False)
    engine = sa.create_engine(database_url)
    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()
    opened = open_catalog(database_url)
    with opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    opened.close()


def test_the_log_counts_on_beyond_32_bits(catalog: Catalog) -> None:
    with catalog.write() as tx:
        tx.execute(sa.text("INSERT INTO changes (seq, kind, key) VALUES (5000000000, 'chunk', 'a')"))
        assert changes.head(tx) == 5_000_000_000
        if catalog.database == "postgresql":
            tx.execute(sa.text("SELECT setval('changes_seq_seq', 5000000000)"))
        changes.note(tx, "chunk", ["b"])
        assert changes.since(tx, 5_000_000_000, limit=9) == ([("chunk", "b")], 5_000_000_001)


def test_a_new_library_has_the_reader_of_this_machine(database_url: str) -> None:
    open_catalog(database_url).close()
    assert rows(database_url, "SELECT id, role FROM readers") == [("local", "owner")]


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    scripts = ScriptDirectory(str(Path(package.__file__).parent / "migrations"))
    assert scripts.get_current_head() == HEAD


@pytest.mark.heavy
def test_whoever_waits_in_line_keeps_the_place(database_url: str) -> None:
    """Their dates are written into the line, also of an episode that has none."""
    migrate(database_url, "0019")
    now, old = datetime(2026, 11, 22, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    each = {"show_id": "s", "transcripts": [], "persons": [], "stage": "discovered", "discovered_at": now}
    engine = sa.create_engine(database_url)
    with engine.begin() as tx:
        tx.execute(tables.shows.insert(), {"id": "s", "feed_url": "f", "status": "active", "added_at": now})
        dates = {"undated": None, "old": old, "new": now}
        tx.execute(tables.episodes.insert(), [each | {"id": name, "published": day} for name, day in dates.items()])
        tx.execute(tables.jobs.insert(), [{"episode_id": name, "turn": 3} for name in dates])
    engine.dispose()
    opened = open_catalog(database_url)
    with opened.write() as tx:
        leases = [jobs.claim(tx, owner="me", now=now, lease_s=60) for _ in dates]
        assert [lease and lease.episode_id for lease in leases] == ["new", "old", "undated"]
        assert set(tx.execute(sa.select(tables.jobs.c.turn)).scalars()) == {3}
    opened.close()
    migrate(database_url, "0019", up=False)
    engine = sa.create_engine(database_url)
    assert "aired" not in {column["name"] for column in sa.inspect(engine).get_columns("jobs")}
    engine.dispose()


@pytest.mark.heavy
def test_whoever_is_in_an_episode_that_is_there_is_known(database_url: str) -> None:
    """Sure voices of the transcript, and those to whom the feed gives a role; of more episodes than are read at once."""
    migrate(database_url, "0024")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    each = {"show_id": "s", "transcripts": [], "persons": [], "stage": "insights", "discovered_at": now}
    host, named = {"name": "Ada Finch", "role": "host"}, {"name": "Ida", "role": ""}
    voice = {"label": "a", "name": "Ben Osprey", "role": "", "confidence": 0.9, "by": "person"}
    voices = [voice, voice | {"label": "b", "role": "guest"}, voice | {"name": "Nobody", "confidence": 0.4}]
    ids = [f"{number:03}" for number in range(201)]
    engine = sa.create_engine(database_url)
    with engine.begin() as tx:
        tx.execute(tables.shows.insert(), {"id": "s", "feed_url": "f", "status": "active", "added_at": now})
        tx.execute(tables.episodes.insert(), [each | {"id": key, "persons": [host, named]} for key in ids])
        transcript = {"segments": [], "source": "vtt", "content_hash": "h", "voices": voices}
        tx.execute(tables.transcripts.insert(), [transcript | {"episode_id": key} for key in ids])
    engine.dispose()
    open_catalog(database_url).close()
    listed = "SELECT name, role, count(*), min(episode_id), max(episode_id) FROM appearances GROUP BY name, role"
    assert sorted(rows(database_url, listed)) == [
        ("Ada Finch", "host", "201", "000", "200"),
        ("Ben Osprey", "guest", "201", "000", "200"),
    ]
