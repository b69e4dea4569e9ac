"""Earmark's kernel: the words that all packages share, the catalog, the settings and the errors."""

__version__ = "0.1.0"
