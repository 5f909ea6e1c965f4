"""What was fitted replaces its own kind and nothing else."""

import json
from pathlib import Path

import pytest

from eval.errors import OutputExists
from eval.fitting.save import Kind, save
from service.answering.confidence import FORMAT


def test_a_calibration_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "made" / "mine.json"
    for threshold in (0.25, 0.5):
        content = {"format": FORMAT, "threshold": threshold}
        save(content, file, Kind.CALIBRATION)
        assert json.loads(file.read_text("utf-8")) == content
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"weights": {}}', b'{"format": "citewell-calibration/0"}']
)
def test_what_is_no_calibration_stays(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)
    with pytest.raises(OutputExists, match=r"mine\.json is there and no calibration of the format"):
        save({"format": FORMAT}, file, Kind.CALIBRATION)
    assert file.read_bytes() == content


def test_a_folder_is_no_calibration(tmp_path: Path) -> None:
    with pytest.raises(OutputExists, match="name another file with --out"):
        save({"format": FORMAT}, tmp_path, Kind.CALIBRATION)


def test_weights_replace_weights_alone(tmp_path: Path) -> None:
    file = tmp_path / "ranking.json"
    for weight in (0.25, 0.5):
        save({"weights": {"dense": weight}}, file, Kind.WEIGHTS)
        assert json.loads(file.read_text("utf-8")) == {"weights": {"dense": weight}}
    file.write_text('{"id": "q1"}', "utf-8")
    with pytest.raises(
        OutputExists, match=r"ranking\.json is there and no file of ranking weights"
    ):
        save({"weights": {}}, file, Kind.WEIGHTS)
