"""``citewell eval teach`` in this process: what it refuses before anything is taught."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from citewell import app
from service.reading import adapt
from tests.eval.commands.test_fit import file, run

__all__ = ["file", "run"]  # fixtures
SHIPPED = str(Path(adapt.__file__).with_name("adaptation.npz"))


@pytest.mark.parametrize(
    ("options", "message", "code"),
    [
        (["--layers", "3,1"], "state --layers as ascending numbers from 0 to 11", 2),
        (["--layers", "11,12"], "state --layers as ascending numbers from 0 to 11", 2),
        (["--layers", "one"], "state --layers as ascending numbers from 0 to 11", 2),
        (["--teacher", "missing.npz"], "missing.npz is no adaptation of a reader", 1),
        (["--rank", "0"], "Invalid value for '--rank'", 2),
        (["--after", SHIPPED, "--rank", "7"], "is of rank 8; state at least that as --rank", 2),
        (["--after", "missing.npz"], "missing.npz is no adaptation of a reader", 1),
    ],
)
def test_what_cannot_be_taught_is_refused(
    run: Path, tmp_path: Path, options: list[str], message: str, code: int
) -> None:
    out = tmp_path / "learnt.npz"
    done = CliRunner().invoke(app, ["eval", "teach", str(run), "--out", str(out), *options])
    assert (done.exit_code, message in " ".join(done.stderr.split())) == (code, True)
    assert not out.exists()


def test_what_is_there_is_not_written_over(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "learnt.npz"
    out.write_text("mine")
    done = CliRunner().invoke(app, ["eval", "teach", str(run), "--out", str(out)])
    assert (done.exit_code, "is there already; name another file" in done.stderr) == (2, True)
    assert out.read_text() == "mine"
