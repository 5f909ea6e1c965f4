"""What an index says of itself. In: facts of a build. Out: manifest.json and back.

The manifest is obeyed by every reader; no setting contradicts it. ``CURRENT`` beside the
generations holds the manifest's own sha256, and the manifest that of every file the generation
consists of, its own or shared with other generations, so one changed bit anywhere is found.
"""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import IndexDamaged, IndexFormat

FORMAT: Final = "citewell-index/3"
MANIFEST_FILE = "manifest.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EmbedderFacts(_Frozen):
    """The model whose vectors the index holds."""

    name: str
    sha256: str
    width: int
    max_pieces: int


class SplitterFacts(_Frozen):
    """How documents were split; tiktoken tokens of the encoding named."""

    encoding: str
    target_tokens: int
    run_on_tokens: int
    overlap_tokens: int


class TextForm(_Frozen):
    """What the texts look like, as shares; questions are brought to the same form.

    ``capitals`` of letters, ``digits`` of characters, ``marks`` (sentence marks) and
    ``function_words`` (a, and, of, the, to) of words.
    """

    capitals: float
    digits: float
    marks: float
    function_words: float


class Counts(_Frozen):
    """How much the index holds; ``pieces`` are those of the passages.

    ``pieces_cut`` is what the embedder could not read of passages and windows: 0.
    """

    documents: int
    passages: int
    windows: int
    tokens: int
    pieces: int
    resplit: int
    pieces_cut: Literal[0]


class FileFacts(_Frozen):
    """One file of the generation."""

    sha256: str
    size: int


class SegmentFacts(_Frozen):
    """One segment: documents with all that was worked out of them, by the folder's name.

    ``recall_10`` is the share of the first ten of exact search that its search finds, as
    measured when it was written; 1 where it searches exactly.
    """

    name: str
    documents: int
    passages: int
    windows: int
    recall_10: float


class Manifest(_Frozen):
    """A generation's description of itself; ``digest`` is that of its logical content.

    ``sources`` is the sha256 over the path and sha256 of every document by path. ``segments``,
    ``related`` and ``model`` (the exported embedder; None when it has to be run by PyTorch) name
    folders of ``data/``; ``files`` are by their path below ``DIR``.
    """

    format: Literal["citewell-index/3"]
    citewell: str
    generation: int
    created: str
    digest: str
    sources: str
    embedder: EmbedderFacts
    splitter: SplitterFacts
    text_form: TextForm
    counts: Counts
    segments: tuple[SegmentFacts, ...]
    related: str
    model: str | None = None  # as in indexes that were made before models were exported
    files: dict[str, FileFacts]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` into ``folder``."""
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read ``manifest.json`` of a generation.

    Raises ``IndexFormat`` when it names another format and ``IndexDamaged`` when it is
    no manifest at all.
    """
    file = folder / MANIFEST_FILE
    try:
        content = file.read_bytes()
        stated = _StatedFormat.model_validate_json(content).format
        if stated != FORMAT:
            raise IndexFormat(
                f"{folder} is of format {stated!r} and this citewell reads {FORMAT!r}; "
                "rebuild it with `citewell index SOURCE`"
            )
        return Manifest.model_validate_json(content)
    except (OSError, ValidationError) as error:
        raise IndexDamaged(
            f"{file} is not a readable manifest; rebuild the index with `citewell index SOURCE`"
        ) from error


class _StatedFormat(BaseModel):
    format: str
