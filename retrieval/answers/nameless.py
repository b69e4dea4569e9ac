"""What voices without a name say where a title tells who speaks: it may be that person's, and nobody else's is known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earmark.language.folding import fold
from earmark.types import Hit
from retrieval.answers.evidence import PassageSentence, sentences_of

__all__ = ["is_nameless", "may_be_quoted", "may_be_theirs"]

_LABEL = re.compile(r"(?:speaker|voice|host|guest|spk)?[\s_-]*\d*", re.IGNORECASE)


def is_nameless(speaker: str | None) -> bool:
    """Whether a voice has no name, or a label in its place ("Speaker 1")."""
    return not speaker or bool(_LABEL.fullmatch(speaker.strip()))


def may_be_quoted(sentence: PassageSentence, voices: Sequence[str]) -> bool:
    """Whether a sentence is one of some persons', as far as is known; anybody's where nobody is named."""
    if not voices or sentence.speaker in voices:
        return True
    return is_nameless(sentence.speaker) and may_be_theirs(sentence.hit, voices)


def may_be_theirs(hit: Hit, persons: Sequence[str]) -> bool:
    """Whether a passage has a nameless voice and its show or episode the whole name of one of some persons in its title."""
    title = f" {fold(f'{hit.show} {hit.episode}')} "
    named = any(" " in fold(person) and f" {fold(person)} " in title for person in persons)
    return named and any(is_nameless(sentence.speaker) for sentence in sentences_of(hit))
