"""A model that was exported to ONNX, as files. In: a folder. Out: Exported.

::

    model.onnx       the graph, from word pieces to unit-length vectors
    weights.bin      its numbers, mapped and not read
    tokenizer.json   text to word pieces
    export.json      what it was made of, and how its inputs are filled

The files belong to an index, which keeps their digests (``index.store``), or lie in a folder of
the process that exported them.
"""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ModelUnusable

EXPORT_FORMAT: Final = "citewell-model/1"
GRAPH, WEIGHTS, TOKENIZER, FACTS = "model.onnx", "weights.bin", "tokenizer.json", "export.json"


class Exported(BaseModel):
    """What an export says of itself.

    ``sha256`` is that of the model it was made of (``index.minilm.model_digest``), ``inputs`` the
    arrays the graph takes (of ``input_ids``, ``attention_mask``, ``token_type_ids``), ``pad`` the
    piece that fills a batch, ``alone`` whether a text's vector would change with those that are
    run together with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["citewell-model/1"]
    sha256: str
    width: int
    max_pieces: int
    inputs: tuple[str, ...]
    pad: int
    alone: bool = False


def write_exported(folder: Path, exported: Exported) -> None:
    """Write ``export.json`` into ``folder``."""
    (folder / FACTS).write_text(exported.model_dump_json(indent=2) + "\n", "utf-8")


def read_exported(folder: Path) -> Exported:
    """Read ``export.json``; raises ``ModelUnusable`` when it is none."""
    try:
        return Exported.model_validate_json((folder / FACTS).read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelUnusable(
            f"{folder} holds no exported model that this citewell reads; export it anew with "
            "`citewell index SOURCE --anew`"
        ) from error
