"""A disk without room, for real: an update fails and changes nothing, or succeeds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_an_update_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    own = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    run = [sys.executable, "-m", "tests.index.small_disk", str(tmp_path)]
    done = subprocess.run(
        ["unshare", *own, *run], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    outcomes = [tuple(outcome) for outcome in json.loads(done.stdout)]
    refused = [outcome for outcome in outcomes if outcome[0] != "done"]
    assert len(refused) > 5
    assert set(refused) <= {
        ("OSError", "old"),
        ("OperationalError", "old"),
        ("DatabaseError", "old"),
    }
    assert outcomes[-1] == ("done", "new")
    assert outcomes[: len(refused)] == refused
