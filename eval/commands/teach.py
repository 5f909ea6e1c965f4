"""The command ``teach``. In: runs. Out: the file of an adaptation, the losses on the way."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import OutputExists
from eval.runs.folder import read_run
from index.console import explained_errors, messages, output

_TOLD = 50  # steps


def teach(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs to learn from.")],
    out: Annotated[Path, typer.Option("--out", help="File for what was learnt (.npz).")],
) -> None:
    """Teach the reader on runs; takes about half an hour for 5,000 questions on one core."""
    with explained_errors():
        if out.exists():
            raise OutputExists(f"{out} is there already; name another file with --out")
        named = {folder.resolve().name: read_run(folder) for folder in runs}
        # Imported here because PyTorch takes seconds.
        from eval.fitting.examples import NamedRun, all_asked  # noqa: PLC0415
        from eval.reading.examples import reading_examples  # noqa: PLC0415
        from eval.reading.teach import Lesson  # noqa: PLC0415
        from eval.reading.teach import teach as taught  # noqa: PLC0415
        from service.reading.adapt import saved  # noqa: PLC0415

        asked = all_asked([NamedRun(name, None, run) for name, run in named.items()])
        sources = {
            name: {
                "questions_sha256": run.facts.questions_sha256,
                "index_digest": run.facts.source.index_digest,
            }
            for name, run in named.items()
        }
        facts: dict[str, object] = {
            "command": shlex.join(["citewell", *sys.argv[1:]]),
            "runs": sources,
        }
        lesson = Lesson()
        adaptation = taught(reading_examples(asked, lesson.seed), lesson, facts, _told)
        out.write_bytes(saved(adaptation))
    messages.print(f"written to {out}")


def _told(step: int, steps: int, loss: float) -> None:
    if step % _TOLD == 0 or step == steps:
        output.print(f"step {step} of {steps}: loss {loss:.3f}")
