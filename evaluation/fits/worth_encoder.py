"""The default encoder, trained further on labelled spans: `python -m evaluation.fits.worth_encoder [DATA]`.

The upper half of the encoder's layers gets low-rank changes of its matrices (Hu et al. 2021) and changed norms; the lower
half stays, and is computed once. A linear head on the mean of a span's tokens and on the first token tells whether a reader
is glad of the span, whether it is worth anything, whether it stands alone, and its first fault. Where two sittings judged a
span, the target lies between them. Each of the three sittings was strict in its own way, which three offsets learn. Spans
drawn at random are not learned from: nearly all of them are passed over by cheaper rules.

Shows are in five folds, and a span is rated by an encoder that saw no span of its show. Printed: how well ratings, counted
words fitted in the same folds, and both together rank the spans near the decision, and by what weights the product puts both
together (`ingest.insights.spoken`). Then the spans of all shows but `HELD_OUT` are learned from, and
`retrieval/encoders/worth_adapter.npz` is written, whose SHA-256 `worth_adapter.py` names. It takes about an hour on two cores.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from earmark.models import resolve
from evaluation.fits.worth import GLAD, HELD_OUT, NEAR, LabelledSpan, labelled_spans, unseen_scores
from ingest.insights.span_features import span_features
from ingest.insights.worth import worths
from retrieval.encoders.adapter import MODEL
from retrieval.encoders.openvino_runner import read_tokenizer
from retrieval.encoders.worth_adapter import WEIGHTS

__all__ = ["folds", "main"]

FOLDS, EPOCHS, BATCH, SEED = 5, 3, 32, 0
RANK, SCALE, DROPOUT = 8, 2.0, 0.1
RATE, HEAD_RATE = 7e-4, 1e-3
AT_FIRST = (-2.2, 0.6, -0.3)
"""About the log odds that spans have on the whole, with which the head begins."""
LAYERS, UPPER, WIDTH, HEADS = 6, 3, 384, 12
LONGEST = 112
"""Tokens of a span that are read."""
OF_TARGETS, OF_FAULT = (1.0, 0.5, 0.4), 0.15
"""What the losses count: glad, worth anything, standing alone; the first fault."""
SITTINGS = {"top": 0, "random": 0, "ranked": 1, **dict.fromkeys(NEAR, 2)}
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
NORMS = {"first": "attention.output.LayerNorm", "second": "output.LayerNorm"}
_FIRST, _END = 101, 102


@dataclass(frozen=True, slots=True, kw_only=True)
class _Targets:
    """Per span: its token ids, soft targets ``(n, 3)``, fault (-1: not noted) and sitting."""

    tokens: list[list[int]]
    soft: torch.Tensor
    faults: torch.Tensor
    sittings: torch.Tensor
    kinds: int


class _Linear(nn.Module):  # type: ignore[misc]  # PyTorch is untyped here
    """A linear layer of the encoder; where it ``learns``, with a low-rank change."""

    def __init__(self, tensors: dict[str, torch.Tensor], name: str, *, learns: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(tensors[name + ".weight"], requires_grad=False)
        self.bias = nn.Parameter(tensors[name + ".bias"], requires_grad=False)
        self.learns = learns
        if learns:
            rows, columns = self.weight.shape
            self.down = nn.Parameter(torch.randn(RANK, columns) / math.sqrt(columns))
            self.up = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = functional.linear(x, self.weight, self.bias)
        return y + SCALE * functional.linear(functional.linear(x, self.down), self.up) if self.learns else y


class _Layer(nn.Module):  # type: ignore[misc]  # PyTorch is untyped here
    """One layer of BERT."""

    def __init__(self, tensors: dict[str, torch.Tensor], number: int, *, learns: bool) -> None:
        super().__init__()
        self.name = f"encoder.layer.{number}."
        for part, name in PARTS.items():
            setattr(self, part, _Linear(tensors, self.name + name, learns=learns))
        for part, name in NORMS.items():
            norm = nn.LayerNorm(WIDTH, eps=1e-12)
            norm.weight = nn.Parameter(tensors[f"{self.name}{name}.weight"].clone(), requires_grad=learns)
            norm.bias = nn.Parameter(tensors[f"{self.name}{name}.bias"].clone(), requires_grad=learns)
            setattr(self, part, norm)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        count, length, _ = x.shape

        def heads(part: nn.Module) -> torch.Tensor:
            return part(x).view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            heads(self.query), heads(self.key), heads(self.value), attn_mask=mask
        )
        mixed = self.mixed(attended.transpose(1, 2).reshape(count, length, WIDTH))
        x = self.first(x + functional.dropout(mixed, DROPOUT, self.training))
        inner = functional.gelu(self.inner(x))
        return self.second(x + functional.dropout(self.outer(inner), DROPOUT, self.training))


class _Upper(nn.Module):  # type: ignore[misc]  # PyTorch is untyped here
    """The layers that learn, and the heads: glad, worth anything, standing alone, then the faults."""

    def __init__(self, tensors: dict[str, torch.Tensor], kinds: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([_Layer(tensors, n, learns=True) for n in range(LAYERS - UPPER, LAYERS)])
        self.head = nn.Linear(2 * WIDTH, 3 + kinds)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.head.bias.data[:3] = torch.tensor(AT_FIRST)
        self.sittings = nn.Parameter(torch.zeros(3, 3))

    def forward(self, hidden: list[torch.Tensor], sittings: torch.Tensor) -> torch.Tensor:
        x, mask, own = _padded(hidden)
        for layer in self.layers:
            x = layer(x, mask)
        mean = (x * own[..., None]).sum(1) / own.sum(1, keepdim=True)
        scores = self.head(functional.dropout(torch.cat([mean, x[:, 0]], 1), DROPOUT, self.training))
        return torch.cat([scores[:, :3] + self.sittings[sittings], scores[:, 3:]], 1)


def _padded(hidden: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """States in one array, the mask of attention, and which tokens are a span's own (neither its first nor its last)."""
    lengths = torch.tensor([len(states) for states in hidden])
    x = nn.utils.rnn.pad_sequence([states.float() for states in hidden], batch_first=True)
    places = torch.arange(x.shape[1])[None]
    mask = (places < lengths[:, None])[:, None, None, :]
    return x, mask, ((places > 0) & (places < lengths[:, None] - 1)).float()


