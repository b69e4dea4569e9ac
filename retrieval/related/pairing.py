"""What speaks for two things belonging together, as numbers: the features of a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.related.shared_words import WeighedWords, shared_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.rarity import Rarity
    from retrieval.related.remarks import Remark

__all__ = ["FEATURE_NAMES", "Vectors", "features"]

FEATURE_NAMES = (
    "context", "full_context", "full_full", "full_claim", "claims", "words_full", "words_claims", "shared", "rarest",
    "names", "support", "crowding", "worth", "passage", "length",
)  # fmt: skip
"""Cosines of meaning: between what is spoken about around both, then between claims and what they were said in. Then what
words both share, how well the others agree, how common it is, and whether it is a statement of a passage."""
_NEAREST = 20
"""Nearest ones of the sample that crowding is the mean of, as in `retrieval.related.hubness`."""
_SUPPORTERS = 5
_LEAST_WORTH = 0.001
_MOST_SHARED, _MOST_NAMES = 20.0, 3
"""Past these more of the same counts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Vectors of shape ``(n, dimension)``: of what is said, of what it was said in, and of what is spoken about around it."""

    text: NDArray[np.float32]
    around: NDArray[np.float32]
    context: NDArray[np.float32]


def features(
    own: Remark,
    others: Sequence[Remark],
    vectors: Vectors,
    *,
    sample: NDArray[np.float32],
    rarity: Rarity,
) -> NDArray[np.float32]:
    """The features of each pair of an insight and something said elsewhere, of shape ``(n, len(FEATURE_NAMES))``.

    Args:
        own: the insight; row 0 of ``vectors``.
        others: the rows from 1 on.
        vectors: of all of them.
        sample: vectors of a sample of the library, by which is told what is near everything.
        rarity: of words in this library.
    """
    import numpy as np

    text, around, context = vectors.text, vectors.around, vectors.context
    claims = text[1:] @ text[0]
    between = text[1:] @ text[1:].T
    shows = np.asarray([other.show_id for other in others], dtype=np.str_)
    between[shows[:, None] == shows[None, :]] = 0.0
    passage = np.asarray([float(other.insight is None) for other in others])
    columns = [
        context[1:] @ context[0],
        context[1:] @ around[0],
        around[1:] @ around[0],
        text[1:] @ around[0],
        claims,
        *_word_columns(own, others, rarity),
        _support(between, claims),
        _crowding(text[1:], sample),
        np.log([max(other.worth, _LEAST_WORTH) for other in others]) * passage,
        passage,
        np.log([1 + len(other.text.split()) for other in others]),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _word_columns(own: Remark, others: Sequence[Remark], rarity: Rarity) -> list[NDArray[np.float64]]:
    import numpy as np

    mine, all_mine = WeighedWords.of(own.text, rarity), WeighedWords.of(own.around, rarity)
    claims, full_claim, full = [], [], []
    for other in others:
        theirs = WeighedWords.of(other.text, rarity)
        claims.append(shared_words(mine, theirs))
        full_claim.append(shared_words(all_mine, theirs))
        full.append(shared_words(all_mine, WeighedWords.of(other.around, rarity)))
    return [
        np.asarray([pair.cosine for pair in full]),
        np.asarray([pair.cosine for pair in claims]),
        np.asarray([min(pair.total, _MOST_SHARED) for pair in full_claim]),
        np.asarray([pair.rarest for pair in full_claim]),
        np.asarray([min(pair.names, _MOST_NAMES) for pair in full], dtype=np.float64),
    ]


def _crowding(rows: NDArray[np.float32], sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near each is to the nearest of the sample, of shape ``(n,)``."""
    import numpy as np

    if not len(sample):
        return np.zeros(len(rows), dtype=np.float32)
    near = rows @ sample.T
    k = min(_NEAREST, near.shape[1])
    return np.asarray(np.partition(near, near.shape[1] - k, axis=1)[:, -k:].mean(axis=1), dtype=np.float32)


def _support(between: NDArray[np.float32], claims: NDArray[np.float32]) -> NDArray[np.float32]:
    """How near the insight is to each one's nearest among the others, of shape ``(n,)``."""
    import numpy as np

    k = min(_SUPPORTERS, len(claims))
    nearest = np.argpartition(-between, k - 1, axis=1)[:, :k]
    weight = np.take_along_axis(between, nearest, axis=1).clip(0.0)
    total: NDArray[np.float32] = (weight * claims[nearest]).sum(axis=1) / (weight.sum(axis=1) + 1e-9)
    return total
