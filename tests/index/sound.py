"""Is an index whole and clean, whatever has happened to it? In: its folder. Out: its digest."""

from pathlib import Path

from index.build import build_index
from index.current import data_folders, generations
from index.doctor import examine
from index.generation import open_index
from index.journal import JOURNAL
from tests.fakes import LetterEmbedder

LETTERS = LetterEmbedder()


def sound_digest(root: Path, embedder: LetterEmbedder = LETTERS) -> str:
    """The digest of the index, after checking that nothing is the matter with it."""
    findings = examine(root, lambda _name: embedder)
    assert [finding for finding in findings if finding.problem] == []
    index = open_index(root)
    assert index.vectors.search(embedder.embed_question("bad"), 1)
    index.texts.close()
    return index.manifest.digest


def digest_of(source: Path, root: Path) -> str:
    return build_index([source], root, LetterEmbedder()).manifest.digest


def names_in(root: Path) -> list[str]:
    """What lies in an index, but for the journal of a stopped build."""
    return sorted(f.name for f in root.iterdir() if not f.name.startswith(JOURNAL))


def check_that_nothing_is_left(root: Path) -> None:
    """Only whole generations, what they consist of, and no journal."""
    folders = generations(root)
    names = [f"g{manifest.generation:06d}" for manifest in folders]
    assert sorted(f.name for f in root.iterdir()) == ["CURRENT", "data", *sorted(names), "lock"]
    used = {name for manifest in folders for name in data_folders(manifest)}
    assert {f.name for f in (root / "data").iterdir()} == used
