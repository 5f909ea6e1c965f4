"""/readyz tells when the index could not be opened again, and /healthz that the process lives."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient


def _data(index: Path) -> list[Path]:
    return sorted(file for file in (index / "data").rglob("*") if file.is_file())


def _move_away(index: Path) -> None:
    index.rename(index.with_name("elsewhere"))


def _forget_generation(index: Path) -> None:
    shutil.rmtree(index / "g000001")


def _change_manifest(index: Path) -> None:
    with (index / "g000001" / "manifest.json").open("a") as file:
        file.write(" ")


def _garble_current(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"\xff")


def _cut(index: Path) -> None:
    file = _data(index)[0]
    file.write_bytes(file.read_bytes()[:-1])


def _lose_data(index: Path) -> None:
    (index / "data").rename(index / "gone")


def _shut(index: Path) -> None:
    shutil.rmtree(index / "data")


FAULTS = [
    _move_away,
    _forget_generation,
    _change_manifest,
    _garble_current,
    _cut,
    _lose_data,
    _shut,
]


def test_it_is_ready(client: TestClient) -> None:
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["status"]) == (200, "ready")


@pytest.mark.parametrize("fault", FAULTS)
def test_an_index_that_cannot_be_opened_again_is_not_ready(
    client: TestClient, small_index: Path, fault: Callable[[Path], None]
) -> None:
    assert client.get("/readyz").status_code == 200
    fault(small_index)
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["type"]) == (503, "urn:citewell:problem:index-unusable")
    assert str(small_index) in reply.json()["detail"]
    assert reply.headers["retry-after"] == "5"
    assert client.get("/healthz").json() == {"status": "alive", "index": None}


def test_every_file_counts(client: TestClient, small_index: Path) -> None:
    for file in _data(small_index):
        moved = file.with_name(f"{file.name}.gone")
        file.rename(moved)
        assert client.get("/readyz").status_code == 503, file
        moved.rename(file)
    assert client.get("/readyz").status_code == 200
