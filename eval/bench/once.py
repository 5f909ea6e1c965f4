"""What is made only when it has to be. In: a folder, a state, a maker. Out: the folder."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from eval.errors import OutputExists
from index.files import file_facts
from index.passage import text_digest


def make_once(folder: Path, state: str, make: Callable[[], None]) -> None:
    """Have a folder made, unless it was made in this state; a stamp beside it keeps the state.

    What an earlier call made, whole or not, is removed first; raises ``OutputExists`` when
    the folder is there without a stamp.
    """
    stamp = folder.with_name(f"{folder.name}.stamp")
    if stamp.exists() and stamp.read_text("utf-8") == state and folder.exists():
        return
    if folder.exists() and not stamp.exists():
        raise OutputExists(f"{folder} was not made by this command; name another folder by --work")
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text("", "utf-8")  # what follows is ours even when it is not completed
    if folder.exists():
        shutil.rmtree(folder)
    make()
    stamp.write_text(state, "utf-8")


def files_digest(files: Iterable[Path]) -> str:
    """The sha256 over names and contents of files."""
    return text_digest("\n".join(sorted(f"{f.name} {file_facts(f).sha256}" for f in files)))
