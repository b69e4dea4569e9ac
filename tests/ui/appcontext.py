"""The context of an app that is not served: what a face is made of."""

from __future__ import annotations

import os
import threading

from library.address import AppAddress
from library.background import IngestProcess
from library.ports import LibraryPort
from ui.access.gate import open_gate
from ui.face import AppContext

__all__ = ["app_context"]


def app_context(library: LibraryPort, *, token: str = "secret") -> AppContext:
    """The context of a face over a library; nothing runs, and our own commands say ``token``."""
    return AppContext(
        library=library,
        address=AppAddress(url="http://localhost:1", pid=os.getpid(), token=token),
        gate=open_gate(library, own_token=token),
        ingest=IngestProcess(library.settings.home, module="none"),
        first_page=threading.Event(),
        models_loaded=threading.Event(),
    )
