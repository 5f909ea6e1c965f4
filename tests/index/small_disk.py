"""Updates on a small disk that is nearly full. In: a folder to mount it on. Out: JSON.

Run in a mount namespace of its own (``unshare --mount``), so that the disk is gone with it.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from index.build import build_index
from index.doctor import examine
from index.generation import open_index
from index.split import Splitter
from tests.fakes import LetterEmbedder

LETTERS = LetterEmbedder()
SHORT = Splitter(target_tokens=12, run_on_tokens=8, overlap_tokens=4)
PAGE = 4096


def write_source(folder: Path, word: str) -> None:
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Bead {word} {number} face. Cab {word}. " * 12)


def state(root: Path) -> str:
    problems = [f.problem for f in examine(root, lambda _name: LETTERS) if f.problem]
    if problems:
        return "; ".join(problems)
    index = open_index(root)
    index.texts.close()
    return index.manifest.digest


def attempt(disk: Path, old: Path, source: Path, free: int) -> tuple[str, str]:
    """Update with so many bytes free: how it ended, and what the index is then."""
    root = disk / "index"
    shutil.rmtree(root, ignore_errors=True)
    (disk / "filler").unlink(missing_ok=True)
    shutil.copytree(old, root)
    room = shutil.disk_usage(disk).free
    (disk / "filler").write_bytes(b"\1" * max(0, room - free))
    try:
        build_index([source], root, LETTERS, SHORT)
    except (OSError, sqlite3.Error) as error:
        ended = type(error).__name__
    else:
        ended = "done"
    (disk / "filler").unlink()
    return ended, state(root)


def main(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    write_source(folder / "a", "gag")
    write_source(folder / "b", "had")
    old, new = folder / "old", folder / "new"
    build_index([folder / "a"], old, LETTERS, SHORT)
    build_index([folder / "b"], new, LETTERS, SHORT)
    needed = sum(f.stat().st_size + PAGE for f in new.rglob("*") if f.is_file())
    found = [attempt(disk, old, folder / "b", free) for free in range(0, 3 * needed, 3 * PAGE)]
    known = {state(old): "old", state(new): "new"}
    print(json.dumps([(ended, known.get(what, what)) for ended, what in found]))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
