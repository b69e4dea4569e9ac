"""Why a face lacks something, where several rows have the same reason."""

from __future__ import annotations

from ui.capabilities.rows import Omission

__all__ = ["CHANGES", "FOR_PAGES", "HERE", "LIKES", "MACHINERY", "ONCE", "READING_ONLY", "SIGN_IN", "TAKEN_OUT"]

CHANGES = Omission("it changes what is followed and fetched: that is left to the machine's own user")
HERE = Omission("it works on this machine's own files and processes")
READING_ONLY = Omission("tools only read: what a model was talked into must not change anything")
LIKES = Omission("what a reader likes is no model's business; the brief follows it")
MACHINERY = Omission("how the machinery stands is its user's concern")
TAKEN_OUT = Omission("it is a file for another program; a model has search and saved_ideas")
ONCE = Omission("a tool answers once")
SIGN_IN = Omission("a program that holds a token must not get itself another one, or let others in")
FOR_PAGES = Omission("the pages draw it; a terminal does not")
