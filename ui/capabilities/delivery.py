"""What comes to a reader by itself: mail, feeds, alerts, and what did not go out."""

from __future__ import annotations

from ui.capabilities.reasons import CHANGES, HERE, LIKES, MACHINERY, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["DELIVERY"]

DELIVERY: tuple[Capability, ...] = (
    Capability(
        name="mail",
        about="A reader's mail: confirmed by whoever reads the address, tried out, ended by one click or by refusals",
        library=(
            "mail.ask",
            "mail.asked",
            "mail.bounced",
            "mail.confirm",
            "mail.leave",
            "mail.leaving",
            "mail.state",
            "mail.stop",
            "mail.test",
        ),
        rest=Omission(
            "it has addresses of its own, which mails name: /mail/confirm, /mail/leave, and the page Account"
        ),
        mcp=READING_ONLY,
        cli=("mail bounce", "mail confirm", "mail list", "mail stop", "mail test"),
    ),
    Capability(
        name="feeds",
        about="The reader's feeds for feed readers, without their addresses, which are secrets",
        library=("feeds.entries", "feeds.every", "feeds.opened", "feeds.same_since"),
        rest="GET /feeds",
        mcp=Omission("a feed reader asks for a feed; an assistant has the tools for what is in it"),
        cli=("feed list",),
    ),
    Capability(
        name="add_feed",
        about="Makes a feed of a brief, of what was saved, of a theme, a person or a search",
        library=("feeds.add",),
        rest="POST /feeds",
        mcp=READING_ONLY,
        cli=("feed add",),
    ),
    Capability(
        name="remove_feed",
        about="Removes a feed: its address is void at once",
        library=("feeds.remove",),
        rest="DELETE /feeds/{feed_id}",
        mcp=READING_ONLY,
        cli=("feed remove",),
    ),
    Capability(
        name="alerts",
        about="The searches, persons and themes of which a reader is told what is new",
        library=("alerts.every", "alerts.told"),
        rest="GET /alerts",
        mcp=LIKES,
        cli=("alert list",),
    ),
    Capability(
        name="add_alert",
        about="Has new claims on a search, a person or a theme told, once a day at most",
        library=("alerts.add",),
        rest="POST /alerts",
        mcp=READING_ONLY,
        cli=("alert add",),
    ),
    Capability(
        name="remove_alert",
        about="Ends an alert",
        library=("alerts.remove",),
        rest="DELETE /alerts/{alert_id}",
        mcp=READING_ONLY,
        cli=("alert remove",),
    ),
    Capability(
        name="coming_news",
        about="What the next message of a reader's alerts would tell, as things are",
        library=("alerts.coming",),
        rest="GET /alerts/coming",
        mcp=LIKES,
        cli=("alert list",),
    ),
    Capability(
        name="undelivered",
        about="What did not go out to a reader, and why",
        library=("undelivered.every",),
        rest="GET /undelivered",
        mcp=LIKES,
        cli=("undelivered list",),
    ),
    Capability(
        name="send_again",
        about="Sends what did not go out again, now",
        library=("undelivered.again",),
        rest="POST /undelivered/{letter_id}",
        mcp=READING_ONLY,
        cli=("undelivered again",),
    ),
    Capability(
        name="forget_undelivered",
        about="Lets what did not go out be",
        library=("undelivered.forget",),
        rest="DELETE /undelivered/{letter_id}",
        mcp=READING_ONLY,
        cli=("undelivered forget",),
    ),
    Capability(
        name="send",
        about="Sends today's brief",
        library=("briefs.send",),
        rest=CHANGES,
        mcp=READING_ONLY,
        cli=("brief",),
    ),
    Capability(
        name="schedule",
        about="When the next brief of each reader comes, and what became of the last",
        library=("schedule.status",),
        rest="GET /schedule",
        mcp=MACHINERY,
        cli=("status", "run"),
    ),
    Capability(
        name="keep_schedule",
        about="Asks the feeds, and makes and sends each reader's brief at its hour",
        library=(
            "schedule.fetch_is_due",
            "schedule.let_go",
            "schedule.plan",
            "schedule.send_due",
            "schedule.take",
        ),
        rest=HERE,
        mcp=HERE,
        cli=("run", "app"),
    ),
)
