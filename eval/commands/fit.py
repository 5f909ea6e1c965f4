"""Commands that fit and compare: ``fit``, ``sweep``.

In: question sets or runs. Out: data files, tables.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.sources import tagged
from eval.errors import QuestionSetInvalid
from eval.questions.question import read_questions
from index.console import explained_errors, messages, output, progress
from service.cli import Folder
from service.engine import open_engine
from service.errors import SettingsInvalid
from service.settings import read_settings


def fit(
    sets: Annotated[
        list[str], typer.Argument(help="Question sets, each with its index: FILE=INDEX.")
    ],
    out: Annotated[Path, typer.Option("--out", help="File for the ranking weights.")],
) -> None:
    """Fit the weights that rank passages on question sets."""
    from eval.fitting.fit import examples, fit_ranking, provenance  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.save import Kind, check_replaceable, save  # noqa: PLC0415

    with explained_errors():
        check_replaceable(out, Kind.WEIGHTS)  # before the fit
        found, sources = [], []
        for file, index in _files_with_index(sets):
            asked = [question for question in read_questions(file) if question.answerable]
            engine = open_engine(read_settings(index=index))
            with progress() as bar:
                found.append(examples(asked, engine, bar))
            sources.append(provenance(file, engine, len(asked), len(found[-1])))
        weights = fit_ranking(found)
        method = "conditional logit over the candidates, no weight below 0, sets weighing the same"
        content = {"weights": weights, "provenance": {"method": method, "sets": sources}}
        save(content, out, Kind.WEIGHTS)
    output.print(json.dumps(weights, indent=2))
    messages.print(f"written to {out}")


def _files_with_index(sets: list[str]) -> list[tuple[Path, Path]]:
    named = [stated.rpartition("=") for stated in sets]
    for file, _, index in named:
        if not file or not index:
            raise QuestionSetInvalid("name each question set as FILE=INDEX, its index's folder")
    return [(Path(file), Path(index)) for file, _, index in named]


def sweep(
    questions: Annotated[Path, typer.Argument(help="Question set, JSON Lines.")],
    choices: Annotated[
        list[str], typer.Option("--set", help="setting=value[,value...]; may be repeated.")
    ],
    index: Folder = None,
    measure: Annotated[str, typer.Option(help="The measure to compare.")] = "mrr",
    tag: Annotated[str | None, typer.Option(help="Only questions with this tag.")] = None,
) -> None:
    """Compare values of settings on a question set by paired tests."""
    from eval.fitting.sweep import sweep as compare  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.sweep import table  # noqa: PLC0415
    from eval.verdicts.pairs import check_measures  # noqa: PLC0415

    with explained_errors():
        asked, pairs = tagged(questions, tag), _pairs(choices)
        check_measures([measure])
        engine = open_engine(read_settings(index=index))
        with progress() as bar:
            variants = compare(asked, engine, pairs, measure, bar)
    for line in table(variants, measure):
        output.print(line)


def _pairs(choices: list[str]) -> list[tuple[str, str]]:
    """``["a=1,2", "b=3"]`` as ``[("a", "1"), ("a", "2"), ("b", "3")]``."""
    named = [choice.partition("=") for choice in choices]
    if not all(name and equals for name, equals, _ in named):
        raise SettingsInvalid("state each --set as setting=value[,value...]")
    return [(name, value) for name, _, values in named for value in values.split(",")]
