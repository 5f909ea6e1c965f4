"""The command ``load``. In: a server's address, questions. Out: a table, figures as JSON."""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.commands.bench import SEED_QUESTIONS
from eval.errors import LoadInvalid, OutputExists
from eval.questions.question import read_questions
from index.console import BAD_NEWS, explained_errors, messages, output
from service.settings import read_settings

if TYPE_CHECKING:
    from eval.bench.load import Extent, Target
    from eval.bench.load_report import LoadFigures

_LONGEST_ALONE = 20.0  # seconds


def load(  # noqa: PLR0913, PLR0917 - as many as the command has options
    url: Annotated[str, typer.Argument(help="A running server, such as http://127.0.0.1:8000.")],
    questions: Annotated[Path, typer.Option(help="Questions to ask in turn.")] = SEED_QUESTIONS,
    connections: Annotated[
        list[int] | None,
        typer.Option(min=1, max=1000, help="Clients at once; may be repeated.", show_default="1"),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="How long each load lasts.")] = 60,
    requests: Annotated[
        int | None, typer.Option(min=1, help="So many requests a load, however long they take.")
    ] = None,
    pid: Annotated[
        int | None, typer.Option(help="The server's process, for its memory; else by /metrics.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The key to ask with.")] = None,
    limit: Annotated[
        Path | None,
        typer.Option(help="The server's index: tells beside each load what its models alone do."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="New file for the figures.")] = None,
) -> None:
    """Ask a running server by many clients at once; exit status 1 when a request was lost."""
    # Imported here: SciPy takes a second.
    from eval.bench.load import Extent, Target  # noqa: PLC0415
    from eval.bench.load_report import load_table  # noqa: PLC0415

    with explained_errors():
        if out and out.exists():
            raise OutputExists(f"{out} exists; remove it, or name another file with --out")
        target = Target(url.rstrip("/"), _asked(questions), key)
        extent = Extent(seconds, requests)
        figures = list(_loads(target, connections or [1], extent, pid, limit))
        output.print(load_table(figures))
        if out:
            out.write_text(json.dumps(_facts(target, extent, figures), indent=2) + "\n", "utf-8")
    if any(each.lost for each in figures):
        messages.print("citewell: requests were lost; the server's log may say why")
        sys.exit(BAD_NEWS)


def _asked(questions: Path) -> list[str]:
    asked = [question.question for question in read_questions(questions)]
    if not asked:
        raise LoadInvalid(f"{questions} has no questions; name a file that has some")
    return asked


def _loads(
    target: "Target",
    connections: Sequence[int],
    extent: "Extent",
    pid: int | None,
    limit: Path | None,
) -> "Iterator[LoadFigures]":
    """The figures of each load, beside what the models alone did right before it."""
    from eval.bench.limit import ModelLimit  # noqa: PLC0415 - as above
    from eval.bench.load import put_load  # noqa: PLC0415
    from eval.bench.load_report import figures_of  # noqa: PLC0415
    from eval.bench.memory import of_process, of_server  # noqa: PLC0415

    memory = of_server(target) if pid is None else of_process(pid)
    models = ModelLimit(read_settings(index=limit), target.questions) if limit else None
    for count in connections:
        alone = None
        if models:
            messages.print(f"models alone, asked by {count}")
            alone = models.per_second(count, min(extent.seconds, _LONGEST_ALONE))
        messages.print(f"load with {count} connections")
        figures = figures_of(asyncio.run(put_load(target, count, extent, memory)))
        yield replace(figures, models_per_second=alone)
    if models:
        models.close()


def _facts(
    target: "Target", extent: "Extent", figures: "Sequence[LoadFigures]"
) -> dict[str, object]:
    return {
        "url": target.url,
        "questions": len(target.questions),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "extent": asdict(extent),
        "loads": [asdict(each) for each in figures],
    }
