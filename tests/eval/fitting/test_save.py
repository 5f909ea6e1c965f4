"""A calibration replaces a calibration and nothing else."""

import json
from pathlib import Path

import pytest

from eval.errors import OutputExists
from eval.fitting.save import save
from service.confidence import FORMAT


def test_a_calibration_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "made" / "mine.json"
    for threshold in (0.25, 0.5):
        content = {"format": FORMAT, "threshold": threshold}
        save(content, file)
        assert json.loads(file.read_text("utf-8")) == content
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"weights": {}}', b'{"format": "citewell-calibration/0"}']
)
def test_what_is_no_calibration_stays(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)
    with pytest.raises(OutputExists, match=r"mine\.json is there and no calibration of the format"):
        save({"format": FORMAT}, file)
    assert file.read_bytes() == content


def test_a_folder_is_no_calibration(tmp_path: Path) -> None:
    with pytest.raises(OutputExists, match="name another file with --out"):
        save({"format": FORMAT}, tmp_path)
