"""The stages of an episode: discovered → transcript → chunks → insights.

Each is a function of what the catalog holds, and returns a `Write`: what to store in the one transaction that also
moves the episode on. Nothing else is written, so a stage can be killed at any moment and simply runs again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import chunks, insights, transcripts, voices, withdrawals
from earmark.catalog.work import jobs, replies
from earmark.embedding import chunk_text, claims_model, insight_text, vectors_at, vectors_for
from earmark.errors import ModelCallError, NotYet
from earmark.ports import Clock, Encoder, InsightExtractor, Transcriber
from earmark.settings import Settings
from earmark.types import STAND_IN, Chapter, Episode, Insight, Stage, Transcript
from ingest.chapters import find_chapters, topics, with_chapters
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractive import ExtractiveExtractor
from ingest.insights.identity import with_known_ids
from ingest.insights.silence import why_none
from ingest.insights.stated import keep_statements
from ingest.insights.verify import select
from ingest.limits.budget import Budget
from ingest.limits.throughput import Throughput
from ingest.obtaining import ObtainedTranscript, TranscriptTools, audio_path, windows_path
from ingest.passages.chunking import chunk
from ingest.reach import reach
from ingest.text.sentences import split_sentences
from ingest.voices import FLOOR, Diariser, diarised, resolve_voices

__all__ = ["ModelAway", "Stages", "Write"]

Write = Callable[[Connection], None]
Report = Callable[[str], None]

MODEL_PAUSE = timedelta(minutes=10)
"""How long an episode waits for a model that did not answer and did not say how long."""


class ModelAway(NotYet):
    """The language model did not answer; ``stand_in`` stores what can be shown until it does, if that is wanted."""

    stand_in: Write | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What the stages work with. ``transcriber`` is ``None`` if speech recognition is switched off."""

    catalog: Catalog
    fetcher: Fetcher
    encoder: Callable[[], Encoder]
    """Opened by the first stage that needs it: a wrong model name does not keep transcripts from being fetched."""
    extractor: InsightExtractor
    transcriber: Transcriber | None
    settings: Settings
    budget: Budget
    clock: Clock
    model_lock: threading.Lock
    """Held while the encoder computes, which uses all cores by itself; the transcriber has a pool of its own."""
    throughput: Throughput = field(default_factory=Throughput)
    """What the machine's speed is told from."""
    substitute: InsightExtractor = field(default_factory=ExtractiveExtractor)
    """Finds insights without a model, while the model does not answer."""
    diariser: Diariser | None = None
    """Tells voices apart in what is transcribed here; ``None`` if that is off or not installed."""

    def next(self, episode: Episode, report: Report) -> tuple[Stage, Write]:
        """Runs the stage that follows ``episode.stage`` and returns its name and what it writes.

        Raises:
            EarmarkError: the stage failed; ``TransientError`` if trying again may help.
        """
        match episode.stage:
            case Stage.DISCOVERED:
                return Stage.TRANSCRIPT, self._transcript(episode, report)
            case Stage.TRANSCRIPT:
                report("cutting passages")
                return Stage.CHUNKS, self._chunks(episode)
            case _:
                report("looking for insights")
                return Stage.INSIGHTS, self._insights(episode)

    def finished(self, episode: Episode, stage: Stage) -> None:
        """Clears away what a committed stage no longer needs."""
        if stage is Stage.TRANSCRIPT and episode.data.audio_url:
            path = audio_path(self.settings, episode)  # never a file of a local show: those are read where they lie
            path.unlink(missing_ok=True)
            windows_path(self.settings, episode).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes audio that no episode waits for any more: of a killed run, of a failure, of a removed show."""
        for path in self.settings.audio_dir.glob("*"):
            with self.catalog.read() as tx:
                wanted = jobs.wants_transcript(tx, path.name.partition(".")[0])
            if not wanted:
                path.unlink(missing_ok=True)

    def _transcript(self, episode: Episode, report: Report) -> Write:
        obtained = self._obtaining().obtain(episode, report)
        transcript = self._voiced(obtained, episode, report)
        report("looking for chapters")
        fetch = reach(self.catalog, self.fetcher, self.settings.fetch, episode).get
        transcript = with_chapters(transcript, find_chapters(episode, transcript, fetch=fetch, audio=obtained.audio))
        return lambda tx: transcripts.put(tx, episode.id, transcript)

    def _obtaining(self) -> TranscriptTools:
        return TranscriptTools(
            catalog=self.catalog,
            fetcher=self.fetcher,
            transcriber=self.transcriber,
            settings=self.settings,
            budget=self.budget,
            clock=self.clock,
            throughput=self.throughput,
        )

    def _voiced(self, obtained: ObtainedTranscript, episode: Episode, report: Report) -> Transcript:
        """The transcript with the speakers' names, as far as they are sure."""
        transcript = obtained.transcript
        if self.diariser is not None and obtained.audio is not None:
            report("telling voices apart")
            transcript = diarised(transcript, obtained.audio, self.diariser)
        data = episode.data
        with self.catalog.read() as tx:
            usual = voices.usual(tx, episode.show_id, confidence=FLOOR)
        return resolve_voices(
            transcript,
            persons=data.persons,
            usual=usual,
            title=data.title,
            notes=data.description,
            show=episode.show,
        )

    def _chunks(self, episode: Episode) -> Write:
        with self.catalog.read() as tx:
            transcript = transcripts.get(tx, episode.id)
        cut = self.settings.ingest
        parts = transcript.chapters or self._topics(transcript)
        made = chunk(episode, replace(transcript, chapters=parts), words=cut.chunk_words, seconds=cut.chunk_seconds)
        tokens = self.settings.search.late_interaction
        self._embed({passage.content_hash: chunk_text(passage) for passage in made}, tokens=tokens)
        keep_statements(self.catalog, made)

        def write(tx: Connection) -> None:
            if parts != transcript.chapters:
                transcripts.put(tx, episode.id, replace(transcript, chapters=parts))
            chunks.replace(tx, episode.id, made)

        return write

    def _topics(self, transcript: Transcript) -> tuple[Chapter, ...]:
        """Boundaries between subjects, where the publisher gave no chapters."""
        if not self.settings.ingest.topics:
            return ()
        with self.model_lock:
            return topics(split_sentences(transcript), self.encoder())

    def _insights(self, episode: Episode) -> Write:
        with self.catalog.read() as tx:
            transcript = transcripts.get(tx, episode.id)
        try:
            return self._published(episode, transcript, self.extractor)
        except ModelCallError as error:
            away = ModelAway(
                f"the language model did not answer: {error.message}; it is asked again",
                until=error.until or self.clock.now() + MODEL_PAUSE,
                subject=error.subject,
            )
            away.stand_in = self._stand_in(episode, transcript)
            raise away from error

    def _published(self, episode: Episode, transcript: Transcript, extractor: InsightExtractor) -> Write:
        """What an extractor finds, as it is stored; ids of earlier insights stay with ideas that are found again."""
        drafts = extractor.extract(episode, transcript)
        limits = self.settings.insights
        selected, dropped = select(drafts, episode, transcript, limits, extractor=extractor.name)
        published = self._recognised(episode, selected)
        self._embed_insights(published)
        because = ""
        if not published:
            model = extractor.name != self.substitute.name
            because = insights.WITHDRAWN if selected else why_none(transcript, drafts, dropped, limits, model=model)

        def write(tx: Connection) -> None:
            counts = {str(reason): n for reason, n in dropped.items()}
            insights.replace(tx, episode.id, published, counts, because=because)
            replies.forget(tx, episode.id)

        return write

    def _stand_in(self, episode: Episode, transcript: Transcript) -> Write | None:
        """What is found without a model, for an episode that has nothing yet; marked, and replaced when the model answers."""
        with self.catalog.read() as tx:
            known = insights.of_episode(tx, episode.id)
        if known or not self.settings.insights.stand_in:
            return None
        drafts = self.substitute.extract(episode, transcript)
        published, _ = select(drafts, episode, transcript, self.settings.insights, extractor=STAND_IN)
        published = self._recognised(episode, tuple(replace(insight, extractor=STAND_IN) for insight in published))
        self._embed_insights(published)
        return lambda tx: insights.replace(tx, episode.id, published, {})

    def _recognised(self, episode: Episode, fresh: tuple[Insight, ...]) -> tuple[Insight, ...]:
        """The insights under the ids that their ideas have here already, without those that were withdrawn."""
        with self.catalog.read() as tx:
            wrong = withdrawals.of_episode(tx, episode.id)
            known = [*insights.of_episode(tx, episode.id), *wrong]
        gone = {insight.id for insight in wrong}
        return tuple(insight for insight in with_known_ids(fresh, known) if insight.id not in gone)

    def _embed_insights(self, published: Sequence[Insight]) -> None:
        """As they are searched for, and their claims alone, by which they are compared."""
        self._embed({insight.content_hash: insight_text(insight) for insight in published})
        with self.model_lock:
            encoder = self.encoder()
            model = claims_model(encoder.model_id)
            vectors_at(self.catalog, encoder, {(insight.content_hash, model): insight.claim for insight in published})

    def _embed(self, texts: dict[str, str], *, tokens: bool = False) -> None:
        """Vectors are a cache keyed by content: they may be stored ahead of what they belong to."""
        with self.model_lock:
            vectors_for(self.catalog, self.encoder(), texts, tokens=tokens)
