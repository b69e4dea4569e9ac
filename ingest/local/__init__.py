"""Folders of recordings and transcripts on this machine, as shows."""
