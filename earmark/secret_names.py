"""What a secret looks like: the names of values that are kept from pages, mails, logs and errors."""

from __future__ import annotations

import re

__all__ = ["CREDENTIAL", "names_secret"]

_SHORT = "key auth pass pwd sig hash"
"""Words that other words end in or begin with (*monkey*, *author*, *passage*, *signal*): they count as whole words."""
_LONG = "token secret password passwd passphrase passcode signature authorization credential jwt"
_BEFORE = "access auth api app client feed rss user private secret subscriber member session sign"
"""Words that are written together with a short one: *apikey*, *userhash*."""
_AFTER = "key id code token hash string"
_NAME = re.compile(
    rf"(?:{'|'.join(_BEFORE.split())})?(?:{'|'.join(_SHORT.split())})(?:s|{'|'.join(_AFTER.split())})?"
    rf"|\w*(?:{'|'.join(_LONG.split())})(?:s|{'|'.join(_AFTER.split())})?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]")

CREDENTIAL = re.compile(
    r"(?i)\b(bearer|basic|authorization:|api[-_]?key[=:]|token[=:]|password[=:])(\s*)[^\s,;'\"]{6,}"
)
"""A secret in running text: what announces it, the space after that, and the value."""


def names_secret(name: str) -> bool:
    """Whether the name of a value (``access_token``, ``X-Amz-Signature``, ``apiKey``) says that the value is a secret.

    Whole words count, so ``monkey``, ``author`` and ``design`` are no secrets.
    """
    parts = re.split(r"[^A-Za-z0-9]+", name)
    words = [word for part in parts for word in (part, *_WORD.findall(part))]
    return any(_NAME.fullmatch(word) for word in words)
