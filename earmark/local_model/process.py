"""The child process that runs a local model: llama.cpp with its OpenAI-compatible server, by xllamacpp.

It listens on a random port of this machine's own address, answers only to its parent's key, works at low priority, and
ends with its parent. The only module that imports xllamacpp.
"""

from __future__ import annotations

import contextlib
import os

from earmark.local_model.messages import LoadedModel, LoadFailure, Start
from earmark.parent import Parent

__all__ = ["main"]

_NICE = 10
"""How far the model steps back for everything else on the machine."""
_PROMPT_CACHE_MIB = 256
"""Memory for prompts that come again: the instructions of one episode's windows. llama.cpp itself would take 8 GB."""
_LONGEST_REPLY_S = 3600
"""A slow machine may write a long reply for half an hour."""


def main() -> None:
    """Loads the model that the parent names, says where it listens, and serves until the parent ends."""
    parent = Parent()
    start = parent.receive()
    if not isinstance(start, Start):
        raise TypeError(type(start).__name__)
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such call
        os.nice(_NICE)
    try:
        server, url = _serve(start)
    except ImportError:
        parent.send(LoadFailure(reason="needs a package: pip install 'earmark[local-model]'"))
        return
    except (RuntimeError, ValueError, OSError) as error:
        parent.send(LoadFailure(reason=f"llama.cpp cannot load it: {error}"))
        return
    parent.send(LoadedModel(url=url))
    with contextlib.suppress(EOFError):
        parent.receive()  # nothing more is said: this returns when the parent has ended
    del server
    os._exit(0)  # llama.cpp's threads would be waited for


def _serve(start: Start) -> tuple[object, str]:
    """The running server, which lives as long as it is held, and its address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = start.path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [start.key]
    params.n_ctx = start.context
    params.n_parallel = 1
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.ui = False
    params.endpoint_slots = False
    params.timeout_read = params.timeout_write = _LONGEST_REPLY_S
    params.verbosity = -1
    server = xllamacpp.Server(params)
    return server, str(server.listening_address)


if __name__ == "__main__":
    main()
