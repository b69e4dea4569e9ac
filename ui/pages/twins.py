"""Pages as Markdown, for programs and for whoever quotes: the same words, every text escaped, no HTML and no images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from briefs.markdown import escape
from earmark.clean import plain
from earmark.language.links import moment_link, web_url
from earmark.language.quotation import shown_quote
from earmark.language.spans import clock
from earmark.relations import RELATION_WORDS, utterance
from earmark.types import Brief, Insight, Related, Theme
from ui.web.links import Links, related_link

__all__ = ["brief_twin", "insight_twin", "linked", "list_twin", "theme_twin", "words"]


def words(text: str | None) -> str:
    """A text from outside as Markdown that shows exactly that text, on one line."""
    return escape(plain(text or ""))


def insight_twin(insight: Insight, related: Sequence[Related], links: Links, day: str) -> str:
    """An insight with what others said; ``day`` is that of its episode, in words."""
    return _joined([*_insight(insight, links, day, level=1), *_related(related, links, level=2)])


def brief_twin(brief: Brief, links: Links, day: str) -> str:
    """A brief with its ideas."""
    blocks = [f"# The brief of {escape(day)}"]
    for item in brief.items:
        blocks += _insight(item.insight, links, "", level=2, leads=True)
        blocks += [f"Why: {words(item.why)}"] if item.why else []
        blocks += _related(item.related, links, level=3)
    return _joined(blocks)


def list_twin(name: str, about: str, insights: Sequence[Insight], links: Links) -> str:
    """A show or a person with what was said, newest first."""
    return _joined([f"# {words(name)}", *([words(about)] if about else []), _listed(insights, links)])


def theme_twin(theme: Theme, insights: Sequence[Insight], links: Links) -> str:
    """A theme with what was said on it, most central first."""
    return _joined([f"# {words(theme.label)}", words(theme.claim), _listed(insights, links)])


def _insight(insight: Insight, links: Links, day: str, *, level: int, leads: bool = False) -> Iterator[str]:
    claim = linked(insight.claim, links.insight(insight.id)) if leads else words(insight.claim)
    yield f"{'#' * level} {claim}"
    if insight.body:
        yield words(insight.body)
    said = shown_quote(insight.quote, insight.claim, insight.body)
    source = ", ".join(
        part for part in (*_who(insight, links), words(insight.episode), escape(day), _at(insight)) if part
    )
    yield f"> “{words(said)}”\n>\n> — {source}" if said else f"— {source}"


def _related(related: Sequence[Related], links: Links, *, level: int) -> Iterator[str]:
    if not related:
        return
    yield f"{'#' * level} What others said"
    lines = []
    for relative in related:
        heard = utterance(relative)
        place = ", ".join(
            part for part in (words(heard.speaker), words(heard.show), clock(heard.audio_s, heard.about)) if part
        )
        told = [RELATION_WORDS.get(relative.relation, ""), words(relative.why)]
        lines.append(
            f"- {linked(heard.text, related_link(links, heard))} ({place}){''.join(f' — {part}' for part in told if part)}"
        )
    yield "\n".join(lines)


def _listed(insights: Sequence[Insight], links: Links) -> str:
    return "\n".join(
        f"- {linked(insight.claim, links.insight(insight.id))} ({', '.join(part for part in _who(insight, links) if part)})"
        for insight in insights
    )


def _who(insight: Insight, links: Links) -> tuple[str, str]:
    speaker = linked(insight.speaker, links.person(insight.speaker)) if insight.speaker else ""
    return speaker, linked(insight.show, links.show(insight.show_id))


def _at(insight: Insight) -> str:
    """The second at which it was said, or the episode, as a link to the publisher."""
    address = moment_link(insight.audio_url, insight.url, insight.audio_s) or web_url(insight.url)
    time = clock(insight.audio_s, insight.about)
    return linked(time or "the episode", address) if address else time


def linked(text: str, address: str) -> str:
    """A text from outside as a link, or as it is without an address."""
    # Ours are percent-encoded where they are made; this keeps a bracket from ending one all the same.
    return f"[{words(text)}](<{quote(address, safe='/:?#[]@!$&*+,;=%~-._')}>)" if address else words(text)


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"
