"""Is an index what it says? In: its folder, an Embedder. Out: findings, each with a remedy.

Checks every file against its checksum, passages against their documents, rows against rows,
and a sample of vectors against the model.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embed import Embedder
from index.errors import IndexUnusable, ModelUnusable
from index.manifest import Manifest, read_manifest
from index.passage import text_digest
from index.store import Index, check_files, open_index, read_pointer

SAMPLE = 32
LEAST_COSINE = 0.999  # the same model on another machine differs in the last digits only


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, and the problem, or None when there is none."""

    check: str
    problem: str | None


def examine(root: Path, load_model: Callable[[str], Embedder]) -> list[Finding]:
    """All findings, in the order of the checks; stops where further ones would be blind."""
    try:
        pointer = read_pointer(root)
        folder = root / pointer.name
        manifest = read_manifest(folder)
        problems = check_files(folder, manifest, pointer)
    except (IndexUnusable, OSError) as error:
        return [Finding("index and manifest", str(error))]
    findings = [Finding("index and manifest", None)]
    remedy = "; rebuild with `citewell index SOURCE`"
    findings += [Finding("files", problem + remedy) for problem in problems]
    if problems:
        return findings
    findings.append(Finding(f"checksums of {len(manifest.files)} files", None))
    try:
        index = open_index(root)
    except (IndexUnusable, OSError) as error:
        return [*findings, Finding("rows", str(error))]
    findings.append(_joined("passages", _passage_problems(index)))
    rows = _joined("rows", _row_problems(index))
    findings.append(rows)
    if rows.problem is None:
        findings.append(_vectors(index, manifest, load_model))
    return findings


def _joined(check: str, problems: Iterator[str]) -> Finding:
    found = list(problems)
    text = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if len(found) > 5 else "")
    return Finding(check, f"{text}; rebuild with `citewell index SOURCE`" if found else None)


def _passage_problems(index: Index) -> Iterator[str]:
    lengths = {d.id: d.length for d in index.texts.documents()}
    for stored in index.texts.all_passages():
        passage = stored.passage
        if not 0 <= passage.start < passage.end <= lengths[passage.document_id]:
            yield f"passage {passage.id} lies outside its document"
        elif text_digest(passage.text) != stored.sha256:
            yield f"passage {passage.id} is not the text that was indexed"
        elif not all(
            passage.start <= window.start < window.end <= passage.end
            for window in index.windows.spans(stored.row)
        ):
            yield f"a window of passage {passage.id} lies outside it"


def _row_problems(index: Index) -> Iterator[str]:
    stated = index.manifest.counts
    passages = sum(1 for _ in index.texts.all_passages())
    documents = len(index.texts.documents())
    held = {"vectors": index.vectors.rows, "lexical rows": index.lexical.rows, "texts": passages}
    for name, count in held.items():
        if count != stated.passages:
            yield f"there are {count} {name}, and the manifest says {stated.passages}"
    if documents != stated.documents:
        yield f"there are {documents} documents, and the manifest says {stated.documents}"


def _vectors(index: Index, manifest: Manifest, load_model: Callable[[str], Embedder]) -> Finding:
    check = f"vectors of {min(SAMPLE, manifest.counts.passages)} passages against the model"
    try:
        embedder = load_model(manifest.embedder.name)
    except ModelUnusable as error:
        return Finding(check, str(error))
    if embedder.card.sha256 != manifest.embedder.sha256:
        return Finding(check, f"{manifest.embedder.name} has other weights now; rebuild the index")
    rows = np.linspace(0, manifest.counts.passages - 1, SAMPLE).round().astype(np.int64)
    rows = np.unique(rows)
    texts = [stored.passage.text for stored in index.texts.passages(rows.tolist())]
    cosines = (index.vectors.vectors(rows) * embedder.embed_passages(texts)).sum(axis=1)
    wrong = int((cosines < LEAST_COSINE).sum())
    problem = f"{wrong} of {len(rows)} vectors are not those of their text; rebuild the index"
    return Finding(check, problem if wrong else None)
