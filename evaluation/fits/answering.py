"""Whether a sentence answers a question, learned beside the default encoder: `python -m evaluation.fits.answering [DATA [FILE]]`.

`evaluation/data/answer_labels.jsonl` holds questions of our own to transcripts of 13 shows, with places of what answers them
(``gold``), touches the answer (``partly``) or only tempts (``not``), without any text of theirs. A place is a segment, its
first and last character, and the episode where that is another than the question's. Language models wrote the questions and
chose the places from the transcripts; ``near`` ones are answered nowhere in their episode.

The upper layers of the encoder get low-rank changes of their matrices (Hu et al. 2021); the lower half stays, and is computed
once. A head reads the first token, the mean of the sentence, and the product of that with the mean of the question. Of each
question it sees up to two sentences that answer or touch the answer, up to three that tempt, one more of its episode or
another that has the question's rare words, and the two that have fewest. The loss is that of each sentence by itself and
half of that of choosing among the sentences of a question.

It learns from the shows that are not in `HELD_OUT`, for two and a half rounds, and prints how well it tells the sentences
that answer questions to the held-out shows from those that tempt. The changes and the head are written as
`retrieval.encoders.adapter` reads them, and their SHA-256 is printed. The committed file was made by the same steps, with chance
drawn in another order: another run gives other weights.
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from earmark.language.sentences import sentence_spans
from earmark.language.words import content_terms
from earmark.models import resolve
from evaluation.fits.worth_encoder import HEADS, LAYERS, PARTS, UPPER, WIDTH
from retrieval.encoders.adapter import ANSWERING, MODEL
from retrieval.encoders.openvino_runner import read_tokenizer

__all__ = ["HELD_OUT", "LABELS", "AskedQuestion", "asked_questions", "main"]

LABELS = Path(__file__).parents[1] / "data" / "answer_labels.jsonl"
HELD_OUT = frozenset(["btc-london-bitcoin-devs", "changelog-friends", "rfc", "python-bytes"])
"""Shows that nothing is learned from."""
TARGETS = {"gold": 1.0, "partly": 0.35, "not": 0.0}
RANK, SCALE = 16, 2.0
RATE, HEAD_RATE, ROUNDS, QUESTIONS, SEED = 1e-3, 3e-3, 2.5, 4, 3
CUT = (24, 10, 40)
"""Tokens of the question, of what was said before, and of the sentence that are read, as the product does."""
STRETCH = 4.0
"""What vectors of unit length are multiplied by before the head."""
FEWEST_WORDS, COMMON, LIKE, OF_EACH = 6, 4000, 80, 8
"""Of the sentences that have a question's words: words of the shortest, sentences from which on a word tells nothing, how
many of the likest are looked at, and how many are kept of the question's episode and of others."""
MOST = 7
"""Sentences of a question that are learned from."""
_FIRST, _END = 101, 102

