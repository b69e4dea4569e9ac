"""What of a talk is no answer: sponsor reads, greetings, introductions, thanks and good-byes, unless they are asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from earmark.catalog.content import chunks, passages
from earmark.language.folding import fold
from earmark.language.segments import EDGE, LONGEST_CHARS, Label, framing, sponsor_reads
from earmark.language.words import stem, words
from earmark.types import Hit
from retrieval.answers.evidence import PassageSentence, sentences_of
from retrieval.answers.nearness import names_in
from retrieval.search.moments import PassageHit, passage_hit

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.catalog.content.passages import Place

__all__ = ["Asides", "asides", "spoken_turns"]

_REACH = 4
"""Passages before and after one in which the cues of a sponsor read are looked for, and the ends of its episode."""
_RUNS_KEPT = 256
"""Passages in a row whose labels are kept: those of several questions."""
_OF_SPONSORS = re.compile(
    r"\b(?:sponsor\w*|advert\w*|ads?|commercials?|promos?|(?:promo|promotional|discount|coupon|offer)\s+codes?|promotional|discounts?|coupons?|special\s+offers?|free\s+trials?|brought\s+to\s+you|paid\s+for)\b",
    re.IGNORECASE,
)
"""Words of a question for what is advertised."""
_OF_THE_SHOW = re.compile(
    r"\b(?:introduc\w*|greet\w*|welcom\w*|thank\w*|good-?bye|(?:the|its|their)\s+(?:hosts?|guests?)|subscribe\w*|newsletters?|patreon"
    r"|(?:the|this|that|next|last|which)\s+(?:show|podcast|episode)s?)\b",
    re.IGNORECASE,
)
"""Words of a question for the show itself, and for who is in it."""
_NAME = r"(?-i:[A-Z][\w’'-]+)"
_GREETS = re.compile(
    r"^\W*(?:hi|hello|hey|good\s+(?:morning|afternoon|evening))\b|\bwith\s+me\s+(?:is|are|today|now|here)\b|\bmy\s+guests?\b"
    rf"|\b{_NAME}\s+(?:is|are)\s+(?:here|with\s+(?:me|us)|back)\b|\bjoins\s+(?:me|us)\b|\bthanks?(?:\s+you)?\s+for\s+(?:having|coming)\b"
    r"|\b(?:we|I)(?:['’]re|\s+are|['’]m|\s+am|['’]ll\s+be|\s+will\s+be)\s+back\s+(?:in\s+an?|next|on|soon|with)\b|\bsee\s+you\s+(?:in|next)\b",
    re.IGNORECASE,
)
"""What is said at either end of an episode to whoever speaks or listens."""
_LEADS = re.compile(r"\b(?:pay(?:s|ing)?\s+for|paid|sponsors?|bills|break|message|word\s+from)\b", re.IGNORECASE)
"""What is said right before a sponsor is named."""
_PITCH = re.compile(
    r"\bdot\s+(?:com|example|org|io|dev|net|co)\b|\bcode\s+(?-i:[A-Z]{3,})|\bpercent\s+off\b|\bmonths?\s+free\b|\bfree\s+(?:month|trial|box)\b",
    re.IGNORECASE,
)
_PAID = ("supported by", "sponsored by", "brought to you by", "made possible by", "presented by")
_PITCH_REACH = 5
"""Sentences behind a sponsor read among which its pitch is looked for."""
_WHO = re.compile(r"^(?:and\s+|but\s+|so\s+)?who(?:['’]s|se)?\b", re.IGNORECASE)

Asides = Collection[tuple[str, int]]
"""Sentences that are no answer: the ids of their passages, and where in these they begin."""


def asides(
    catalog: Catalog, hits: Sequence[Hit], question: str, *, about: Sequence[str] = (), voices: Sequence[str] = ()
) -> Asides:
    """The sentences of some passages, and of their neighbours, that do not answer a question, whatever words they have.

    A question that names what is advertised, and is named nowhere else there, is about that; one for a person takes how
    the person is introduced.

    Args:
        catalog: holds what is said around the passages.
        hits: the passages.
        question: without the persons and shows that it is narrowed to.
        about: persons that it is about.
        voices: persons whose words are asked for; how they are greeted is no answer.
    """
    asked = {Label.SPONSOR} if _OF_SPONSORS.search(question) else set[Label]()
    if about or _WHO.match(question) or _OF_THE_SHOW.search(question):
        asked |= {Label.GREETING, Label.HOUSEKEEPING}
    labelled = list(_labelled(catalog, hits))
    content = {stem(word) for sentence, label in labelled if label is Label.CONTENT for word in words(sentence.text)}
    known = [*voices, *dict.fromkeys(hit.show for hit in hits)]
    named = (
        {stem(word) for word in names_in(question)} - content - {stem(word) for name in known for word in words(name)}
    )
    return frozenset(
        (sentence.hit.chunk_id, sentence.offset)
        for stretch, label in _stretches(labelled)
        if label is not Label.CONTENT
        and label not in asked
        and not any(stem(word) in named for part in stretch for word in words(part.text))
        for sentence in stretch
    )


def spoken_turns(turns: Sequence[Sequence[PassageSentence]], without: Asides) -> list[list[PassageSentence]]:
    """Turns without the sentences that are no answer; where one of these stood, a turn ends."""
    kept: list[list[PassageSentence]] = []
    for turn in turns:
        for aside, part in groupby(turn, key=lambda sentence: (sentence.hit.chunk_id, sentence.offset) in without):
            if not aside:
                kept.append(list(part))
    return kept


def _labelled(catalog: Catalog, hits: Sequence[Hit]) -> Iterator[tuple[PassageSentence, Label]]:
    """The sentences of passages and of those around them, each with what it is there for."""
    with catalog.read() as tx:
        places = passages.around(tx, [hit.chunk_id for hit in hits], reach=_REACH)
        located = chunks.located(tx, list(places))
    known = {key: passage_hit(PassageHit(located=row, score=0.0)) for key, row in located.items()}
    asked = {(place.episode_id, place.seq) for hit in hits if (place := places.get(hit.chunk_id))}
    for run in _runs([place for key, place in places.items() if key in known]):
        begins, last = run[0].seq == 0, run[-1]
        ends = any((last.episode_id, last.seq - back) in asked for back in range(_REACH))
        yield from _run_labelled(tuple(known[place.key] for place in run), begins=begins, ends=ends)


@lru_cache(maxsize=_RUNS_KEPT)
def _run_labelled(run: tuple[Hit, ...], *, begins: bool, ends: bool) -> tuple[tuple[PassageSentence, Label], ...]:
    """The labelled sentences of passages in a row, kept for the next search of a question, which mostly meets the same ones."""
    sentences = [sentence for hit in run for sentence in sentences_of(hit)]
    return tuple(zip(sentences, _labels(sentences, begins=begins, ends=ends), strict=True))


def _labels(sentences: Sequence[PassageSentence], *, begins: bool, ends: bool) -> list[Label]:
    """What sentences in a row are there for; in the midst of an episode only a sponsor read is no part of its subject."""
    cut = [replace(sentence, text=sentence.text[:LONGEST_CHARS]) for sentence in sentences]
    edges = {*(range(EDGE) if begins else ()), *(range(len(cut) - EDGE, len(cut)) if ends else ())}
    framed = framing(cut, begins=begins, ends=ends, greets=_greets)
    labels = [label if index in edges else Label.CONTENT for index, label in enumerate(framed)]
    for first, last in [
        *sponsor_reads(cut),
        *((at, at) for at, sentence in enumerate(cut) if _names_sponsor(sentence)),
    ]:
        voice = cut[first].speaker
        leads = first and cut[first - 1].speaker == voice and _LEADS.search(cut[first - 1].text)
        begin = first - 1 if leads else first
        behind = range(last + 1, min(len(cut), last + 1 + _PITCH_REACH))
        # Somebody may put in a word before the pitch.
        end = max((at for at in behind if cut[at].speaker == voice and _PITCH.search(cut[at].text)), default=last)
        labels[begin : end + 1] = [Label.SPONSOR] * (end + 1 - begin)
    return labels


def _names_sponsor(sentence: PassageSentence) -> bool:
    """Whether somebody says by whom the show is paid for: "Noise Floor is supported by …"."""
    text, show = fold(sentence.text), fold(sentence.hit.show)
    return bool(show) and any(f"{show} is {paid}" in text for paid in _PAID)


def _greets(sentence: PassageSentence) -> bool:
    """Whether somebody greets, takes leave, or says the name of the show or their own."""
    text = fold(sentence.text)
    show = fold(sentence.hit.show)
    own = fold(sentence.speaker or "")
    named = any(f"{said} {name}" in text for said in ("this is", "it s", "i m", "i am") for name in (show, own) if name)
    return named or bool(_GREETS.search(sentence.text))


def _runs(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Passages that follow each other in an episode, together."""
    run: list[Place] = []
    for place in sorted(places, key=lambda place: (place.episode_id, place.seq)):
        if run and (run[-1].episode_id, run[-1].seq + 1) != (place.episode_id, place.seq):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _stretches(labelled: Sequence[tuple[PassageSentence, Label]]) -> Iterator[tuple[list[PassageSentence], Label]]:
    """Sentences in a row that are there for the same."""
    for label, stretch in groupby(labelled, key=lambda pair: pair[1]):
        yield [sentence for sentence, _ in stretch], label
