"""Feeds for feed readers, at private addresses."""
