"""Settings: a TOML file, then the environment, then what the command line says; the last one wins.

``EARMARK_HOME`` moves everything: the catalog, the index, the model cache, the log and ``earmark.toml`` lie in it.
Every setting ``x`` of a group ``g`` is ``[g] x = …`` in the file and ``EARMARK_G__X`` in the environment; a secret can
also be named by a file (``EARMARK_LLM__API_KEY_FILE``). ``OPENAI_API_KEY`` and ``OPENAI_BASE_URL`` are understood too.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from earmark.errors import SettingsError
from earmark.net import is_loopback

__all__ = [
    "AppSettings",
    "AsrSettings",
    "BriefSettings",
    "BudgetSettings",
    "EmbeddingSettings",
    "FetchSettings",
    "Group",
    "IndexSettings",
    "IngestSettings",
    "InsightSettings",
    "KeepSettings",
    "LinksSettings",
    "LlmSettings",
    "MailSettings",
    "PublishSettings",
    "PushSettings",
    "RaySettings",
    "ReadwiseSettings",
    "ScheduleSettings",
    "SearchSettings",
    "Settings",
    "SignInSettings",
    "WebhookSettings",
    "default_home",
    "is_secret",
    "load_settings",
    "secret_values",
]

Cores = Annotated[int, Field(ge=0, le=256)]
Actors = Annotated[int, Field(ge=1, le=10_000)]

_SHORTEST_TOKEN = 16
"""Characters; 16 random letters and digits cannot be tried out over a network."""


def _web_address(value: str) -> str:
    """The address without a slash at its end; raises ``ValueError`` where it is none of the web."""
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("is no web address: it begins with https:// (or http:// on this machine)")
    return value.rstrip("/")


class Group(BaseModel):
    """A group of settings; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FetchSettings(Group):
    """How the world is fetched."""

    contact: str = Field("", max_length=200, description="an address or URL that the User-Agent gives to podcast hosts")
    timeout_s: float = Field(30.0, gt=0, le=600, description="longest silence of a server, in seconds")
    total_timeout_s: float = Field(
        120.0, gt=0, le=3600, description="longest time for a feed or transcript, in seconds"
    )
    attempts: int = Field(3, ge=1, le=10, description="tries for a fetch that fails in passing")
    feed_bytes: int = Field(
        15_000_000, ge=1_000, description="largest feed or transcript after decompression, in bytes"
    )
    audio_bytes: int = Field(500_000_000, ge=1_000, description="largest audio file, in bytes")
    parallel: int = Field(8, ge=1, le=64, description="hosts fetched from side by side (one connection a host)")
    least_interval_s: float = Field(
        3600.0, ge=60, le=86_400, description="shortest time between two checks of a feed, in seconds"
    )
    allow_private: tuple[str, ...] = Field(
        (), description="addresses or networks that may be fetched though private, e.g. 127.0.0.1"
    )


class IngestSettings(Group):
    """What is taken in, and how passages are cut."""

    backfill: int = Field(
        25, ge=0, le=100_000, description="episodes taken of a newly added show, newest first; 0 takes all"
    )
    workers: int = Field(2, ge=1, le=32, description="episodes worked on side by side")
    engine: Literal["local", "ray"] = Field(
        "local", description="who works on what is waiting: the workers of this machine, or a Ray cluster"
    )
    attempts: int = Field(
        4, ge=1, le=20, description="tries for a stage that fails in passing, before it waits for `earmark retry`"
    )
    lease_s: float = Field(
        600.0, gt=1, le=86_400, description="how long a worker that stopped answering keeps an episode, in seconds"
    )
    chunk_words: int = Field(150, ge=20, le=400, description="words a passage aims at")
    chunk_seconds: float = Field(
        180.0, ge=0, le=3600, description="seconds after which a passage takes no further sentence; 0 is no limit"
    )
    topics: bool = Field(True, description="find the boundaries between subjects where the publisher made no chapters")
    transcript_wait_h: float = Field(
        6.0,
        ge=0,
        le=720,
        description="how long after its publication an episode waits for the transcript that its show usually gives, "
        "before its audio is fetched, in hours",
    )
    transcript_cover: float = Field(
        0.6,
        ge=0,
        le=1,
        description="share of an episode that a published transcript must cover; below it the audio is transcribed",
    )


