"""What is made of episodes, and what is kept and found of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from earmark.settings.group import Group

__all__ = ["IndexSettings", "InsightSettings", "KeepSettings", "LibraryGroups", "LinksSettings", "SearchSettings"]


class InsightSettings(Group):
    """How many insights an episode may give, and how good they must be."""

    per_episode: int = Field(12, ge=1, le=100, description="most insights taken from an episode")
    per_hour: float = Field(12.0, gt=0, le=200, description="most insights an hour of speech (9,000 words)")
    short: int = Field(8, ge=1, le=100, description="insights that an episode may give however short it is")
    min_quality: float = Field(0.15, ge=0, le=1, description="lowest quality that is published")
    min_written: float = Field(
        0.6,
        ge=0,
        le=1,
        description="lowest quality of an idea that a language model has written: how likely a reader is glad of it",
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


class LibraryGroups(Group):
    """The groups of this file, as ``Settings`` has them."""

    insights: InsightSettings = InsightSettings()
    index: IndexSettings = IndexSettings()
    keep: KeepSettings = KeepSettings()
    links: LinksSettings = LinksSettings()
    search: SearchSettings = SearchSettings()
