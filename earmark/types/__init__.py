"""The words that every part of Earmark shares: plain frozen values, no behaviour.

Two tiers: ``FeedData`` and ``EpisodeData`` are what a publisher said, ``Show`` and ``Episode`` are what the catalog
holds. Datetimes are aware and in UTC. Times inside audio are float seconds from its start, ``None`` if the
transcript carries no times.
"""

from __future__ import annotations

from earmark.kinds import Because, Direction, MailState, Rhythm, Role, SelectionKind, ShowStatus, Stage
from earmark.types.answers import Answer, Citation, Conversation, Narrowing, Turn, View
from earmark.types.archive import Archive, ArchivedTalk
from earmark.types.briefs import Brief, BriefItem
from earmark.types.feeds import Chapter, EpisodeData, FeedData, Person, Soundbite, TranscriptLink
from earmark.types.insights import STAND_IN, Insight, InsightDraft, Withdrawal, Withdrawn
from earmark.types.mail import Mailing, UndeliveredLetter
from earmark.types.readers import ApiToken, Click, InsightState, Profile, Reader
from earmark.types.search import Disagreement, Echo, Filters, Hit, Question, Related
from earmark.types.selections import Alert, AlertNews, ComingNews, ReaderFeed, Selection, ToldClaim, ToldNews
from earmark.types.shows import Episode, Show
from earmark.types.themes import Theme, ThemeMonth, ThemePoint, ThemeShare
from earmark.types.transcripts import Chunk, Segment, Transcript, Voice

__all__ = [
    "STAND_IN",
    "Alert",
    "AlertNews",
    "Answer",
    "ApiToken",
    "Archive",
    "ArchivedTalk",
    "Because",
    "Brief",
    "BriefItem",
    "Chapter",
    "Chunk",
    "Citation",
    "Click",
    "ComingNews",
    "Conversation",
    "Direction",
    "Disagreement",
    "Echo",
    "Episode",
    "EpisodeData",
    "FeedData",
    "Filters",
    "Hit",
    "Insight",
    "InsightDraft",
    "InsightState",
    "MailState",
    "Mailing",
    "Narrowing",
    "Person",
    "Profile",
    "Question",
    "Reader",
    "ReaderFeed",
    "Related",
    "Rhythm",
    "Role",
    "Segment",
    "Selection",
    "SelectionKind",
    "Show",
    "ShowStatus",
    "Soundbite",
    "Stage",
    "Theme",
    "ThemeMonth",
    "ThemePoint",
    "ThemeShare",
    "ToldClaim",
    "ToldNews",
    "Transcript",
    "TranscriptLink",
    "Turn",
    "UndeliveredLetter",
    "View",
    "Voice",
    "Withdrawal",
    "Withdrawn",
]
