"""One look at all candidates of an episode: which are worth printing, in what order, and which say the same.

The model compares; it does not grade. A ranking that follows the list, as those of models do that prefer what stands first,
is asked for again with the candidates in the other order, and the two are added up by places (Borda's count). A point that
says what the idea is and why has to do; where it is shorter, the end of the quote goes along, with the first order at least.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from earmark.ids import make_id
from ingest.insights.candidates import Candidate
from ingest.insights.numbered import NumberedTranscript, fenced
from ingest.insights.shapes import ReplyPart
from ingest.prompts import load_prompt

__all__ = ["MOST_CHOSEN", "ChoiceReply", "choice_prompt", "chosen", "follows_list"]

MOST_CHOSEN = 80
"""Candidates that a choice may name, whatever an episode may give."""
LISTED = 0.5
"""Kendall's tau of a ranking with the list from which on it is asked for again: those of a strong model lay in -.4 .. .2."""
FEWEST_RANKED = 4
"""Ranked candidates from which on an order that follows the list is hardly one by chance."""
POINT_WORDS, WHOLE_POINT_WORDS = 4, 12
"""Words of a point that says by itself what the idea is, and of one that has its reason as well: from points alone a strong
editor chose the same ideas as with their quotes, in six of six episodes."""


QUOTE_WORDS = 25
"""Words of a quote that the editor sees, in whole sentences and from its end: the reason comes last, and the point names the subject."""


class _Chosen(ReplyPart):
    id: int
    same: list[int] = Field(default_factory=list, max_length=60)


class ChoiceReply(ReplyPart):
    """What a model answers: the candidates that it keeps, best first, each with those that say the same."""

    chosen: list[_Chosen] = Field(max_length=MOST_CHOSEN)


def choice_prompt(
    candidates: Sequence[Candidate], numbered: NumberedTranscript, *, most: int, reverse: bool
) -> tuple[str, str]:
    """The system and the user message; candidates are numbered from 1 in their order, whichever way they are listed."""
    items = []
    for number, candidate in enumerate(candidates, start=1):
        speaker = numbered.speaker(candidate.span) or "unnamed"
        item = f"[{number}]{'*' if candidate.pointed_out else ''} {candidate.kind}: {candidate.point}"
        told = len(candidate.point.split()) >= (POINT_WORDS if reverse else WHOLE_POINT_WORDS)
        items.append(item if told else f"{item}\n    {speaker}: »{numbered.conclusion(candidate.span, QUOTE_WORDS)}«")
    if reverse:
        items.reverse()
    return load_prompt("insight_choice", most=str(most)), fenced("candidates", make_id(*items), "\n".join(items))


def follows_list(reply: ChoiceReply) -> bool:
    """Whether a model ranked the candidates much as they were listed, first to last."""
    order = list(dict.fromkeys(item.id for item in reply.chosen))
    if len(order) < FEWEST_RANKED:
        return False
    pairs = [later > earlier for place, earlier in enumerate(order) for later in order[place + 1 :]]
    return 2 * sum(pairs) / len(pairs) - 1 >= LISTED


def chosen(replies: Sequence[ChoiceReply], candidates: Sequence[Candidate], *, most: int) -> list[Candidate]:
    """The candidates that the replies keep, best first by the sum of their places, paraphrases merged.

    One that only some replies keep is placed behind the last of the others. Of two that any reply calls the same, the
    better placed stays.
    """
    places: dict[int, float] = {}
    same: list[frozenset[int]] = []
    valid = range(1, len(candidates) + 1)
    for reply in replies:
        order = list(dict.fromkeys(item.id for item in reply.chosen if item.id in valid))
        for number in valid:
            place = order.index(number) if number in order else len(order) + most
            places[number] = places.get(number, 0.0) + place
        same += [frozenset({item.id, *item.same}) for item in reply.chosen if item.same]
    kept_by_any = {item.id for reply in replies for item in reply.chosen}
    ranking: list[int] = []
    for number in sorted((n for n in valid if n in kept_by_any), key=lambda n: (places[n], n)):
        if any(number in group and group & set(ranking) for group in same):
            continue
        ranking.append(number)
    return [candidates[number - 1] for number in ranking[:most]]
