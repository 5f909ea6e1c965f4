"""The command ``teach``. In: runs. Out: the file of an adaptation, the losses on the way."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import OutputExists
from eval.runs.folder import read_run
from eval.runs.record import Run
from index.console import explained_errors, messages, output
from service.errors import SettingsInvalid
from service.reading.base import LAYERS, are_layers

_TOLD = 50  # steps


def teach(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs to learn from.")],
    out: Annotated[Path, typer.Option("--out", help="File for what was learnt (.npz).")],
    after: Annotated[
        Path | None, typer.Option("--after", help="What was learnt before, to begin with.")
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option("--teacher", help="A reader to learn from besides the truth."),
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option("--layers", help="Layers of the base to keep, from 0: 1,3,5. All if none."),
    ] = None,
    rank: Annotated[
        int, typer.Option("--rank", min=1, help="Of the changes, that of --after or more.")
    ] = 32,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Batches of 12 examples.")] = 900,
) -> None:
    """Teach the reader on runs; takes about half an hour on one core."""
    with explained_errors():
        if out.exists():
            raise OutputExists(f"{out} is there already; name another file with --out")
        named = {folder.resolve().name: read_run(folder) for folder in runs}
        # Imported here because PyTorch takes seconds.
        from eval.fitting.examples import NamedRun, all_asked  # noqa: PLC0415
        from eval.reading.examples import reading_examples  # noqa: PLC0415
        from eval.reading.teach import Earlier, Lesson  # noqa: PLC0415
        from eval.reading.teach import teach as taught  # noqa: PLC0415
        from service.reading.adapt import load_adaptation, saved  # noqa: PLC0415

        asked = all_asked([NamedRun(name, None, run) for name, run in named.items()])
        lesson = Lesson(_layers(layers), rank, steps)
        begin, shown = (load_adaptation(file) if file else None for file in (after, teacher))
        if begin and begin.rank > rank:
            raise SettingsInvalid(f"{after} is of rank {begin.rank}; state at least that as --rank")
        earlier = Earlier(begin, shown)
        adaptation = taught(reading_examples(asked), lesson, _facts(named), _told, earlier)
        out.write_bytes(saved(adaptation))
    messages.print(f"written to {out}")


def _facts(runs: dict[str, Run]) -> dict[str, object]:
    sources = {
        name: {
            "questions_sha256": run.facts.questions_sha256,
            "index_digest": run.facts.source.index_digest,
        }
        for name, run in runs.items()
    }
    return {"command": shlex.join(["citewell", *sys.argv[1:]]), "runs": sources}


def _layers(stated: str | None) -> tuple[int, ...]:
    if stated is None:
        return tuple(range(LAYERS))
    try:
        found = tuple(map(int, stated.split(",")))
    except ValueError:
        found = ()
    if not are_layers(found):
        raise SettingsInvalid(
            f"state --layers as ascending numbers from 0 to {LAYERS - 1}: 1,3,5,7,9,11"
        )
    return found


def _told(step: int, steps: int, loss: float) -> None:
    if step % _TOLD == 0 or step == steps:
        output.print(f"step {step} of {steps}: loss {loss:.3f}")
