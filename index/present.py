"""Whether an index that is open could be opened again. In: its folder. Out: nothing, or an error.

What is open may outlive its files: mapped pages and open databases answer on when a folder was
moved away, until the process is started again. Digests take too long to compare each time a
probe asks: damage that leaves a file's size as it was is found when it is opened.
"""

from pathlib import Path

from index.current import current_manifest
from index.errors import IndexDamaged


def check_present(root: Path) -> None:
    """Raise an ``IndexUnusable`` when the current generation's manifest is not as CURRENT says,
    or one of its files is missing or of another size."""
    manifest = current_manifest(root)
    for name, facts in manifest.files.items():
        file = root / name
        try:
            size = file.stat().st_size
        except OSError as error:
            if current_manifest(root).generation != manifest.generation:
                return  # a writer has moved on and removed it meanwhile; the next look tells
            raise IndexDamaged(f"{file} cannot be read ({error.strerror}); rebuild it") from error
        if size != facts.size:
            raise IndexDamaged(
                f"{file} has {size} bytes instead of {facts.size}; run `citewell doctor`, then "
                "rebuild the index"
            )
