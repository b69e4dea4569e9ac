"""Backups: a whole library in one file, and the way back."""
