"""The one wiring: every part that needs more than the catalog is built here, once, when it is first used.

`ingest` writes the catalog; `retrieval` follows the catalog into the index and answers from it.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.errors import IndexBusy, ModelNotFound
from earmark.llm.known import KnownServers
from earmark.settings import Settings
from library.address import read_address
from library.aside import Aside
from library.model_servers import ModelServers
from library.regrouping import Regrouper
from library.roles import UsualVoices

if TYPE_CHECKING:
    from collections.abc import Callable

    from earmark.llm.chat import LangChainChat
    from earmark.local_model.service import LocalService
    from earmark.ports import ChatModel, Clock, Encoder, InsightExtractor, Meter, SpanRater, Transcriber
    from earmark.settings import LlmSettings
    from ingest.fetching.fetch import Fetcher
    from ingest.limits.budget import Budget
    from ingest.links.check import LinkChecker
    from ingest.stages import Stages
    from library.owner import IndexOwner
    from retrieval.themes.counted import CountedThemes
    from retrieval.themes.keeper import ThemeKeeper

__all__ = ["Wiring"]

_OPENING_S = 5.0
"""How long a page waits for the thread that opens the index, which may be waiting for another command to let go."""
_SILENT_FOR_S = 60.0
"""How long a model's server that did not say its context is not asked again."""


