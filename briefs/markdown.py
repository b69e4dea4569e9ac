r"""Text from outside as Markdown that shows exactly that text, in CommonMark, GFM and what Streamlit adds to them."""

from __future__ import annotations

import re

__all__ = ["escape", "link"]

_ANYWHERE = re.compile(r"[\\`*_{}\[\]<>#|~$&!^@]")
# Autolinks of GFM (scheme:, www.), emoji and colour shortcodes (:name:), but not "12:30" or "thus: so".
_AUTOLINK = re.compile(r":(?=[^\s\d])|(?<=\bwww)\.", re.IGNORECASE)
# Comments of Obsidian (%%), and the commands that its plugin Templater runs in a new note (<% … %>).
_COMMAND = re.compile(r"%(?=%)|(?<=[<%])%")
# What opens a list, a heading underline or a rule at the start of a paragraph.
_OPENING = re.compile(r"^(\d{1,9})([.)])|^([-+=])")


def escape(text: str) -> str:
    """The text, one line, with everything escaped that Markdown would act on."""
    text = _ANYWHERE.sub(lambda match: "\\" + match.group(), text)
    text = _COMMAND.sub(lambda match: "\\" + match.group(), text)
    text = _AUTOLINK.sub(lambda match: "\\" + match.group(), text)
    return _OPENING.sub(lambda match: f"{match[1] or ''}\\{match[2] or match[3]}", text)


def link(text: str, url: str) -> str:
    """A link, or the text alone if there is no address; ``url`` must come from `earmark.language.links`."""
    # Brackets around the address would end it; `earmark.language.links` has percent-encoded those within.
    return f"[{escape(text)}](<{url}>)" if url else escape(text)
