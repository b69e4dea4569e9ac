"""What Earmark needs from the outside, as protocols; the packages implement them and `library.library` wires them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from earmark.types import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.types import Brief, Episode, InsightDraft, Reader, Transcript

__all__ = [
    "Channel",
    "ChatModel",
    "Clock",
    "Encoder",
    "IndexHit",
    "IndexPoint",
    "IndexQuery",
    "InsightExtractor",
    "Meter",
    "QueryEncoder",
    "Receipt",
    "SpanRater",
    "Statement",
    "StatementReader",
    "TokenEncoder",
    "TokenVectors",
    "Transcriber",
    "VectorIndex",
]


class Clock(Protocol):
    """The time, as a parameter."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def model_id(self) -> str:
        """A name that changes whenever the vectors would: the key under which vectors are cached."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, L2-normalised, in the order of ``texts``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVectors:
    """A text as an encoder saw it, token by token, special tokens left out.

    ``pooled`` is its vector as ``Encoder.encode`` gives it, of shape ``(dimension,)``; ``tokens`` are the L2-normalised
    vectors of its tokens, of shape ``(n_tokens, token_dimension)``; ``token_ids`` the vocabulary's numbers of them,
    of shape ``(n_tokens,)``.
    """

    pooled: NDArray[np.float32]
    tokens: NDArray[np.float32]
    token_ids: NDArray[np.int32]


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives the vectors of single tokens, which late interaction compares."""

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Pooled and token vectors of each text, in the order of ``texts``, from one pass of the model."""
        ...


@runtime_checkable
class QueryEncoder(Encoder, Protocol):
    """An encoder whose model may want other words before a query than before what is searched (``"query: "``).

    ``earmark.embedding`` has the functions that ask any encoder for the vectors of a query.
    """

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As ``encode``, of what is searched for."""
        ...

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """As ``TokenEncoder.encode_tokens``, of what is searched for; the prompt's own tokens are left out."""
        ...


class SpanRater(Protocol):
    """How glad a reader would be of what somebody says, by a model that learned it from labels."""

    def rate(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Log odds that a reader is glad of each text, and that it can be read alone, of shape ``(len(texts), 2)``.

        Raises ``ModelNotFound`` if the model cannot be loaded.
        """
        ...


class Transcriber(Protocol):
    """Speech to text."""

    @property
    def name(self) -> str:
        """Engine, version and model: what is stored as a transcript's source."""
        ...

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        """The transcript of an audio file; calls from several threads run side by side.

        ``expected_s`` is the length that the feed states. ``on_progress`` is told the seconds done and the seconds there
        are, from the thread that called. Finished parts are kept in ``resume``, so that a second call after a kill goes
        on from there; the caller removes it. Raises ``AudioError`` if the file cannot be decoded, ends
        before 90 % of that length or holds no speech.
        """
        ...


class InsightExtractor(Protocol):
    """A transcript to proposals, best first."""

    @property
    def name(self) -> str:
        """What is stored as an insight's extractor."""
        ...

    def extract(self, episode: Episode, transcript: Transcript) -> Sequence[InsightDraft]:
        """Drafts, best first; the gate is applied by the caller."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One or two sentences of a passage that say something without those before them.

    They are ``text[start:end]`` of the passage; ``worth`` in 0..1 is how likely a reader is glad to have read them.
    """

    start: int
    end: int
    worth: float


class StatementReader(Protocol):
    """What finds the statements of a passage."""

    def __call__(self, text: str, *, before: str = "", after: str = "") -> list[Statement]:
        """The statements of ``text``; ``before`` and ``after`` are the passages around it, empty at an episode's ends."""
        ...


class ChatModel(Protocol):
    """A language model behind an endpoint."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        """The reply as text; raises ``ModelCallError``."""
        ...

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        """The reply parsed as JSON that was asked to fit ``schema``; raises ``ModelCallError``."""
        ...

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        """The reply in pieces, as it comes; raises ``ModelCallError``, perhaps after some pieces."""
        ...


class Meter(Protocol):
    """What counts, and may refuse, the calls of a language model."""

    def reserve(self, tokens_in: int, tokens_out: int) -> Callable[[int, int], None]:
        """Holds a call that can read and write at most that many tokens; raises ``NotYet`` if no budget is left.

        What it returns is called once, with the tokens that were read and written.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a brief went, and the id under which a second copy can be told for one."""

    recipient: str
    message_id: str


class Channel(Protocol):
    """A way to a reader, such as mail. `briefs.channels` has them by name; `briefs.outbox` sends through them once."""

    @property
    def where(self) -> str:
        """The service that it hands briefs to, in a few words, without secrets."""
        ...

    def address(self, reader: Reader) -> str:
        """The reader's address on this channel; raises ``SettingsError`` if there is none."""
        ...

    def receipt(self, brief: Brief, reader: Reader) -> Receipt:
        """What ``deliver`` will return: the same for a reader and a day, however often.

        Nothing is sent. Raises ``UsageError`` if the brief could not be written or the reader has no address here.
        """
        ...

    def deliver(self, brief: Brief, reader: Reader, *, message_id: str = "") -> Receipt:
        """Hands the brief over; returning means that the service has taken it.

        ``message_id`` is that of an earlier attempt, which this one repeats. Raises ``TransientError`` if trying again
        may help, ``DeliveryRefused`` where it will not.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPoint:
    """What the index holds of a chunk or an insight. ``kind`` is ``chunk`` or ``insight``, ``key`` the catalog id."""

    kind: str
    key: str
    vector: Sequence[float]
    text: str
    show_id: str
    episode_id: str
    speaker: str | None = None
    published_s: float | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexQuery:
    """What an index is asked for: the nearest points of a kind by a vector, by words, or by both.

    The score is the cosine by a vector, BM25 by words (no points for a text of stop words alone), and by both the two
    fused by distribution-based score fusion (DBSF).
    """

    kind: str
    vector: Sequence[float] | None = None
    text: str | None = None
    limit: int
    filters: Filters = field(default_factory=Filters)
    exclude_shows: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Raises ``ValueError`` if neither a vector nor words are given."""
        if self.vector is None and self.text is None:
            raise ValueError("a query needs a vector, words, or both")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexHit:
    """A point that a query found, by catalog id."""

    key: str
    score: float
    show_id: str
    episode_id: str


class VectorIndex(Protocol):
    """A searchable view of the catalog, of dense vectors and BM25 over the same points.

    It can be deleted at any time and rebuilt. ``watermark`` is the catalog change it has applied all changes up to.
    """

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds; an index of another model is rebuilt."""
        ...

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index."""
        ...

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently, and makes it durable before the watermark moves.

        ``deletes`` holds ``(kind, key)``. Raises ``ValueError`` on a vector that is not finite or is zero.
        """
        ...

    def clear(self) -> None:
        """Empties it, watermark and all, for a rebuild."""
        ...

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        ...

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first; equal scores by key."""
        ...

    def close(self) -> None:
        """Releases it for other processes."""
        ...
