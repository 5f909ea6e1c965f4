"""Commands that turn signals into probabilities: ``calibrate``, ``calibrate-passages``.

In: runs or question sets. Out: a calibration, tables.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.sources import named_runs, numbers, read_sources
from index.console import explained_errors, messages, output
from service.answering.confidence import load_calibration
from service.cli import Folder
from service.errors import SettingsInvalid

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
    from eval.fitting.calibrate import calibrate as fit_calibration  # noqa: PLC0415 - SciPy takes a second
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
    _tell(tables(content), out)


def calibrate_passages(
    sources: Sources,
    models: Annotated[Path, typer.Option(help="A calibration of which all else is kept.")],
    out: Annotated[Path, typer.Option("--out", help="File for the calibration.")],
    index: Folder = None,
) -> None:
    """Fit the scores of passages alone anew, and keep confidence and thresholds."""
    from eval.fitting.calibrate import calibrate_passages as fit_passages  # noqa: PLC0415 - as above
    from eval.fitting.save import Kind, check_replaceable, save  # noqa: PLC0415
    from eval.fitting.told import table_of_passages  # noqa: PLC0415

    with explained_errors():
        check_replaceable(out, Kind.CALIBRATION)
        content = fit_passages(named_runs(read_sources(sources), index), _kept(models))
        save(content, out, Kind.CALIBRATION)
    _tell(table_of_passages(content), out)


def _tell(lines: Iterable[str], out: Path) -> None:
    for line in lines:
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