class Wiring:
    """Builds the parts of a library and holds them. Thread-safe."""

    def __init__(self, settings: Settings, catalog: Catalog, clock: Clock) -> None:
        self.settings = settings
        self.catalog = catalog
        self.clock = clock
        self.servers = ModelServers(settings)
        self.usual_voices = UsualVoices()
        self._lock = threading.RLock()
        self._opening = threading.Lock()
        self._encoder: Encoder | None = None
        self._rater: tuple[SpanRater | None] | tuple[()] = ()
        self._fetcher: Fetcher | None = None
        self._owner: IndexOwner | None = None
        self._chat: ChatModel | None = None
        self._known = KnownServers()
        self._services: dict[str, LocalService] = {}
        self._keeper: ThemeKeeper | None = None
        self._published_themes: CountedThemes | None = None
        self._regrouper: Regrouper | None = None
        self._link_check: Aside | None = None

    def close(self) -> None:
        """Lets go of the index and the catalog."""
        with self._lock:
            beside = [command for command in (self._regrouper, self._link_check) if command is not None]
            self._regrouper = self._link_check = None
        for command in beside:
            command.close()
        with self._opening:
            if self._owner is not None:
                self._owner.close()
                self._owner = None
        with self._lock:
            services, self._services = list(self._services.values()), {}
        for service in services:
            service.close()
        self.catalog.close()

    def encoder(self) -> Encoder:
        """The embedding model; its weights are loaded when it is first used."""
        from retrieval.encoders.encoder import open_encoder

        with self._lock:
            if self._encoder is None:
                self._encoder = open_encoder(self.settings)
            return self._encoder

    def rater(self) -> SpanRater | None:
        """What rates spoken spans; ``None`` where the encoder is not the one that was trained for it."""
        from retrieval.encoders.worth_adapter import open_rater

        with self._lock:
            if not self._rater:
                self._rater = (open_rater(self.settings),)
            return self._rater[0]

    def chat(self) -> ChatModel | None:
        """The language model of what readers ask for, within the day's budget; ``None`` if none is set up."""
        from ingest.limits.budget import Budget

        with self._lock:
            if self._chat is None:
                self._chat = self.model(Budget(self.catalog, self.settings, self.clock, one_run=False))
            return self._chat

    def fetcher(self) -> Fetcher:
        """The only HTTP client, so that every part knows which hosts asked us to wait."""
        from ingest.feeds.check_notes import keep_holds
        from ingest.fetching.fetch import Fetcher

        with self._lock:
            if self._fetcher is None:
                fetcher = Fetcher(self.settings.fetch, offline=self.settings.offline, now=self.clock.now)
                with self.catalog.read() as tx:
                    keep_holds(tx, fetcher, now=self.clock.now())
                self._fetcher = fetcher
            return self._fetcher

    def stages(self) -> Stages:
        """The stages of one run, with a budget of its own."""
        from ingest.insights.extractive import ExtractiveExtractor
        from ingest.limits.budget import Budget
        from ingest.speech.transcribe import open_transcriber
        from ingest.stages import Stages
        from ingest.voices import open_diariser

        settings = self.settings
        budget = Budget(self.catalog, settings, self.clock)
        return Stages(
            catalog=self.catalog,
            fetcher=self.fetcher(),
            encoder=self.encoder,
            extractor=self._extractor(budget),
            substitute=ExtractiveExtractor(rater=self.rater),
            transcriber=open_transcriber(settings) if settings.asr.enabled else None,
            settings=settings,
            budget=budget,
            clock=self.clock,
            model_lock=threading.Lock(),
            diariser=open_diariser(settings.asr) if settings.asr.enabled else None,
        )

    def theme_keeper(self) -> ThemeKeeper:
        """The part that groups insights into themes."""
        from retrieval.themes.keeper import ThemeKeeper

        with self._lock:
            if self._keeper is None:
                self._keeper = ThemeKeeper(self.catalog, self.encoder(), self.clock, chat=self.chat())
            return self._keeper

    def published_themes(self) -> CountedThemes:
        """The themes that strangers read, counted once for all of them."""
        from retrieval.themes.counted import CountedThemes

        with self._lock:
            if self._published_themes is None:
                self._published_themes = CountedThemes(self.catalog)
            return self._published_themes

    def regrouper(self) -> Regrouper:
        """The part that groups the insights of a large library in a separate process."""
        with self._lock:
            if self._regrouper is None:
                self._regrouper = Regrouper(self.settings)
            return self._regrouper

    def link_check(self) -> Aside:
        """The part that checks the links of coming briefs in a separate process."""
        with self._lock:
            if self._link_check is None:
                failing = "the links of the coming briefs were not checked"
                self._link_check = Aside(self.settings, "links", "--json", failing=failing)
            return self._link_check

    def link_checker(self) -> LinkChecker:
        """What looks at the files of episodes, with a budget of its own."""
        from ingest.limits.budget import Budget
        from ingest.links.check import LinkChecker

        return LinkChecker(
            catalog=self.catalog,
            fetcher=self.fetcher(),
            settings=self.settings,
            clock=self.clock,
            budget=Budget(self.catalog, self.settings, self.clock),
            transcriber=self._listener(),
        )

    def _listener(self) -> Transcriber | None:
        """What recognises speech on this machine; ``None`` where that is switched off or its model is not here."""
        from earmark.models import resolve
        from ingest.speech.transcribe import open_transcriber

        settings = self.settings
        if not settings.asr.enabled or settings.asr.engine != "local":
            return None
        try:
            resolve(settings.asr.model, kind="asr", models_dir=settings.models_dir, offline=True)
        except ModelNotFound:
            return None
        return open_transcriber(settings.model_copy(update={"offline": True}))

    def owner(self) -> IndexOwner:
        """The owner of the index: this process, or the app.

        Raises:
            IndexBusy: another command holds the index for longer than ``index.wait_s``, or another thread of this
                process is still opening it.
        """
        if self._owner is not None and not self._owner.gone():
            return self._owner
        # Only the thread that opens the index waits for another command that holds it; the rest of the library does not.
        if not self._opening.acquire(timeout=_OPENING_S):
            raise IndexBusy("the search index is still being opened; try again in a moment", subject="index")
        try:
            if self._owner is None or self._owner.gone():
                self._owner = self._find_owner()
            return self._owner
        finally:
            self._opening.release()

    def let_go(self) -> None:
        """Lets other commands have the index until it is needed here again."""
        with self._opening:
            owner, self._owner = self._owner, None
        if owner is not None:
            owner.close()

    def _find_owner(self) -> IndexOwner:
        """The running app, if there is one and the index is embedded; else the index is opened here."""
        from library.engines import make_engines
        from library.local import LocalOwner
        from library.remote import find_app
        from library.unheld import UnheldChat
        from library.upkeep import current_encoder
        from retrieval.index import open_index
        from retrieval.index.rolling import RollingIndex

        settings, catalog = self.settings, self.catalog
        embedded = not settings.index.qdrant_url
        app = find_app(settings.home) if embedded else None
        if app is not None:
            return app
        wanted = self.encoder()
        encoder = current_encoder(settings, wanted) if embedded else wanted
        address = read_address(settings.home)
        # The app answers while the index is written to, so there the engine works in a process of its own.
        hosted = embedded and address is not None and address.pid == os.getpid()
        index = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension, hosted=hosted)
        chat, room = self.chat(), self._room()
        if chat is not None and isinstance(index, RollingIndex) and not hosted:
            # Other commands ask the app, which keeps the index; of two commands each has it while the other waits.
            chat, room = UnheldChat(chat, index.release), self._room(index.release)
        return LocalOwner(
            settings,
            catalog,
            index,
            self.clock,
            encoder=encoder,
            wanted=wanted,
            engines=lambda index, encoder: make_engines(
                catalog, index, encoder, settings, chat=chat, clock=self.clock, room=room
            ),
        )

    def _extractor(self, budget: Budget) -> InsightExtractor:
        """What finds insights, with the models that the settings name, all within one budget."""
        from earmark.llm.models import reader_settings
        from ingest.insights.extractors import open_extractor

        llm = reader_settings(self.settings.llm)
        reader = self.model(budget, llm) if llm else None
        reading = llm if llm and reader is not None else self.settings.llm
        return open_extractor(
            self.settings,
            self.model(budget),
            self.catalog,
            reader=reader,
            context=lambda: self.context(reading),
            rater=self.rater,
        )

    def model(
        self, budget: Budget, llm: LlmSettings | None = None, *, meter: Meter | None = None
    ) -> LangChainChat | None:
        """The language model of ``llm``, or of the settings, within a budget; ``None`` if none is set up.

        Args:
            budget: how many calls are left, and what may be spent.
            llm: the model, if it is not that of the settings.
            meter: what counts its tokens in place of the budget.
        """
        from earmark.llm.models import open_chat
        from ingest.limits.budget import ModelMeter

        meter = meter or ModelMeter(budget, llm or self.settings.llm)
        return open_chat(
            self.settings,
            llm,
            meter=meter,
            known=self._known,
            calls=budget.calls,
            local=lambda name: self.service(name).lent,
        )

    def context(self, llm: LlmSettings) -> int | None:
        """How many tokens a model reads and writes at once; ``None`` if its server does not say."""
        from earmark.llm.models import is_local
        from earmark.local_model.service import CONTEXT

        return CONTEXT if is_local(llm) else self._known.context(llm)

    def _room(self, release: Callable[[], None] = lambda: None) -> Callable[[], int]:
        """Gives the tokens of passages that the model of answers reads.

        Its server is asked after ``release``, and where it did not say, at the first question after a minute once more. One
        in a network of one's own that does not say may cut what is too long without a word, as one of this machine may.
        """
        from earmark.llm.models import is_local
        from earmark.net import is_loopback, is_near
        from retrieval.answers.packing import reading_room

        llm = self.settings.llm
        here = is_local(llm) or is_loopback(llm.base_url)
        context: int | None = None
        again_at = 0.0

        def room() -> int:
            nonlocal context, again_at
            if context is None and time.monotonic() >= again_at:
                release()
                context, again_at = self.context(llm), time.monotonic() + _SILENT_FOR_S
            return reading_room(context, local=here or (context is None and is_near(llm.base_url)))

        return room

    def service(self, model: str) -> LocalService:
        """What runs a local model, given as in ``llm.model``; there is one for all that ask it."""
        from earmark.local_model.files import ModelFiles
        from earmark.local_model.service import LocalService

        with self._lock:
            if model not in self._services:
                files = ModelFiles(self.settings.models_dir)
                self._services[model] = LocalService(lambda: files.path(model), name=model)
            return self._services[model]
