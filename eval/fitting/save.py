"""A calibration kept. In: its content, a file. Out: the file, whole or as it was before."""

import json
from pathlib import Path
from typing import Any

from eval.errors import OutputExists
from index.files import flush
from service.confidence import FORMAT


def check_replaceable(file: Path) -> None:
    """Raise ``OutputExists`` when something else than a calibration would be written over."""
    if file.exists() and not _is_calibration(file):
        raise OutputExists(
            f"{file} is there and no calibration of the format {FORMAT}; name another file with "
            "--out, or remove it"
        )


def save(content: dict[str, Any], file: Path) -> None:
    """Write a calibration; it takes the place of an earlier one at once, or not at all.

    Raises ``OutputExists`` as ``check_replaceable`` does.
    """
    check_replaceable(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    flush(beside)
    beside.replace(file)
    flush(file.parent)


def _is_calibration(file: Path) -> bool:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT
