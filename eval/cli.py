"""The commands below ``citewell eval``. In: arguments. Out: what the commands do.

``citewell eval QUESTIONS.jsonl`` is short for ``citewell eval run QUESTIONS.jsonl``.
"""

from collections.abc import Callable

import typer
from typer.core import TyperGroup

from eval.commands.bench import bench, growth, quality, scale
from eval.commands.calibrate import calibrate, calibrate_passages
from eval.commands.draft import accept, draft
from eval.commands.feedback import feedback
from eval.commands.fit import fit, sweep
from eval.commands.load import load
from eval.commands.promised import promised
from eval.commands.questions import check, import_collection
from eval.commands.report import report_run
from eval.commands.runs import run
from eval.commands.teach import teach
from eval.commands.verdicts import compare, gate

_DEFAULT_COMMAND = "run"


class _RunByDefault(TyperGroup):
    """A first argument that is no command is a question set to run."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


evaluation = typer.Typer(
    cls=_RunByDefault,
    add_completion=False,
    no_args_is_help=True,
    help="Measure the answers against a question set: citewell eval QUESTIONS.jsonl",
)
_PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "Runs": {"run": run, "compare": compare, "gate": gate, "report": report_run},
    "Question sets": {
        "check": check,
        "draft": draft,
        "accept": accept,
        "feedback": feedback,
        "import": import_collection,
    },
    "Fitting": {
        "calibrate": calibrate,
        "calibrate-passages": calibrate_passages,
        "promised": promised,
        "fit": fit,
        "sweep": sweep,
        "teach": teach,
    },
    "Benchmarks": {
        "bench": bench,
        "quality": quality,
        "scale": scale,
        "growth": growth,
        "load": load,
    },
}
for panel, commands in _PANELS.items():
    for name, command in commands.items():
        evaluation.command(name, rich_help_panel=panel)(command)
