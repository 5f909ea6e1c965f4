"""What only a faulty writer does. In: a changed index. Out: one whose every checksum is right."""

from pathlib import Path

from index.current import CURRENT, DATA, data_folders, read_pointer
from index.files import file_facts, files_below
from index.manifest import MANIFEST_FILE, Manifest, read_manifest, write_manifest


def manifest_of(root: Path) -> Manifest:
    """The manifest of the current generation, whatever its checksum."""
    return read_manifest(root / read_pointer(root).name)


def segment_folder(root: Path) -> Path:
    """The folder of the only segment of the current generation."""
    (segment,) = manifest_of(root).segments
    return root / DATA / segment.name


def related_folder(root: Path) -> Path:
    """The folder of the related words of the current generation."""
    return root / DATA / manifest_of(root).related


def reseal(root: Path, **changes: object) -> None:
    """Make manifest and CURRENT agree with the files again."""
    folder = root / read_pointer(root).name
    manifest = read_manifest(folder)
    files = {
        f"{DATA}/{name}/{path}": facts.model_dump()
        for name in data_folders(manifest)
        for path, facts in files_below(root / DATA / name).items()
    }
    changed = manifest.model_dump() | {"files": files, **changes}
    write_manifest(folder, Manifest.model_validate(changed))
    digest = file_facts(folder / MANIFEST_FILE).sha256
    (root / CURRENT).write_text(f"{folder.name} {digest}\n")
