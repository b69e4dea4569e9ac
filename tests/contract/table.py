"""The rows of the contract, in the order of its table."""

from __future__ import annotations

from tests.contract import hostile, library, work
from tests.contract.promise import Promise

__all__ = ["PROMISES"]

PROMISES = (
    Promise(name="feeds", words="A hostile feed is read or refused, and crashes nothing", measure=hostile.feeds),
    Promise(name="private", words="No feed leads to a private or local address", measure=hostile.private_connections),
    Promise(name="kills", words="A kill loses nothing and does nothing twice", measure=work.kills),
    Promise(name="kills-postgresql", words="… on PostgreSQL", measure=work.kills_on_postgresql),
    Promise(name="zombies", words="A worker past its lease commits nothing", measure=work.late_commits),
    Promise(name="zombies-postgresql", words="… on PostgreSQL", measure=work.late_commits_on_postgresql),
    Promise(name="index", words="A deleted index is rebuilt and finds the same", measure=library.index),
    Promise(name="disk", words="A full disk loses nothing, whichever write it meets", measure=work.full_disk),
    Promise(name="mail", words="A crash skips no mail and costs one extra copy at most", measure=work.mail),
    Promise(name="sessions", words="Fifty readers at once meet no error", measure=library.sessions),
    Promise(
        name="orders",
        words="A planted order puts no foreign link and no uncited claim into an answer: terminal, page, REST, chat, MCP",
        measure=hostile.planted_orders,
    ),
    Promise(name="readers", words="Nothing of a reader is shown to another", measure=library.leaks),
    Promise(name="spending", words="A cap on spending is exceeded by one call at most", measure=work.spending),
    Promise(name="offline", words="Offline means no connection and no look-up", measure=library.offline),
    Promise(name="backup", words="A restored backup equals the original", measure=library.backup),
)
"""Each is measured in a process of its own, by its name."""
