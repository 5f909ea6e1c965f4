"""What only a faulty writer does. In: a changed index. Out: one whose every checksum is right."""

from pathlib import Path

from index.manifest import MANIFEST_FILE, Manifest, read_manifest, write_manifest
from index.store import CURRENT, file_facts, files_below, read_pointer


def reseal(root: Path, **changes: object) -> None:
    """Make manifest and CURRENT agree with the files again."""
    folder = root / read_pointer(root).name
    facts = read_manifest(folder).model_dump()
    facts |= {"files": {n: f.model_dump() for n, f in files_below(folder).items()}, **changes}
    write_manifest(folder, Manifest.model_validate(facts))
    digest = file_facts(folder / MANIFEST_FILE).sha256
    (root / CURRENT).write_text(f"{folder.name} {digest}\n")
