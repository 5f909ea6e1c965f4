"""Commands that fit and compare: ``fit``, ``calibrate``, ``sweep``.

In: question sets or runs. Out: data files, tables.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.sources import named_runs, numbers, read_sources, tagged
from eval.errors import QuestionSetInvalid
from eval.questions.question import read_questions
from index.console import explained_errors, messages, output, progress
from service.answering.confidence import load_calibration
from service.cli import Folder
from service.engine import open_engine
from service.errors import SettingsInvalid
from service.settings import read_settings

_STRICTLY = "strict:"  # before a signal that only the strict thresholds follow

Sources = Annotated[
    list[str],
    typer.Argument(
        help="Run folders, or question sets (.jsonl) to run first; name:TAG takes one tag only."
    ),
]
StatedOn = Annotated[
    list[str] | None,
    typer.Option(
        help="A run (or question set) whose unanswerable questions the thresholds are stated on; "
        "may be repeated; all when none is named.",
    ),
]
StrictOn = Annotated[
    list[str] | None,
    typer.Option(
        help="A run (or question set) whose unanswerable questions are near the subject: "
        "CITEWELL_STRICT has thresholds stated on these obeyed; may be repeated.",
    ),
]
Follow = Annotated[
    list[str] | None,
    typer.Option(
        help="A signal that the thresholds rise and fall with, such as scarcity, or window=4 for "
        "a slope of 4 in the log-odds instead of a fitted one (strict:window for the strict "
        "ones); the stated shares are then kept in the mean of the runs; may be repeated.",
    ),
]
Models = Annotated[
    Path | None,
    typer.Option(help="A calibration whose models are kept: only the thresholds are stated anew."),
]


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


def calibrate(
    sources: Sources,
    out: Annotated[Path, typer.Option("--out", help="File for the calibration.")],
    index: Folder = None,
    stated_on: StatedOn = None,
    strict_on: StrictOn = None,
    follow: Follow = None,
    models: Models = None,
) -> None:
    """Fit scores and confidence to probabilities, and the confidences to answer from."""
    from eval.fitting.calibrate import calibrate as fit_calibration  # noqa: PLC0415 - SciPy, as above
    from eval.fitting.save import Kind, check_replaceable, save  # noqa: PLC0415
    from eval.fitting.told import tables  # noqa: PLC0415

    with explained_errors():
        check_replaceable(out, Kind.CALIBRATION)  # before the questions are asked
        named = read_sources(sources)
        stating, strict = numbers(named, stated_on or sources), numbers(named, strict_on or ())
        kept = _kept(models) if models else None
        runs = named_runs(named, index)
        strictly = [each for each in follow or () if each.startswith(_STRICTLY)]
        usually = [each for each in follow or () if each not in strictly]
        following = _followed(usually), _followed(strictly)
        content = fit_calibration(runs, stating, strict, *following, kept)
        save(content, out, Kind.CALIBRATION)
    for line in tables(content):
        output.print(line)
    messages.print(f"written to {out}; CITEWELL_CALIBRATION={out} has it obeyed")


def _followed(stated: Sequence[str]) -> dict[str, float | None]:
    """``["window=4", "scarcity"]`` as ``{"window": 4.0, "scarcity": None}``."""
    parted = [each.removeprefix(_STRICTLY).partition("=") for each in stated]
    try:
        return {name: float(slope) if equals else None for name, equals, slope in parted}
    except ValueError as error:
        raise SettingsInvalid(f"state --follow as SIGNAL or SIGNAL=SLOPE: {error}") from error


def _kept(file: Path) -> dict[str, Any]:
    load_calibration(file)  # which raises if it is none
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


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