class RaySettings(Group):
    """The cluster that works when `ingest.engine` is ray; each of its actors keeps its model loaded."""

    address: str = Field(
        "", description="host:port of the cluster's head; empty starts Ray on this machine for the run"
    )
    speech_actors: Actors = Field(1, description="actors that fetch and transcribe, on all machines together")
    speech_cpus: float = Field(1.0, ge=0, le=256, description="processors that each of them takes")
    speech_gpus: float = Field(0.0, ge=0, le=16, description="GPUs that each of them takes; 0.5 lets two share one")
    embedding_actors: Actors = Field(1, description="actors that cut and embed passages, and embed again")
    embedding_cpus: float = Field(0.5, ge=0, le=256, description="processors that each of them takes")
    embedding_gpus: float = Field(0.0, ge=0, le=16, description="GPUs that each of them takes")
    insight_actors: Actors = Field(1, description="actors that look for insights, or ask the language model for them")
    insight_cpus: float = Field(0.5, ge=0, le=256, description="processors that each of them takes")

    @property
    def on_this_machine(self) -> bool:
        """Whether the cluster is surely this machine alone."""
        return not self.address or is_loopback(f"//{self.address}")


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


class InsightSettings(Group):
    """How many insights an episode may give, and how good they must be."""

    per_episode: int = Field(12, ge=1, le=100, description="most insights taken from an episode")
    per_hour: float = Field(12.0, gt=0, le=200, description="most insights an hour of speech (9,000 words)")
    short: int = Field(8, ge=1, le=100, description="insights that an episode may give however short it is")
    min_quality: float = Field(0.15, ge=0, le=1, description="lowest quality that is published")
    min_written: float = Field(
        0.5, ge=0, le=1, description="lowest quality of an idea that a language model has written, by the same scale"
    )
    window_words: Annotated[int, Field(ge=300, le=100_000)] | Literal["auto"] = Field(
        2400,
        description="words a language model reads at once (300 to 100000, fewer where its context is small), or auto: "
        "as many as its context holds, up to 6000",
    )
    stand_in: bool = Field(
        True, description="show what is found without a model while the language model does not answer, marked as such"
    )


class IndexSettings(Group):
    """Where the search index lives."""

    qdrant_url: str = Field("", description="a Qdrant server; empty uses the embedded engine")
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="the server's key")
    qdrant_shards: int = Field(
        1, ge=1, le=1024, description="shards of the server's collection, from the next `earmark reindex` on"
    )
    qdrant_replicas: int = Field(1, ge=1, le=16, description="copies of each shard, from the next `earmark reindex` on")
    qdrant_quantization: Literal["off", "int8"] = Field(
        "off",
        description="int8 keeps a byte a dimension in the server's memory and the whole vectors on its disk, to score the "
        "best again; from the next `earmark reindex` on",
    )
    wait_s: float = Field(
        20.0, ge=0, le=600, description="how long a command waits for another that holds the index, in seconds"
    )
    hnsw_from: int = Field(
        50_000,
        ge=0,
        description="points from which the embedded index gets an HNSW graph, built beside it; 0 never",
    )


class KeepSettings(Group):
    """How long things are kept. `earmark tidy` removes the rest, and so does every ingest at its end."""

    audio_days: int = Field(
        30,
        ge=0,
        description="days that downloaded audio waits for its transcription; it is fetched again later; 0 is forever",
    )
    transcripts_days: int = Field(
        0,
        ge=0,
        description="days after its publication that the transcript and the passages of an episode are kept, unless a "
        "reader saved or was told an idea of it; ideas stay; 0 is forever",
    )
    removed_shows: Literal["nothing", "saved", "told"] = Field(
        "nothing",
        description="ideas of a removed show that stay: none, those that readers saved, or also those that they were told",
    )
    copies: int = Field(2, ge=1, le=100, description="copies of the catalog from before an upgrade that are kept")


