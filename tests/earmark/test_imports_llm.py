"""What importing our modules draws in: nothing heavy before a model is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.heavy

HEAVY = {
    "langchain",
    "langchain_core",
    "langsmith",
    "openai",
    "faster_whisper",
    "ctranslate2",
    "av",
    "torch",
    "huggingface_hub",
    "numpy",
}


@pytest.mark.parametrize("module", ["earmark.llm.chat", "earmark.models", "ingest.speech.transcribe"])
def test_imports_are_light(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(run.stdout.split()) & HEAVY == set()
