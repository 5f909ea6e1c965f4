"""The command ``promised``. In: runs. Out: a table."""

from typing import Annotated

import typer

from eval.commands.sources import named_runs, read_sources
from eval.errors import RunInvalid
from index.console import explained_errors, output


def promised(
    runs: Annotated[
        list[str], typer.Argument(help="Runs that nothing was fitted on, or RUN:TAG for some.")
    ],
) -> None:
    """Tell whether confidences and the stated share of false answers keep what they promise."""
    with explained_errors():
        sources = read_sources(runs)
        sets = [source.stated for source in sources if source.is_question_set]
        if sets:
            raise RunInvalid(f"{', '.join(sets)} is a question set; run it first and give its run")
        from eval.fitting.promised import promised as kept  # noqa: PLC0415 - SciPy takes a second
        from eval.fitting.promised import table  # noqa: PLC0415

        for line in table(kept(named_runs(sources, None))):
            output.print(line)