class LinksSettings(Group):
    """Links to the second, where the host's file is no longer the one that was transcribed."""

    daily: int = Field(
        10,
        ge=0,
        le=1_000,
        description="episodes of the coming briefs whose links are checked by themselves each day; 0 is none",
    )
    minutes: float = Field(15, gt=0, le=600, description="most minutes of one episode that a check recognises")
    audio_mb: float = Field(
        20, gt=0, le=2_000, description="most megabytes of one episode that a check fetches in parts"
    )
    whole_mb: float = Field(
        100,
        ge=0,
        le=2_000,
        description="largest file, in megabytes, that is fetched whole where no minutes of it can be heard; 0 is none",
    )


class SearchSettings(Group):
    """How passages are ranked."""

    late_interaction: bool = Field(
        True, description="compare queries and passages token by token; about 6 KB more is kept of each passage"
    )
    reranker: str = Field(
        "", description="a cross-encoder, as a model id or a folder, that orders the best passages; empty is none"
    )
    rerank_depth: int = Field(30, ge=1, le=200, description="passages that the cross-encoder reads for each query")


class BriefSettings(Group):
    """The daily brief."""

    size: int = Field(5, ge=1, le=50, description="ideas in a brief")
    per_show: int = Field(1, ge=1, le=50, description="most ideas from one show, while others have something to say")
    related: int = Field(3, ge=0, le=20, description="related insights shown under each idea")
    reader_name: str = Field("", description="how the brief greets you")
    timezone: str = Field("", description="IANA name, e.g. Europe/Berlin; empty takes this machine's")


class ScheduleSettings(Group):
    """What happens by itself while the app or `earmark run` runs."""

    fetch_every_h: float = Field(
        1.0,
        ge=0,
        le=168,
        description="hours between two looks for new episodes, at the feeds that are due; 0 never looks by itself",
    )
    send: bool = Field(True, description="whether each reader's brief is made, and sent, at the reader's hour")


class MailSettings(Group):
    """Sending the brief; off while host is empty."""

    host: str = Field("", description="the SMTP server")
    port: int = Field(587, ge=1, le=65_535, description="its port")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="none is refused beyond loopback")
    username: str = Field("", description="login, if the server wants one")
    password: SecretStr = Field(SecretStr(""), description="its password")
    sender: str = Field("", description="the From address")
    to: str = Field("", description="where your brief goes")
    hello: str = Field("", description="the name given to the server (EHLO); empty is the sender's domain")
    timeout_s: float = Field(30.0, gt=0, le=60, description="longest silence of the server, in seconds")


class WebhookSettings(Group):
    """Posting the brief to an address of your own, signed; off while url is empty."""

    url: SecretStr = Field(SecretStr(""), description="where the brief is posted; the address may hold a key")
    secret: SecretStr = Field(
        SecretStr(""), description="what it is signed with (Standard Webhooks, HMAC-SHA256); whsec_… is Base64"
    )


class PushSettings(Group):
    """The brief as a message of one of a hundred services, through Apprise (the extra `push`); off while url is empty."""

    url: SecretStr = Field(
        SecretStr(""),
        description="the service, as Apprise writes it: ntfy://topic, tgram://token/chat, json://host/path",
    )


class ReadwiseSettings(Group):
    """Highlights sent to Readwise (`earmark takeout readwise`)."""

    token: SecretStr = Field(SecretStr(""), description="your access token, from readwise.io/access_token")
    url: str = Field("https://readwise.io/api/v2/highlights/", description="where highlights are sent")

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        if not value.startswith("https://") and not (value.startswith("http://") and is_loopback(value)):
            raise ValueError("carries a token: it begins with https:// (http:// on this machine)")
        return value


