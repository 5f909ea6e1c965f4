"""Going back. In: the folder of an index. Out: an earlier generation that answers again."""

from pathlib import Path

from index.current import generations, name_of, read_pointer
from index.errors import GenerationMissing, IndexDamaged
from index.generation import check_files
from index.manifest import Manifest
from index.store import point


def roll_back(root: Path, generation: int | None = None) -> Manifest:
    """Make an earlier generation current again: the one before unless one is named.

    The lock is held. Raises ``GenerationMissing`` when there is none, and ``IndexDamaged``
    when its files are not what they were; then the current one goes on answering.
    """
    current = read_pointer(root)
    there = generations(root)
    number = current.number
    if generation is None:
        wanted = [manifest for manifest in there if manifest.generation < number]
    else:
        wanted = [manifest for manifest in there if manifest.generation == generation]
    if not wanted:
        numbers = ", ".join(str(manifest.generation) for manifest in there)
        raise GenerationMissing(
            f"there is no generation {generation or f'before {number}'} in {root}; there are "
            f"{numbers}"
        )
    if problems := check_files(root, wanted[0]):
        raise IndexDamaged(f"{'; '.join(problems)}: choose another generation with --to")
    point(root, name_of(wanted[0].generation), current.highest)
    return wanted[0]
