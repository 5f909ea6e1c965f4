"""What tests of runs share."""

import json
from pathlib import Path

import pytest

from tests.eval.runs.lines import LINES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A question set on ``folder``; the engine refuses its last question."""
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return file