class AppSettings(Group):
    """The app."""

    host: str = Field("127.0.0.1", description="the address it listens on; anything but loopback is at your own risk")
    port: int = Field(8501, ge=0, le=65_535, description="its port; 0 takes a free one")
    allowed_hosts: tuple[str, ...] = Field((), description="further host names it answers to")
    token: SecretStr = Field(
        SecretStr(""),
        description="what programs say (`Authorization: Bearer …`) to use REST and MCP; from this machine alone they need "
        "none. Empty: beyond this machine nobody may",
    )
    requests_per_minute: int = Field(
        600,
        ge=0,
        le=1_000_000,
        description="most requests of a program in a minute, over REST and MCP, and of a stranger for pages; 0 is no limit",
    )

    metrics: Literal["owner", "loopback", "off"] = Field(
        "owner",
        description="who may read /metrics: an owner, as over REST; loopback: any program of this machine too; off: nobody",
    )

    @field_validator("token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"is easy to guess: give at least {_SHORTEST_TOKEN} characters (openssl rand -hex 24)")
        return value


class SignInSettings(Group):
    """Who may open the app (docs/readers.md)."""

    require: Literal["auto", "always", "never"] = Field(
        "auto",
        description="whether readers sign in; auto asks for it where app.host or app.allowed_hosts serve more than this "
        "machine; with never, whoever opens the app is the reader of this machine",
    )
    url: str = Field(
        "", max_length=500, description="the address that readers open, e.g. https://earmark.example.org; for links"
    )
    proxies: tuple[str, ...] = Field(
        (), description="addresses or networks of proxies that sign readers in, e.g. 127.0.0.1; nobody else is believed"
    )
    proxy_header: str = Field(
        "", description="the header in which they name the reader, by id or mail address, e.g. Remote-Email"
    )
    oidc_url: str = Field(
        "", description="of an OpenID provider: its address that ends in /.well-known/openid-configuration"
    )
    oidc_name: str = Field("your account", max_length=60, description='what the button says after "Sign in with"')
    oidc_client: str = Field("", description="the client id that the provider gave")
    oidc_secret: SecretStr = Field(SecretStr(""), description="the client secret that the provider gave")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _web_address(value)

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ip_network(text, strict=False)
        return value


class PublishSettings(Group):
    """What strangers may read (docs/pages.md)."""

    what: Literal["nothing", "shared", "all"] = Field(
        "nothing",
        description="what anybody may read on pages of their own, served or written: nothing, the insights that you share "
        "(`earmark share`), or all but those of private feeds and of folders on this machine",
    )
    index: bool = Field(False, description="whether search engines may list these pages; else each says noindex")
    url: str = Field(
        "",
        max_length=500,
        description="where the site that `earmark publish` writes will be, e.g. https://ideas.example.org; for its cards "
        "and feeds, which name whole addresses",
    )

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _web_address(value)


class Settings(Group):
    """All settings. Made by ``load_settings`` at entry points and passed down from there."""

    home: Path = Field(default_factory=lambda: default_home({}), description="the folder that everything lives in")
    database_url: SecretStr = Field(SecretStr(""), description="the catalog; empty is catalog.sqlite in home")
    offline: bool = Field(False, description="open no connection at all")
    log_json: bool = Field(
        False, description="write the log as lines of JSON on stderr, without secrets or texts of podcasts"
    )
    fetch: FetchSettings = FetchSettings()
    ingest: IngestSettings = IngestSettings()
    ray: RaySettings = RaySettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    asr: AsrSettings = AsrSettings()
    llm: LlmSettings = LlmSettings()
    insights: InsightSettings = InsightSettings()
    index: IndexSettings = IndexSettings()
    keep: KeepSettings = KeepSettings()
    links: LinksSettings = LinksSettings()
    search: SearchSettings = SearchSettings()
    budget: BudgetSettings = BudgetSettings()
    brief: BriefSettings = BriefSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    mail: MailSettings = MailSettings()
    webhook: WebhookSettings = WebhookSettings()
    push: PushSettings = PushSettings()
    readwise: ReadwiseSettings = ReadwiseSettings()
    app: AppSettings = AppSettings()
    sign_in: SignInSettings = SignInSettings()
    publish: PublishSettings = PublishSettings()

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def catalog_url(self) -> str:
        """The SQLAlchemy URL of the catalog."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'catalog.sqlite'}"

    @property
    def index_dir(self) -> Path:
        """Where the embedded index lives."""
        return self.home / "index"

    @property
    def models_dir(self) -> Path:
        """Where downloaded models are kept."""
        return self.home / "models"

    @property
    def audio_dir(self) -> Path:
        """Where audio waits to be transcribed."""
        return self.home / "audio"

    @property
    def links_dir(self) -> Path:
        """Where audio lies while links into it are checked."""
        return self.home / "links"


def secret_values(group: Group) -> Iterator[str]:
    """The values of all secrets of a group of settings, and of the groups inside it, that are set."""
    for name in type(group).model_fields:
        value = getattr(group, name)
        if isinstance(value, Group):
            yield from secret_values(value)
        elif isinstance(value, SecretStr) and value.get_secret_value():
            yield value.get_secret_value()


def default_home(environ: Mapping[str, str]) -> Path:
    """``EARMARK_HOME``, else the platform's folder for a program's data."""
    return (
        Path(environ.get("EARMARK_HOME") or platformdirs.user_data_path("earmark", appauthor=False))
        .expanduser()
        .absolute()
    )


def load_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    home: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force: ``earmark.toml`` in home < environment < ``overrides`` (nested mappings).

    Raises:
        SettingsError: an unknown name, a value that cannot be, an unreadable file; one line that names the path.
    """
    env = dict(os.environ if environ is None else environ)
    root = (home or default_home(env)).expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise SettingsError("is not a folder; set EARMARK_HOME to one", subject=str(root))
    values: dict[str, Any] = {}
    for source in (_read_toml(root / "earmark.toml"), _from_environment(env), overrides or {}):
        values = _merge(values, _renamed(source))
    values["home"] = root
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError("there is no such setting; docs/settings.md lists them", subject=path) from None
        raise SettingsError(first["msg"], subject=path) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("cannot be read", subject=str(path)) from error


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    """``EARMARK_G__X`` as nested values; names that match no setting are kept, so that they are refused by name."""
    values: dict[str, Any] = {}
    for name, given in env.items():
        text = given
        upper = name.upper()
        if not upper.startswith("EARMARK_") or upper in _NOT_SETTINGS or upper.startswith("EARMARK_TEST_") or not text:
            continue
        path = upper.removeprefix("EARMARK_").lower().split("__")
        if path[-1].endswith("_file") and is_secret([*path[:-1], path[-1].removesuffix("_file")]):
            path[-1] = path[-1].removesuffix("_file")
            text = _read_secret(Path(text), name)
        _put(values, path, _parse(path, text))
    for name, path in (("OPENAI_API_KEY", ["llm", "api_key"]), ("OPENAI_BASE_URL", ["llm", "base_url"])):
        if env.get(name) and path[1] not in values.get("llm", {}):
            _put(values, path, env[name])
    return values


_NOT_SETTINGS = {"EARMARK_HOME", "EARMARK_QDRANT_URL"}
"""Variables with our prefix that are read elsewhere."""


def _field(path: list[str]) -> Any:
    model: Any = Settings
    for part in path[:-1]:
        info = model.model_fields.get(part)
        if info is None or not isinstance(info.annotation, type) or not issubclass(info.annotation, BaseModel):
            return None
        model = info.annotation
    return model.model_fields.get(path[-1])


def is_secret(path: list[str]) -> bool:
    """Whether the setting at a path such as ``["mail", "password"]`` is a secret."""
    info = _field(path)
    return info is not None and info.annotation is SecretStr


def _read_secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("the file it names cannot be read", subject=name) from error


def _parse(path: list[str], text: str) -> Any:
    """Lists are given as comma-separated words."""
    info = _field(path)
    if info is not None and str(info.annotation).startswith("tuple"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


_RENAMED = (("ingest", "newest", "backfill"),)
"""Group, name before, name now; the name before goes on working."""


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with former names of settings replaced by today's, which win if both are given."""
    renamed = dict(values)
    for group, old, new in _RENAMED:
        given = renamed.get(group)
        if isinstance(given, Mapping) and old in given:
            kept = {name: value for name, value in given.items() if name != old}
            renamed[group] = {new: given[old], **kept}
    return renamed


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
        if not isinstance(values, dict):
            raise SettingsError("is a group of settings and takes no value of its own", subject=part)
    values[path[-1]] = value


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        old = merged.get(name)
        merged[name] = _merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged
