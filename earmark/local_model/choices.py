"""Models that are worth fetching, by the memory they need."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHOICES", "LocalModel", "choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A GGUF file on the hub. ``memory_gb`` is what the machine should have in all, ``about`` says what it is good for."""

    name: str
    repository: str
    revision: str
    file: str
    size: int
    sha256: str
    licence: str
    memory_gb: int
    about: str

    def url(self, hub: str) -> str:
        """Where a hub has it."""
        return f"{hub.rstrip('/')}/{self.repository}/resolve/{self.revision}/{self.file}"


CHOICES = (
    LocalModel(
        name="qwen3-1.7b",
        repository="unsloth/Qwen3-1.7B-GGUF",
        revision="d7f544eead698dbd1f15126ef60b45a1e1933222",
        file="Qwen3-1.7B-Q4_K_M.gguf",
        size=1_107_409_472,
        sha256="b139949c5bd74937ad8ed8c8cf3d9ffb1e99c866c823204dc42c0d91fa181897",
        licence="Apache-2.0",
        memory_gb=6,
        about="the smallest; asked for plain lines, as all below 4 B are",
    ),
    LocalModel(
        name="qwen3-4b",
        repository="bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF",
        revision="ae44f08e1392f39c0e474af10c3ff8355c8b6688",
        file="Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        size=2_497_280_736,
        sha256="2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e",
        licence="Apache-2.0",
        memory_gb=8,
        about="for most laptops; answers without thinking first",
    ),
    LocalModel(
        name="qwen3-8b",
        repository="Qwen/Qwen3-8B-GGUF",
        revision="7c41481f57cb95916b40956ab2f0b139b296d974",
        file="Qwen3-8B-Q4_K_M.gguf",
        size=5_027_783_488,
        sha256="d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
        licence="Apache-2.0",
        memory_gb=12,
        about="a stronger one, of twice the size",
    ),
    LocalModel(
        name="qwen3-14b",
        repository="Qwen/Qwen3-14B-GGUF",
        revision="530227a7d994db8eca5ab5ced2fb692b614357fd",
        file="Qwen3-14B-Q4_K_M.gguf",
        size=9_001_752_960,
        sha256="500a8806e85ee9c83f3ae08420295592451379b4f8cf2d0f41c15dffeb6b81f0",
        licence="Apache-2.0",
        memory_gb=16,
        about="stronger again; a graphics card helps",
    ),
    LocalModel(
        name="qwen3-30b-a3b",
        repository="Qwen/Qwen3-30B-A3B-GGUF",
        revision="e4d4bafdfb96a411a163846265362aceb0b9c63a",
        file="Qwen3-30B-A3B-Q4_K_M.gguf",
        size=18_556_685_824,
        sha256="0d003f6662faee786ed5da3e31b29c978de5ae5d275c8794c606a7f3c01aa8f5",
        licence="Apache-2.0",
        memory_gb=32,
        about="large, but 3 B of its 30 work on each word, so quick for its size",
    ),
)
"""Sizes and hashes are those of the hub's own records of these revisions; all are in four bits (Q4_K_M)."""


def choice(name: str) -> LocalModel | None:
    """The model of that name; ``None`` if there is none."""
    return next((model for model in CHOICES if model.name == name), None)
