"""Which generations there are. In: the folder of an index. Out: pointers, manifests.

Only reads; ``index.store`` says how the folder is laid out, and writes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexDamaged, IndexFormat, IndexMissing, IndexUnusable
from index.files import file_facts
from index.manifest import MANIFEST_FILE, Manifest, read_manifest

CURRENT, DATA = "CURRENT", "data"
DEFAULT_INDEX = Path(".citewell/index")
_CURRENT_LINE = re.compile(r"(g\d{6,}) ([0-9a-f]{64})(?: (\d+))?\n")
_NAME = re.compile(r"g\d{6,}")


@dataclass(frozen=True, slots=True)
class Pointer:
    """What CURRENT says: the generation's folder name, its manifest's sha256, and the highest
    number of any generation that has been current, which after going back is not its own."""

    name: str
    manifest_sha256: str
    highest: int

    @property
    def number(self) -> int:
        """The number of the generation."""
        return number_of(self.name)


def name_of(generation: int) -> str:
    """The name of a generation's folder."""
    return f"g{generation:06d}"


def number_of(name: str) -> int:
    """The number of the generation of this name."""
    return int(name[1:])


def read_pointer(root: Path) -> Pointer:
    """Which generation is current.

    Raises ``IndexMissing`` when there is no index, ``IndexUnusable`` when this user may not read
    it, and ``IndexFormat`` when CURRENT is not as this program writes it.
    """
    try:
        content = (root / CURRENT).read_text("ascii")
    except FileNotFoundError:
        raise IndexMissing(
            f"there is no index in {root}; make one with `citewell index SOURCE --out {root}`"
        ) from None
    except NotADirectoryError:
        raise IndexMissing(
            f"{root} is a file, and an index is a folder; name another with --index"
        ) from None
    except PermissionError as error:
        raise IndexUnusable(
            f"{root / CURRENT} cannot be read ({error.strerror}); let this user read the index"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{root / CURRENT} cannot be read ({error}); rebuild it") from error
    match = _CURRENT_LINE.fullmatch(content)
    if match is None:
        raise IndexFormat(
            f"{root / CURRENT} is not as citewell writes it; rebuild with `citewell index SOURCE`"
        )
    return Pointer(match[1], match[2], int(match[3] or number_of(match[1])))


def current_manifest(root: Path) -> Manifest:
    """The manifest of the current generation, after comparing it with CURRENT.

    Raises an ``IndexUnusable`` when there is none, or it is not what CURRENT says.
    """
    pointer = read_pointer(root)
    manifest = read_manifest(root / pointer.name)  # another format is told before damage
    file = root / pointer.name / MANIFEST_FILE
    if file_facts(file).sha256 != pointer.manifest_sha256:
        raise IndexDamaged(f"{file} was changed after it was written; rebuild the index")
    return manifest


def generations(root: Path) -> list[Manifest]:
    """The manifests of all generations that can be read, the newest first."""
    found = []
    for folder in folders(root):
        try:
            found.append(read_manifest(folder))
        except IndexUnusable:
            continue  # half a generation, or of another format: nobody can go back to it
    return sorted(found, key=lambda manifest: -manifest.generation)


def folders(root: Path) -> list[Path]:
    """The folders of all generations, whole or not."""
    return [folder for folder in root.glob("g*") if _NAME.fullmatch(folder.name)]


def data_folders(manifest: Manifest) -> Sequence[str]:
    """The names of the folders of ``data/`` that a generation consists of."""
    folders = [*(segment.name for segment in manifest.segments), manifest.related]
    return [*folders, manifest.model] if manifest.model else folders


def exported_models(root: Path) -> list[Path]:
    """The folder of the model that the current generation has exported, if it has one and that
    is as it was written."""
    try:
        manifest = current_manifest(root)
        below = f"{DATA}/{manifest.model}/"
        files = {name: facts for name, facts in manifest.files.items() if name.startswith(below)}
        sound = files and all(file_facts(root / name) == facts for name, facts in files.items())
    except (IndexUnusable, OSError):
        return []
    return [root / below] if sound else []
