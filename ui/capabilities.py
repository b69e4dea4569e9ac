"""What Earmark can do, one capability a row, and where each face offers it.

The routes of REST and the tools of MCP are made from these rows, the commands are checked against them, and so are the
parts of the library: whatever a face lacks is lacking for a reason that stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CAPABILITIES", "Capability", "Lacking", "capability"]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a face does not offer something."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that Earmark does.

    Attributes:
        name: of the capability, unique.
        about: what it does, in one sentence: the summary of the route.
        library: methods of the library behind it, as ``part.method``.
        rest: method and path below ``/api/v1``.
        mcp: a tool, or the URI of a resource.
        cli: commands.
    """

    name: str
    about: str
    library: tuple[str, ...] = ()
    rest: str | Lacking
    mcp: str | Lacking
    cli: tuple[str, ...] | Lacking


_CHANGES = Lacking("it changes what is followed and fetched: that is left to the machine's own user")
_HERE = Lacking("it works on this machine's own files and processes")
_READING_ONLY = Lacking("tools only read: what a model was talked into must not change anything")
_ONCE = Lacking("a tool answers once")
_SIGN_IN = Lacking("a program that holds a token must not get itself another one, or let others in")
_FOR_PAGES = Lacking("the pages draw it; a terminal does not")

CAPABILITIES: tuple[Capability, ...] = (
    Capability(
        name="search",
        about="The moments that answer a query best, with facets and the query as it was understood",
        library=("search.page", "search.hits"),
        rest="GET /search",
        mcp="search",
        cli=("search",),
    ),
    Capability(
        name="search_insights",
        about="The insights that fit a query best",
        library=("insights.search",),
        rest="GET /search/insights",
        mcp="search_insights",
        cli=Lacking("`earmark search` finds the moments, `earmark themes` the ideas about one thing"),
    ),
    Capability(
        name="ask",
        about="An answer in which every sentence cites what was said, or one that abstains",
        library=("answers.ask",),
        rest="POST /ask",
        mcp="ask",
        cli=("ask",),
    ),
    Capability(
        name="ask_stream",
        about="The same answer as it grows, as server-sent events: answer, answer, … done",
        library=("answers.stream",),
        rest="POST /ask/stream",
        mcp=_ONCE,
        cli=("ask",),
    ),
    Capability(
        name="chat",
        about="The same answers in OpenAI's form, for clients that take the library for a model",
        library=("answers.ask", "answers.stream"),
        rest=Lacking("it has addresses of its own: /v1/models and /v1/chat/completions"),
        mcp=Lacking("assistants that know tools have ask"),
        cli=Lacking("it is for clients over HTTP; a terminal has `earmark ask`"),
    ),
    Capability(
        name="insights",
        about="Insights, newest episode first",
        library=("insights.newest",),
        rest="GET /insights",
        mcp=Lacking("a model looks for something: search_insights"),
        cli=("insights",),
    ),
    Capability(
        name="insight",
        about="One insight, by its id or the beginning of it",
        library=("insights.get",),
        rest="GET /insights/{insight_id}",
        mcp="fetch",
        cli=("related",),
    ),
    Capability(
        name="related",
        about="What other shows said about the same thing as an insight, best first",
        library=("insights.related",),
        rest="GET /insights/{insight_id}/related",
        mcp="related_insights",
        cli=("related",),
    ),
    Capability(
        name="withdraw",
        about="Takes a wrong insight out of the library for every reader",
        library=("insights.withdraw",),
        rest="POST /insights/{insight_id}/withdrawal",
        mcp=_READING_ONLY,
        cli=("wrong",),
    ),
    Capability(
        name="restore",
        about="Puts a withdrawn insight back as it was",
        library=("insights.restore",),
        rest="DELETE /insights/{insight_id}/withdrawal",
        mcp=_READING_ONLY,
        cli=("wrong",),
    ),
    Capability(
        name="withdrawal",
        about="A withdrawn insight, with who withdrew it and why",
        library=("insights.find_withdrawn",),
        rest="GET /insights/{insight_id}/withdrawal",
        mcp=Lacking("what was withdrawn is told to no model"),
        cli=("wrong",),
    ),
    Capability(
        name="withdrawals",
        about="The withdrawn insights, the latest withdrawal first",
        library=("insights.withdrawn",),
        rest="GET /withdrawals",
        mcp=Lacking("what was withdrawn is told to no model"),
        cli=("wrong",),
    ),
    Capability(
        name="novelty",
        about="How far insights differ from everything that other shows said before them, in 0..1, by id",
        library=("insights.novelty",),
        rest="GET /novelty",
        mcp=Lacking("a number to sort by; the brief carries it"),
        cli=("insights",),
    ),
    Capability(
        name="brief_today",
        about="Today's brief, made when it is first asked for",
        library=("briefs.get", "briefs.today"),
        rest="GET /briefs/today",
        mcp="todays_brief",
        cli=("brief",),
    ),
    Capability(
        name="brief_next",
        about="The next brief as it would be made now; nothing of it counts as told",
        library=("briefs.preview",),
        rest="GET /briefs/next",
        mcp=Lacking("what it holds is not settled: a model is asked for today's brief"),
        cli=("brief", "run"),
    ),
    Capability(
        name="brief",
        about="The brief of a day",
        library=("briefs.get",),
        rest="GET /briefs/{day}",
        mcp="earmark://briefs/{day}",
        cli=("brief",),
    ),
    Capability(
        name="brief_days",
        about="The days that have a brief, newest first",
        library=("briefs.dates",),
        rest="GET /briefs",
        mcp=Lacking("a model is asked for today's brief, or for that of a day"),
        cli=Lacking("`earmark brief --date` says where a day has none"),
    ),
    Capability(
        name="themes",
        about="What the library is about, most insights first",
        library=("themes.every",),
        rest="GET /themes",
        mcp="earmark://themes",
        cli=("themes",),
    ),
    Capability(
        name="theme",
        about="One theme and its insights, most central first",
        library=("themes.get", "themes.insights"),
        rest="GET /themes/{theme_id}",
        mcp="earmark://themes/{theme_id}",
        cli=("theme",),
    ),
    Capability(
        name="theme_map",
        about="Insights with their places on the map; a fair sample if there are more",
        library=("themes.points", "themes.sizes"),
        rest="GET /map",
        mcp=Lacking("a picture of coordinates says nothing to a model"),
        cli=_FOR_PAGES,
    ),
    Capability(
        name="shows",
        about="The followed shows by title, with how far their episodes are",
        library=("shows.summaries",),
        rest="GET /shows",
        mcp="list_shows",
        cli=("show list",),
    ),
    Capability(
        name="show",
        about="One show, by its id, title or a part of it",
        library=("shows.find",),
        rest="GET /shows/{show}",
        mcp=Lacking("list_shows has them all"),
        cli=("show info",),
    ),
    Capability(
        name="episodes",
        about="The episodes of a show, newest first",
        library=("episodes.of_show",),
        rest="GET /shows/{show}/episodes",
        mcp="list_episodes",
        cli=Lacking("`earmark show info` counts them; what they say is listed by `earmark insights --show`"),
    ),
    Capability(
        name="episode",
        about="One episode",
        library=("episodes.get", "episodes.shown"),
        rest="GET /episodes/{episode_id}",
        mcp="fetch",
        cli=Lacking("what an episode says is listed by `earmark insights --show`"),
    ),
    Capability(
        name="transcript",
        about="What was said around a second of an episode, each segment with its own link",
        library=("episodes.around", "episodes.transcript"),
        rest="GET /episodes/{episode_id}/transcript",
        mcp="transcript_around",
        cli=Lacking("`earmark search` prints what surrounds a moment"),
    ),
    Capability(
        name="conversations",
        about="The conversations that are kept, most recently used first",
        library=("conversations.newest",),
        rest="GET /conversations",
        mcp=Lacking("what a reader asked elsewhere is no model's business"),
        cli=("conversations",),
    ),
    Capability(
        name="conversation",
        about="One conversation with its questions and answers, oldest first",
        library=("conversations.get",),
        rest="GET /conversations/{conversation_id}",
        mcp=Lacking("what a reader asked elsewhere is no model's business"),
        cli=("conversations",),
    ),
    Capability(
        name="rename_conversation",
        about="Gives a conversation another title",
        library=("conversations.rename",),
        rest="PATCH /conversations/{conversation_id}",
        mcp=_READING_ONLY,
        cli=("conversations",),
    ),
    Capability(
        name="forget_conversation",
        about="Removes a conversation with all that was asked in it",
        library=("conversations.forget",),
        rest="DELETE /conversations/{conversation_id}",
        mcp=_READING_ONLY,
        cli=("conversations",),
    ),
    Capability(
        name="readers",
        about="Adds readers, changes what each sees and when each wants a brief, and removes them",
        library=(
            "readers.add",
            "readers.change",
            "readers.every",
            "readers.get",
            "readers.remove",
            "readers.show_only",
            "readers.shows",
        ),
        rest=_CHANGES,
        mcp=_READING_ONLY,
        cli=("reader add", "reader list", "reader remove", "reader set", "reader show"),
    ),
    Capability(
        name="tokens",
        about="A reader's tokens for programs: each is shown once, and can be revoked",
        library=("tokens.add", "tokens.every", "tokens.reader_of", "tokens.revoke"),
        rest=_SIGN_IN,
        mcp=_SIGN_IN,
        cli=("reader token",),
    ),
    Capability(
        name="sign_in",
        about="Signing in with a password, an OpenID provider or a proxy; invitations; ending sessions everywhere",
        library=(
            "sign_in.accept",
            "sign_in.as_email",
            "sign_in.end",
            "sign_in.end_all",
            "sign_in.invite",
            "sign_in.invited",
            "sign_in.reader_named",
            "sign_in.reader_of",
            "sign_in.set_password",
            "sign_in.with_password",
        ),
        rest=_SIGN_IN,
        mcp=_SIGN_IN,
        cli=("reader invite", "reader sign-out"),
    ),
    Capability(
        name="marked",
        about="The insights that a reader saved, hid or read, the latest first",
        library=("marks.hidden", "marks.of", "marks.read", "marks.saved"),
        rest="GET /marks/{mark}",
        mcp="saved_ideas",
        cli=("saved", "hide"),
    ),
    Capability(
        name="mark",
        about="Saves an insight with a note and tags, hides it, or notes that it was read",
        library=("marks.annotate", "marks.hide", "marks.mark_read", "marks.save"),
        rest="PUT /insights/{insight_id}/marks/{mark}",
        mcp=_READING_ONLY,
        cli=("save", "hide"),
    ),
    Capability(
        name="unmark",
        about="Takes a mark away: the insight is no longer saved, hidden or read",
        library=("marks.hide", "marks.mark_read", "marks.save"),
        rest="DELETE /insights/{insight_id}/marks/{mark}",
        mcp=_READING_ONLY,
        cli=("save", "hide"),
    ),
    Capability(
        name="wishes",
        about="What a reader asked for more or less of in coming briefs, the latest first",
        library=("marks.wishes",),
        rest="GET /wishes",
        mcp=Lacking("what a reader likes is no model's business; the brief follows it"),
        cli=("more", "less"),
    ),
    Capability(
        name="wish",
        about="Asks for more or less like an insight in coming briefs, in place of what was asked of it before",
        library=("marks.wish",),
        rest="POST /insights/{insight_id}/wish",
        mcp=_READING_ONLY,
        cli=("more", "less"),
    ),
    Capability(
        name="unwish",
        about="Takes back what was asked of an insight",
        library=("marks.unwish",),
        rest="DELETE /insights/{insight_id}/wish",
        mcp=_READING_ONLY,
        cli=("more", "less"),
    ),
    Capability(
        name="shared",
        about="The insights that an owner shares with everybody, the latest first",
        library=("sharing.every",),
        rest="GET /shared",
        mcp=Lacking("who else may read an idea is no model's business"),
        cli=("share",),
    ),
    Capability(
        name="share",
        about="Shares an insight with everybody, at its page",
        library=("sharing.share",),
        rest="PUT /insights/{insight_id}/sharing",
        mcp=_READING_ONLY,
        cli=("share",),
    ),
    Capability(
        name="unshare",
        about="Shares an insight with nobody else any longer",
        library=("sharing.share",),
        rest="DELETE /insights/{insight_id}/sharing",
        mcp=_READING_ONLY,
        cli=("share",),
    ),
    Capability(
        name="pages",
        about="Insights, briefs, shows, people and themes on pages of their own; for strangers what is published of them",
        library=(
            "published.brief",
            "published.days",
            "published.insight",
            "published.neighbours",
            "published.related",
            "published.said",
            "published.show",
            "published.theme",
            "published.themes",
            "published.withdrawn",
        ),
        rest=Lacking("they have addresses of their own: /i/{id}, /b/{day}, /s/{show}, /p/{person}, /t/{theme}"),
        mcp=Lacking("a model has fetch; each page has a twin in Markdown beside it"),
        cli=("publish",),
    ),
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
        rest=Lacking("it has addresses of its own, which mails name: /mail/confirm, /mail/leave, and the page Account"),
        mcp=_READING_ONLY,
        cli=("mail bounce", "mail confirm", "mail list", "mail stop", "mail test"),
    ),
    Capability(
        name="takeout",
        about="All that is a reader's own as one document, and such a document put back",
        library=("takeout.everything", "takeout.put_back"),
        rest="GET /takeout",
        mcp=Lacking("what a reader keeps and asked elsewhere is no model's business"),
        cli=("takeout everything", "takeout import"),
    ),
    Capability(
        name="exports",
        about="Notes for Obsidian, highlights for Readwise, cards for Anki",
        library=("takeout.anki", "takeout.notes", "takeout.readwise_csv", "takeout.to_readwise"),
        rest=_HERE,
        mcp=_HERE,
        cli=("takeout anki", "takeout notes", "takeout readwise"),
    ),
    Capability(
        name="feeds",
        about="The reader's feeds for feed readers, without their addresses, which are secrets",
        library=("feeds.entries", "feeds.every", "feeds.opened", "feeds.same_since"),
        rest="GET /feeds",
        mcp=Lacking("a feed reader asks for a feed; an assistant has the tools for what is in it"),
        cli=("feed list",),
    ),
    Capability(
        name="add_feed",
        about="Makes a feed of a brief, of what was saved, of a theme, a person or a search",
        library=("feeds.add",),
        rest="POST /feeds",
        mcp=_READING_ONLY,
        cli=("feed add",),
    ),
    Capability(
        name="remove_feed",
        about="Removes a feed: its address is void at once",
        library=("feeds.remove",),
        rest="DELETE /feeds/{feed_id}",
        mcp=_READING_ONLY,
        cli=("feed remove",),
    ),
    Capability(
        name="status",
        about="Counts of everything, what waits or failed and why, and how far the index is behind",
        library=("library.status",),
        rest="GET /status",
        mcp=Lacking("how the machinery stands is its user's concern"),
        cli=("status",),
    ),
    Capability(
        name="spending",
        about="What was spent today and this month, and how many episodes wait for the language model, with the reasons",
        library=("work.spending", "work.waiting_for_model"),
        rest=Lacking("what a library costs concerns its owner, who has it on the Shows page and in `earmark status`"),
        mcp=Lacking("what a library costs is no model's business"),
        cli=("status", "ingest"),
    ),
    Capability(
        name="reindex",
        about="Builds the search index from the catalog; how many points it holds",
        library=("index.rebuild", "index.clear"),
        rest="POST /index/rebuild",
        mcp=_READING_ONLY,
        cli=("reindex",),
    ),
    Capability(
        name="follow",
        about="Follows and unfollows shows, and says which of their episodes are taken",
        library=(
            "shows.add",
            "shows.add_all",
            "shows.import_opml",
            "shows.on_this_machine",
            "shows.pause",
            "shows.refresh",
            "shows.remove",
            "shows.resume",
            "shows.set_backfill",
        ),
        rest=_CHANGES,
        mcp=_READING_ONLY,
        cli=("add", "import", "show backfill", "show pause", "show refresh", "show remove", "show resume"),
    ),
    Capability(
        name="export",
        about="The followed shows as OPML",
        library=("shows.export_opml",),
        rest=_HERE,
        mcp=Lacking("list_shows has them all"),
        cli=("export",),
    ),
    Capability(
        name="work",
        about="Checks feeds and turns episodes into insights",
        library=("work.forecast", "work.ingest", "work.retry", "work.rewrite", "work.run"),
        rest=_CHANGES,
        mcp=_READING_ONLY,
        cli=("ingest", "work", "retry"),
    ),
    Capability(
        name="regroup",
        about="Groups all insights into themes once more",
        library=("themes.rebuild", "themes.update"),
        rest=_HERE,
        mcp=_READING_ONLY,
        cli=("themes",),
    ),
    Capability(
        name="send",
        about="Sends today's brief",
        library=("briefs.send",),
        rest=_CHANGES,
        mcp=_READING_ONLY,
        cli=("brief",),
    ),
    Capability(
        name="schedule",
        about="When the next brief of each reader comes, and what became of the last",
        library=("schedule.status",),
        rest="GET /schedule",
        mcp=Lacking("how the machinery stands is its user's concern"),
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
        rest=_HERE,
        mcp=_HERE,
        cli=("run", "app"),
    ),
    Capability(
        name="upkeep",
        about="Keeps index and themes up with the catalog, by itself",
        library=("index.behind", "index.follow", "index.let_go", "index.tend", "themes.tend"),
        rest=_HERE,
        mcp=_HERE,
        cli=Lacking("every command that reads the index does it first"),
    ),
    Capability(
        name="doctor",
        about="Whether each part that Earmark needs is there and works",
        library=("library.doctor",),
        rest=_HERE,
        mcp=_HERE,
        cli=("doctor",),
    ),
    Capability(
        name="tidy",
        about="Removes what the settings no longer keep: old audio, transcripts and copies",
        library=("work.tidy",),
        rest=_HERE,
        mcp=_HERE,
        cli=("tidy",),
    ),
    Capability(
        name="backup",
        about="The whole library in one file, and a library made of it in an empty folder",
        library=("library.backup",),
        rest=_HERE,
        mcp=_HERE,
        cli=("backup", "restore"),
    ),
    Capability(
        name="try_model",
        about="Tries the language model on five windows, and offers one that runs on this machine",
        library=("models.examine", "models.offers"),
        rest=_HERE,
        mcp=_HERE,
        cli=("doctor",),
    ),
    Capability(
        name="local_models",
        about="Language models that Earmark runs itself: which there are, fetched, used and removed",
        library=("models.fetch", "models.local", "models.remove", "models.use"),
        rest=_HERE,
        mcp=_HERE,
        cli=("model list", "model fetch", "model use", "model status", "model remove"),
    ),
    Capability(
        name="recording",
        about="The recording of an episode, if it is a file of this machine",
        library=("episodes.local_audio",),
        rest=_HERE,
        mcp=_HERE,
        cli=_FOR_PAGES,
    ),
    Capability(name="serve", about="Serves all faces", rest=_HERE, mcp=_HERE, cli=("app", "mcp")),
    Capability(
        name="set_up",
        about="Writes the first settings and follows the first shows",
        rest=_HERE,
        mcp=_HERE,
        cli=("init",),
    ),
    Capability(name="demo", about="A library of invented shows to look at", rest=_HERE, mcp=_HERE, cli=("demo",)),
    Capability(
        name="measure",
        about="Measures quality on human judgements",
        rest=_HERE,
        mcp=_HERE,
        cli=("eval",),
    ),
)
"""Every capability."""


def capability(name: str) -> Capability:
    """The row of that name; raises ``KeyError``."""
    return _BY_NAME[name]


_BY_NAME = {row.name: row for row in CAPABILITIES}
