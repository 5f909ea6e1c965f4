"""citewell: the console command. Joins the commands of index, service and eval; no more."""

from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from index.cli import COMMANDS
from service.cli import ask, cite, doctor, keys, mcp, preparing, serve

_EVALUATION = "eval"


class _Joined(TyperGroup):
    """Imports what evaluates when that is asked for: a service starts a tenth sooner."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return [*super().list_commands(ctx), _EVALUATION]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401
        if cmd_name != _EVALUATION:
            return super().get_command(ctx, cmd_name)
        from eval.cli import evaluation  # noqa: PLC0415 - as said above

        command = get_command(evaluation)
        command.name = _EVALUATION
        return command


app = typer.Typer(
    cls=_Joined,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers from your own documents, every citation proved.",
)
for name, command in (COMMANDS | {"index": preparing(COMMANDS["index"])}).items():
    app.command(name)(command)
app.command()(doctor)
app.command()(ask)
app.command()(cite)
app.command()(serve)
app.command()(mcp)
app.add_typer(keys, name="key")


def main() -> None:
    """Run the command line."""
    app()
