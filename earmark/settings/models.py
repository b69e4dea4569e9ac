"""Models of text, speech and language, and what they may cost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from earmark.settings.group import Cores, Group

__all__ = ["AsrSettings", "BudgetSettings", "EmbeddingSettings", "LlmSettings", "ModelGroups"]


class EmbeddingSettings(Group):
    """The embedding model."""

    model: str = Field("sentence-transformers/all-MiniLM-L6-v2", min_length=1, description="a model id or a folder")
    engine: Literal["local", "openai"] = Field(
        "local", description="sentence-transformers here, or an OpenAI-compatible endpoint"
    )
    base_url: str = Field("", description="the endpoint, when engine is openai; empty uses that of [llm]")
    backend: Literal["auto", "openvino", "torch"] = Field(
        "auto", description="what runs a local model; auto takes OpenVINO where it is installed and fits the model"
    )
    query_prompt: str = Field("", max_length=2_000, description="put before a query; empty takes the model's own")
    passage_prompt: str = Field("", max_length=2_000, description="put before a passage; empty takes the model's own")
    batch: int = Field(8, ge=1, le=1024, description="passages encoded at once")
    threads: Cores = Field(0, description="threads of the model; 0 leaves it to the library")


class AsrSettings(Group):
    """Speech recognition, for episodes without a transcript."""

    enabled: bool = Field(True, description="whether audio is fetched and transcribed at all")
    model: str = Field("base", min_length=1, description="a faster-whisper model name or a folder")
    engine: Literal["local", "openai"] = Field(
        "local", description="faster-whisper here, or an OpenAI-compatible endpoint"
    )
    base_url: str = Field("", description="the endpoint, when engine is openai; empty uses that of [llm]")
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="where the model runs; auto takes the GPU where there is one"
    )
    compute_type: str = Field(
        "auto", description="arithmetic of the model, as CTranslate2 names it; auto is int8, int8_float16 on a GPU"
    )
    beam: int = Field(5, ge=1, le=20, description="beam size")
    batch: int = Field(0, ge=0, le=64, description="stretches of 30 s decoded together; 0 is 2, 16 on a GPU")
    workers: Cores = Field(0, description="windows of audio transcribed side by side; 0 is one a core, 2 on a GPU")
    threads: Cores = Field(0, description="threads of each of them; 0 shares the cores out")
    hotwords: bool = Field(True, description="give the model the names of the show, the episode and its people")
    diarise: Literal["auto", "on", "off"] = Field(
        "auto", description="whether voices are told apart in what is transcribed; auto where the extra is installed"
    )
    price_per_minute: float = Field(
        0, ge=0, description="what the endpoint takes for a minute of audio, for the budget"
    )


class LlmSettings(Group):
    """A language model behind an OpenAI-compatible endpoint; without one everything is extractive."""

    model: str = Field(
        "", description="the model's name, optionally as provider:name; empty turns the language model off"
    )
    base_url: str = Field("", description="the endpoint, e.g. http://127.0.0.1:11434/v1")
    api_key: SecretStr = Field(SecretStr(""), description="the endpoint's key")
    timeout_s: float = Field(120.0, gt=0, le=3600, description="longest wait for a reply, in seconds")
    max_calls: int = Field(
        1000, ge=0, description="most calls in one run; past it episodes wait for the next, and answers are extractive"
    )
    price_in: float = Field(0, ge=0, description="what a million tokens read by the model cost, for the budget")
    price_out: float = Field(0, ge=0, description="what a million tokens written by the model cost, for the budget")
    reasoning: str = Field(
        "auto",
        pattern=r"^(?:auto|off|minimal|low|medium|high|[1-9]\d{0,5})$",
        description="how much a thinking model thinks: off, minimal, low, medium or high, or a number of tokens; "
        "auto leaves it to the server",
    )
    plain_lines: Literal["auto", "on", "off"] = Field(
        "auto", description="ask for plain lines in place of JSON; auto does with models whose name says less than 4 B"
    )
    reader_model: str = Field(
        "", description="a cheaper model that reads the episodes, while `model` chooses and writes; empty is `model`"
    )
    reader_base_url: str = Field("", description="its endpoint; empty is that of `model`")
    reader_api_key: SecretStr = Field(
        SecretStr(""), description="its endpoint's key; empty is that of `model` if the endpoint is the same"
    )
    reader_price_in: float | None = Field(
        None, ge=0, description="what a million tokens read by it cost; empty is the price of `model`"
    )
    reader_price_out: float | None = Field(
        None, ge=0, description="what a million tokens written by it cost; empty is the price of `model`"
    )
    local_ports: tuple[Annotated[int, Field(ge=1, le=65_535)], ...] = Field(
        (11434, 1234, 8080, 8000),
        description="ports of this machine on which a model server is looked for (Ollama, LM Studio, llama.cpp, vLLM) "
        "while none is set up, to offer it",
    )
    hub_url: str = Field("https://huggingface.co", description="where `earmark model fetch` gets models from")


class BudgetSettings(Group):
    """What may be spent; 0 is no limit. Days are those of UTC."""

    asr_seconds_per_run: float = Field(0, ge=0, description="most audio transcribed in one run, in seconds")
    asr_seconds_per_day: float = Field(0, ge=0, description="most audio transcribed in a day, in seconds")
    llm_tokens_per_run: int = Field(0, ge=0, description="most tokens the language model reads and writes in one run")
    llm_tokens_per_day: int = Field(0, ge=0, description="most tokens the language model reads and writes in a day")
    money_per_run: float = Field(0, ge=0, description="most money spent in one run, in the currency of your prices")
    money_per_day: float = Field(0, ge=0, description="most money spent in a day, in the currency of your prices")


class ModelGroups(Group):
    """The groups of this file, as ``Settings`` has them."""

    embedding: EmbeddingSettings = EmbeddingSettings()
    asr: AsrSettings = AsrSettings()
    llm: LlmSettings = LlmSettings()
    budget: BudgetSettings = BudgetSettings()
