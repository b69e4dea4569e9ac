"""Searches, questions and conversations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from earmark.errors import NotFound
from earmark.types import Answer, Citation, Conversation, Filters, Hit, Insight, Question, Turn
from library.values import Facet, Facets, SearchPage
from retrieval.search.query import TermKind, parse
from tests.ui import corpus
from tests.ui.fakes.held import Corpus

__all__ = ["FakeAnswers", "FakeConversations", "FakeSearch"]


class FakeSearch:
    """Finds words by their letters."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        wanted = filters or Filters()
        words = [word for word in re.findall(r"\w+", query.lower()) if len(word) > 2]
        hits = []
        for insight in self._held.insights:
            text = f"{insight.body} {insight.quote}"
            score = sum(word in text.lower() or word in insight.claim.lower() for word in words)
            if score and _wanted(insight, wanted):
                hits.append(_hit(insight, f"{insight.quote} {insight.body}", float(score)))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def page(self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True) -> SearchPage:
        parsed = parse(query.replace("quueue", "queue") if correct else query)
        if parsed.values(TermKind.SPEAKER) == ("Nobody",):
            raise NotFound("no speaker has this name; the closest are Imogen Farr", subject="Nobody")
        hits = self.hits(parsed.text, filters=filters, limit=limit)
        shows = Counter((hit.show_id, hit.show) for hit in hits)
        facets = tuple(Facet(value=key, label=label, count=count) for (key, label), count in shows.most_common())
        years = Counter(str(hit.published.year) for hit in hits if hit.published)
        return SearchPage(
            hits=tuple(hits),
            query=parsed,
            asked=query if str(parsed) != query and "quueue" in query else "",
            facets=Facets(
                shows=facets,
                speakers=tuple(
                    Facet(value=name, label=name, count=1) for name in {hit.speaker for hit in hits if hit.speaker}
                ),
                years=tuple(Facet(value=year, label=year, count=count) for year, count in years.items()),
                passages=len(hits),
            ),
        )


class FakeAnswers:
    """Answers with the quotes that the search finds."""

    def __init__(self, held: Corpus, search: FakeSearch) -> None:
        self._held = held
        self._search = search

    def ask(self, question: Question) -> Answer:
        *_, last = self.stream(question)
        return last

    def stream(self, question: Question) -> Iterator[Answer]:
        answer = self._answer(question)
        if question.conversation:
            turn = Turn(question=question.text, answer=answer, asked_at=corpus.NOW)
            self._held.talks.setdefault(question.conversation, []).append(turn)
            self._held.titles.setdefault(question.conversation, question.text)
        yield answer

    def _answer(self, question: Question) -> Answer:
        self._held.asked.append(question.text)
        hits = self._search.hits(question.text, filters=question.filters, limit=3)
        if not hits:
            words = "Nothing in your library answers that."
            return Answer(question=question.text, answer=words, abstained=True)
        citations = tuple(
            Citation(
                n=n, chunk_id=hit.chunk_id, episode_id=hit.episode_id, show=hit.show, episode=hit.episode,
                speaker=hit.speaker, start_s=hit.start_s, quote=hit.text.split(". ")[0] + ".", url=hit.url,
            )
            for n, hit in enumerate(hits, start=1)
        )  # fmt: skip
        text = " ".join(f"{citation.quote.rstrip('.')} [{citation.n}]." for citation in citations)
        return Answer(question=question.text, answer=text, abstained=False, citations=citations)


class FakeConversations:
    """Conversations in a dictionary."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def newest(self, *, limit: int | None = None) -> list[Conversation]:
        return [self.get(key)[0] for key in reversed(self._held.talks)][:limit]

    def get(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        if conversation_id not in self._held.talks:
            raise NotFound("no conversation has this id", subject=conversation_id)
        turns, title = self._held.talks[conversation_id], self._held.titles[conversation_id]
        return Conversation(
            id=conversation_id, title=title, created_at=corpus.NOW, updated_at=corpus.NOW, turns=len(turns)
        ), list(turns)

    def rename(self, conversation_id: str, title: str) -> None:
        self._held.titles[conversation_id] = title

    def forget(self, conversation_ids: Sequence[str]) -> int:
        return sum(self._held.talks.pop(key, None) is not None for key in conversation_ids)


def _wanted(insight: Insight, filters: Filters) -> bool:
    published = insight.published.date() if insight.published else corpus.TODAY
    return (
        (not filters.shows or insight.show_id in filters.shows)
        and (not filters.speakers or insight.speaker in filters.speakers)
        and (not filters.after or published >= filters.after)
        and (not filters.before or published < filters.before)
    )


def _hit(insight: Insight, text: str, score: float) -> Hit:
    return Hit(
        chunk_id=f"c{insight.id}", episode_id=insight.episode_id, show_id=insight.show_id, show=insight.show,
        episode=insight.episode, published=insight.published, url=insight.url, speaker=insight.speaker,
        start_s=insight.start_s, end_s=insight.end_s, text=text, score=score, cosine=0.5,
        chunk_ids=(f"c{insight.id}",), highlight=(0, len(insight.quote)), highlight_s=insight.start_s,
    )  # fmt: skip
