"""Links among pages that are served or written, and among their twins in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from earmark.addresses import absolute, brief_page, insight_page, moment_page, person_page, show_page, theme_page

__all__ = ["ServedLinks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLinks:
    """Addresses of pages that the app serves.

    ``base`` is put before them where what links is read elsewhere; ``ending`` behind them leads to a twin. Strangers are led to
    no moment and no page of the app.
    """

    base: str = ""
    ending: str = ""
    strangers: bool = False

    def insight(self, insight_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return self._whole(insight_page(insight_id))

    def moment(self, episode_id: str, start_s: float | None, quote: str = "") -> str:
        """As in `ui.web.links.Links`; a moment has no twin."""
        path = moment_page(episode_id, start_s, quote) if not self.strangers else ""
        return absolute(self.base, path) if self.base else path

    def theme(self, theme_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return self._whole(theme_page(theme_id))

    def show(self, show_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return self._whole(show_page(show_id))

    def person(self, name: str) -> str:
        """As in `ui.web.links.Links`."""
        return self._whole(person_page(name))

    def brief(self, day: date) -> str:
        """As in `ui.web.links.Links`."""
        return self._whole(brief_page(day))

    def themes(self) -> str:
        """As in `ui.web.links.Links`: that of the app, which strangers have not."""
        return "" if self.strangers else "/themes"

    def own_page(self, insight_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return ""

    def _whole(self, path: str) -> str:
        whole = f"{path}{self.ending}" if path else ""
        return absolute(self.base, whole) if self.base else whole
