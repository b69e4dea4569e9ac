"""What Earmark can do, one capability a row, and where each face offers it: a file for each subject, joined here.

The routes of REST and the tools of MCP are made from these rows, the commands are checked against them, and so are the
parts of the library: whatever a face lacks is lacking for a reason that stands in its row.
"""

from __future__ import annotations

from ui.capabilities.asking import ASKING
from ui.capabilities.briefs import BRIEFS
from ui.capabilities.delivery import DELIVERY
from ui.capabilities.insights import INSIGHTS
from ui.capabilities.machine import MACHINE
from ui.capabilities.marks import MARKS
from ui.capabilities.people import PEOPLE
from ui.capabilities.profile import PROFILE
from ui.capabilities.readers import READERS
from ui.capabilities.rows import Capability, Omission
from ui.capabilities.shows import SHOWS
from ui.capabilities.takeout import TAKEOUT
from ui.capabilities.themes import THEMES
from ui.capabilities.work import WORK

__all__ = ["CAPABILITIES", "Capability", "Omission"]

CAPABILITIES: tuple[Capability, ...] = (
    *ASKING,
    *INSIGHTS,
    *BRIEFS,
    *THEMES,
    *PEOPLE,
    *SHOWS,
    *READERS,
    *MARKS,
    *PROFILE,
    *TAKEOUT,
    *DELIVERY,
    *WORK,
    *MACHINE,
)
"""Every capability."""
