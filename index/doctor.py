"""Is an index what it says? In: its folder, an Embedder. Out: findings, each with a remedy.

Checks every file against its checksum, rows against rows, passages against their documents,
terms against texts and vectors against the model.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.checkup import Check, passage_problems, row_problems, term_problems, vector_problems
from index.current import current_manifest
from index.embed import Embedder
from index.errors import IndexUnusable, ModelUnusable
from index.generation import Index, check_files, open_index

REMEDY = "rebuild with `citewell index SOURCE --anew`, or go back with `citewell rollback`"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, and the problem, or None when there is none."""

    check: str
    problem: str | None


def examine(root: Path, load_model: Callable[[str], Embedder]) -> list[Finding]:
    """All findings, in the order of the checks; stops where further ones would be blind."""
    try:
        manifest = current_manifest(root)
        problems = check_files(root, manifest)
    except (IndexUnusable, OSError) as error:
        return [Finding("index and manifest", str(error))]
    findings = [Finding("index and manifest", None)]
    findings += [Finding("files", f"{problem}; {REMEDY}") for problem in problems]
    if problems:
        return findings
    findings.append(Finding(f"checksums of {len(manifest.files)} files", None))
    try:
        index = open_index(root)
    except (IndexUnusable, OSError) as error:
        return [*findings, Finding("rows", str(error))]
    try:
        return [*findings, *_content(index, load_model)]
    finally:
        index.texts.close()


def _content(index: Index, load_model: Callable[[str], Embedder]) -> Iterator[Finding]:
    checks: Sequence[tuple[str, Check]] = (
        ("passages against their documents", passage_problems),
        ("rows against rows", row_problems),
        ("terms against texts", term_problems),
    )
    sound = True
    for name, check in checks:
        finding = _joined(name, check(index))
        sound = sound and finding.problem is None
        yield finding
    if sound:
        yield _vectors(index, load_model)


def _joined(check: str, problems: Iterator[str]) -> Finding:
    found = list(problems)
    text = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if len(found) > 5 else "")
    return Finding(check, f"{text}; {REMEDY}" if found else None)


def _vectors(index: Index, load_model: Callable[[str], Embedder]) -> Finding:
    facts = index.manifest.embedder
    check = "vectors against the model"
    try:
        embedder = load_model(facts.name)
    except ModelUnusable as error:
        return Finding(check, str(error))
    if embedder.card.sha256 != facts.sha256:
        problem = (
            f"the weights of {facts.name} have sha256 {embedder.card.sha256}, and the index was "
            f"made with {facts.sha256}; put those back, or {REMEDY}"
        )
        return Finding(check, problem)
    return _joined(check, vector_problems(index, embedder))
