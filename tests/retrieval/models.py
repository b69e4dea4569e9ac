"""Tiny embedding models with random weights, in the folders that sentence-transformers itself writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WORDS = "the a kelp stores carbon sleep cities slow computers rye flour wakes starter query passage : . , ##s ##ing"
"""The vocabulary of the tiny models."""


def tiny_model(
    folder: Path, *, kind: str = "bert", pooling: str = "mean", prompts: dict[str, str] | None = None
) -> Path:
    """A folder that holds a two-layer model of width 64; ``kind`` is an architecture of transformers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    torch.manual_seed(7)
    bare = folder / "transformer"
    _transformer(kind).save_pretrained(bare)
    _tokenizer(bare, kind)
    modules = [Transformer(str(bare), max_seq_length=24)]
    if pooling == "dense":
        modules += [Pooling(64, "mean"), Dense(64, 16), Normalize()]
    else:
        modules += [Pooling(64, pooling), Normalize()]
    model = SentenceTransformer(modules=modules, prompts=prompts, device="cpu")
    saved = folder / f"tiny-{kind}"
    model.save(str(saved), create_model_card=False)
    return saved


def _transformer(kind: str) -> Any:
    from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, XLMRobertaConfig, XLMRobertaModel

    size: dict[str, float] = {"vocab_size": 40, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    size |= {"intermediate_size": 128, "max_position_embeddings": 40, "initializer_range": 0.2}
    if kind == "bert":
        return BertModel(BertConfig(**size, pad_token_id=0), add_pooling_layer=False)
    if kind == "xlm-roberta":
        return XLMRobertaModel(XLMRobertaConfig(**size, type_vocab_size=1, pad_token_id=1), add_pooling_layer=False)
    return DistilBertModel(DistilBertConfig(vocab_size=40, dim=64, n_layers=2, n_heads=4, hidden_dim=128))


def _tokenizer(folder: Path, kind: str) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    start, end, pad, unknown = (
        ("<s>", "</s>", "<pad>", "<unk>") if kind == "xlm-roberta" else ("[CLS]", "[SEP]", "[PAD]", "[UNK]")
    )
    order = [start, pad, end, unknown] if kind == "xlm-roberta" else [pad, unknown, start, end]
    vocabulary = {word: number for number, word in enumerate([*order, *WORDS.split()])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=unknown))
    tokenizer.add_special_tokens(order)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} $B {end}",
        special_tokens=[(w, vocabulary[w]) for w in (start, end)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"cls_token": start, "sep_token": end, "pad_token": pad, "unk_token": unknown}
    config = names | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 38}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
