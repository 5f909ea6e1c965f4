"""What was fitted, kept. In: its content, a file. Out: the file, whole or as it was before."""

import json
from enum import Enum
from pathlib import Path
from typing import Any

from eval.errors import OutputExists
from index.files import flush
from service.answering.confidence import FORMAT


class Kind(Enum):
    """What a file holds; only what is of the same kind is replaced."""

    CALIBRATION = f"calibration of the format {FORMAT}"
    WEIGHTS = "file of ranking weights"


def check_replaceable(file: Path, kind: Kind) -> None:
    """Raise ``OutputExists`` when something of another kind would be written over."""
    if file.exists() and not _is(kind, file):
        raise OutputExists(
            f"{file} is there and no {kind.value}; name another file with --out, or remove it"
        )


def save(content: dict[str, Any], file: Path, kind: Kind) -> None:
    """Write what was fitted; it takes the place of an earlier one at once, or not at all.

    Raises ``OutputExists`` as ``check_replaceable`` does.
    """
    check_replaceable(file, kind)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    flush(beside)
    beside.replace(file)
    flush(file.parent)


def _is(kind: Kind, file: Path) -> bool:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(content, dict):
        return False
    if kind is Kind.CALIBRATION:
        return content.get("format") == FORMAT
    return isinstance(content.get("weights"), dict)
