"""What clients of a real server process see when something fails (docs/operations.md).

A worker that is killed: ``test_workers``; an index that changes under load:
``test_steady_load``; what keeps a server from starting: ``test_start``.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from index.minilm import model_folder
from tests.conftest import CITEWELL, serving
from tests.service.processes import asking, running
from tests.service.test_steady_load import ask
from tests.service.writing.played import Sent, playing

_MOUNTED = 'mount -t tmpfs -o size=3m tmpfs "$0" && cp -r "$1" "$0/index" && shift && exec "$@"'
_OWN = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]


def test_a_full_disk_refuses_changes_and_answers_questions(
    small_index: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    within = ["unshare", *_OWN, "sh", "-c", _MOUNTED, str(disk), str(small_index)]
    with running(disk / "index", tmp_path / "hold", within=within) as server:
        # The disk is there for the server alone, and seen from here through its root.
        filler = Path(f"/proc/{server.process.pid}/root{disk}/filler")
        free = shutil.disk_usage(filler.parent).free
        filler.write_bytes(b"\1" * (free - 4096))
        refused = server.upload("new.txt", "Cab new egg.")
        assert refused.status == 503
        assert refused.body["type"] == "urn:citewell:problem:unavailable"
        assert "the change could not be written" in refused.body["detail"]
        assert "check the disk" in refused.body["detail"]
        answered = server.ask("bead")
        assert (answered.status, answered.body["index"]["generation"]) == (200, 1)
        assert server.get("/readyz").status == 200
        filler.unlink()
        assert server.upload("new.txt", "Cab new egg.").status == 201
        assert server.ask("bead").body["index"]["generation"] == 2


def test_an_index_that_is_gone_is_told_until_it_is_back(small_index: Path, tmp_path: Path) -> None:
    with running(small_index, tmp_path / "hold") as server:
        assert server.get("/readyz").status == 200
        small_index.rename(tmp_path / "away")
        for refused in (server.ask("bead"), server.get("/readyz")):
            assert refused.status == 503
            assert refused.body["type"] == "urn:citewell:problem:index-unusable"
            assert refused.headers["retry-after"] == "5"
        assert server.get("/healthz").status == 200
        (tmp_path / "away").rename(small_index)
        assert server.ask("bead").status == 200


def _silent(sent: Sent) -> None:
    sent.head()
    sent.over.wait(60)


def _with_endpoint(url: str, **settings: str) -> dict[str, str]:
    return {"llm_url": url, "llm_model": "small", "threshold": "0", **settings}


def test_an_endpoint_that_hangs_costs_its_time_and_nothing_else(
    small_index: Path, tmp_path: Path
) -> None:
    with playing(_silent) as played:
        settings = _with_endpoint(played.url, llm_timeout_s="0.5")
        with (
            running(small_index, tmp_path / "hold", **settings) as server,
            asking(server, "bead", "dead beef") as asked,
        ):
            assert server.get("/readyz").status == 200
            for answer in (each.result() for each in asked):
                assert answer.status == 200
                assert answer.body["answer"]["verdict"] == "answered"
                assert answer.body["answer"]["quotes"]
                assert not answer.body["answer"]["composed"]
                assert "0.5 s" in answer.body["answer"]["notice"]


def test_a_server_stops_though_its_endpoint_hangs(small_index: Path, tmp_path: Path) -> None:
    with playing(_silent) as played:
        settings = _with_endpoint(played.url, llm_timeout_s="50", stop_s="0.5")
        with (
            running(small_index, tmp_path / "hold", **settings) as server,
            asking(server, "bead") as (asked,),
        ):
            while not played.requests:
                time.sleep(0.02)
            server.signal(signal.SIGTERM)
            assert asked.result().body["type"] == "urn:citewell:problem:stopped"
            assert server.ended() == 1


@pytest.mark.model
def test_a_model_that_is_gone_is_missed_at_the_next_start(
    seed_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, root = tmp_path / "model", tmp_path / "index"
    shutil.copytree(model_folder(), model)
    shutil.copytree(seed_index, root)
    monkeypatch.setenv("CITEWELL_MODEL", str(model))
    with serving(root) as url:
        shutil.rmtree(model)
        assert ask(url)["passages"]
    command = [str(CITEWELL), "serve", "--index", str(root), "--port", "0"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"the model '{model}' is neither a folder nor in the local" in done.stderr