def folds(spans: Sequence[LabelledSpan]) -> NDArray[np.int64]:
    """The fold of each span: shows are dealt so that each fold has as many spans near the decision."""
    near: dict[str, int] = {}
    for span in spans:
        near[span.show] = near.get(span.show, 0) + (span.picked in NEAR)
    held = [0] * FOLDS
    chosen: dict[str, int] = {}
    for show in sorted(near, key=lambda show: (-near[show], show)):
        chosen[show] = min(range(FOLDS), key=lambda fold: held[fold])
        held[chosen[show]] += near[show]
    return np.array([chosen[span.show] for span in spans])


def main() -> None:
    """Rates the spans of each fold by an encoder that saw none of its shows, prints how well, and writes the adapter."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    spans = list(labelled_spans(data))
    folder = resolve(MODEL, kind="embedding", models_dir=data, offline=True).path
    if folder is None:
        sys.exit(f"{MODEL} is not installed")
    tensors = load_file(folder / "model.safetensors")
    targets = _targets(spans, read_tokenizer(folder / "tokenizer.json"))
    with torch.no_grad():
        hidden = _lower(tensors, targets.tokens)
    learned = np.array([span.picked != "random" for span in spans])
    fold = folds(spans)
    rated = np.zeros(len(spans))
    alone = np.zeros(len(spans))
    for number in range(FOLDS):
        asked = np.flatnonzero(fold == number)
        upper = _trained(tensors, hidden, targets, np.flatnonzero(learned & (fold != number)))
        rated[asked], alone[asked] = _rated(upper, hidden, asked).T
    sys.stdout.write(_figures(spans, fold, rated, alone))
    shipped = learned & np.array([span.show not in HELD_OUT for span in spans])
    digest = _write(_trained(tensors, hidden, targets, np.flatnonzero(shipped)), tensors)
    sys.stdout.write(f"{WEIGHTS}: {digest}\n")


def _targets(spans: Sequence[LabelledSpan], tokenizer: Any) -> _Targets:
    tokenizer.no_truncation()
    faults = sorted({span.fault for span in spans})
    tokens = [tokenizer.encode(span.text, add_special_tokens=False).ids[:LONGEST] for span in spans]
    soft = []
    for span in spans:
        worths = [span.worth] if span.second_worth is None else [span.worth, span.second_worth]
        stands = [span.stands] if span.second_stands is None else [span.stands, span.second_stands]
        soft.append([np.mean([w >= GLAD for w in worths]), np.mean([w >= 1 for w in worths]), np.mean(stands)])
    return _Targets(
        tokens=[[_FIRST, *ids, _END] for ids in tokens],
        soft=torch.tensor(np.array(soft), dtype=torch.float32),
        faults=torch.tensor([-1 if span.picked == "ranked" else faults.index(span.fault) for span in spans]),
        sittings=torch.tensor([SITTINGS[span.picked] for span in spans]),
        kinds=len(faults),
    )


def _lower(tensors: dict[str, torch.Tensor], tokens: Sequence[list[int]]) -> list[torch.Tensor]:
    """What the lower layers make of each span, in 16 bits: they do not learn, so once is enough."""
    layers = [_Layer(tensors, number, learns=False).eval() for number in range(LAYERS - UPPER)]
    words = tensors["embeddings.word_embeddings.weight"]
    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    states = []
    for ids in tokens:
        x = functional.layer_norm(
            words[torch.tensor(ids)] + places[: len(ids)],
            (WIDTH,),
            tensors["embeddings.LayerNorm.weight"],
            tensors["embeddings.LayerNorm.bias"],
            1e-12,
        )[None]
        for layer in layers:
            x = layer(x, torch.ones(1, 1, 1, len(ids), dtype=torch.bool))
        states.append(x[0].half())
    return states


def _trained(
    tensors: dict[str, torch.Tensor], hidden: list[torch.Tensor], targets: _Targets, rows: NDArray[np.int64]
) -> _Upper:
    """Layers that have learned from some of the spans, by AdamW with a rate that rises for a tenth and then falls."""
    torch.manual_seed(SEED)
    chance = np.random.default_rng(SEED)
    upper = _Upper(tensors, targets.kinds)
    upper.train()
    slow = [p for name, p in upper.layers.named_parameters() if p.requires_grad]
    quick = [*upper.head.parameters(), upper.sittings]
    optimiser = torch.optim.AdamW([{"params": slow, "lr": RATE}, {"params": quick, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(rows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.1 * steps), max(0.02, (steps - step) / (0.9 * steps)))
    )
    for _ in range(EPOCHS):
        for batch in _batches(rows, hidden, chance):
            scores = upper([hidden[row] for row in batch], targets.sittings[batch])
            apart = functional.binary_cross_entropy_with_logits(scores[:, :3], targets.soft[batch], reduction="none")
            fault = functional.cross_entropy(scores[:, 3:], targets.faults[batch], ignore_index=-1)
            loss = apart.mean(0) @ torch.tensor(OF_TARGETS) + OF_FAULT * fault
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    upper.eval()
    return upper


def _batches(
    rows: NDArray[np.int64], hidden: list[torch.Tensor], chance: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """All rows once, in batches of spans of like length, in an order of chance."""
    mixed = chance.permutation(rows)
    batches = []
    for start in range(0, len(mixed), BATCH * 16):
        part = np.array(sorted(mixed[start : start + BATCH * 16], key=lambda row: len(hidden[row])))
        batches += [part[first : first + BATCH] for first in range(0, len(part), BATCH)]
    yield from (batches[n] for n in chance.permutation(len(batches)))


def _rated(upper: _Upper, hidden: list[torch.Tensor], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """The log odds of being glad and of standing alone, ``(len(rows), 2)``, as the sitting near the decision judged."""
    with torch.no_grad():
        ratings = [upper([hidden[row]], torch.tensor([2]))[0, [0, 2]].numpy() for row in rows]
    return np.array(ratings, dtype=np.float64)


def _figures(
    spans: Sequence[LabelledSpan], fold: NDArray[np.int64], rated: NDArray[np.float64], alone: NDArray[np.float64]
) -> str:
    """How well counted words, ratings and both rank the spans near the decision, all of shows that were not learned from."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, roc_auc_score

    near = np.array([span.picked in NEAR for span in spans])
    glad = np.array([span.worth >= GLAD for span in spans])
    stands = np.array([span.stands for span in spans])
    x = np.array([span_features(span.text) for span in spans])
    judged = np.array([float(span.worth) for span in spans])
    names = fold.astype(str)
    counted = unseen_scores(x[~near], judged[~near], names[~near], x, names)
    columns = np.stack([counted, rated], axis=1)
    both = np.zeros(len(spans))
    for number in range(FOLDS):
        seen, asked = near & (fold != number), fold == number
        both[asked] = LogisticRegression(C=1e6).fit(columns[seen], glad[seen]).decision_function(columns[asked])
    lines = [
        f"{name}: average precision {average_precision_score(glad[near], scores[near]):.3f}, "
        f"AUC {roc_auc_score(glad[near], scores[near]):.3f}"
        for name, scores in (("counted words", counted), ("encoder", rated), ("both", both))
    ]
    odds = np.array([worth.value for worth in worths([span.text for span in spans])])
    together = np.stack([np.log(odds / (1 - odds)), rated], axis=1)[near]
    weighed = LogisticRegression(C=1e6).fit(together, glad[near])
    lines.append(f"both together: {weighed.intercept_[0]:.3f}, {weighed.coef_[0].round(3).tolist()}")
    lines.append(f"standing alone, encoder: AUC {roc_auc_score(stands[near], alone[near]):.3f}")
    return "\n".join(lines) + "\n"


def _write(upper: _Upper, tensors: dict[str, torch.Tensor]) -> str:
    """Writes what was learned, in 16 bits, with the sitting near the decision; returns its SHA-256."""
    kept = {"head.weight": upper.head.weight[[0, 2]], "head.bias": (upper.head.bias[:3] + upper.sittings[2])[[0, 2]]}
    for number, layer in enumerate(upper.layers, start=LAYERS - UPPER):
        begin = f"encoder.layer.{number}."
        for part, name in PARTS.items():
            kept[f"{begin}{name}.weight.down"] = getattr(layer, part).down
            kept[f"{begin}{name}.weight.up"] = SCALE * getattr(layer, part).up
        for part, name in NORMS.items():
            for half in ("weight", "bias"):
                key = f"{begin}{name}.{half}"
                kept[f"{key}.added"] = getattr(getattr(layer, part), half) - tensors[key]
    np.savez(WEIGHTS, **{name: tensor.detach().numpy().astype(np.float16) for name, tensor in kept.items()})
    return sha256(WEIGHTS.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
