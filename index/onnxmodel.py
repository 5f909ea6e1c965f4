"""The Embedder by ONNX Runtime. In: a folder of an exported model. Out: an Embedder.

It needs neither PyTorch nor transformers: text is cut by the tokenizers library, and the graph
holds everything from word pieces to vectors of length one.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tokenizers import Encoding, Tokenizer

from index.embed import ModelCard, Vectors
from index.errors import ModelUnusable
from index.exported import GRAPH, TOKENIZER, Exported, read_exported
from index.onnxgraph import cores, open_session

# Of one run, filling included: so many that a product is no slower than of more, and that what a
# few dozen short texts make is work for all cores.
MOST_PIECES = 512
# Reading the weights once costs as much as the arithmetic of so many word pieces; less
# filling than that is cheaper than another run.
FREE_FILLING = 32
MOST_HERE = 4096  # characters that are cut into pieces by the thread that asks
Ids = NDArray[np.int64]


class OnnxEmbedder:
    """An exported model on the CPU; safe to share between threads.

    ``exported`` is the folder it was opened from.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Raises ``ModelUnusable`` when the folder's files cannot be used."""
        self.exported = folder
        self._facts = read_exported(folder)
        self.card = card_of(self._facts, name)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = open_session(folder / GRAPH)
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ModelUnusable(
                f"the exported model in {folder} cannot be loaded ({error}); export it anew with "
                "`citewell index SOURCE --anew`"
            ) from error
        # Neither filled nor cut by the tokenizer, which is not changed from here on: so threads
        # may share it.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # More would only take turns, and each needs the memory of a run.
        self._at_once = threading.BoundedSemaphore(cores())
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix="embed")
        # NumPy's BLAS threads go on spinning for a tenth of a second after a product.
        threadpool_limits(limits=1, user_api="blas")

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has, special ones included, nothing cut."""
        return [len(each.ids) for each in self._tokenizer.encode_batch_fast(list(texts))]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text, shape ``(len(texts), width)``."""
        return self._begun(texts)()

    def embed_question(self, text: str) -> Vectors:
        """One unit-length vector, shape ``(width,)``."""
        row: Vectors = self._run(self._pieces([text]))[0]
        return row

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a question, shape ``(len(texts), width)``."""
        return self.embed_passages(texts)

    def embed_asked(self, question: str, words: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The question's vector and the words' rows, by as many threads as there are cores."""
        rows = self._begun(words)
        return self.embed_question(question), rows()

    def _begun(self, texts: Sequence[str]) -> Callable[[], Vectors]:
        """Begin to embed passages; what is returned waits for their rows."""
        pieces = self._pieces(texts)
        lengths = [len(each.ids) for each in pieces]
        runs = ([place] for place in range(len(texts))) if self._facts.alone else batches(lengths)
        begun = [
            (places, self._threads.submit(self._run, [pieces[place] for place in places]))
            for places in runs
        ]

        def rows() -> Vectors:
            found = np.empty((len(texts), self.card.width), dtype=np.float32)
            for places, run in begun:
                found[places] = run.result()
            return found

        return rows

    def _pieces(self, texts: Sequence[str]) -> list[Encoding]:
        most = self.card.max_pieces
        # Other threads take milliseconds to wake: worth it for long or many texts.
        found = (
            self._tokenizer.encode_batch_fast(list(texts))
            if sum(map(len, texts)) > MOST_HERE
            else [self._tokenizer.encode(text) for text in texts]
        )
        return [
            each if len(each.ids) <= most else self._cut(text)
            for each, text in zip(found, texts, strict=True)
        ]

    def _cut(self, text: str) -> Encoding:
        """The pieces that the model reads of a text that is too long, special ones included."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        encoded.truncate(self.card.max_pieces - self._tokenizer.num_special_tokens_to_add(False))
        return self._tokenizer.post_process(encoded, add_special_tokens=True)

    def _run(self, pieces: Sequence[Encoding]) -> Vectors:
        longest = max(len(each.ids) for each in pieces)
        filled = {
            "input_ids": _filled([each.ids for each in pieces], longest, self._facts.pad),
            "attention_mask": _filled([each.attention_mask for each in pieces], longest, 0),
            "token_type_ids": _filled([each.type_ids for each in pieces], longest, 0),
        }
        with self._at_once:
            (rows,) = self._session.run(None, {name: filled[name] for name in self._facts.inputs})
        found: Vectors = rows
        return found


def card_of(exported: Exported, name: str) -> ModelCard:
    """What the model is that was exported, under the name it is known by."""
    return ModelCard(name, exported.sha256, exported.width, exported.max_pieces)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of all texts in runs, the longest first, with little filling."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    run: list[int] = []
    longest = filling = 0
    for place in order:
        filling += longest - lengths[place] if run else 0
        pieces = longest * (len(run) + 1)
        if run and (pieces > MOST_PIECES or filling > max(FREE_FILLING, pieces // 16)):
            yield run
            run, filling = [], 0
        longest = longest if run else lengths[place]
        run.append(place)
    if run:
        yield run


def _filled(rows: Sequence[Sequence[int]], longest: int, value: int) -> Ids:
    if len(rows) == 1:
        return np.array(rows, dtype=np.int64)
    filled = np.full((len(rows), longest), value, dtype=np.int64)
    for row, values in zip(filled, rows, strict=True):
        row[: len(values)] = values
    return filled
