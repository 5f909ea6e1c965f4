"""What was removed is in no byte of the generation that answers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.build import build_index, remove_documents
from index.embed import Embedder
from index.generation import Index, open_index
from index.journal import short_digest
from index.store import prune
from index.terms import stem, words
from tests.fakes import LetterEmbedder

SECRET = (
    "Zyxomma petiolatum flies at dusk. The quetzalcoatlus had wings of eleven metres.\n\n"
    "Brobdingnagian hullabaloo echoes. Nobody expected the floccinaucinihilipilification."
)
KEPT = {
    "a.txt": "Bead cab face. Harbours freeze in winter, and ships wait outside.",
    "b.txt": "Dusk falls early there. The wings of the palace were closed.",
}


def bytes_of(root: Path, index: Index) -> bytes:
    """Every byte that the generation consists of, its manifest and CURRENT included, but the
    exported model: it holds words by itself, and no document makes or changes it."""
    manifest = root / f"g{index.manifest.generation:06d}" / "manifest.json"
    files = [root / name for name in index.manifest.files if not of_model(name)]
    return b"\0".join(file.read_bytes() for file in [manifest, root / "CURRENT", *files])


def of_model(name: str) -> bool:
    """Whether a path below the index is one of the exported model's."""
    return name.startswith("data/m-")


def model_files(root: Path) -> dict[str, bytes]:
    """The files of the exported model by their path below the index."""
    named = {str(f.relative_to(root)): f for f in root.rglob("*") if f.is_file()}
    return {name: file.read_bytes() for name, file in named.items() if of_model(name)}


def traces(index: Index, path: str) -> dict[str, list[bytes]]:
    """What a document has left in an index, as bytes, by kind."""
    found: dict[str, list[bytes]] = {}
    segment = next(s for s in index.segments if path in {d.path for d in s.texts.facts()})
    (number,) = [n for n, d in enumerate(segment.texts.facts()) if d.path == path]
    document = segment.texts.document(number)
    layout = segment.windows.layout
    rows = np.flatnonzero(layout.documents == number)
    windows = range(*layout.starts[number : number + 2])
    passages = [each.passage for each in segment.texts.passages(rows.tolist()).values()]
    looked_at = [document.text[slice(*layout.spans[window])] for window in windows]
    found["path"] = [path.encode()]
    found["text"] = [document.text.encode(), *(text.encode() for text in looked_at)]
    found["digests"] = [document.sha256.encode()]
    found["keys"] = [short_digest(t) for t in [*looked_at, *(p.text for p in passages)]]
    found["vectors"] = [row.tobytes() for row in segment.vectors.vectors(rows)]
    found["window vectors"] = [segment.windows.vectors[window].tobytes() for window in windows]
    return found


def own_words(secret: str, others: Sequence[str]) -> list[str]:
    """Words that only the secret holds, and no other word's beginning."""
    common = {word for text in others for word in words(text)}
    return [w for w in words(secret) if w not in common and len(w) > 6]


@pytest.fixture(params=["one segment", "a segment of its own"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for path, text in KEPT.items():
        (folder / path).write_text(text * (1 if request.param == "one segment" else 20))
    return folder


def check_forgotten(source: Path, root: Path, embedder: Embedder) -> None:
    build_index([source], root, embedder)
    model = model_files(root)
    (source / "secret.txt").write_text(SECRET)
    build_index([source], root, embedder)
    before = open_index(root)
    sought = traces(before, "secret.txt")
    unique = own_words(SECRET, [file.read_text() for file in source.glob("[ab].txt")])
    assert len(unique) >= 6
    sought["words"] = [word.encode() for word in unique]
    sought["terms"] = [term.encode() for term in stem(unique)]
    spelt = dict(zip(*before.related.sample(1000), strict=True))
    sought["vectors of words"] = [spelt[word].tobytes() for word in unique]
    held = bytes_of(root, before)
    for kind, parts in sought.items():
        assert all(part in held for part in parts), kind
    receipt = remove_documents(["secret.txt"], root, embedder)
    assert receipt.removed == ("secret.txt",)
    after = bytes_of(root, open_index(root))
    for kind, parts in sought.items():
        assert [part for part in parts if part in after] == [], kind
    prune(root)
    assert model_files(root) == model  # made before there was a secret, and the same since
    files = [file for file in root.rglob("*") if file.is_file()]
    left = [file for file in files if not of_model(str(file.relative_to(root)))]
    everything = b"\0".join(file.read_bytes() for file in left)
    for kind, parts in sought.items():
        assert [part for part in parts if part in everything] == [], kind


def test_nothing_of_a_removed_document_is_left(source: Path, tmp_path: Path) -> None:
    check_forgotten(source, tmp_path / "index", _Hashing())


@pytest.mark.model
def test_nothing_is_left_with_the_real_model(
    source: Path, tmp_path: Path, minilm: Embedder
) -> None:
    check_forgotten(source, tmp_path / "index", minilm)


class _Hashing(LetterEmbedder):
    """Other vectors for other texts, so that each can be told in a file."""

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.stack(
            [np.random.default_rng(list(text.encode())).standard_normal(9) for text in texts]
        )
        unit: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit
