"""Feeds: when they are asked, what they say, which of their episodes are known, and where they move."""
