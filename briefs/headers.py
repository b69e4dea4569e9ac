"""Headers of a mail that hold words: the subject, and the names next to addresses.

Python's own writer of headers loses the space between two encoded words, or puts one into the middle of a word, once
a line is full (cpython 85725, 144156). Here what is not plain ASCII is encoded as a whole, its spaces with it.
"""

from __future__ import annotations

from email.charset import SHORTEST, Charset
from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueSingleAddressHeader, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any

__all__ = ["POLICY"]

_LINE = 76
"""Columns of a line that holds an encoded word, at most (RFC 2047, 2)."""
_SHORT = 60
"""Characters of a name that is written as it is; a longer one is encoded, because only that can be broken safely."""


class _SubjectHeader(UniqueUnstructuredHeader):
    name: str

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Takes the value as it is: what looks like an encoded word in a title is a word of that title."""
        super().parse("", kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        """The header as lines."""
        return f"{self.name}: {_encoded(str(self), name=self.name, linesep=policy.linesep)}{policy.linesep}"


class _WholeHeader(UniqueUnstructuredHeader):
    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header as one line: an address that is broken into two is none."""
        return f"{self.name}: {self}{policy.linesep}"


class _AddressHeader(UniqueSingleAddressHeader):
    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header as lines."""
        address = self.address
        if _is_plain(address.display_name) and len(address.display_name) <= _SHORT:
            return f"{self.name}: {address}{policy.linesep}"
        words = _encoded(address.display_name, name=self.name, linesep=policy.linesep, whole=True)
        return f"{self.name}: {words}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


def _encoded(text: str, *, name: str, linesep: str, whole: bool = False) -> str:
    """The text as the value of the header ``name``, in lines; ``whole`` encodes it even where it is plain."""
    charset = Charset("us-ascii" if _is_plain(text) and not whole else "utf-8")
    if charset.input_charset == "utf-8":
        # Libraries change the default for the whole process (Apprise does, when it is imported).
        charset.header_encoding = SHORTEST
    return Header(text, charset, maxlinelen=_LINE, header_name=name).encode(linesep=linesep)


def _is_plain(text: str) -> bool:
    """Whether the text may be written as it is: ASCII, nothing that looks like an encoded word, no word that fills a line."""
    return text.isascii() and "=?" not in text and all(len(word) <= _SHORT for word in text.split(" "))


_KINDS: tuple[tuple[str, type], ...] = (
    ("subject", _SubjectHeader),
    ("from", _AddressHeader),
    ("to", _AddressHeader),
    ("list-unsubscribe", _WholeHeader),
)
_registry = HeaderRegistry()
for _name, _kind in _KINDS:
    # The registry makes a header of it together with BaseHeader, which has its name.
    _registry.map_to_type(_name, _kind)

POLICY: EmailPolicy[EmailMessage[Any, Any]] = SMTP.clone(header_factory=_registry)
"""How Earmark's mails are written: as `email.policy.SMTP` does it, with ``Subject``, ``From``, ``To`` and ``List-Unsubscribe`` of our own."""
