"""A local model's process: started by the first call, told where to listen, ended when nobody asks or its parent ends.

A stand-in of a few lines runs in place of llama.cpp, as a real child with a real server; what runs the weights is tried
by hand, because there is no model small enough to lie here.
"""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import ModelCallError, ModelNotFound
from earmark.llm.models import open_chat
from earmark.local_model.service import LocalService
from earmark.settings import LlmSettings, Settings

STAND_IN = """
    import json, os
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread
    from earmark.local_model.messages import LoadFailure, LoadedModel, Start
    from earmark.parent import Parent

    parent = Parent()
    start = parent.receive()
    assert isinstance(start, Start)
    if "broken" in start.path:
        parent.send(LoadFailure(reason="llama.cpp cannot load it: no tensors"))
        raise SystemExit(1)
    if "dies" in start.path:
        os._exit(9)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            allowed = self.headers["Authorization"] == f"Bearer {start.key}"
            said = f"pid {os.getpid()} {body['model']} {body.get('reasoning_effort')} {body['max_tokens']}"
            message = {"role": "assistant", "content": said}
            reply = {"id": "c", "object": "chat.completion", "created": 0, "model": "m",
                     "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
            text = json.dumps(reply if allowed else {"error": {"message": "no"}}).encode()
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    parent.send(LoadedModel(url=f"http://127.0.0.1:{server.server_address[1]}"))
    try:
        parent.receive()
    except EOFError:
        os._exit(0)
"""


@pytest.fixture
def serviced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LocalService]:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "stand_in_model.py").write_text(textwrap.dedent(STAND_IN))

    def made(name: str = "mine-1b", *, idle_s: float = 300.0) -> LocalService:
        return LocalService(lambda: Path(f"/{name}.gguf"), name=name, idle_s=idle_s, module="stand_in_model")

    return made


def chat_of(service: LocalService, tmp_path: Path, model: str = "local:/models/mine-1b.gguf") -> Callable[[], str]:
    settings = Settings(home=tmp_path, llm=LlmSettings(model=model))
    chat = open_chat(settings, local=lambda _: service.lent)
    assert chat is not None
    return lambda: chat.complete("", "text", max_tokens=9)


@pytest.mark.heavy
def test_the_first_call_starts_it_and_all_calls_share_it(serviced: Callable[..., LocalService], tmp_path: Path) -> None:
    service = serviced()
    assert not service.is_running()
    ask = chat_of(service, tmp_path)
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(ask())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert service.is_running()
    assert len(said) == 3 and len(set(said)) == 1
    assert said[0].endswith(" mine-1b none 9")  # it is asked not to think, and by its name
    service.close()
    assert not service.is_running()


@pytest.mark.heavy
def test_it_ends_when_nobody_asks_and_starts_again(serviced: Callable[..., LocalService], tmp_path: Path) -> None:
    service = serviced(idle_s=0.05)
    ask = chat_of(service, tmp_path)
    first = ask()
    for _ in range(200):
        if not service.is_running():
            break
        time.sleep(0.05)
    assert not service.is_running()
    second = ask()  # at another address
    assert first.split()[1] != second.split()[1]
    service.close()


def test_one_that_is_used_does_not_end(serviced: Callable[..., LocalService]) -> None:
    service = serviced(idle_s=0.0)
    with service.lent() as address, service.lent() as again:
        assert address == again
        assert service.is_running()
    service.close()


@pytest.mark.heavy
def test_a_process_that_died_is_started_again(serviced: Callable[..., LocalService], tmp_path: Path) -> None:
    import os
    import signal

    service = serviced()
    ask = chat_of(service, tmp_path)
    first = ask()
    os.kill(int(first.split()[1]), signal.SIGKILL)
    for _ in range(200):
        if not service.is_running():
            break
        time.sleep(0.05)
    assert ask().split()[1] != first.split()[1]
    service.close()


@pytest.mark.parametrize(("name", "words"), [("broken", "no tensors"), ("dies", "memory large enough")])
def test_what_cannot_run_says_why(serviced: Callable[..., LocalService], tmp_path: Path, name: str, words: str) -> None:
    service = serviced(name)
    with pytest.raises(ModelCallError, match=words):
        chat_of(service, tmp_path)()
    assert not service.is_running()


def test_a_file_that_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    def missing() -> Path:
        raise ModelNotFound("is not here yet; earmark model fetch qwen3-4b", subject="qwen3-4b")

    with pytest.raises(ModelCallError, match="model fetch qwen3-4b"):
        chat_of(LocalService(missing, name="qwen3-4b"), tmp_path, "local:qwen3-4b")()


@pytest.mark.heavy
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    service = LocalService(lambda: Path("/mine.gguf"), name="mine")
    with pytest.raises(ModelCallError, match=r"pip install 'earmark\[local-model\]'"), service.lent():
        pass
    service.close()
