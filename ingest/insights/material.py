"""What is shown around a quote to the model that writes from it, and to the model that checks what was written.

The writer sees the sentences beside a quote, and from further off those with the numbers of its story. The checker sees
the same, and what follows the quote: shown less, it refused bodies that were true, for want of what they were written from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from earmark.language.segments import Label
from ingest.insights.facts import numbers
from ingest.insights.numbered import BESIDE, NumberedTranscript, Span
from ingest.insights.words import content_words
from ingest.voices.names import key

if TYPE_CHECKING:
    from earmark.types import Episode, Transcript

__all__ = ["about", "for_checker", "for_writer", "people", "story"]

WRITER_WORDS = (40, 20)
"""Words before and after a quote that the writer sees, or little more, if there are so many in so few sentences."""
CHECKER_WORDS = (8, 8)
"""The same for the checker: mostly a sentence each, so that what is taken back at once is seen."""
STORY_SENTENCES = 16
"""Sentences before and after a quote in which the numbers of its story may stand: order, price and outcome lie far apart."""
STORY_WORDS = 40
"""Words of such sentences that are shown, or one sentence more."""
STORY_TOPIC = 2
"""Content words that such a sentence shares with the quote: with one, every count of anything was shown."""
MOST_PEOPLE = 8
"""People of an episode that are named: a panel's who speaks is said at each line anyway."""
DESCRIPTION_WORDS = 40
"""Words of an episode's description that writer and checker are given: mostly it says who the guest is."""


def for_writer(numbered: NumberedTranscript, span: Span) -> str:
    """The quote between » and « with what it is written from."""
    return numbered.shown(span, _writers(numbered, span))


def for_checker(numbered: NumberedTranscript, span: Span, written: str) -> str:
    """The quote between » and « with what it takes to check ``written``: headline, claim and body.

    That is what it was written from, what was said right after it, by whomever, and of the sentences beside the quote those
    that hold a word or number of it that nothing of this holds.
    """
    shown = [*numbered.near(span, words=CHECKER_WORDS), *_writers(numbered, span)]
    held = _told(numbered, [*range(span.first, span.last + 1), *shown])
    wanted = {*content_words(written), *numbers(written)} - held
    shown += [index for index in numbered.near(span) if wanted & _told(numbered, [index])]
    return numbered.shown(span, shown)


def story(numbered: NumberedTranscript, span: Span) -> list[int]:
    """The indices of sentences around a quote, further off than those beside it, that have a number and words of the quote.

    Nearest first, `STORY_WORDS` words of them.
    """
    topic = set(content_words(numbered.quote(span)))
    chosen: list[int] = []
    words = 0
    for index in _further(numbered, span):
        text = numbered.sentences[index].text
        if numbered.labels[index] is not Label.CONTENT or not numbers(text):
            continue
        if len(topic & set(content_words(text))) < STORY_TOPIC:
            continue
        if words >= STORY_WORDS:
            break
        chosen.append(index)
        words += len(text.split())
    return chosen


def about(episode: Episode, transcript: Transcript) -> str:
    """Who takes part in an episode and the beginning of its description, a line each; empty where nothing is known."""
    named = people(episode, transcript)
    description = " ".join(episode.data.description.split()[:DESCRIPTION_WORDS])
    lines = (f"People: {named}" if named else "", f"Description: {description}" if description else "")
    return "\n".join(line for line in lines if line)


def people(episode: Episode, transcript: Transcript) -> str:
    """The people of an episode with their roles, in one line, those with a role first; empty where nobody is named."""
    roles = {person.name: person.role for person in episode.data.persons}
    roles |= {voice.name: voice.role or roles.get(voice.name, "") for voice in transcript.voices if voice.name}
    people_once: dict[str, tuple[str, str]] = {}
    for name, role in roles.items():  # a feed may have "Mireille Reece" as well as "Mireille Reece, Psy.D"
        first, known_role = people_once.get(key(name), (name, ""))
        people_once[key(name)] = (first, known_role or role)
    known = sorted(people_once.values(), key=lambda person: not person[1])[:MOST_PEOPLE]
    return " ".join(", ".join(f"{name} ({role})" if role else name for name, role in known).split())


def _writers(numbered: NumberedTranscript, span: Span) -> list[int]:
    """The sentences that the writer sees: behind the quote only the same speaker's, for what others add is not the speaker's view."""
    near = numbered.near(span, words=WRITER_WORDS)
    others = [index for index in near if index > span.last and not numbered.same_voice(index, span)]
    return [*(index for index in near if not others or index < others[0]), *story(numbered, span)]


def _told(numbered: NumberedTranscript, indices: Iterable[int]) -> set[str]:
    text = " ".join(numbered.sentences[index].text for index in indices)
    return {*content_words(text), *numbers(text)}


def _further(numbered: NumberedTranscript, span: Span) -> list[int]:
    """The sentences that are beyond those beside a quote, but not far, nearest first."""
    before = range(max(0, span.first - STORY_SENTENCES), max(0, span.first - BESIDE[0]))
    last = len(numbered.sentences)
    after = range(min(last, span.last + 1 + BESIDE[1]), min(last, span.last + 1 + STORY_SENTENCES))
    return sorted((*before, *after), key=lambda index: max(span.first - index, index - span.last))
