"""Runs a BERT-like model on OpenVINO: texts to the hidden states of their tokens, batch by batch, several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.errors import ModelNotFound
from retrieval.encoders.model_files import json_file, longest_input
from retrieval.encoders.openvino_bert import compile_bert, open_queue, shape_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TOKENIZER", "WEIGHTS", "Runner", "Sink", "in_batches", "open_pools", "read_tokenizer"]

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"

_BATCH = 8
_STEP = 16
"""Padded lengths are multiples of this, the width in which the engine sums; it is 4 % of padding on passages."""

Sink = Callable[[int, "list[int]", "NDArray[np.float32]"], None]
"""Takes a text's number, its token ids and their hidden states ``(n_tokens, width)``, a view that is soon overwritten."""


class Runner:
    """The tokenizer and the compiled model; raises what their libraries raise."""

    def __init__(self, folder: Path, *, threads: int, changes: Mapping[str, NDArray[np.float32]] | None = None) -> None:
        config = json_file(folder / "config.json")
        shape = shape_of(config)
        self._room = shape.positions - shape.first_position
        self._tokenizer, self._added = _tokenizer(folder, self._room)
        self._padding = int(config.get("pad_token_id") or 0)
        self._model = compile_bert(folder / WEIGHTS, shape, threads=threads, changes=changes)
        self._free: deque[Any] = deque()
        self._queue: Any = None

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids, those that the tokenizer adds with them, cut to the model's longest input."""
        # A tokenizer that adds nothing gives no token for an empty text; padding takes its place.
        return [list(encoding.ids) or [self._padding] for encoding in self._tokenizer.encode_batch(list(texts))]

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids without those that the tokenizer adds, cut as those of ``tokens`` are."""
        return [list(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def content(self, ids: list[int]) -> list[int]:
        """Places of the tokens that are of the text."""
        return [place for place, token in enumerate(ids) if token not in self._added]

    def run(self, rows: list[int], ids: list[list[int]], sink: Sink) -> None:
        """One batch on a request of its own."""
        try:
            request = self._free.pop()
        except IndexError:
            request = self._model.create_infer_request()
        request.infer(self._inputs(rows, ids))
        _hand_out(request, rows, ids, sink)
        self._free.append(request)

    def run_all(self, parts: list[list[int]], ids: list[list[int]], sink: Sink) -> None:
        """Batches side by side, as many as the engine has streams; one caller at a time."""
        if self._queue is None:
            self._queue = open_queue(self._model)
        failures: list[Exception] = []

        def done(request: Any, rows: list[int]) -> None:
            try:
                _hand_out(request, rows, ids, sink)
            except Exception as error:  # noqa: BLE001 -- on the engine's thread it would end the process
                failures.append(error)

        self._queue.set_callback(done)
        try:
            for rows in parts:
                self._queue.start_async(self._inputs(rows, ids), rows)
        finally:
            self._queue.wait_all()
        if failures:
            raise RuntimeError("a batch failed") from failures[0]

    def _inputs(self, rows: list[int], ids: list[list[int]]) -> dict[str, NDArray[Any]]:
        length = min(_padded(max(len(ids[row]) for row in rows)), self._room)
        tokens = np.full((len(rows), length), self._padding, dtype=np.int64)
        mask = np.zeros((len(rows), length), dtype=np.float32)
        for place, row in enumerate(rows):
            tokens[place, : len(ids[row])] = ids[row]
            mask[place, : len(ids[row])] = 1
        return {"input_ids": tokens, "mask": mask}


def open_pools(
    folder: Path, changes: Mapping[str, NDArray[np.float32]], *, threads: int
) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Texts to the mean of their own tokens' hidden states and the first token's, side by side: ``(n_texts, 2 * width)``.

    Args:
        folder: the model's.
        changes: what is added to its tensors, by their names.
        threads: threads it may take; 0 leaves it to the engine.

    Raises:
        ModelNotFound: the model's files, or the engine, cannot be used.
    """
    try:
        runner = Runner(folder, threads=threads, changes=changes)
    except (KeyError, OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
        raise ModelNotFound("its files cannot be loaded; get it again", subject=folder.name) from error

    def pools(texts: Sequence[str]) -> NDArray[np.float32]:
        ids = runner.tokens(texts)
        pooled: dict[int, NDArray[np.float32]] = {}

        def keep(row: int, tokens: list[int], hidden: NDArray[np.float32]) -> None:
            own = hidden[runner.content(tokens) or [0]]
            pooled[row] = np.concatenate([own.mean(axis=0), hidden[0]])

        runner.run_all(in_batches([len(tokens) for tokens in ids], _BATCH), ids, keep)
        return np.array([pooled[row] for row in range(len(texts))])

    return pools


def _hand_out(request: Any, rows: list[int], ids: list[list[int]], sink: Sink) -> None:
    hidden = request.get_output_tensor(0).data
    for place, row in enumerate(rows):
        sink(row, ids[row], hidden[place, : len(ids[row])])


def in_batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Numbers of texts in batches of one padded length, the longest first, so that the last ones to end are short."""
    by_length: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        by_length.setdefault(_padded(length), []).append(number)
    return [
        numbers[start : start + most]
        for _, numbers in sorted(by_length.items(), reverse=True)
        for start in range(0, len(numbers), most)
    ]


def _padded(length: int) -> int:
    return -(-length // _STEP) * _STEP


def _tokenizer(folder: Path, positions: int) -> tuple[Any, frozenset[int]]:
    """The model's tokenizer, cutting at its longest input, and the ids of what it adds to a text."""
    config = json_file(folder / "tokenizer_config.json")
    tokenizer = read_tokenizer(folder / TOKENIZER)
    tokenizer.enable_truncation(min(positions, longest_input(folder) or positions))
    tokenizer.no_padding()
    unknown = config.get("unk_token")
    unknown = unknown.get("content") if isinstance(unknown, dict) else unknown
    added = tokenizer.get_added_tokens_decoder().items()
    return tokenizer, frozenset(
        number for number, token in added if token.special and token.content not in {unknown, "[UNK]", "<unk>"}
    )


def read_tokenizer(file: Path) -> Any:
    """A tokenizer of the ``tokenizers`` library as its file has it.

    Raises:
        ValueError: the file cannot be read.
    """
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"{file.name} cannot be read") from error
