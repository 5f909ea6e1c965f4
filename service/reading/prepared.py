"""The reader's model, put together once. In: the folder of an index. Out: a file beside its data.

Adapting the base takes a second and a library that nothing else of a service needs, so whoever
makes an index leaves the result in it, and keeps it for the next (``index.keptfiles``); a service
without one adapts the base by itself.

::

    DIR/reader/KEY/model.onnx, weights.bin, sha256     KEY changes with all it is made of
"""

import hashlib
import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import onnxruntime

from index.exported import GRAPH, WEIGHTS
from index.files import digest_lines, flush
from index.keptfiles import DIGESTS, KeptFiles
from service.reading.adapt import load_adaptation, shipped
from service.reading.base import SHA256
from service.reading.graph import FORM, reader_model

if TYPE_CHECKING:
    import onnx

FOLDER = "reader"
_FILES = (GRAPH, WEIGHTS)
READERS = KeptFiles(FOLDER, _FILES, most=2)  # of 33 MB
_LEAST_APART = 1024  # bytes; smaller numbers stay in the graph


def prepare_reader(root: Path) -> None:
    """Leave the adapted model in an index; raises ``ModelUnusable`` as ``load_reader`` does."""
    if prepared_model(root):
        return
    parent = root / FOLDER
    beside = parent / f"{_key()}.{os.getpid()}"
    beside.mkdir(parents=True)
    try:
        if not READERS.take(_key(), beside):
            _write(reader_model(load_adaptation()), beside)
            READERS.keep(beside, _key())
        (beside / DIGESTS).write_text(digest_lines(beside, _FILES), "ascii")
        for file in beside.iterdir():
            flush(file)
        for old in parent.iterdir():
            if old != beside:
                shutil.rmtree(old, ignore_errors=True)
        beside.rename(parent / _key())
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def prepared_model(root: Path) -> Path | None:
    """The adapted model's graph, if the index has one that is as it was written."""
    folder = root / FOLDER / _key()
    with suppress(OSError):
        if (folder / DIGESTS).read_text("ascii") == digest_lines(folder, _FILES):
            return folder / GRAPH
    return None


def _write(model: "onnx.ModelProto", folder: Path) -> None:
    """The graph, with its weights apart, which so are not copied when it is opened."""
    import onnx  # noqa: PLC0415 - see service.reading.base

    onnx.save_model(
        model,
        str(folder / GRAPH),
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=_LEAST_APART,
    )


@cache
def _key() -> str:
    made_of = [hashlib.sha256(shipped()).hexdigest(), SHA256, FORM, onnxruntime.__version__]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]
