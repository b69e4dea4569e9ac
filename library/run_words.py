"""What an ingest did, in a few words."""

from __future__ import annotations

from earmark.language.spans import counted

__all__ = ["run_words"]


def run_words(*, feeds: int, new_episodes: int, episodes_read: int, failed: int, interrupted: bool) -> str:
    """``3 feeds checked, 2 new episodes, 1 episode read``, and whether something failed or it was stopped."""
    words = [
        f"{counted(feeds, 'feed')} checked",
        counted(new_episodes, "new episode"),
        f"{counted(episodes_read, 'episode')} read",
    ]
    if failed:
        words.append(f"{failed} failed")
    if interrupted:
        words.append("stopped as asked")
    return ", ".join(words)
