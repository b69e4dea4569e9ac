"""What a face may ask of a library: the parts of `library.library.Library` as protocols.

Faces depend on these alone, so a substitute with the same parts serves them as well. The parts themselves say what each
method returns, takes and raises.
"""

from __future__ import annotations

from library.ports.asking import AnswersPort, ConversationsPort, SearchPort
from library.ports.delivery import AlertsPort, BriefsPort, FeedsPort, MailPort, SchedulePort, UndeliveredPort
from library.ports.ideas import InsightsPort, PeoplePort, ThemesPort
from library.ports.people import ReadersPort, SignInPort, TokensPort
from library.ports.shows import EpisodesPort, LinksPort, ShowsPort
from library.ports.taste import MarksPort, ProfilePort, PublishedPort, SharingPort, TakeoutPort
from library.ports.whole import LibraryPort
from library.ports.work import IndexPort, ModelsPort, WorkPort

__all__ = [
    "AlertsPort",
    "AnswersPort",
    "BriefsPort",
    "ConversationsPort",
    "EpisodesPort",
    "FeedsPort",
    "IndexPort",
    "InsightsPort",
    "LibraryPort",
    "LinksPort",
    "MailPort",
    "MarksPort",
    "ModelsPort",
    "PeoplePort",
    "ProfilePort",
    "PublishedPort",
    "ReadersPort",
    "SchedulePort",
    "SearchPort",
    "SharingPort",
    "ShowsPort",
    "SignInPort",
    "TakeoutPort",
    "ThemesPort",
    "TokensPort",
    "UndeliveredPort",
    "WorkPort",
]