_Place = tuple[str, int, int, int]
"""Episode, segment, first character, character after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question with the places that are labelled, by ``gold``, ``partly`` and ``not``."""

    text: str
    kind: str
    show: str
    episode: str
    places: Mapping[str, Sequence[_Place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence of a transcript; ``before`` is what was said just before it, with who says the sentence at its end."""

    place: _Place
    before: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Tokens of a question with a sentence, where both are among them, and how far the sentence answers."""

    tokens: list[int]
    asked: slice
    said: slice
    target: float


def asked_questions() -> list[AskedQuestion]:
    """The labelled questions, in the order of the file."""
    questions = []
    for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines()):
        places = {
            label: [(place[3] if len(place) > 3 else row["episode"], *place[:3]) for place in row[label]]
            for label in TARGETS
        }
        questions.append(
            AskedQuestion(
                text=row["question"], kind=row["kind"], show=row["show"], episode=row["episode"], places=places
            )
        )
    return questions


def main() -> None:
    """Learns from all shows that are not held out, prints how well it tells answers in these, and writes the adapter."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("EARMARK_TEST_DATA", "../shared/data"))
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else ANSWERING
    folder = resolve(MODEL, kind="embedding", models_dir=data, offline=True).path
    if folder is None:
        sys.exit(f"{MODEL} is not installed")
    tokenizer = read_tokenizer(folder / "tokenizer.json")
    tokenizer.no_truncation()
    questions = asked_questions()
    learned = [question for question in questions if question.show not in HELD_OUT]
    groups = list(_groups(learned, data, tokenizer))
    sys.stdout.write(f"{len(groups)} questions, {sum(map(len, groups))} sentences\n")
    reader = _trained(load_file(folder / "model.safetensors"), groups)
    asked = [question for question in questions if question.show in HELD_OUT]
    sys.stdout.write(_figures(reader, [_labelled(question, data, tokenizer) for question in asked]))
    sys.stdout.write(f"{file}: {_write(reader, file)}\n")


@cache
def _sentences(data: Path, show: str) -> dict[str, list[_Sentence]]:
    """The sentences of a show, by episode."""
    held: dict[str, list[_Sentence]] = {}
    with (data / "podcasts" / f"{show}.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            last, said = "", held.setdefault(row["episode_id"], [])
            for number, segment in enumerate(row["segments"]):
                speaker = segment.get("speaker")
                for start, end in sentence_spans(segment["text"], longest=60):
                    text = segment["text"][start:end]
                    place = (row["episode_id"], number, start, end)
                    said.append(_Sentence(place=place, before=f"{last} {speaker}:" if speaker else last, text=text))
                    last = text
    return held


def _marked(question: AskedQuestion, data: Path) -> dict[_Place, tuple[str, _Sentence]]:
    """The sentences in the labelled places, by their own place, with the best label of each."""
    known = _sentences(data, question.show)
    marked: dict[_Place, tuple[str, _Sentence]] = {}
    for label in TARGETS:
        for episode, segment, start, end in question.places[label]:
            for sentence in known.get(episode, ()):
                _, number, first, last = sentence.place
                shared = min(end, last) - max(start, first)
                if number == segment and shared >= min(0.7 * (last - first), 0.8 * (end - start)):
                    marked.setdefault(sentence.place, (label, sentence))
    return marked


def _groups(questions: Sequence[AskedQuestion], data: Path, tokenizer: Any) -> Iterator[list[_Pair]]:
    """The sentences that are learned from, question by question."""
    pool = [
        sentence
        for show in sorted({question.show for question in questions})
        for episode in sorted({question.episode for question in questions if question.show == show})
        for sentence in _sentences(data, show)[episode]
        if len(sentence.text.split()) >= FEWEST_WORDS and not sentence.text.endswith("?")
    ]
    terms = [frozenset(content_terms(sentence.text)) for sentence in pool]
    holders: dict[str, list[int]] = {}
    for n, held in enumerate(terms):
        for term in held:
            holders.setdefault(term, []).append(n)
    chance = random.Random(SEED)
    for question in questions:
        marked = _marked(question, data)
        like: Counter[int] = Counter()
        for term in sorted(set(content_terms(question.text))):
            at = holders.get(term, [])
            for n in at if len(at) < COMMON else ():
                like[n] += math.log(len(pool) / len(at)) / (1 + 0.02 * len(terms[n]))  # type: ignore[assignment]
        near = [pool[n] for n, _ in like.most_common(LIKE) if pool[n].place not in marked]
        own = [sentence for sentence in near if sentence.place[0] == question.episode][:OF_EACH]
        others = [sentence for sentence in near if sentence.place[0] != question.episode][:OF_EACH]
        rest = [("not", sentence) for sentence in near if sentence in own or sentence in others]
        answering = [item for item in marked.values() if item[0] != "not"][:2]
        tempting = [item for item in marked.values() if item[0] == "not"]
        chance.shuffle(tempting)
        chosen = [*answering, *tempting[:3], *rest[:1], *rest[1:][-2:]][:MOST]
        if len(chosen) > 3:
            yield [_pair(question, sentence, TARGETS[label], tokenizer) for label, sentence in chosen]


def _labelled(question: AskedQuestion, data: Path, tokenizer: Any) -> list[_Pair]:
    marked = _marked(question, data).values()
    return [_pair(question, sentence, TARGETS[label], tokenizer) for label, sentence in marked]


def _pair(question: AskedQuestion, sentence: _Sentence, target: float, tokenizer: Any) -> _Pair:
    asked, before, text = (
        list(encoding.ids)
        for encoding in tokenizer.encode_batch(
            [question.text, sentence.before, sentence.text], add_special_tokens=False
        )
    )
    asked, before, text = asked[: CUT[0]], before[-CUT[1] :], text[: CUT[2]]
    head = [_FIRST, *asked, _END, *before, _END]
    said = slice(len(head), len(head) + len(text))
    return _Pair(tokens=[*head, *text, _END], asked=slice(1, 1 + len(asked)), said=said, target=target)


class _Reader(nn.Module):  # type: ignore[misc]  # PyTorch is untyped here
    """The encoder with changes of low rank in its upper layers, and the head."""

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.tensors = tensors
        self.down, self.up = nn.ParameterDict(), nn.ParameterDict()
        for layer in range(LAYERS - UPPER, LAYERS):
            for part in PARTS:
                rows, columns = tensors[_named(layer, part) + ".weight"].shape
                self.down[f"{layer}_{part}"] = nn.Parameter(torch.randn(RANK, columns) / math.sqrt(columns))
                self.up[f"{layer}_{part}"] = nn.Parameter(torch.zeros(rows, RANK))
        self.head = nn.Parameter(torch.zeros(3, WIDTH))
        self.bias = nn.Parameter(torch.tensor(-3.0))
        with torch.no_grad():
            self.head[2] += 6.0
        self._lower: dict[tuple[int, ...], torch.Tensor] = {}

    def forward(self, pairs: Sequence[_Pair]) -> torch.Tensor:
        """The logarithm of the odds that each sentence answers."""
        lengths = torch.tensor([len(pair.tokens) for pair in pairs])
        x = nn.utils.rnn.pad_sequence([self._below(pair.tokens) for pair in pairs], batch_first=True)
        mask = (torch.arange(x.shape[1])[None] < lengths[:, None])[:, None, None, :]
        for layer in range(LAYERS - UPPER, LAYERS):
            x = self._layer(x, mask, layer)
        first = functional.normalize(x[:, 0], dim=-1)
        said, asked = (
            functional.normalize(torch.stack([x[n, part].mean(0) for n, part in enumerate(parts)]), dim=-1)
            for parts in ([pair.said for pair in pairs], [pair.asked for pair in pairs])
        )
        scores: torch.Tensor = (
            STRETCH * (first @ self.head[0] + said @ self.head[1]) + (asked * said) @ self.head[2] + self.bias
        )
        return scores

    def _below(self, tokens: list[int]) -> torch.Tensor:
        """What the lower layers make of a pair, kept in 16 bits."""
        key = tuple(tokens)
        if key not in self._lower:
            with torch.no_grad():
                x = self.tensors["embeddings.word_embeddings.weight"][torch.tensor(tokens)]
                x = x + self.tensors["embeddings.position_embeddings.weight"][: len(tokens)]
                x = x + self.tensors["embeddings.token_type_embeddings.weight"][0]
                x = self._norm(x, "embeddings.LayerNorm")[None]
                for layer in range(LAYERS - UPPER):
                    x = self._layer(x, torch.ones(1, 1, 1, len(tokens), dtype=torch.bool), layer)
            self._lower[key] = x[0].half()
        return self._lower[key].float()

    def _layer(self, x: torch.Tensor, mask: torch.Tensor, layer: int) -> torch.Tensor:
        count, length, _ = x.shape

        def heads(part: str) -> torch.Tensor:
            return self._linear(x, layer, part).view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(heads("query"), heads("key"), heads("value"), attn_mask=mask)
        mixed = self._linear(attended.transpose(1, 2).reshape(count, length, WIDTH), layer, "mixed")
        x = self._norm(mixed + x, f"encoder.layer.{layer}.attention.output.LayerNorm")
        outer = self._linear(functional.gelu(self._linear(x, layer, "inner")), layer, "outer")
        return self._norm(outer + x, f"encoder.layer.{layer}.output.LayerNorm")

    def _linear(self, x: torch.Tensor, layer: int, part: str) -> torch.Tensor:
        name, key = _named(layer, part), f"{layer}_{part}"
        y = functional.linear(x, self.tensors[name + ".weight"], self.tensors[name + ".bias"])
        if key in self.down:
            y = y + SCALE * functional.linear(functional.linear(x, self.down[key]), self.up[key])
        return y

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.layer_norm(x, (WIDTH,), self.tensors[name + ".weight"], self.tensors[name + ".bias"], 1e-12)


def _named(layer: int, part: str) -> str:
    return f"encoder.layer.{layer}.{PARTS[part]}"


def _trained(tensors: dict[str, torch.Tensor], groups: Sequence[list[_Pair]]) -> _Reader:
    """A reader that has learned from the questions, by AdamW with a rate that rises for a twenty-fifth and then falls."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    reader = _Reader(tensors)
    matrices = [*reader.down.values(), *reader.up.values()]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "lr": RATE}, {"params": [reader.head, reader.bias], "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = math.ceil(ROUNDS * len(groups) / QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / steps / 0.04 + 0.05) * max(0.03, 1 - step / steps)
    )
    order: list[int] = []
    for _ in range(steps):
        if len(order) < QUESTIONS:
            order += chance.sample(range(len(groups)), len(groups))
        batch, order = [groups[n] for n in order[:QUESTIONS]], order[QUESTIONS:]
        loss = _loss(reader, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return reader


def _loss(reader: _Reader, batch: Sequence[list[_Pair]]) -> torch.Tensor:
    targets = [torch.tensor([pair.target for pair in group]) for group in batch]
    scores = reader([pair for group in batch for pair in group])
    choices = [
        -(functional.log_softmax(part, 0) * (target / target.sum())).sum()
        for part, target in zip(scores.split([len(group) for group in batch]), targets, strict=True)
        if target.max() > 0.5  # else there is none to choose
    ]
    loss: torch.Tensor = functional.binary_cross_entropy_with_logits(scores, torch.cat(targets))
    return loss + 0.5 * torch.stack(choices).mean() if choices else loss


def _figures(reader: _Reader, groups: Sequence[list[_Pair]]) -> str:
    """How well sentences that answer are told from those that tempt, of shows that were not learned from."""
    from sklearn.metrics import roc_auc_score

    groups = [group for group in groups if {pair.target for pair in group} >= {TARGETS["gold"], TARGETS["not"]}]
    with torch.no_grad():
        scores = [reader(group).numpy() for group in groups]
    targets = [np.array([pair.target for pair in group]) for group in groups]
    told: NDArray[np.float64] = np.concatenate(scores)
    known = np.concatenate(targets)
    sure = known != TARGETS["partly"]
    best = np.mean([target[score.argmax()] == TARGETS["gold"] for score, target in zip(scores, targets, strict=True)])
    area = roc_auc_score(known[sure] == TARGETS["gold"], told[sure])
    return f"{len(groups)} questions to other shows: the best labelled sentence answers {best:.2f}, AUC {area:.3f}\n"


def _write(reader: _Reader, file: Path) -> str:
    """Writes what was learned, in 16 bits; returns its SHA-256."""
    kept = {"head": reader.head.detach().numpy().astype(np.float16), "bias": reader.bias.detach().numpy()}
    for key in reader.down:
        layer, _, part = key.partition("_")
        name = _named(int(layer), part)
        kept[name + ".in"] = reader.down[key].detach().numpy().astype(np.float16)
        kept[name + ".out"] = (SCALE * reader.up[key]).detach().numpy().astype(np.float16)
    np.savez(file, **kept)
    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
