"""citewell: the console command. Joins the commands of index, service and eval; no more."""

import typer

from eval.cli import evaluation
from index.cli import COMMANDS
from service.cli import ask, cite, doctor, keys, mcp, preparing, serve

app = typer.Typer(
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
app.add_typer(evaluation, name="eval")


def main() -> None:
    """Run the command line."""
    app()
