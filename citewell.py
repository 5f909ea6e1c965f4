"""citewell: the console command. Joins the commands of index, service and eval; no more."""

import typer

from eval.cli import evaluation
from index.cli import doctor, index
from service.cli import ask, serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers from your own documents, every citation proved.",
)
app.command()(index)
app.command()(ask)
app.command()(serve)
app.command()(doctor)
app.add_typer(evaluation, name="eval")


def main() -> None:
    """Run the command line."""
    app()
